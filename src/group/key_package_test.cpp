// Key packages, GREASE in them, and each way to spoil one.  RFC 9420 10, 10.1, 13.5.
#include "group/key_package.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "crypto/counting.h"
#include "crypto/ml_kem.h"
#include "group/grease.h"
#include "kit/person.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::refused;

const CipherSuite suite_of = kit::usual_suite();

class Desk {
 public:
  OwnKeyPackage make(const KeyPackagePlan& plan) {
    return good(make_key_package(*provider, alice, plan, random));
  }
  OwnKeyPackage make() { return make({.cipher_suite = suite_of, .lifetime = kit::around_noon}); }
  Result<void> check(const KeyPackage& key_package) const {
    return check_key_package(crypto, key_package, policy);
  }
  // Both signatures made anew, so that nothing is wrong but what was changed.
  void sign(OwnKeyPackage& own) const {
    LeafNode& leaf = own.key_package.leaf_node;
    leaf.signature = crypto.sign_with_label(own.signer, "LeafNodeTBS", leaf_node_tbs(leaf, {}));
    own.key_package.signature =
        crypto.sign_with_label(own.signer, "KeyPackageTBS", key_package_tbs(own.key_package));
  }

  std::unique_ptr<crypto::Provider> provider = kit::usual_provider();
  crypto::Crypto crypto{*provider, **crypto::suite_of(suite_of)};
  crypto::SeededRandom random{10};
  Identity alice = kit::person(*provider, "alice", random);
  tree::LeafPolicy policy{.cipher_suite = suite_of,
                          .required = {},
                          .group_extensions = {},
                          .now = kit::noon,
                          .lifetime_seconds_max = 100 * 86'400};
};

// A package spoiled and signed anew is refused; as it was, it is accepted.
void spoiled(const std::function<void(KeyPackage&)>& spoil, Rule rule, std::string_view path) {
  Desk desk;
  OwnKeyPackage own = desk.make();
  good(desk.check(own.key_package));
  spoil(own.key_package);
  desk.sign(own);
  refused(desk.check(own.key_package), rule, path);
}

bool has_grease(const std::vector<ExtensionType>& types) {
  return std::any_of(types.begin(), types.end(), [](ExtensionType type) {
    return tree::is_grease(static_cast<std::uint16_t>(type));
  });
}

}  // namespace

TEST_CASE("a key package of every suite is accepted, and survives its row") {
  const auto provider = kit::usual_provider();
  crypto::SeededRandom random(1);
  for (const crypto::Suite& suite : crypto::all_suites()) {
    CAPTURE(suite.name);
    const Identity bob = kit::person(*provider, "bob", random, suite.id);
    const OwnKeyPackage own = good(make_key_package(
        *provider, bob, {.cipher_suite = suite.id, .lifetime = kit::around_noon}, random));
    const crypto::Crypto crypto(*provider, suite);
    good(check_key_package(crypto, own.key_package,
                           {.cipher_suite = suite.id,
                            .required = {},
                            .group_extensions = {},
                            .now = kit::noon,
                            .lifetime_seconds_max = std::nullopt}));
    const OwnKeyPackage again = good(decode_own(*provider, encode_own(own).reveal()));
    CHECK(again.key_package == own.key_package);
    CHECK(equal(again.init_key->reveal(), own.init_key->reveal()));
    CHECK(equal(again.leaf_key->reveal(), own.leaf_key->reveal()));
    CHECK(again.signer.public_key == own.signer.public_key);
  }
}

TEST_CASE("a row that was cut or lengthened is not an own key package") {
  Desk desk;
  const SecretBytes row = encode_own(desk.make());
  for (std::size_t size = 0; size < row.size(); size += 7) {
    refused(decode_own(*desk.provider, row.reveal().first(size)), Rule::store_row, "key_package");
  }
  Bytes longer = to_bytes(row.reveal());
  longer.push_back(0);
  refused(decode_own(*desk.provider, longer), Rule::store_row, "key_package");
}

TEST_CASE("GREASE is in every list that may have it, drawn anew, and in no other") {
  Desk desk;
  const KeyPackage one = desk.make().key_package;
  const KeyPackage other = desk.make().key_package;
  const Capabilities& listed = one.leaf_node.capabilities;
  CHECK(has_grease(listed.extensions));
  CHECK(std::any_of(listed.cipher_suites.begin(), listed.cipher_suites.end(),
                    [](CipherSuite s) { return tree::is_grease(static_cast<std::uint16_t>(s)); }));
  CHECK(std::any_of(listed.proposals.begin(), listed.proposals.end(),
                    [](ProposalType t) { return tree::is_grease(static_cast<std::uint16_t>(t)); }));
  CHECK(std::any_of(listed.credentials.begin(), listed.credentials.end(), [](CredentialType t) {
    return tree::is_grease(static_cast<std::uint16_t>(t));
  }));
  CHECK(one.extensions.size() == 1);
  CHECK(one.leaf_node.extensions.size() == 1);
  CHECK(one.leaf_node.credential.tag() == CredentialType::basic);
  CHECK(listed.versions == std::vector{ProtocolVersion::mls10});
  CHECK(listed != other.leaf_node.capabilities);
  // What remains is what the client said of itself.
  CHECK(without_grease(listed) == desk.alice.capabilities);
}

TEST_CASE("without GREASE a key package says only what it was told") {
  Desk desk;
  const KeyPackage plain =
      desk.make({.cipher_suite = suite_of, .lifetime = kit::around_noon, .grease = false})
          .key_package;
  CHECK(plain.leaf_node.capabilities == desk.alice.capabilities);
  CHECK(plain.extensions.empty());
  CHECK(plain.leaf_node.extensions.empty());
  good(desk.check(plain));
}

