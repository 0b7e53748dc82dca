// A step's rows: what making it used up, and what accepting it changes.

#include "group/step.h"

#include <algorithm>
#include <set>

#include "codec/codec.h"
#include "group/made_under.h"
#include "group/rows.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

std::shared_ptr<Ledger> ledger_of(const std::shared_ptr<EpochKeys>& keys) {
  return std::shared_ptr<Ledger>(keys, &keys->ledger);
}

void put(Delta& delta, Bytes key, std::optional<Bytes> value) {
  delta.open.rows.push_back({std::move(key), std::move(value)});
}

void put_secret(Delta& delta, Bytes key, std::optional<SecretBytes> value) {
  delta.secrets.push_back({std::move(key), std::move(value)});
}

std::optional<SecretBytes> clone(const std::optional<SecretBytes>& value) {
  if (!value) return std::nullopt;
  return value->clone();
}

// Later rows of one key take the place of earlier ones.
void put_ratchets(Delta& delta, Epoch epoch, std::vector<schedule::SecretRow> rows) {
  delta.secrets.reserve(delta.secrets.size() + rows.size());
  for (schedule::SecretRow& row : rows) {
    Bytes key = rows::ratchet(epoch, row.key);
    const auto same = std::find_if(delta.secrets.begin(), delta.secrets.end(),
                                   [&](const SecretRow& other) { return other.key == key; });
    if (same != delta.secrets.end()) {
      same->value = std::move(row.value);
    } else {
      put_secret(delta, std::move(key), std::move(row.value));
    }
  }
}

void put_unwritten(Delta& delta, const EpochKeys& keys) {
  delta.secrets.reserve(delta.secrets.size() + keys.ledger.rows.size());
  for (const auto& [key, row] : keys.ledger.rows) {
    put_secret(delta, rows::ratchet(keys.epoch, key), clone(row.value));
  }
}

bool is_current(const BindingRef& binding, const std::shared_ptr<EpochKeys>& keys) {
  if (!binding) return false;
  if (binding->stored || !binding->ledger) return true;
  return binding->ratchets_moved == keys->ledger.moved;
}

void put_header(Delta& delta, const EpochState& epoch) {
  rows::Header header{1,
                      epoch.context,
                      epoch.confirmation_tag,
                      epoch.interim_transcript_hash,
                      epoch.tree.root_row().value,
                      epoch.own(),
                      epoch.reinit};
  put(delta, rows::header(), codec::encode(header));
  put_secret(delta, rows::secrets(), rows::encode_secrets(epoch));
}

void put_tree(Delta& delta, const tree::TreeDelta& changes) {
  for (const tree::NodeRow& row : changes.nodes) {
    put(delta, rows::tree_node(row.node),
        row.value.empty() ? std::nullopt : std::optional(row.value));
  }
  for (const tree::IndexRow& entry : changes.entries) {
    put(delta, rows::tree_entry(entry), entry.erased ? std::nullopt : std::optional(Bytes{}));
  }
}

void put_path(Delta& delta, const tree::PrivatePath* before, const tree::PrivatePath& after) {
  for (const auto& held : after.keys()) {
    if (before && before->find(held.node) == held.key) continue;
    put_secret(delta, rows::path_key(held.node), SecretBytes(held.key->reveal()));
  }
  if (!before) return;
  for (const auto& held : before->keys()) {
    if (!after.find(held.node)) put_secret(delta, rows::path_key(held.node), std::nullopt);
  }
}

void forget(Delta& delta, const std::vector<DroppedEpoch>& dropped) {
  for (const DroppedEpoch& gone : dropped) {
    delta.open.erased.push_back(rows::ratchets(gone.epoch));
    put_secret(delta, rows::past_epoch(gone.epoch), std::nullopt);
  }
}

