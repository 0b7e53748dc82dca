// What of a commit can be checked without secrets.  RFC 9420 12.4.2, 12.4.3.2.

#include "group/check_commit.h"

#include <algorithm>

#include "tree/update_path.h"

namespace thicket::group {
namespace {

class CommitCheck final {
 public:
  explicit CommitCheck(const CommitInput& input)
      : in_(input), commit_(*input.content.content.as<Commit>()), editor_(input.tree) {
    const auto* member = in_.content.sender.as<MemberSender>();
    external_ = member == nullptr;
    if (member) committer_ = member->leaf_index;
  }

  Result<CheckedCommit> run() {
    THICKET_TRY(resolve());
    const ListContext list{in_.crypto,
                           in_.authenticator,
                           in_.policy,
                           in_.context,
                           in_.extensions,
                           in_.tree,
                           external_ ? std::nullopt : std::optional(committer_),
                           in_.now,
                           CredentialUse::added,
                           in_.psk_usage};
    THICKET_TRY(check_list(list, list_));
    THICKET_TRY(check_path_presence());
    applied_ = THICKET_TRY(apply_proposals(editor_, list, list_));
    if (commit_.path) THICKET_TRY_AT("path", put_path(list));
    tree::RatchetTree tree = std::move(editor_).finish();
    THICKET_TRY(check_result(tree, applied_));
    return CheckedCommit{
        &commit_,       committer_, external_, std::move(client_id_), std::move(applied_),
        std::move(tree)};
  }

 private:
  Result<void> resolve() {
    for (std::size_t i = 0; i < commit_.proposals.size(); ++i) {
      const ProposalOrRef& entry = commit_.proposals[i];
      if (const auto* proposal = entry.as<Proposal>()) {
        list_.push_back({proposal, in_.content.sender, std::nullopt, false});
        continue;
      }
      const auto& reference = *entry.as<ProposalRef>();
      const auto known = in_.find(reference);
      if (!known && external_) {
        return broken(Rule::external_commit_reference).at(place(i));
      }
      // RFC 9420 12.4.2: "all proposals ... that were ... received in the current epoch".
      if (!known) return broken(Rule::proposal_reference).at(place(i));
      list_.push_back({&known->proposal, known->sender, reference, true});
    }
    return {};
  }

  Result<void> check_path_presence() {
    if (commit_.path) return {};
    // RFC 9420 12.4.3.2: "The Commit MUST contain a path".
    if (external_) return broken(Rule::external_commit_path).at("path");
    if (needs_path(list_)) return broken(Rule::path_required).at("path");
    return {};
  }

  // RFC 9420 12.4.2: the leaf of the path, against the group and the leaf it replaces; then the
  // path itself.
  Result<void> put_path(const ListContext& list) {
    const LeafNode& leaf = commit_.path->leaf_node;
    const auto policy = leaf_policy(in_.policy, in_.context, applied_.parsed, in_.now);
    THICKET_TRY_AT("leaf_node", tree::check_leaf(leaf, LeafNodeSource::commit, policy));
    client_id_ = THICKET_TRY_AT("leaf_node.credential",
                                in_.authenticator.client_id(leaf.credential, leaf.signature_key));
    if (external_) {
      THICKET_TRY_AT("leaf_node", join(list, leaf));
    } else {
      const tree::LeafView old = THICKET_TRY(in_.tree.leaf(committer_));
      THICKET_TRY_AT("leaf_node", check_replacement(list, leaf, {old, CredentialUse::committed}));
    }
    THICKET_TRY_AT("leaf_node", tree::verify_leaf_signature(in_.crypto, leaf,
                                                            {in_.context.group_id, committer_}));
    THICKET_TRY(
        tree::merge_path(editor_, {committer_, &*commit_.path, client_id_, applied_.added_leaves}));
    THICKET_TRY_AT("leaf_node", editor_.check_unique());
    applied_.new_leaves.push_back({committer_, &leaf, "path.leaf_node"});
    return {};
  }

  // RFC 9420 12.4.3.2: the joiner takes the leaf that an Add would take after the Remove.
  Result<void> join(const ListContext& list, const LeafNode& leaf) {
    const auto removed = applied_.removed.empty()
                             ? std::nullopt
                             : std::optional<MemberChange>(applied_.removed.front());
    if (removed) {
      // RFC 9420 12.2: the joiner "removes an old version of themselves".
      if (removed->client_id != client_id_) {
        return broken(Rule::external_commit_remove).of(removed->leaf);
      }
      const tree::LeafView old = THICKET_TRY(in_.tree.leaf(removed->leaf));
      THICKET_TRY(check_replacement(list, leaf, {old, CredentialUse::joined_from_outside}));
    } else {
      auto answer = in_.authenticator.check(
          {leaf.credential, leaf.signature_key, CredentialUse::joined_from_outside, in_.now});
      if (!answer) return std::move(answer).error().under("credential");
      if (const auto member = THICKET_TRY(in_.tree.leaf_of_client(client_id_))) {
        return broken(Rule::list_add_member).of(*member);
      }
    }
    committer_ = THICKET_TRY(editor_.add({leaf, client_id_}));
    return {};
  }

  const CommitInput& in_;
  const Commit& commit_;
  tree::TreeEditor editor_;
  ProposalList list_;
  LeafIndex committer_;
  bool external_ = false;
  Bytes client_id_;
  Applied applied_;
};

}  // namespace

Result<CheckedCommit> check_commit(const CommitInput& input) {
  return THICKET_TRY_AT("commit", CommitCheck(input).run());
}

GroupContext provisional_context(const GroupContext& before, const Applied& applied,
                                 const tree::RatchetTree& tree) {
  return {before.version,      before.cipher_suite,        before.group_id,
          before.epoch.next(), to_bytes(tree.tree_hash()), before.confirmed_transcript_hash,
          applied.extensions};
}

EpochChanged epoch_changed(const CheckedCommit& checked, const FramedContent& content) {
  EpochChanged event;
  event.epoch = content.epoch.next();
  event.committer = content.sender;
  event.committer_leaf = checked.committer;
  event.added = checked.applied.added;
  if (checked.external) {
    event.added.push_back({checked.committer, checked.committer_client_id});
  }
  event.removed = checked.applied.removed;
  event.updated = checked.applied.updated;
  event.psks = checked.applied.psks;
  event.extensions_changed = checked.applied.extensions_changed;
  event.path = checked.commit->path.has_value();
  if (checked.applied.reinit) event.reinit = *checked.applied.reinit;
  event.custom = checked.applied.custom;
  event.authenticated_data = content.authenticated_data;
  return event;
}

}  // namespace thicket::group