TEST_CASE("default capabilities list no default proposal or extension") {
  const CipherSuite suites[] = {suite_of};
  const Capabilities capabilities = default_capabilities(suites);
  CHECK(capabilities.extensions.empty());
  CHECK(capabilities.proposals.empty());
  CHECK(capabilities.cipher_suites == std::vector{suite_of});
}

TEST_CASE("a last resort is marked, and an extension of a key package is listed by its leaf") {
  Desk desk;
  const Extension custom{ExtensionType{0xF00D}, to_bytes("x")};
  const KeyPackage last = desk.make({.cipher_suite = suite_of,
                                     .lifetime = kit::around_noon,
                                     .extensions = {custom},
                                     .last_resort = true})
                              .key_package;
  CHECK(is_last_resort(last));
  CHECK_FALSE(is_last_resort(desk.make().key_package));
  CHECK(tree::supports(last.leaf_node.capabilities, custom.extension_type));
  CHECK(tree::supports(last.leaf_node.capabilities, ExtensionType::last_resort));
  good(desk.check(last));
}

TEST_CASE("a key package of another suite or version is refused") {
  spoiled([](KeyPackage& kp) { kp.cipher_suite = CipherSuite{3}; }, Rule::key_package_suite,
          "cipher_suite");
  spoiled([](KeyPackage& kp) { kp.version = ProtocolVersion{2}; }, Rule::key_package_version,
          "version");
}

TEST_CASE("a leaf of a key package that comes from somewhere else is refused") {
  spoiled([](KeyPackage& kp) { kp.leaf_node.leaf_node_source = UpdateSource{}; }, Rule::leaf_source,
          "leaf_node.leaf_node_source");
}

TEST_CASE("an extension that the leaf does not list is refused, a listed unknown one is ignored") {
  spoiled(
      [](KeyPackage& kp) {
        kp.extensions = {{ExtensionType{0xF001}, {}}};
      },
      Rule::key_package_extension_listed, "extensions[0]");
  spoiled([](KeyPackage& kp) { kp.extensions.push_back(kp.extensions[0]); },
          Rule::duplicate_extension, "extensions");
}

TEST_CASE("an init_key that is the leaf's encryption_key is refused") {
  spoiled([](KeyPackage& kp) { kp.init_key = kp.leaf_node.encryption_key; },
          Rule::key_package_init_key, "init_key");
}

TEST_CASE("keys of the wrong length are refused where they stand") {
  spoiled([](KeyPackage& kp) { kp.init_key.pop_back(); }, Rule::public_key_encoding, "init_key");
  spoiled([](KeyPackage& kp) { kp.leaf_node.encryption_key.push_back(0); },
          Rule::public_key_encoding, "leaf_node.encryption_key");
  spoiled([](KeyPackage& kp) { kp.leaf_node.signature_key.pop_back(); }, Rule::public_key_encoding,
          "leaf_node.signature_key");
}

TEST_CASE("either signature of a key package must verify") {
  Desk desk;
  OwnKeyPackage own = desk.make();
  own.key_package.signature.back() ^= 1;
  refused(desk.check(own.key_package), Rule::key_package_signature, "signature");

  own = desk.make();
  own.key_package.leaf_node.signature.back() ^= 1;
  own.key_package.signature =
      desk.crypto.sign_with_label(own.signer, "KeyPackageTBS", key_package_tbs(own.key_package));
  refused(desk.check(own.key_package), Rule::leaf_signature, "leaf_node.signature");
}

TEST_CASE("an expired key package is refused, unless times are not checked") {
  Desk desk;
  const OwnKeyPackage own = desk.make();
  desk.policy.now = Instant{kit::around_noon.not_after + 1};
  const auto late = desk.check(own.key_package);
  REQUIRE_FALSE(late);
  CHECK(late.error().rule == Rule::leaf_lifetime);
  desk.policy.now.reset();
  good(desk.check(own.key_package));
}

TEST_CASE("the reference hashes the whole key package") {
  Desk desk;
  const KeyPackage one = desk.make().key_package;
  KeyPackage other = one;
  other.signature[5] ^= 1;
  CHECK(key_package_ref(desk.crypto, one) ==
        desk.crypto.ref_hash("MLS 1.0 KeyPackage Reference", codec::encode(one)));
  CHECK(key_package_ref(desk.crypto, one) != key_package_ref(desk.crypto, other));
}

TEST_CASE("a signer of another suite makes no key package") {
  Desk desk;
  const Identity other = kit::person(*desk.provider, "alice", desk.random, kit::another_suite());
  refused(make_key_package(*desk.provider, other,
                           {.cipher_suite = suite_of, .lifetime = kit::around_noon}, desk.random),
          Rule::public_key_encoding, "signer");
}

TEST_CASE("making a key package costs two key generations and two signatures") {
  Desk desk;
  const crypto::CountingProvider counting(*desk.provider);
  good(make_key_package(counting, desk.alice,
                        {.cipher_suite = suite_of, .lifetime = kit::around_noon}, desk.random));
  CHECK(counting.counts().signatures == 2);
  CHECK(counting.counts().verifications == 0);
  const auto counts = counting.counts();
  const crypto::KemId kem = desk.crypto.suite().kem;
  const bool lattice = crypto::is_ml_kem(kem);
  const bool group = !lattice || crypto::ml_kem::group_of(kem);
  CHECK(counts.key_generations == (group ? 2 : 0));
  CHECK(counts.ml_kem_generations == (lattice ? 2 : 0));
}

}  // namespace thicket::group
