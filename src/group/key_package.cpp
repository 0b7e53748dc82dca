// Key packages: made, kept, checked.  RFC 9420 10, 10.1.
#include "group/key_package.h"

#include <array>

#include "group/grease.h"
#include "group/made_under.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

Result<void> check_extensions(const KeyPackage& key_package) {
  THICKET_TRY_AT("extensions", tree::check_no_duplicates(key_package.extensions));
  for (std::size_t i = 0; i < key_package.extensions.size(); ++i) {
    // RFC 9420 10: "Extensions included in the extensions or leaf_node.extensions fields MUST be
    // included in the leaf_node.capabilities field."
    const ExtensionType type = key_package.extensions[i].extension_type;
    if (tree::supports(key_package.leaf_node.capabilities, type)) continue;
    return broken(Rule::key_package_extension_listed).at("extensions[" + std::to_string(i) + "]");
  }
  return {};
}

Result<void> check_keys(const crypto::Crypto& crypto, const KeyPackage& key_package) {
  THICKET_TRY_AT("init_key", crypto.check_hpke_public(key_package.init_key));
  const LeafNode& leaf = key_package.leaf_node;
  THICKET_TRY_AT("leaf_node.encryption_key", crypto.check_hpke_public(leaf.encryption_key));
  THICKET_TRY_AT("leaf_node.signature_key", crypto.check_signature_public(leaf.signature_key));
  // RFC 9420 10.1: "Verify that the value of leaf_node.encryption_key is different from the value
  // of the init_key field."
  if (key_package.init_key == leaf.encryption_key) {
    return broken(Rule::key_package_init_key).at("init_key");
  }
  return {};
}

LeafNode unsigned_leaf(const Identity& identity, const KeyPackagePlan& plan) {
  LeafNode leaf;
  leaf.signature_key = identity.signer.public_key;
  leaf.credential = identity.credential;
  leaf.capabilities = identity.capabilities;
  leaf.leaf_node_source = plan.lifetime;
  leaf.extensions = identity.extensions;
  return leaf;
}

void put_grease(KeyPackage& key_package, Random& random) {
  LeafNode& leaf = key_package.leaf_node;
  add_grease(leaf.capabilities, random);
  leaf.extensions.push_back(grease_extension(random));
  list_extension(leaf.capabilities, leaf.extensions.back().extension_type);
  key_package.extensions.push_back(grease_extension(random));
}

}  // namespace

Result<void> check_key_package(const crypto::Crypto& crypto, const KeyPackage& key_package,
                               const tree::LeafPolicy& policy) {
  // RFC 9420 10.1: "Verify that the cipher suite and protocol version of the KeyPackage match those
  // in the GroupContext."
  // The version of the MLSMessage too: one of another version is not decoded (6).
  if (key_package.version != policy.version) return broken(Rule::key_package_version).at("version");
  if (key_package.cipher_suite != policy.cipher_suite) {
    return broken(Rule::key_package_suite).at("cipher_suite");
  }
  THICKET_TRY_AT("leaf_node",
                 tree::check_leaf(key_package.leaf_node, LeafNodeSource::key_package, policy));
  THICKET_TRY(check_extensions(key_package));
  THICKET_TRY(check_keys(crypto, key_package));
  THICKET_TRY_AT("leaf_node.signature",
                 tree::verify_leaf_signature(crypto, key_package.leaf_node, {}));
  // RFC 9420 10.1: "Verify that the signature on the KeyPackage is valid using the public key in
  // leaf_node.credential."
  THICKET_TRY_AT("signature",
                 crypto.verify_with_label(key_package.leaf_node.signature_key, "KeyPackageTBS",
                                          key_package_tbs(key_package), key_package.signature,
                                          Rule::key_package_signature));
  return {};
}

Bytes key_package_ref(const crypto::Crypto& crypto, const KeyPackage& key_package) {
  return crypto.ref_hash("MLS 1.0 KeyPackage Reference", codec::encode(key_package));
}

