// Welcomes and GroupInfos made anew around a change.
#include "kit/welcome_forger.h"

#include "schedule/epoch_secrets.h"
#include "schedule/psk_secret.h"
#include "schedule/transcript.h"
#include "tree/import.h"
#include "tree/validate_leaf.h"

namespace thicket::kit {
namespace {

Bytes* tree_of(GroupInfo& info) {
  for (Extension& extension : info.extensions) {
    if (extension.extension_type == ExtensionType::ratchet_tree) return &extension.extension_data;
  }
  return nullptr;
}

void spoil_tree(const crypto::Crypto& crypto, GroupInfo& info, const WelcomeSpoil& spoil) {
  Bytes* octets = tree_of(info);
  if (octets == nullptr) return;
  if (spoil.tree) {
    auto nodes = good(codec::decode<RatchetTreeExtension>(*octets));
    spoil.tree(nodes);
    *octets = codec::encode(nodes);
    const auto no_client = [](const LeafNode& leaf) -> Result<Bytes> { return leaf.signature_key; };
    const auto read = tree::import_tree(crypto, *octets, no_client, {});
    if (read) info.group_context.tree_hash = to_bytes(read->tree_hash());
  }
  if (spoil.tree_octets) spoil.tree_octets(*octets);
}

void sign(World& world, const std::string& signer, GroupInfo& info, const WelcomeSpoil& spoil) {
  if (spoil.info) spoil.info(info);
  const auto& key = world.group_of(signer).state().current->signer;
  info.signature = world.crypto().sign_with_label(key, "GroupInfoTBS", group_info_tbs(info));
  if (spoil.signed_info) spoil.signed_info(info);
}

schedule::PskSecret psk_secret(World& world, const std::string& joiner,
                               const std::vector<PreSharedKeyID>& psks) {
  std::vector<SecretBytes> secrets;
  std::vector<schedule::PskInput> inputs;
  for (const PreSharedKeyID& id : psks) {
    std::optional<SecretBytes> secret;
    if (const auto* external = id.psktype.as<ExternalPSK>()) {
      secret = world[joiner].psks.external(external->psk_id);
    } else if (world[joiner].group) {
      // The joiner was in the group that this one comes from.
      const auto* resumption = id.psktype.as<ResumptionPSK>();
      if (auto kept = world.group_of(joiner).resumption_psk(resumption->psk_epoch)) {
        secret = *std::move(kept);
      }
    }
    secrets.push_back(secret ? std::move(*secret) : SecretBytes(Bytes(32)));
  }
  for (std::size_t i = 0; i < psks.size(); ++i) inputs.push_back({psks[i], secrets[i].reveal()});
  return schedule::psk_secret(world.crypto(), inputs);
}

}  // namespace

Bytes forge_welcome(World& world, const WelcomeEnds& ends, ByteView octets,
                    const WelcomeSpoil& spoil) {
  const crypto::Crypto crypto = world.crypto();
  Welcome welcome = *good(codec::decode<MLSMessage>(octets)).wire_format.as<Welcome>();
  const group::OwnKeyPackage* own = nullptr;
  EncryptedGroupSecrets* entry = nullptr;
  for (EncryptedGroupSecrets& one : welcome.secrets) {
    for (const auto& [reference, kept] : world[ends.joiner].key_packages.kept) {
      if (reference != one.new_member) continue;
      own = &kept;
      entry = &one;
    }
  }
  REQUIRE(own != nullptr);
  GroupSecrets secrets = good(codec::decode<GroupSecrets>(
      good(crypto.decrypt_with_label(*own->init_key,
                                     crypto.hpke_info("Welcome", welcome.encrypted_group_info),
                                     entry->encrypted_group_secrets))
          .reveal()));
  const auto welcome_secret = [&] {
    return schedule::welcome_secret(crypto, schedule::JoinerSecret(secrets.joiner_secret.reveal()),
                                    psk_secret(world, ends.joiner, secrets.psks));
  };
  GroupInfo info = good(codec::decode<GroupInfo>(
      good(crypto.open(schedule::welcome_key_nonce(crypto, welcome_secret()), {},
                       welcome.encrypted_group_info, Rule::group_info_open))
          .reveal()));

  spoil_tree(crypto, info, spoil);
  if (spoil.context) spoil.context(info.group_context);
  if (spoil.secrets) spoil.secrets(secrets);
  const auto epoch = schedule::derive_epoch(
      crypto, schedule::JoinerSecret(secrets.joiner_secret.reveal()),
      psk_secret(world, ends.joiner, secrets.psks), codec::encode(info.group_context));
  info.confirmation_tag = schedule::confirmation_tag(crypto, epoch.confirmation_key,
                                                     info.group_context.confirmed_transcript_hash);
  sign(world, ends.signer, info, spoil);

  welcome.encrypted_group_info =
      crypto.seal(schedule::welcome_key_nonce(crypto, welcome_secret()), {}, codec::encode(info));
  if (spoil.late_secrets) spoil.late_secrets(secrets);
  codec::Writer plaintext;
  secrets.encode_to(plaintext);
  entry->encrypted_group_secrets = good(crypto.encrypt_with_label(
      own->key_package.init_key, crypto.hpke_info("Welcome", welcome.encrypted_group_info),
      std::move(plaintext).take(), world.random));
  if (spoil.welcome) spoil.welcome(welcome);
  return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(welcome)});
}

Bytes forge_group_info(World& world, const std::string& signer, ByteView octets,
                       const WelcomeSpoil& spoil) {
  GroupInfo info = *good(codec::decode<MLSMessage>(octets)).wire_format.as<GroupInfo>();
  spoil_tree(world.crypto(), info, spoil);
  if (spoil.context) spoil.context(info.group_context);
  sign(world, signer, info, spoil);
  return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(info)});
}

void sign_leaf(World& world, const std::string& name, LeafNode& leaf, LeafIndex at) {
  leaf.signature = world.crypto().sign_with_label(world[name].identity.signer, "LeafNodeTBS",
                                                  leaf_node_tbs(leaf, {to_bytes("the group"), at}));
}

}  // namespace thicket::kit
