// Rows and prefixes, each in order of key.
#include "group_store/overlay.h"

#include <algorithm>

namespace thicket::group_store {

void Overlay::erase_under(ByteView prefix) {
  auto row = rows_.lower_bound(prefix);
  while (row != rows_.end() && starts_with(row->first, prefix)) row = rows_.erase(row);
  prefixes_.insert(to_bytes(prefix));
  prefix_sizes_.insert(prefix.size());
}

bool Overlay::is_under_erased(ByteView key) const {
  return std::any_of(prefix_sizes_.begin(), prefix_sizes_.end(), [&](std::size_t size) {
    return size <= key.size() && prefixes_.contains(key.first(size));
  });
}

std::optional<Overlay::Said> Overlay::of(ByteView key) const {
  const auto row = rows_.find(key);
  if (row != rows_.end()) return Said{row->second};
  if (is_under_erased(key)) return Said{};
  return std::nullopt;
}

std::optional<Bytes> Overlay::next(ByteView from) const {
  if (is_under_erased(from)) return to_bytes(from);
  const auto row = rows_.lower_bound(from);
  const auto prefix = prefixes_.lower_bound(from);
  if (prefix != prefixes_.end() && (row == rows_.end() || InOrder()(*prefix, row->first)))
    return *prefix;
  if (row == rows_.end()) return std::nullopt;
  return row->first;
}

}  // namespace thicket::group_store
