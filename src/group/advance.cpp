// From one epoch to the next.  RFC 9420 8, 12.4.1, 12.4.2.

#include "group/advance.h"

#include "codec/codec.h"
#include "messages/wire.h"
#include "schedule/transcript.h"

namespace thicket::group {
namespace {

// Who the leaf was before the commit, if that is another than now; nothing else needs keeping.
Result<void> note_changed(const EpochState& before, const tree::RatchetTree& after, LeafIndex leaf,
                          PastEpoch& closing) {
  std::optional<PastLeaf> old;
  if (leaf.value < before.tree.leaf_count().value && THICKET_TRY(before.tree.is_occupied(leaf))) {
    const tree::LeafView view = THICKET_TRY(before.tree.leaf(leaf));
    if (leaf.value < after.leaf_count().value && THICKET_TRY(after.is_occupied(leaf))) {
      const tree::LeafView now = THICKET_TRY(after.leaf(leaf));
      if (equal(now.signature_key(), view.signature_key()) &&
          equal(now.client_id(), view.client_id())) {
        return {};
      }
    }
    old = PastLeaf{to_bytes(view.signature_key()), to_bytes(view.client_id())};
  }
  closing.changed.emplace(leaf, std::move(old));
  return {};
}

// RFC 9420 7.5: keys of nodes that are blank now are deleted. Only Update and Remove blank nodes.
Result<void> drop_blanked(const CheckedCommit& checked, tree::PrivatePath& path) {
  if (checked.applied.updated.empty() && checked.applied.removed.empty()) return {};
  const tree::RatchetTree& tree = checked.tree;
  std::optional<Error> failure;
  path.keep_if([&](NodeIndex node) {
    if (failure || node.is_leaf()) return true;
    if (node.value >= tree::node_count(tree.leaf_count())) return false;
    const auto parent = tree.parent(node);
    if (!parent) failure = parent.error();
    return parent && parent->has_value();
  });
  if (failure) return std::move(*failure);
  return {};
}

}  // namespace

Advanced advance(const crypto::Crypto& crypto, GroupContext provisional, const Advance& from) {
  Advanced out;
  out.context = std::move(provisional);
  out.context.confirmed_transcript_hash =
      schedule::confirmed_transcript_hash(crypto, from.interim_transcript_hash, from.commit);
  const Bytes encoded = codec::encode(out.context);
  auto joiner = schedule::joiner_secret(crypto, from.init_secret, from.commit_secret, encoded);
  out.secrets = schedule::derive_epoch(crypto, std::move(joiner), from.psk_secret, encoded);
  out.confirmation_tag = schedule::confirmation_tag(crypto, out.secrets.confirmation_key,
                                                    out.context.confirmed_transcript_hash);
  return out;
}

Result<OwnPath> own_path_after(const EpochState& epoch, const CheckedCommit& checked) {
  OwnPath out{epoch.path.clone(), epoch.signer};
  for (const NewLeaf& leaf : checked.applied.new_leaves) {
    if (leaf.leaf != epoch.own() || checked.committer == epoch.own()) continue;
    // RFC 9420 12.1.2: our own Update, committed by somebody else.
    const auto update = epoch.updates.find(leaf.leaf_node->encryption_key);
    if (update == epoch.updates.end()) return broken(Rule::own_leaf).of(leaf.leaf);
    out.path = tree::PrivatePath(epoch.own(), update->second.leaf_key);
    if (update->second.signer) out.signer = *update->second.signer;
  }
  THICKET_TRY(drop_blanked(checked, out.path));
  return out;
}

Result<PastEpoch> close_epoch(const View& view, const CheckedCommit& checked, Instant now) {
  const EpochState& before = *view.epoch;
  PastEpoch closing{before.keys, now, {}, {}};
  const auto note = [&](LeafIndex leaf) {
    return note_changed(before, checked.tree, leaf, closing);
  };
  for (const MemberChange& change : checked.applied.removed) THICKET_TRY(note(change.leaf));
  for (const NewLeaf& leaf : checked.applied.new_leaves) THICKET_TRY(note(leaf.leaf));
  for (const PendingCommit& pending : before.pending) {
    closing.lost.push_back(pending.outgoing->message_hash);
  }
  return closing;
}

Result<NextEpoch> next_epoch(const View& view, Arrival&& arrival) {
  NextEpoch next;
  next.closing = THICKET_TRY(close_epoch(view, arrival.checked, arrival.now));
  next.dropped = dropped_by_next(view, arrival.now);
  next.state = THICKET_TRY(make_epoch(
      view.group.crypto, view.group.environment.policy,
      NewEpoch{std::move(arrival.advanced.context), std::move(arrival.advanced.confirmation_tag),
               arrival.checked.tree, std::move(arrival.own.path), std::move(arrival.own.signer),
               std::move(arrival.advanced.secrets)}));
  next.tree_changes = std::make_shared<const tree::TreeDelta>(
      THICKET_TRY(tree::diff(&view.epoch->tree, next.state->tree)));
  if (arrival.checked.applied.reinit) next.state->reinit = *arrival.checked.applied.reinit;
  return next;
}

}  // namespace thicket::group
