// A transition taken.  RFC 9420 14.

#include <algorithm>

#include "group/commit.h"
#include "group/group.h"
#include "group/process.h"

namespace thicket::group {
namespace {

// Consumes the key of a received message in memory.
Result<void> consume(Step& step) {
  MessageKey& key = *step.key;
  EpochKeys& keys = *key.keys;
  const auto& crypto = *step.crypto;
  if (!key.candidate) {
    key.candidate.emplace(THICKET_TRY(
        keys.secret_tree.peek(crypto, key.place.leaf, key.place.kind, key.place.generation)));
  }
  const bool as_stored = step.accept_binding->ratchets_moved == keys.ledger.moved;
  schedule::Candidate candidate = std::move(*key.candidate);
  key.candidate.reset();
  THICKET_TRY(keys.secret_tree.commit(crypto, std::move(candidate)));
  std::erase(keys.ledger.accepting, static_cast<const void*>(&step));
  if (as_stored) {
    // These rows are in the store already, and so is all that was not written before them.
    THICKET_ASSERT(keys.ledger.rows.empty());
    keys.secret_tree.forget_changes();
    keys.ledger.written = ++keys.ledger.moved;
  } else {
    note_changes(keys);
  }
  return {};
}

void settle(EpochState& epoch, const Bytes& hash) {
  std::erase_if(epoch.sent, [&](const SentMessage& sent) { return sent.message_hash == hash; });
}

void take_proposal(EpochState& epoch, CachedProposal&& proposal) {
  if (epoch.by_reference.contains(proposal.reference)) return;
  epoch.by_reference.emplace(proposal.reference, epoch.proposals.size());
  epoch.proposals.push_back(std::move(proposal));
}

void forget(GroupState& group, const std::vector<DroppedEpoch>& dropped) {
  std::erase_if(group.past,
                [&](const PastEpoch& past) { return drops(dropped, past.keys->epoch); });
}

void enter(GroupState& group, NextEpoch&& next) {
  if (!next.state) {
    group.removed = true;
    group.past.clear();
    group.resumption.clear();
    return;
  }
  group.past.push_front(std::move(next.closing));
  forget(group, next.dropped);
  group.current = std::move(next.state);
  EpochState& epoch = *group.current;
  group.resumption.insert_or_assign(epoch.context.epoch, epoch.secrets.resumption_psk.clone());
  const std::uint64_t kept = group.environment.policy.resumption_psks;
  std::erase_if(group.resumption, [&](const auto& psk) {
    return psk.first.value + kept <= epoch.context.epoch.value;
  });
  // The rows of the new secret tree were stored with the epoch.
  epoch.keys->secret_tree.forget_changes();
}

}  // namespace

Result<Event> Group::accept(Staged&& staged, const Stored& stored) {
  const std::shared_ptr<Step> step = std::move(staged.step_);
  GroupState& group = *state_;
  if (!step || step->accepted) return broken(Rule::before_send_order).because("accepted already");
  if (!step->accept_binding || !stored.covers(step->accept_binding)) {
    return broken(Rule::before_send_order).because("on_accept is not stored");
  }
  if (step->after && !step->after->accepted) {
    return broken(Rule::before_send_order).because("its parent is not accepted");
  }
  const bool late = step->key && step->epoch != group.current && !step->next && !step->proposal;
  if (step->epoch != group.current && !late) return broken(Rule::commit_pending_stale);
  if (step->key) THICKET_TRY(consume(*step));
  if (!step->settled.empty()) settle(*step->epoch, step->settled);
  if (step->proposal) take_proposal(*step->epoch, std::move(*step->proposal));
  forget(group, step->expired);
  if (step->next) {
    NextEpoch next = *step->next;
    enter(group, std::move(next));
  }
  step->accepted = true;
  step->after.reset();
  return std::move(step->event);
}

}  // namespace thicket::group
