// Opening a Welcome: group secrets, GroupInfo, its signature and confirmation tag.  RFC
// 9420 12.4.3.1.
#include "group/welcome.h"

#include "group/key_package.h"
#include "messages/wire.h"
#include "schedule/epoch_secrets.h"
#include "schedule/psk_secret.h"
#include "schedule/transcript.h"
#include "vectors/kinds.h"
#include "vectors/secrets.h"

namespace thicket::vectors {

namespace {

constexpr std::string_view key_package_label = "MLS 1.0 KeyPackage Reference";

template <class T>
T message_of(const Field& field) {
  const MLSMessage message = field.decoded<MLSMessage>();
  const T* content = message.wire_format.as<T>();
  field.holds(content != nullptr, "an MLSMessage of another wire format");
  return *content;
}

}  // namespace

void check_welcome(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  const auto key_package = message_of<KeyPackage>(test["key_package"]);
  const Field field = test["welcome"];
  const auto welcome = message_of<Welcome>(field);
  field.holds(welcome.cipher_suite == crypto.suite().id, "of another cipher suite");
  const auto init_key = kem_key_of(crypto, test["init_priv"], key_package.init_key);

  const Bytes reference = crypto.ref_hash(key_package_label, codec::encode(key_package));
  const EncryptedGroupSecrets* entry = nullptr;
  for (const auto& secrets : welcome.secrets) {
    if (secrets.new_member == reference) entry = &secrets;
  }
  field.holds(entry != nullptr, "no entry for the key package");
  const auto info = crypto.hpke_info("Welcome", welcome.encrypted_group_info);
  const auto opened =
      field.accepted(crypto.decrypt_with_label(*init_key, info, entry->encrypted_group_secrets));
  const auto secrets = field.accepted(codec::decode<GroupSecrets>(opened.reveal()));
  field.holds(secrets.psks.empty(), "asks for PSKs");
  field.holds(secrets.joiner_secret.size() == crypto.hash_size(), "joiner_secret is not of KDF.Nh");

  schedule::JoinerSecret joiner(secrets.joiner_secret.reveal());
  const auto psk = schedule::zero_psk_secret(crypto);
  const auto key =
      schedule::welcome_key_nonce(crypto, schedule::welcome_secret(crypto, joiner, psk));
  const auto plain =
      field.accepted(crypto.open(key, {}, welcome.encrypted_group_info, Rule::group_info_open));
  const auto group_info = field.accepted(codec::decode<GroupInfo>(plain.reveal()));
  test["signer_pub"].accepted(crypto.verify_with_label(
      test["signer_pub"].octets(), "GroupInfoTBS", group_info_tbs(group_info), group_info.signature,
      Rule::group_info_signature));
  const auto epoch = schedule::derive_epoch(crypto, std::move(joiner), psk,
                                            codec::encode(group_info.group_context));
  field.accepted(schedule::check_confirmation_tag(
      crypto, epoch.confirmation_key, group_info.group_context.confirmed_transcript_hash,
      group_info.confirmation_tag));
}

Json generate_welcome(const Source& source) {
  const crypto::Crypto crypto = source.crypto();
  crypto::SeededRandom& random = source.random;
  group::Identity identity;
  identity.credential = BasicCredential{to_bytes("joiner")};
  identity.signer = crypto.generate_signature_key(random);
  const CipherSuite suites[] = {crypto.suite().id};
  identity.capabilities = group::default_capabilities(suites);
  const auto joiner = group::make_key_package(source.provider, identity,
                                              {.cipher_suite = suites[0],
                                               .lifetime = {0, UINT64_MAX},
                                               .grease = false,
                                               .profile = &source.profile},
                                              random);
  THICKET_ASSERT(joiner.has_value());

  GroupContext context;
  context.cipher_suite = suites[0];
  context.group_id = random.bytes(16);
  context.epoch = Epoch{random.below(1000)};
  context.tree_hash = random.bytes(crypto.hash_size());
  context.confirmed_transcript_hash = random.bytes(crypto.hash_size());
  auto joiner_secret = random_secret<schedule::JoinerSecret>(crypto, random);
  const auto psk = schedule::zero_psk_secret(crypto);
  const auto epoch =
      schedule::derive_epoch(crypto, std::move(joiner_secret), psk, codec::encode(context));
  const MAC tag =
      schedule::confirmation_tag(crypto, epoch.confirmation_key, context.confirmed_transcript_hash);
  const auto signer = crypto.generate_signature_key(random);
  const std::vector<Extension> none;
  const group::GroupInfoParts parts{context, tag, LeafIndex{0}, signer, nullptr, {}, none};
  const auto group_info = group::sign_group_info(crypto, parts);
  THICKET_ASSERT(group_info.has_value());
  const std::vector<PreSharedKeyID> psks;
  const std::vector<group::Joiner> joiners = {{joiner->key_package, nullptr}};
  const group::WelcomeParts welcome_parts{epoch, psks, group_info->encoded(), joiners};
  const auto welcome = group::build_welcome(crypto, welcome_parts, random);
  THICKET_ASSERT(welcome.has_value());

  MLSMessage package_message;
  package_message.wire_format = joiner->key_package;
  MLSMessage welcome_message;
  welcome_message.wire_format = *welcome;
  return Json::array({{{"cipher_suite", static_cast<unsigned>(suites[0])},
                       {"init_priv", hex(joiner->init_key->reveal())},
                       {"signer_pub", hex(signer.public_key)},
                       {"key_package", hex_of(package_message)},
                       {"welcome", hex_of(welcome_message)}}});
}

}  // namespace thicket::vectors
