// External commits made.  RFC 9420 12.4.3.2, 8.3.
#include "group/join_external.h"

#include "framing/public_message.h"
#include "group/grease.h"
#include "group/group_info.h"
#include "group/joining_psks.h"
#include "group/pending_join.h"
#include "group/process.h"
#include "group/proposal_list.h"
#include "group/state.h"
#include "group/welcome.h"
#include "messages/wire.h"
#include "schedule/transcript.h"
#include "tree/update_path.h"

namespace thicket::group {
namespace {

Result<GroupInfo> read_group_info(ByteView octets) {
  MLSMessage message = THICKET_TRY(codec::decode<MLSMessage>(octets));
  auto* info = message.wire_format.as<GroupInfo>();
  if (info == nullptr) {
    return broken(Rule::unknown_selector).at("wire_format").because("no GroupInfo");
  }
  return std::move(*info);
}

Result<HPKEPublicKey> external_pub(const crypto::Crypto& crypto, const GroupInfo& info) {
  const Bytes* data = tree::find_extension(info.extensions, ExtensionType::external_pub);
  // RFC 9420 12.4.3.2: "a new member needs a GroupInfo with an external_pub extension present in
  // its extensions field."
  if (data == nullptr) return broken(Rule::group_info_external_pub).at("extensions");
  const auto decoded = codec::decode<ExternalPub>(*data);
  if (!decoded) {
    return broken(Rule::extension_payload).at("extensions").because(describe(decoded.error()));
  }
  THICKET_TRY_AT("extensions.external_pub", crypto.check_hpke_public(decoded->external_pub));
  return decoded->external_pub;
}

// One external commit in the making.
class ExternalCommit final {
 public:
  ExternalCommit(const Environment& environment, const ExternalJoinPlan& plan,
                 const crypto::Crypto& crypto, const GroupInfo& info)
      : environment_(environment), plan_(plan), crypto_(crypto), info_(info) {}

  Result<ExternalJoin> make(Instant now, Random& random) {
    now_ = now;
    const HPKEPublicKey key = THICKET_TRY_AT("group_info", external_pub(crypto_, info_));
    THICKET_TRY_AT("group_info", check_context_supported(context(), plan_.identity.capabilities,
                                                         environment_.policy));
    CheckedGroupInfo checked = THICKET_TRY_AT(
        "group_info",
        check_group_info(crypto_,
                         {environment_.provider, environment_.authenticator, environment_.policy},
                         {.group_info = info_,
                          .ratchet_tree = plan_.ratchet_tree,
                          .now = now,
                          .seed = tree::IndexSeed::draw(random)}));
    client_id_ = THICKET_TRY_AT(
        "identity", environment_.authenticator.client_id(plan_.identity.credential,
                                                         plan_.identity.signer.public_key));
    auto exported = THICKET_TRY_AT("group_info.extensions.external_pub",
                                   crypto_.external_init_sender(key, random));
    THICKET_TRY(list_proposals(checked.tree, exported.kem_output, random));
    THICKET_TRY_AT("commit", change_tree(checked, random));
    THICKET_TRY(open_epoch(exported.init_secret));
    return finish(random);
  }

 private:
  const GroupContext& context() const { return info_.group_context; }

  Result<void> list_proposals(const tree::RatchetTree& tree, const Bytes& kem_output,
                              Random& random) {
    commit_.proposals.push_back(Proposal(ExternalInit{kem_output}));
    if (const auto old = THICKET_TRY(tree.leaf_of_client(client_id_))) {
      if (!plan_.resync) return broken(Rule::list_add_member).at("identity").of(*old);
      commit_.proposals.push_back(Proposal(Remove{*old}));
    }
    for (const PSKKind& kind : plan_.psks) {
      psks_.push_back({kind, schedule::fresh_psk_nonce(crypto_, random)});
      commit_.proposals.push_back(Proposal(PreSharedKey{psks_.back()}));
    }
    psk_secret_ = THICKET_TRY_AT(
        "psks", joining_psk_secret(crypto_, {environment_.psks, plan_.groups}, psks_));
    return {};
  }

  LeafNode unsigned_leaf(Random& random) const {
    LeafNode leaf;
    leaf.signature_key = plan_.identity.signer.public_key;
    leaf.credential = plan_.identity.credential;
    leaf.capabilities = plan_.identity.capabilities;
    leaf.leaf_node_source = CommitSource{};
    leaf.extensions = plan_.identity.extensions;
    if (plan_.grease) {
      add_grease(leaf.capabilities, random);
      leaf.extensions.push_back(grease_extension(random));
      list_extension(leaf.capabilities, leaf.extensions.back().extension_type);
    }
    return leaf;
  }

