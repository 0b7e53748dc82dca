// What stands behind a Staged: what was found, what it will change, and the rows of that.
#pragma once

#include "group/state.h"

namespace thicket::group {

// An epoch whose rows are erased, and its keys while anybody has them: a message that was processed
// and not stored.
struct DroppedEpoch {
  Epoch epoch;
  std::weak_ptr<EpochKeys> keys;
};
bool drops(const std::vector<DroppedEpoch>& dropped, Epoch epoch);

// What accepting a commit puts in the place of its epoch.
struct NextEpoch {
  std::shared_ptr<EpochState> state;  // null: this member was removed
  PastEpoch closing;                  // the epoch that ends
  std::vector<DroppedEpoch> dropped;  // epochs that are forgotten with it
  // How its tree differs, found when it was made: more of either may be loaded afterwards. Null
  // with a null state.
  std::shared_ptr<const tree::TreeDelta> tree_changes;
};

// The key that a received message consumes.
struct MessageKey {
  std::shared_ptr<EpochKeys> keys;
  schedule::KeptKey place;
  // While nothing else has moved the tree it was made on; else it is made anew.
  std::optional<schedule::Candidate> candidate;
};

struct Step {
  const Policy* policy = nullptr;
  const crypto::Crypto* crypto = nullptr;  // of the group
  std::shared_ptr<EpochState> epoch;       // that it was made in
  std::shared_ptr<Step> after;             // a step that must be accepted before
  bool accepted = false;
  bool own = false;
  Event event;

  // What accept() does, each if it is there.
  std::optional<MessageKey> key;
  std::optional<CachedProposal> proposal;
  Bytes settled;                      // hash of an own message that needs no verdict any more
  std::vector<DroppedEpoch> expired;  // past epochs whose time is over
  std::optional<NextEpoch> next;

  // Of own ones: what before_send holds besides the ratchets.
  std::shared_ptr<const Outgoing> outgoing;
  std::vector<SecretRow> own_rows;
  ContentType content_type{};
  Bytes displaced;  // hash of an own message whose echo is no longer waited for

  Delta before;
  Delta accept;
  BindingRef before_binding;
  BindingRef accept_binding;

  Step() = default;
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  ~Step();
};

// Deltas as the state stands now. The binding is kept in the step.
void make_before_send(Step& step);
void make_on_accept(Step& step);

// The rows of a step in a chain whose earlier steps are not accepted: `shadow` is the secret tree
// of its key with theirs applied (null: the epoch's own).
Result<Delta> chained_on_accept(Step& step, schedule::SecretTree* shadow);
// Puts `later` upon `delta`, as if both had been written in this order.
void merge(Delta& delta, Delta&& later);

// All rows of an epoch that is new here, its tree included. O(n).
Result<Delta> fresh_delta(const GroupState& state);

}  // namespace thicket::group
