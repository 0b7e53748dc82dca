// The state as it will be once a chain of steps is accepted: what `process` looks at.
#pragma once

#include "group/commit_plan.h"
#include "group/step.h"

namespace thicket::group {

struct View {
  const GroupState& group;
  std::shared_ptr<EpochState> epoch;
  std::shared_ptr<Step> after;  // the last step of the chain; null: the accepted state
};

View view_of(const GroupState& group);
// Rule::commit_pending_stale if the group has gone another way since `after` was made.
Result<View> view_after(const GroupState& group, const std::shared_ptr<Step>& after);

// Proposals of the view's epoch, in order of arrival; those of the chain come last.
std::vector<const CachedProposal*> pending_proposals(const View& view);
std::uint64_t next_place(const View& view);
const CachedProposal* find_proposal(const View& view, const ProposalRef& reference);

// Epochs that have ended, the newest first, as far as they are kept.
std::vector<const PastEpoch*> ended_epochs(const View& view);
// Those of them whose time is over; those that the next epoch drops.
std::vector<DroppedEpoch> expired_epochs(const View& view, Instant now);
std::vector<DroppedEpoch> dropped_by_next(const View& view, Instant now);
// Those of a member that is removed: all.
std::vector<DroppedEpoch> dropped_by_removal(const View& view);

// Nothing if it is not kept.
const schedule::ResumptionPskSecret* resumption_psk(const View& view, Epoch epoch);
// 8.4: looks up and chains them. Rule::psk_unknown, at "proposals" or "psks" by the caller.
// `link`: a PSK that the caller brings with it.
Result<schedule::PskSecret> gather_psks(const View& view, const std::vector<PreSharedKeyID>& psks,
                                        const ResumptionLink* link = nullptr);

// The members that may have signed a message of the view's epoch.
class EpochSenders final : public framing::SenderKeys {
 public:
  explicit EpochSenders(const EpochState& epoch) : epoch_(epoch) {}
  Result<ByteView> member_key(LeafIndex leaf) const override;
  Result<ByteView> external_key(std::uint32_t sender_index) const override;
  // Rule::sender_leaf.
  Result<tree::LeafView> member(LeafIndex leaf) const;

 private:
  const EpochState& epoch_;
};

// The members of an ended epoch: what changed since, upon the tree of today.
class PastSenders final : public framing::SenderKeys {
 public:
  // `ended` is one of `ended_epochs(view)`.
  PastSenders(const View& view, const PastEpoch& ended);
  Result<ByteView> member_key(LeafIndex leaf) const override;
  Result<ByteView> external_key(std::uint32_t sender_index) const override;
  // Who the leaf was. Rule::sender_leaf.
  Result<PastLeaf> member(LeafIndex leaf) const;

 private:
  const View& view_;
  std::vector<const PastEpoch*> since_;  // from `ended` to the newest
};

}  // namespace thicket::group
