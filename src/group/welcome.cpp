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

// What a GroupInfo and its SignContent need at most, but for names and contexts of unusual length.
std::size_t room_for(const GroupInfo& info) {
  std::size_t size = 1024;
  for (const Extension& extension : info.extensions) size += extension.extension_data.size() + 8;
  return size;
}

}  // namespace

SignedGroupInfo::SignedGroupInfo(GroupInfo info, codec::Writer content, std::size_t tbs_size)
    : info_(std::move(info)), octets_(std::move(content)), start_(octets_.size() - tbs_size) {
  codec::write(octets_, info_.signature);
}

Result<SignedGroupInfo> sign_group_info(const crypto::Crypto& crypto, GroupInfoParts parts) {
  GroupInfo info;
  info.group_context = parts.context;
  if (parts.tree) info.extensions.push_back({ExtensionType::ratchet_tree, *std::move(parts.tree)});
  if (!parts.external_pub.empty()) {
    info.extensions.push_back(
        {ExtensionType::external_pub, codec::encode(ExternalPub{to_bytes(parts.external_pub)})});
  }
  info.extensions.insert(info.extensions.end(), parts.extensions.begin(), parts.extensions.end());
  THICKET_TRY_AT("group_info.extensions", tree::check_no_duplicates(info.extensions));
  info.confirmation_tag = to_bytes(parts.confirmation_tag);
  info.signer = parts.signer;
  codec::Writer content(room_for(info));
  std::size_t tbs_size = 0;
  crypto::write_sign_content(content, "GroupInfoTBS", [&] {
    const std::size_t before = content.size();
    write_group_info_tbs(content, info);
    tbs_size = content.size() - before;
  });
  info.signature = crypto.sign_written(parts.key, content.view());
  return SignedGroupInfo(std::move(info), std::move(content), tbs_size);
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