Delta next_epoch_delta(const Step& step) {
  const NextEpoch& next = *step.next;
  Delta delta;
  delta.open.group_id = step.epoch->context.group_id;
  if (!next.state) {
    // RFC 9420 12.4.2: a member that was removed keeps nothing of the group.
    delta.open.erased.push_back({});
    return delta;
  }
  const EpochState& after = *next.state;
  const Epoch ended = step.epoch->context.epoch;
  delta.open.erased = {rows::epoch_bound(ended), rows::outgoing(ended)};
  forget(delta, next.dropped);
  put_header(delta, after);
  put_tree(delta, *next.tree_changes);
  put_path(delta, &step.epoch->path, after.path);
  put_ratchets(delta, after.context.epoch, after.keys->secret_tree.all_rows());
  if (!drops(next.dropped, ended)) {
    put_secret(delta, rows::past_epoch(ended), rows::encode_past(next.closing));
  }
  put_secret(delta, rows::resumption_psk(after.context.epoch),
             SecretBytes(after.secrets.resumption_psk.reveal()));
  const std::uint64_t kept = step.policy->resumption_psks;
  if (after.context.epoch.value >= kept) {
    put_secret(delta, rows::resumption_psk(Epoch{after.context.epoch.value - kept}), std::nullopt);
  }
  return delta;
}

void put_settled(Delta& delta, const Step& step) {
  if (step.settled.empty()) return;
  const Epoch epoch = step.epoch->context.epoch;
  put(delta, rows::outgoing(epoch, step.settled), std::nullopt);
  put_secret(delta, rows::sent_content(epoch, step.settled), std::nullopt);
}

// What acceptance changes besides the ratchets.
Delta accept_rows(const Step& step) {
  if (step.next) return next_epoch_delta(step);
  Delta delta;
  delta.open.group_id = step.epoch->context.group_id;
  if (step.proposal) {
    const CachedProposal& proposal = *step.proposal;
    put(delta, rows::proposal(step.epoch->context.epoch, proposal.reference.reference),
        codec::encode(rows::ProposalRow{proposal.place, proposal.reference, proposal.sender,
                                        proposal.proposal}));
  }
  put_settled(delta, step);
  forget(delta, step.expired);
  return delta;
}

BindingRef accept_binding(const Step& step) {
  auto binding = std::make_shared<Binding>();
  binding->step = &step;
  if (step.next) {
    binding->kind = Binding::Kind::next_epoch;
    binding->step = &*step.next;
    binding->fate = step.epoch->fate;
  } else if (step.key) {
    binding->kind = Binding::Kind::receive;
  }
  if (step.key) {
    binding->ledger = ledger_of(step.key->keys);
    binding->ratchets_moved = step.key->keys->ledger.moved;
  }
  if (step.proposal) binding->fate = step.epoch->fate;
  for (const DroppedEpoch& gone : step.next ? step.next->dropped : step.expired) {
    if (const auto keys = gone.keys.lock()) binding->erases.emplace_back(ledger_of(keys));
  }
  return binding;
}

// The candidate on `tree`, made anew if the tree has moved.
Result<void> refresh(Step& step, const schedule::SecretTree& tree) {
  MessageKey& key = *step.key;
  if (key.candidate && tree.is_current(*key.candidate)) return {};
  key.candidate.reset();
  key.candidate.emplace(
      THICKET_TRY(tree.peek(*step.crypto, key.place.leaf, key.place.kind, key.place.generation)));
  return {};
}

// Not where the step erases the epoch of its key.
bool keeps_keys(const Step& step) {
  if (!step.next) return true;
  return step.next->state && !drops(step.next->dropped, step.key->keys->epoch);
}

// Is step.accept what accepting would write now?
bool is_made(const Step& step) {
  const BindingRef& binding = step.accept_binding;
  if (!binding || step.accept.open.bindings != std::vector{binding}) return false;
  if (binding->stored) return true;
  return !binding->refused && (!step.key || is_current(binding, step.key->keys));
}

}  // namespace

bool drops(const std::vector<DroppedEpoch>& dropped, Epoch epoch) {
  return std::any_of(dropped.begin(), dropped.end(),
                     [&](const DroppedEpoch& gone) { return gone.epoch == epoch; });
}

Step::~Step() {
  if (!key) return;
  std::erase(key->keys->ledger.accepting, static_cast<const void*>(this));
}