Result<OwnKeyPackage> make_key_package(const crypto::Provider& provider, const Identity& identity,
                                       const KeyPackagePlan& plan, Random& random) {
  const crypto::Suite* suite = THICKET_TRY(plan.profile->suite_of(plan.cipher_suite));
  const crypto::Crypto crypto(provider, *suite);
  THICKET_TRY_AT("signer", crypto.check_signature_public(identity.signer.public_key));
  OwnKeyPackage own;
  own.init_key = crypto.generate_key_pair(random);
  own.leaf_key = crypto.generate_key_pair(random);
  own.signer = identity.signer;
  own.suite = suite;

  KeyPackage& made = own.key_package;
  made.cipher_suite = plan.cipher_suite;
  made.init_key = own.init_key->public_key();
  made.leaf_node = unsigned_leaf(identity, plan);
  made.leaf_node.encryption_key = own.leaf_key->public_key();
  made.extensions = plan.extensions;
  if (plan.last_resort) made.extensions.push_back({ExtensionType::last_resort, {}});
  if (plan.grease) put_grease(made, random);
  for (const Extension& extension : made.extensions) {
    list_extension(made.leaf_node.capabilities, extension.extension_type);
  }
  // A peer would refuse it; better here than there. Lifetimes are the caller's.
  tree::LeafPolicy policy;
  policy.cipher_suite = plan.cipher_suite;
  THICKET_TRY_AT("leaf_node",
                 tree::check_leaf(made.leaf_node, LeafNodeSource::key_package, policy));
  THICKET_TRY_AT("extensions", tree::check_no_duplicates(made.extensions));

  made.leaf_node.signature =
      crypto.sign_with_label(own.signer, "LeafNodeTBS", leaf_node_tbs(made.leaf_node, {}));
  made.signature = crypto.sign_with_label(own.signer, "KeyPackageTBS", key_package_tbs(made));
  return own;
}

bool is_last_resort(const KeyPackage& key_package) {
  return tree::find_extension(key_package.extensions, ExtensionType::last_resort) != nullptr;
}

SecretBytes encode_own(const OwnKeyPackage& own) {
  THICKET_ASSERT(own.signer.seed != nullptr);
  const Bytes key_package = codec::encode(own.key_package);
  const Bytes made_under = encode_made_under(*own.suite);
  const std::array<ByteView, 3> secrets{own.init_key->reveal(), own.leaf_key->reveal(),
                                        own.signer.seed->reveal()};
  // Enough: a secret is never moved in memory.
  std::size_t size = made_under.size() + key_package.size();
  for (const ByteView secret : secrets) size += 4 + secret.size();
  codec::Writer out(size);
  out.raw(made_under);
  out.raw(key_package);
  for (const ByteView secret : secrets) out.opaque(secret);
  return SecretBytes(std::move(out).take());
}

Result<OwnKeyPackage> decode_own(const crypto::Provider& provider, ByteView row,
                                 const crypto::WireProfile& profile) {
  const auto unreadable = [](Error&& error) {
    const bool of_profile =
        error.rule == Rule::unknown_profile || error.rule == Rule::profile_clash;
    if (of_profile) return std::move(error).under("key_package");
    return broken(Rule::store_row).at("key_package").because(describe(error));
  };
  codec::Reader in(row);
  OwnKeyPackage own;
  const auto read_all = [&]() -> Result<void> {
    const MadeUnder made_under = THICKET_TRY(read_made_under(in));
    THICKET_TRY(codec::read(in, own.key_package));
    own.suite = THICKET_TRY(suite_of(made_under, own.key_package.cipher_suite, profile));
    const ByteView init_key = THICKET_TRY(in.opaque());
    const ByteView leaf_key = THICKET_TRY(in.opaque());
    const ByteView signer = THICKET_TRY(in.opaque());
    THICKET_TRY(in.end());
    own.init_key = THICKET_TRY(crypto::import_private(provider, own.suite->kem, init_key));
    own.leaf_key = THICKET_TRY(crypto::import_private(provider, own.suite->kem, leaf_key));
    own.signer = THICKET_TRY(crypto::Crypto(provider, *own.suite).signature_key_from(signer));
    return {};
  };
  if (Result<void> outcome = read_all(); !outcome) return unreadable(std::move(outcome).error());
  return own;
}

}  // namespace thicket::group
