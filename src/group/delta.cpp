// Deltas stored, in an order that keeps memory and store from drifting apart.

#include "group/delta.h"

#include <algorithm>

#include "group/ledger.h"

namespace thicket::group {
namespace {

bool is_outgoing(const Bytes& key) {
  return !key.empty() && key.front() == 'o';
}

}  // namespace

std::size_t PublicDelta::encoded_size() const {
  std::size_t size = 0;
  for (const Bytes& prefix : erased) size += prefix.size();
  for (const PublicRow& row : rows) {
    if (is_outgoing(row.key)) continue;
    size += row.key.size() + (row.value ? row.value->size() : 0);
  }
  return size;
}

std::size_t Delta::encoded_size() const {
  std::size_t size = open.encoded_size();
  for (const SecretRow& row : secrets) {
    size += row.key.size() + (row.value ? row.value->size() : 0);
  }
  return size;
}

std::vector<std::optional<SecretBytes>> RowSource::find_each(std::span<const Bytes> keys) {
  std::vector<std::optional<SecretBytes>> out;
  for (const Bytes& key : keys) out.push_back(find(key));
  return out;
}

bool Stored::covers(const BindingRef& binding) const {
  return std::find(bindings_.begin(), bindings_.end(), binding) != bindings_.end();
}

bool Stored::covers(const PublicDelta& delta) const {
  return std::all_of(delta.bindings.begin(), delta.bindings.end(),
                     [&](const BindingRef& binding) { return covers(binding); });
}

void Ledger::note(std::vector<SecretRow> changed) {
  ++moved;
  for (SecretRow& row : changed) {
    rows.insert_or_assign(std::move(row.key), Unwritten{std::move(row.value), moved});
  }
}

Result<void> Binding::check() const {
  if (refused) return *refused;
  if (stored) return broken(Rule::before_send_order).because("stored already");
  if (ledger && ledger->erased) {
    return broken(Rule::before_send_order).because("the rows of its epoch are erased");
  }
  if (ledger && !ledger->accepting.empty()) {
    return broken(Rule::before_send_order).because("a stored message is not accepted yet");
  }
  // RFC 9420 14: of several commits of an epoch, one is applied.
  if (fate && fate->next != nullptr) return broken(Rule::commit_pending_stale);
  switch (kind) {
    case Kind::fresh:
      return {};
    case Kind::before_send:
      if (ratchets_moved >= ledger->written) return {};
      return broken(Rule::before_send_order).because("a later state of the ratchets is stored");
    case Kind::next_epoch:
    case Kind::receive:
      if (!ledger || ratchets_moved == ledger->moved) return {};
      return broken(Rule::before_send_order).because("the ratchets have moved since");
  }
  return {};
}

void Binding::mark_stored() {
  stored = true;
  if (kind == Kind::next_epoch) fate->next = step;
  for (const auto& gone : erases) {
    if (const auto ended = gone.lock()) ended->erased = true;
  }
  if (!ledger) return;
  if (kind == Kind::receive) ledger->accepting.push_back(step);
  ledger->written = std::max(ledger->written, ratchets_moved);
  std::erase_if(ledger->rows, [&](const auto& row) { return row.second.moved <= ratchets_moved; });
}

Result<Stored> store(DeltaSink& sink, const Delta& delta) {
  for (const BindingRef& binding : delta.open.bindings) THICKET_TRY(binding->check());
  sink.write(delta.open, delta.secrets);
  for (const BindingRef& binding : delta.open.bindings) binding->mark_stored();
  return Stored(delta.open.bindings);
}

Result<Stored> store(DeltaSink& sink, const PublicDelta& delta) {
  for (const BindingRef& binding : delta.bindings) THICKET_TRY(binding->check());
  sink.write(delta, {});
  for (const BindingRef& binding : delta.bindings) binding->mark_stored();
  return Stored(delta.bindings);
}

}  // namespace thicket::group
