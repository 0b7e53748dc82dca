// The state as it will be once a chain of steps is accepted.

#include "group/view.h"

#include <algorithm>

#include "schedule/psk_secret.h"

namespace thicket::group {
namespace {

// From the last step of the chain to its first that is not accepted.
template <class Visit>
void for_each_step(const View& view, Visit&& visit) {
  for (auto step = view.after; step && !step->accepted; step = step->after) visit(*step);
}

Error no_sender(LeafIndex leaf) {
  return broken(Rule::sender_leaf).at("content.sender.leaf_index").of(leaf);
}

Result<tree::LeafView> member_of(const tree::RatchetTree& tree, LeafIndex leaf) {
  if (leaf.value >= tree.leaf_count().value) return no_sender(leaf);
  if (!THICKET_TRY(tree.is_occupied(leaf))) return no_sender(leaf);
  return tree.leaf(leaf);
}

}  // namespace

View view_of(const GroupState& group) {
  return {group, group.current, nullptr};
}

Result<View> view_after(const GroupState& group, const std::shared_ptr<Step>& after) {
  const Step* first = after.get();
  if (first->accepted) {
    const auto& reached = first->next ? first->next->state : first->epoch;
    if (reached != group.current) return broken(Rule::commit_pending_stale);
    return view_of(group);
  }
  while (first->after && !first->after->accepted) first = first->after.get();
  if (first->epoch != group.current) return broken(Rule::commit_pending_stale);
  if (after->next && !after->next->state) return broken(Rule::group_removed);
  return View{group, after->next ? after->next->state : after->epoch, after};
}

std::vector<const CachedProposal*> pending_proposals(const View& view) {
  std::vector<const CachedProposal*> out;
  for_each_step(view, [&](const Step& step) {
    if (step.epoch == view.epoch && step.proposal) out.push_back(&*step.proposal);
  });
  std::reverse(out.begin(), out.end());
  std::vector<const CachedProposal*> accepted;
  for (const CachedProposal& proposal : view.epoch->proposals) accepted.push_back(&proposal);
  out.insert(out.begin(), accepted.begin(), accepted.end());
  return out;
}

std::uint64_t next_place(const View& view) {
  std::uint64_t place = view.epoch->proposals.empty() ? 0 : view.epoch->proposals.back().place + 1;
  for_each_step(view, [&](const Step& step) {
    if (step.epoch == view.epoch && step.proposal) {
      place = std::max(place, step.proposal->place + 1);
    }
  });
  return place;
}

const CachedProposal* find_proposal(const View& view, const ProposalRef& reference) {
  const CachedProposal* found = nullptr;
  for_each_step(view, [&](const Step& step) {
    if (step.epoch != view.epoch || !step.proposal) return;
    if (step.proposal->reference == reference) found = &*step.proposal;
  });
  const auto index = view.epoch->by_reference.find(reference);
  if (index != view.epoch->by_reference.end()) found = &view.epoch->proposals[index->second];
  return found;
}

std::vector<const PastEpoch*> ended_epochs(const View& view) {
  std::vector<const PastEpoch*> out;
  std::vector<DroppedEpoch> dropped;
  const auto drop = [&](const std::vector<DroppedEpoch>& more) {
    dropped.insert(dropped.end(), more.begin(), more.end());
  };
  for_each_step(view, [&](const Step& step) {
    if (step.next) out.push_back(&step.next->closing);
    if (step.next) drop(step.next->dropped);
    drop(step.expired);
  });
  for (const PastEpoch& past : view.group.past) out.push_back(&past);
  std::erase_if(out, [&](const PastEpoch* past) { return drops(dropped, past->keys->epoch); });
  return out;
}

std::vector<DroppedEpoch> expired_epochs(const View& view, Instant now) {
  const Policy& policy = view.group.environment.policy;
  std::vector<DroppedEpoch> out;
  for (const PastEpoch* past : ended_epochs(view)) {
    const bool expired = past->ended_at.seconds + policy.past_seconds < now.seconds;
    if (expired) out.push_back({past->keys->epoch, past->keys});
  }
  return out;
}

std::vector<DroppedEpoch> dropped_by_next(const View& view, Instant now) {
  const Policy& policy = view.group.environment.policy;
  const std::uint64_t next = view.epoch->context.epoch.value + 1;
  const auto too_old = [&](Epoch epoch) { return epoch.value + policy.past_epochs < next; };
  std::vector<DroppedEpoch> out = expired_epochs(view, now);
  const Epoch current = view.epoch->context.epoch;
  if (too_old(current)) out.push_back({current, view.epoch->keys});
  for (const PastEpoch* past : ended_epochs(view)) {
    const Epoch epoch = past->keys->epoch;
    if (too_old(epoch) && !drops(out, epoch)) out.push_back({epoch, past->keys});
  }
  return out;
}

std::vector<DroppedEpoch> dropped_by_removal(const View& view) {
  std::vector<DroppedEpoch> out{{view.epoch->context.epoch, view.epoch->keys}};
  for (const PastEpoch* past : ended_epochs(view)) out.push_back({past->keys->epoch, past->keys});
  return out;
}

const schedule::ResumptionPskSecret* resumption_psk(const View& view, Epoch epoch) {
  if (epoch == view.epoch->context.epoch) return &view.epoch->secrets.resumption_psk;
  const schedule::ResumptionPskSecret* found = nullptr;
  for_each_step(view, [&](const Step& step) {
    if (step.epoch->context.epoch == epoch) found = &step.epoch->secrets.resumption_psk;
  });
  if (found) return found;
  const auto kept = view.group.resumption.find(epoch);
  return kept == view.group.resumption.end() ? nullptr : &kept->second;
}

Result<schedule::PskSecret> gather_psks(const View& view, const std::vector<PreSharedKeyID>& psks,
                                        const ResumptionLink* link) {
  // RFC 9420 8.4: index and count are of sixteen bits.
  if (psks.size() > 0xffff) {
    return broken(Rule::psk_unknown).at("psks").because("more than 65535 of them");
  }
  std::vector<SecretBytes> secrets;
  PskSource& source = view.group.environment.psks;
  for (std::size_t i = 0; i < psks.size(); ++i) {
    std::optional<SecretBytes> secret;
    if (link && link->id == psks[i]) {
      secret = SecretBytes(link->psk);
    } else if (const auto* external = psks[i].psktype.as<ExternalPSK>()) {
      secret = source.external(external->psk_id);
    } else if (const auto* resumption = psks[i].psktype.as<ResumptionPSK>()) {
      const bool own = resumption->psk_group_id == view.epoch->context.group_id;
      const auto* kept = own ? resumption_psk(view, resumption->psk_epoch) : nullptr;
      if (kept) {
        secret = SecretBytes(kept->reveal());
      } else {
        secret = source.resumption(resumption->psk_group_id, resumption->psk_epoch);
      }
    }
    if (!secret) return broken(Rule::psk_unknown).at("psks[" + std::to_string(i) + "]");
    secrets.push_back(std::move(*secret));
  }
  std::vector<schedule::PskInput> inputs;
  for (std::size_t i = 0; i < psks.size(); ++i) inputs.push_back({psks[i], secrets[i].reveal()});
  return schedule::psk_secret(view.group.crypto, inputs);
}

Result<tree::LeafView> EpochSenders::member(LeafIndex leaf) const {
  return member_of(epoch_.tree, leaf);
}

Result<ByteView> EpochSenders::member_key(LeafIndex leaf) const {
  // The tree of the epoch keeps the leaf, and the epoch outlives the caller's use.
  return THICKET_TRY(member_of(epoch_.tree, leaf)).signature_key();
}

Result<ByteView> EpochSenders::external_key(std::uint32_t sender_index) const {
  const auto& senders = epoch_.extensions.external_senders;
  if (!epoch_.extensions.has_external_senders) {
    return broken(Rule::external_senders_missing).at("content.sender");
  }
  if (sender_index >= senders.size()) {
    return broken(Rule::external_sender_index).at("content.sender.sender_index");
  }
  return ByteView(senders[sender_index].signature_key);
}

PastSenders::PastSenders(const View& view, const PastEpoch& ended) : view_(view) {
  for (const PastEpoch* past : ended_epochs(view)) {
    since_.insert(since_.begin(), past);
    if (past == &ended) break;
  }
}

Result<PastLeaf> PastSenders::member(LeafIndex leaf) const {
  for (const PastEpoch* past : since_) {
    const auto changed = past->changed.find(leaf);
    if (changed == past->changed.end()) continue;
    if (!changed->second) return no_sender(leaf);
    return *changed->second;
  }
  const tree::LeafView now = THICKET_TRY(member_of(view_.epoch->tree, leaf));
  return PastLeaf{to_bytes(now.signature_key()), to_bytes(now.client_id())};
}

Result<ByteView> PastSenders::member_key(LeafIndex leaf) const {
  for (const PastEpoch* past : since_) {
    const auto changed = past->changed.find(leaf);
    if (changed == past->changed.end()) continue;
    if (!changed->second) return no_sender(leaf);
    return ByteView(changed->second->signature_key);
  }
  return THICKET_TRY(member_of(view_.epoch->tree, leaf)).signature_key();
}

Result<ByteView> PastSenders::external_key(std::uint32_t) const {
  // External senders propose, and proposals of an ended epoch are refused before.
  return broken(Rule::wrong_epoch);
}

}  // namespace thicket::group
