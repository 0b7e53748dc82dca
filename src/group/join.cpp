// Joining by Welcome, step by step as RFC 9420 12.4.3.1 has them.
#include "group/join.h"

#include "group/branch.h"
#include "group/group_info.h"
#include "group/joining_psks.h"
#include "group/state.h"
#include "messages/wire.h"
#include "schedule/transcript.h"
#include "tree/update_path.h"

namespace thicket::group {
namespace {

struct Entry {
  OwnKeyPackage own;
  Bytes reference;
  const EncryptedGroupSecrets* secrets = nullptr;
  std::string path;
};

// What the Welcome says, opened.
struct Opened {
  GroupSecrets secrets;
  schedule::JoinerSecret joiner_secret;
  schedule::PskSecret psk_secret;
  GroupInfo info;
};

Result<Welcome> read_welcome(ByteView octets) {
  MLSMessage message = THICKET_TRY(codec::decode<MLSMessage>(octets));
  auto* welcome = message.wire_format.as<Welcome>();
  if (welcome == nullptr) {
    return broken(Rule::unknown_selector).at("wire_format").because("no Welcome");
  }
  return std::move(*welcome);
}

// "Identify an entry in the secrets array where the new_member value corresponds to one of this
// client's KeyPackages"
Result<Entry> find_entry(const Welcome& welcome, KeyPackageSource& key_packages) {
  for (std::size_t i = 0; i < welcome.secrets.size(); ++i) {
    const Bytes& reference = welcome.secrets[i].new_member;
    std::optional<OwnKeyPackage> own = THICKET_TRY(key_packages.find(reference));
    if (!own) continue;
    // "if the cipher suite indicated in the KeyPackage does not match the one in the Welcome
    // message, return an error."
    if (own->key_package.cipher_suite != welcome.cipher_suite) {
      return broken(Rule::welcome_suite).at("welcome.cipher_suite");
    }
    return Entry{*std::move(own), reference, &welcome.secrets[i],
                 "welcome.secrets[" + std::to_string(i) + "]"};
  }
  return broken(Rule::welcome_entry).at("welcome.secrets");
}

// RFC 9420 8: joiner_secret and path_secret are of KDF.Nh octets.
Result<void> check_length(const crypto::Crypto& crypto, const SecretBytes& secret,
                          std::string_view field) {
  if (secret.size() == crypto.hash_size()) return {};
  return broken(Rule::secret_length).at(field).because(std::to_string(secret.size()) + " octets");
}

Result<GroupSecrets> open_secrets(const crypto::Crypto& crypto, const Welcome& welcome,
                                  const Entry& entry) {
  const crypto::HpkeInfo info = crypto.hpke_info("Welcome", welcome.encrypted_group_info);
  const auto plaintext =
      crypto.decrypt_with_label(*entry.own.init_key, info, entry.secrets->encrypted_group_secrets);
  if (!plaintext) {
    return broken(Rule::welcome_open)
        .at(entry.path + ".encrypted_group_secrets")
        .because(describe(plaintext.error()));
  }
  GroupSecrets secrets =
      THICKET_TRY_AT("group_secrets", codec::decode<GroupSecrets>(plaintext->reveal()));
  THICKET_TRY_AT("group_secrets", check_length(crypto, secrets.joiner_secret, "joiner_secret"));
  if (secrets.path_secret) {
    THICKET_TRY_AT("group_secrets", check_length(crypto, *secrets.path_secret, "path_secret"));
  }
  return secrets;
}

Result<GroupInfo> open_group_info(const crypto::Crypto& crypto, const Welcome& welcome,
                                  const schedule::WelcomeSecret& welcome_secret) {
  const SecretBytes plaintext =
      THICKET_TRY_AT("welcome.encrypted_group_info",
                     crypto.open(schedule::welcome_key_nonce(crypto, welcome_secret), {},
                                 welcome.encrypted_group_info, Rule::group_info_open));
  return THICKET_TRY_AT("group_info", codec::decode<GroupInfo>(plaintext.reveal()));
}

Result<Opened> open_welcome(const crypto::Crypto& crypto, const Welcome& welcome,
                            const Entry& entry, const PskLookup& lookup) {
  Opened opened;
  opened.secrets = THICKET_TRY(open_secrets(crypto, welcome, entry));
  THICKET_TRY_AT("group_secrets.psks", sole_resumption(opened.secrets.psks));
  opened.psk_secret =
      THICKET_TRY_AT("group_secrets.psks", joining_psk_secret(crypto, lookup, opened.secrets.psks));
  opened.joiner_secret = schedule::JoinerSecret(opened.secrets.joiner_secret.reveal());
  opened.info = THICKET_TRY(open_group_info(
      crypto, welcome, schedule::welcome_secret(crypto, opened.joiner_secret, opened.psk_secret)));
  return opened;
}

Result<void> check_group_id(const OwnGroups& groups, const Opened& opened) {
  // RFC 9420 12.4.3.1: "Verify that the group_id is unique among the groups that the client is
  // currently participating in."
  const Bytes& group_id = opened.info.group_context.group_id;
  const Group* known = groups.find(group_id);
  if (known == nullptr || known->removed()) return {};
  // A ReInit may keep the id (11.2): the sealed group gives it to the one that continues it, which
  // check_resumed holds against what was agreed.
  const ResumptionPSK* psk =
      THICKET_TRY_AT("group_secrets.psks", sole_resumption(opened.secrets.psks));
  const bool continues =
      psk != nullptr && psk->usage == ResumptionPSKUsage::reinit && psk->psk_group_id == group_id;
  if (continues && known->reinitialised()) return {};
  return broken(Rule::group_id_in_use).at("group_info.group_context.group_id");
}

// "Identify a leaf whose LeafNode is identical to the one in the KeyPackage. If no such field
// exists, return an error."
Result<LeafIndex> own_leaf(const tree::RatchetTree& tree, const KeyPackage& key_package) {
  const auto leaf = THICKET_TRY(tree.leaf_with_signature_key(key_package.leaf_node.signature_key));
  if (!leaf) return broken(Rule::own_leaf).at("ratchet_tree");
  const tree::LeafView found = THICKET_TRY(tree.leaf(*leaf));
  if (equal(found.encoded(), codec::encode(key_package.leaf_node))) return *leaf;
  return broken(Rule::own_leaf).at("ratchet_tree").of(*leaf);
}

Result<tree::PrivatePath> private_path(const tree::RatchetTree& tree, const Entry& entry,
                                       const Opened& opened) {
  const LeafIndex own = THICKET_TRY(own_leaf(tree, entry.own.key_package));
  // Whoever made the Welcome was a member before us.
  if (own == opened.info.signer) return broken(Rule::own_leaf).at("group_info.signer").of(own);
  std::optional<PathSecret> path_secret;
  if (opened.secrets.path_secret) path_secret.emplace(opened.secrets.path_secret->reveal());
  return THICKET_TRY_AT(
      "group_secrets",
      tree::private_path_of_joiner(tree, entry.own.leaf_key,
                                   {.own = own,
                                    .signer = opened.info.signer,
                                    .path_secret = path_secret ? &*path_secret : nullptr}));
}

// 11.2, 11.3: a group that continues another one, or branches from it.
struct Resuming {
  const OwnGroups& groups;
  const crypto::Suite& suite;
  const SuitePolicy& policy;
};
Result<void> check_resumed(const Resuming& own, const Opened& opened,
                           const tree::RatchetTree& tree) {
  const ResumptionPSK* psk = THICKET_TRY(sole_resumption(opened.secrets.psks));
  if (psk == nullptr) return {};
  const Group* former = own.groups.find(psk->psk_group_id);
  if (former == nullptr) {
    return broken(Rule::resumed_parameters)
        .at("group_secrets.psks")
        .because("the group it comes from is not here");
  }
  THICKET_TRY_AT("welcome", check_no_downgrade(own.policy, former->crypto().suite(), own.suite));
  const ResumedGroup resumed{*former, *psk, opened.info.group_context, tree};
  return psk->usage == ResumptionPSKUsage::reinit ? check_reinitialised(resumed)
                                                  : check_branched(resumed);
}

Result<void> check_before_tree(const Environment& environment, const JoinPlan& plan,
                               const Entry& entry, const Opened& opened) {
  const GroupInfo& info = opened.info;
  THICKET_TRY(check_group_id(plan.groups, opened));
  // "Verify that the cipher_suite in the GroupInfo matches the cipher_suite in the KeyPackage."
  if (info.group_context.cipher_suite != entry.own.key_package.cipher_suite) {
    return broken(Rule::welcome_suite).at("group_info.group_context.cipher_suite");
  }
  THICKET_TRY_AT("group_info", check_context_supported(info.group_context,
                                                       entry.own.key_package.leaf_node.capabilities,
                                                       environment.policy));
  return {};
}

}  // namespace

Result<StagedGroup> join(const Environment& environment, const JoinPlan& plan, Instant now,
                         Random& random) {
  const Welcome welcome = THICKET_TRY_AT("welcome", read_welcome(plan.welcome));
  Entry entry = THICKET_TRY(find_entry(welcome, plan.key_packages));
  // The key package's, whose code point find_entry has found equal to the Welcome's.
  THICKET_ASSERT(entry.own.suite != nullptr);
  const crypto::Suite& suite = *entry.own.suite;
  THICKET_TRY_AT("welcome", check_suite(environment.policy.suites, suite, now));
  const crypto::Crypto crypto(environment.provider, suite);
  Opened opened =
      THICKET_TRY(open_welcome(crypto, welcome, entry, {environment.psks, plan.groups}));
  THICKET_TRY(check_before_tree(environment, plan, entry, opened));

  CheckedGroupInfo checked = THICKET_TRY_AT(
      "group_info",
      check_group_info(crypto,
                       {environment.provider, environment.authenticator, environment.policy},
                       {.group_info = opened.info,
                        .ratchet_tree = plan.ratchet_tree,
                        .now = now,
                        .seed = tree::IndexSeed::draw(random)}));
  tree::PrivatePath path = THICKET_TRY(private_path(checked.tree, entry, opened));

  const GroupContext& context = opened.info.group_context;
  schedule::EpochSecrets secrets = schedule::derive_epoch(
      crypto, std::move(opened.joiner_secret), opened.psk_secret, codec::encode(context));
  secrets.forget_joining();
  // "Verify the confirmation tag in the GroupInfo using the derived confirmation key and the
  // confirmed_transcript_hash from the GroupInfo."
  THICKET_TRY_AT("group_info", schedule::check_confirmation_tag(crypto, secrets.confirmation_key,
                                                                context.confirmed_transcript_hash,
                                                                opened.info.confirmation_tag));
  THICKET_TRY(check_resumed({plan.groups, suite, environment.policy.suites}, opened, checked.tree));

  const bool keeps = is_last_resort(entry.own.key_package);
  auto epoch = THICKET_TRY(make_epoch(crypto, environment.policy,
                                      {.context = std::move(opened.info.group_context),
                                       .confirmation_tag = std::move(opened.info.confirmation_tag),
                                       .tree = std::move(checked.tree),
                                       .path = std::move(path),
                                       .signer = std::move(entry.own.signer),
                                       .secrets = std::move(secrets)}));
  StagedGroup staged = THICKET_TRY(stage_group(environment, crypto, std::move(epoch)));
  if (!keeps) staged.use_up(std::move(entry.reference));
  return staged;
}

}  // namespace thicket::group
