// The batch's changes laid over the store's rows.
#include "group_store/pending.h"

namespace thicket::group_store {

Pending::Pending(store::Store& store, const store::Batch& batch) : store_(store) {
  for (const store::Change& change : batch.changes()) {
    Overlay& changed = changed_[change.space];
    if (change.under) {
      changed.erase_under(change.key);
    } else if (change.value) {
      changed.put(change.key, *change.value);
    } else {
      changed.erase(change.key);
    }
  }
}

std::optional<Bytes> Pending::row(std::string_view space, ByteView key) {
  const auto changed = changed_.find(space);
  if (changed != changed_.end()) {
    if (const auto said = changed->second.of(key)) {
      if (!said->value) return std::nullopt;
      return to_bytes(*said->value);
    }
  }
  return store_.get(space, key);
}

std::optional<store::Row> Pending::first(std::string_view space, ByteView prefix, ByteView from) {
  const auto changed = changed_.find(space);
  Bytes at = to_bytes(from);
  for (;;) {
    auto found = store_.scan(space, {.prefix = to_bytes(prefix), .from = at, .rows_max = 1});
    if (changed == changed_.end()) {
      if (found.empty()) return std::nullopt;
      return std::move(found.front());
    }
    const Overlay& over = changed->second;
    // What the batch puts before the row that was found.
    for (auto row = over.rows().lower_bound(at); row != over.rows().end(); ++row) {
      if (!starts_with(row->first, prefix) ||
          (!found.empty() && InOrder()(found.front().key, row->first)))
        break;
      if (row->second) return store::Row{row->first, to_bytes(*row->second)};
    }
    if (found.empty()) return std::nullopt;
    if (!over.of(found.front().key)) return std::move(found.front());
    at = just_above(found.front().key);
  }
}

}  // namespace thicket::group_store
