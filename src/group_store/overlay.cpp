// Rows and prefixes, each in order of key.
#include "group_store/overlay.h"

#include <algorithm>

namespace thicket::group_store {

void Overlay::erase_under(ByteView prefix) {
  auto row = rows_.lower_bound(prefix);
  while (row != rows_.end() && starts_with(row->first, prefix)) row = rows_.erase(row);
  prefixes_.insert(to_bytes(prefix));
}

bool Overlay::is_erased_below(ByteView key) const {
  // There are a few: those of the epochs that ended while the log filled.
  return std::any_of(prefixes_.begin(), prefixes_.end(),
                     [&](const Bytes& prefix) { return starts_with(key, prefix); });
}

std::optional<Overlay::Said> Overlay::of(ByteView key) const {
  const auto row = rows_.find(key);
  if (row != rows_.end()) return Said{row->second};
  if (is_erased_below(key)) return Said{};
  return std::nullopt;
}

std::optional<Bytes> Overlay::next(ByteView from) const {
  std::optional<Bytes> out;
  const auto row = rows_.lower_bound(from);
  if (row != rows_.end()) out = row->first;
  for (const Bytes& prefix : prefixes_) {
    const bool inside = starts_with(from, prefix);
    if (!inside && InOrder()(prefix, from)) continue;
    Bytes first = inside ? to_bytes(from) : prefix;
    if (!out || InOrder()(first, *out)) out = std::move(first);
  }
  return out;
}

}  // namespace thicket::group_store