  Result<void> change_tree(const CheckedGroupInfo& checked, Random& random) {
    const ListContext list{.crypto = crypto_,
                           .authenticator = environment_.authenticator,
                           .policy = environment_.policy,
                           .context = context(),
                           .extensions = checked.extensions,
                           .tree = checked.tree,
                           .committer = std::nullopt,
                           .now = now_};
    ProposalList proposals;
    for (const ProposalOrRef& entry : commit_.proposals) {
      proposals.push_back({entry.as<Proposal>(), NewMemberCommit{}, std::nullopt, false});
    }
    THICKET_TRY(check_list(list, proposals));
    tree::TreeEditor editor(checked.tree);
    Applied applied = THICKET_TRY(apply_proposals(editor, list, proposals));

    const LeafNode leaf = unsigned_leaf(random);
    THICKET_TRY_AT("path.leaf_node", tree::check_leaf(leaf, LeafNodeSource::commit,
                                                      leaf_policy(environment_.policy, context(),
                                                                  applied.parsed, now_)));
    // RFC 9420 12.4.3.2: "The joiner is added at the leftmost free leaf node (just as if they were
    // added with an Add proposal), and the path is calculated relative to that leaf node."
    own_ = editor.tree().next_free_leaf();
    path_ = THICKET_TRY_AT("path", tree::create_path(editor,
                                                     {.leaf = own_,
                                                      .leaf_node = leaf,
                                                      .client_id = client_id_,
                                                      .signer = plan_.identity.signer,
                                                      .group_id = context().group_id},
                                                     random));
    applied.new_leaves.push_back({own_, &path_->leaf_node, "path.leaf_node"});
    THICKET_TRY(editor.check_unique());
    tree_.emplace(std::move(editor).finish());
    THICKET_TRY(check_result(*tree_, applied));

    next_ = context();
    next_.epoch = context().epoch.next();
    next_.tree_hash = to_bytes(tree_->tree_hash());
    commit_.path = THICKET_TRY_AT(
        "path", tree::seal_path(*tree_, *path_,
                                {.group_context = codec::encode(next_), .added = {}}, random));
    return {};
  }

  Result<void> open_epoch(const schedule::InitSecret& init_secret) {
    FramedContent content{.group_id = context().group_id,
                          .epoch = context().epoch,
                          .sender = NewMemberCommit{},
                          .authenticated_data = plan_.authenticated_data,
                          .content = std::move(commit_)};
    // Whoever is not a member yet has no keys for a PrivateMessage.
    auto authenticated =
        framing::authenticate(crypto_, WireFormat::mls_public_message, std::move(content),
                              codec::encode(context()), plan_.identity.signer);
    const Bytes interim = schedule::interim_transcript_hash(
        crypto_, context().confirmed_transcript_hash, info_.confirmation_tag);
    next_.confirmed_transcript_hash =
        schedule::confirmed_transcript_hash(crypto_, interim, authenticated.transcript_input());
    const Bytes encoded = codec::encode(next_);
    secrets_ = schedule::derive_epoch(
        crypto_, schedule::joiner_secret(crypto_, init_secret, path_->commit_secret, encoded),
        psk_secret_, encoded);
    secrets_.forget_joining();
    confirmation_tag_ = schedule::confirmation_tag(crypto_, secrets_.confirmation_key,
                                                   next_.confirmed_transcript_hash);
    authenticated.value.auth.confirmation_tag = confirmation_tag_;
    outgoing_.message = THICKET_TRY(framing::protect_public(crypto_, authenticated, nullptr));
    outgoing_.message_hash = message_hash(crypto_, outgoing_.message);
    return {};
  }

  Result<Bytes> next_group_info(Random& random) const {
    const auto key = schedule::external_key_pair(crypto_, secrets_.external_secret);
    std::vector<Extension> extensions;
    if (plan_.grease) extensions.push_back(grease_extension(random));
    const SignedGroupInfo info =
        THICKET_TRY(sign_group_info(crypto_, {.context = next_,
                                              .confirmation_tag = confirmation_tag_,
                                              .signer = own_,
                                              .key = plan_.identity.signer,
                                              .tree = nullptr,
                                              .external_pub = key->public_key(),
                                              .extensions = extensions}));
    return codec::encode(MLSMessage{.wire_format = info.decoded()});
  }

  Result<ExternalJoin> finish(Random& random) {
    if (plan_.new_group_info) outgoing_.group_info = THICKET_TRY(next_group_info(random));
    auto epoch = THICKET_TRY(make_epoch(crypto_, environment_.policy,
                                        {.context = std::move(next_),
                                         .confirmation_tag = std::move(confirmation_tag_),
                                         .tree = std::move(*tree_),
                                         .path = std::move(path_->private_path),
                                         .signer = plan_.identity.signer,
                                         .secrets = std::move(secrets_)}));
    auto made = THICKET_TRY(stage_group(environment_, crypto_, std::move(epoch)));
    return ExternalJoin(pending_join({.environment = environment_,
                                      .epoch = context().epoch,
                                      .outgoing = std::move(outgoing_),
                                      .before_send = {},
                                      .made = std::move(made),
                                      .read_back = {}}));
  }

  const Environment& environment_;
  const ExternalJoinPlan& plan_;
  const crypto::Crypto& crypto_;
  const GroupInfo& info_;
  Instant now_;
  Bytes client_id_;
  LeafIndex own_;
  Commit commit_;
  std::vector<PreSharedKeyID> psks_;
  schedule::PskSecret psk_secret_;
  std::optional<tree::NewPath> path_;
  std::optional<tree::RatchetTree> tree_;
  GroupContext next_;
  schedule::EpochSecrets secrets_;
  MAC confirmation_tag_;
  Outgoing outgoing_;
};

}  // namespace

Result<ExternalJoin> join_external(const Environment& environment, const ExternalJoinPlan& plan,
                                   Instant now, Random& random) {
  const GroupInfo info = THICKET_TRY_AT("group_info", read_group_info(plan.group_info));
  const auto* suite = THICKET_TRY_AT(
      "group_info", environment.policy.profile->suite_of(info.group_context.cipher_suite));
  THICKET_TRY_AT("group_info", check_suite(environment.policy.suites, *suite, now));
  const crypto::Crypto crypto(environment.provider, *suite);
  return ExternalCommit(environment, plan, crypto, info).make(now, random);
}

}  // namespace thicket::group
