// Key spaces as ordered maps.
#include "store/memory/memory_store.h"

#include <algorithm>

#include "base/zeroise.h"

namespace thicket::store {

std::optional<Bytes> MemoryStore::get(std::string_view space, ByteView key) {
  const auto rows = spaces_.find(space);
  if (rows == spaces_.end()) return std::nullopt;
  const auto found = rows->second.find(to_bytes(key));
  if (found == rows->second.end()) return std::nullopt;
  return found->second;
}

std::vector<Row> MemoryStore::scan(std::string_view space, const Range& range) {
  std::vector<Row> out;
  const auto rows = spaces_.find(space);
  if (rows == spaces_.end()) return out;
  auto at = rows->second.lower_bound(std::max(range.prefix, range.from));
  const auto end = end_of_prefix(range.prefix);
  for (; at != rows->second.end() && out.size() < range.rows_max; ++at) {
    if ((end && at->first >= *end) || (range.last && at->first > *range.last)) break;
    out.push_back({at->first, at->second});
  }
  return out;
}

void MemoryStore::erase_under(Space& rows, const Bytes& prefix) {
  const auto first = rows.lower_bound(prefix);
  const auto bound = end_of_prefix(prefix);
  const auto last = bound ? rows.lower_bound(*bound) : rows.end();
  for (auto row = first; row != last; ++row) zeroise(row->second);
  rows.erase(first, last);
}

bool MemoryStore::apply(const Batch& batch) {
  for (const Change& expected : batch.expectations()) {
    if (get(expected.space, expected.key) != expected.value) return false;
  }
  for (const Change& change : batch.changes()) {
    Space& rows = spaces_[change.space];
    if (change.under) {
      erase_under(rows, change.key);
      continue;
    }
    const auto old = rows.find(change.key);
    if (old != rows.end()) zeroise(old->second);
    if (change.value) {
      rows[change.key] = *change.value;
    } else if (old != rows.end()) {
      rows.erase(old);
    }
  }
  return true;
}

}  // namespace thicket::store
