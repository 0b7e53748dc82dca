// GroupInfo signed, Welcome built, split and put together.  RFC 9420 12.4.3, 12.4.3.1.
#include "group/welcome.h"

#include "crypto/labels.h"
#include "group/key_package.h"
#include "messages/wire.h"
#include "tree/import.h"

namespace thicket::group {
namespace {

// GroupSecrets as they are sealed; every octet of it ends in a SecretBytes.
SecretBytes group_secrets(const WelcomeParts& parts, const Joiner& joiner) {
  // Enough for two secrets and their lengths: none is moved in memory.
  codec::Writer out(160 + codec::encode(parts.psks).size());
  GroupSecrets secrets;
  secrets.joiner_secret = SecretBytes(parts.secrets.joiner_secret.reveal());
  if (joiner.path_secret != nullptr) {
    secrets.path_secret = SecretBytes(joiner.path_secret->reveal());
  }
  secrets.psks = parts.psks;
  secrets.encode_to(out);
  return SecretBytes(std::move(out).take());
}

// Twice what the tree needs: blocks that are given back teach the C library which sizes to keep,
// and a Welcome goes through several of a tree's size.
std::size_t room_for(const GroupInfoParts& parts) {
  return 2048 + (parts.tree ? 2 * parts.tree->size() : 0);
}

// All but the data of the tree, which stands first.
std::vector<Extension> extensions_of(const GroupInfoParts& parts) {
  std::vector<Extension> out;
  if (parts.tree) out.push_back({ExtensionType::ratchet_tree, {}});
  if (!parts.external_pub.empty()) {
    out.push_back(
        {ExtensionType::external_pub, codec::encode(ExternalPub{to_bytes(parts.external_pub)})});
  }
  out.insert(out.end(), parts.extensions.begin(), parts.extensions.end());
  return out;
}

// GroupInfoTBS: all fields but the signature.
void write_tbs(codec::Writer& out, const GroupInfoParts& parts,
               const std::vector<Extension>& extensions) {
  codec::write(out, parts.context);
  out.vector([&] {
    for (const Extension& extension : extensions) {
      if (parts.tree && &extension == &extensions.front()) {
        codec::write(out, extension.extension_type);
        out.length(parts.tree->size());
        parts.tree->write(out);
      } else {
        codec::write(out, extension);
      }
    }
  });
  out.opaque(parts.confirmation_tag);
  codec::write(out, parts.signer);
}

}  // namespace

SignedGroupInfo::SignedGroupInfo(codec::Writer content, std::size_t tbs_size, ByteView signature)
    : octets_(std::move(content)), start_(octets_.size() - tbs_size) {
  octets_.opaque(signature);
}

GroupInfo SignedGroupInfo::decoded() const {
  return codec::decode<GroupInfo>(encoded()).value();
}

Result<SignedGroupInfo> sign_group_info(const crypto::Crypto& crypto, const GroupInfoParts& parts) {
  const std::vector<Extension> extensions = extensions_of(parts);
  THICKET_TRY_AT("group_info.extensions", tree::check_no_duplicates(extensions));
  codec::Writer content(room_for(parts));
  std::size_t tbs_size = 0;
  crypto::write_sign_content(content, "GroupInfoTBS", [&] {
    const std::size_t before = content.size();
    write_tbs(content, parts, extensions);
    tbs_size = content.size() - before;
  });
  const Bytes signature = crypto.sign_written(parts.key, content.view());
  return SignedGroupInfo(std::move(content), tbs_size, signature);
}

Result<Welcome> build_welcome(const crypto::Crypto& crypto, const WelcomeParts& parts,
                              Random& random) {
  Welcome welcome;
  welcome.cipher_suite = crypto.suite().id;
  const auto key = schedule::welcome_key_nonce(crypto, parts.secrets.welcome_secret);
  welcome.encrypted_group_info = crypto.seal(key, {}, parts.group_info);

  std::vector<SecretBytes> plaintexts;
  std::vector<crypto::SealJob> jobs;
  plaintexts.reserve(parts.joiners.size());
  jobs.reserve(parts.joiners.size());
  welcome.secrets.reserve(parts.joiners.size());
  for (const Joiner& joiner : parts.joiners) {
    plaintexts.push_back(group_secrets(parts, joiner));
    jobs.push_back({joiner.key_package.init_key, plaintexts.back().reveal()});
    welcome.secrets.push_back({key_package_ref(crypto, joiner.key_package), {}});
  }
  // The info of each seal holds the whole encrypted GroupInfo and is the same for all: hashed once.
  const crypto::HpkeInfo info = crypto.hpke_info("Welcome", welcome.encrypted_group_info);
  std::vector<HPKECiphertext> sealed =
      THICKET_TRY_AT("welcome.secrets", crypto.seal_many(jobs, info, random));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    welcome.secrets[i].encrypted_group_secrets = std::move(sealed[i]);
  }
  return welcome;
}

SplitWelcome split_welcome(Welcome welcome) {
  return {{welcome.cipher_suite, std::move(welcome.encrypted_group_info)},
          std::move(welcome.secrets)};
}

Welcome welcome_for(const WelcomeCommon& common, EncryptedGroupSecrets entry) {
  Welcome welcome;
  welcome.cipher_suite = common.cipher_suite;
  welcome.secrets.push_back(std::move(entry));
  welcome.encrypted_group_info = common.encrypted_group_info;
  return welcome;
}

}  // namespace thicket::group