void make_before_send(Step& step) {
  const auto& keys = step.epoch->keys;
  if (is_current(step.before_binding, keys)) return;
  Delta delta;
  delta.open.group_id = step.epoch->context.group_id;
  auto binding = std::make_shared<Binding>();
  if (step.own) {
    put_unwritten(delta, *keys);
    for (const SecretRow& row : step.own_rows) {
      put_secret(delta, to_bytes(row.key), clone(row.value));
    }
    put(delta, rows::outgoing(step.epoch->context.epoch, step.outgoing->message_hash),
        rows::encode_outgoing(step.content_type, *step.outgoing));
    if (!step.displaced.empty()) {
      put(delta, rows::outgoing(step.epoch->context.epoch, step.displaced), std::nullopt);
    }
    binding->kind = Binding::Kind::before_send;
    binding->ledger = ledger_of(keys);
    binding->fate = step.epoch->fate;
    binding->ratchets_moved = keys->ledger.moved;
  }
  delta.open.bindings = {binding};
  step.before = std::move(delta);
  step.before_binding = std::move(binding);
}

void make_on_accept(Step& step) {
  if (is_made(step)) return;
  const bool waits = step.after && !step.after->accepted;
  Result<Delta> delta = waits
                            ? broken(Rule::before_send_order).because("its parent is not accepted")
                            : chained_on_accept(step, nullptr);
  if (delta) {
    step.accept = std::move(*delta);
    return;
  }
  step.accept_binding = accept_binding(step);
  step.accept_binding->refused = std::move(delta).error();
  step.accept = Delta{};
  step.accept.open.bindings = {step.accept_binding};
}

Result<Delta> chained_on_accept(Step& step, schedule::SecretTree* shadow) {
  Delta delta = accept_rows(step);
  if (step.key && keeps_keys(step)) {
    EpochKeys& keys = *step.key->keys;
    if (shadow) {
      THICKET_TRY(refresh(step, *shadow));
      std::optional<schedule::Candidate> candidate = std::move(step.key->candidate);
      step.key->candidate.reset();
      THICKET_TRY(shadow->commit(*step.crypto, std::move(*candidate)));
      put_ratchets(delta, keys.epoch, shadow->take_changes());
    } else {
      THICKET_TRY(refresh(step, keys.secret_tree));
      put_unwritten(delta, keys);
      put_ratchets(delta, keys.epoch, keys.secret_tree.rows_of(*step.key->candidate));
    }
  }
  step.accept_binding = accept_binding(step);
  delta.open.bindings = {step.accept_binding};
  return delta;
}

void merge(Delta& delta, Delta&& later) {
  const auto erased = [&](const Bytes& key) {
    return std::any_of(later.open.erased.begin(), later.open.erased.end(), [&](const Bytes& p) {
      return key.size() >= p.size() && std::equal(p.begin(), p.end(), key.begin());
    });
  };
  std::set<Bytes> renewed;
  for (const PublicRow& row : later.open.rows) renewed.insert(row.key);
  for (const SecretRow& row : later.secrets) renewed.insert(row.key);
  const auto gone = [&](const auto& row) { return erased(row.key) || renewed.contains(row.key); };
  std::erase_if(delta.open.rows, gone);
  std::erase_if(delta.secrets, gone);
  if (delta.open.group_id.empty()) delta.open.group_id = std::move(later.open.group_id);
  const auto move_all = [](auto& from, auto& to) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  };
  move_all(later.open.erased, delta.open.erased);
  move_all(later.open.rows, delta.open.rows);
  move_all(later.secrets, delta.secrets);
  move_all(later.open.consumed_key_packages, delta.open.consumed_key_packages);
  move_all(later.open.bindings, delta.open.bindings);
}

Result<Delta> fresh_delta(const GroupState& state) {
  const EpochState& epoch = *state.current;
  Delta delta;
  delta.open.group_id = epoch.context.group_id;
  delta.open.erased.push_back({});
  delta.open.rows.push_back({rows::made_under(), encode_made_under(state.crypto.suite())});
  put_header(delta, epoch);
  put_tree(delta, THICKET_TRY(tree::diff(nullptr, epoch.tree)));
  put_path(delta, nullptr, epoch.path);
  put_ratchets(delta, epoch.context.epoch, epoch.keys->secret_tree.all_rows());
  put_secret(delta, rows::resumption_psk(epoch.context.epoch),
             SecretBytes(epoch.secrets.resumption_psk.reveal()));
  delta.open.bindings = {std::make_shared<Binding>()};
  return delta;
}

}  // namespace thicket::group
