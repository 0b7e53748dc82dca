// Bands of a tree. A node's level is the number of ones at the end of its index (RFC 9420 C).
#include "group_store/placing.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"
#include "group_store/blocks.h"

namespace thicket::group_store {
namespace {

constexpr std::size_t node_key_size = 5;
constexpr std::size_t placed_node_size = 6;

std::uint32_t number_at_end(ByteView key) {
  std::uint32_t out = 0;
  for (const std::uint8_t octet : key.last(4)) out = (out << 8) | octet;
  return out;
}

bool is_placed_node(ByteView key) {
  return key.size() == placed_node_size && key[0] == 'n';
}

}  // namespace

bool InOrder::operator()(ByteView a, ByteView b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

bool starts_with(ByteView key, ByteView prefix) {
  return key.size() >= prefix.size() && equal(key.first(prefix.size()), prefix);
}

Placing Placing::fitting(std::size_t mean_node_row) {
  unsigned height = height_max;
  while (height > 1 && ((std::size_t{1} << height) - 1) * mean_node_row > block_octets) --height;
  return Placing(height);
}

Bytes Placing::placed(ByteView row_key) const {
  if (row_key.empty() || row_key[0] != 'n') return to_bytes(row_key);
  THICKET_ASSERT(row_key.size() == node_key_size);
  const auto level = static_cast<unsigned>(std::countr_one(number_at_end(row_key)));
  Bytes out{'n', static_cast<std::uint8_t>(level / height_)};
  append(out, row_key.subspan(1));
  return out;
}

Bytes Placing::row_key(ByteView placed) {
  if (!is_placed_node(placed)) return to_bytes(placed);
  return concat({placed.first(1), placed.subspan(2)});
}

unsigned cut_rank(ByteView before, ByteView after) {
  constexpr unsigned highest = 64;
  if (before[0] != after[0]) return highest;
  if (!is_placed_node(before) || !is_placed_node(after)) return 0;
  if (before[1] != after[1]) return highest;
  return static_cast<unsigned>(std::bit_width(number_at_end(before) ^ number_at_end(after)));
}

Bytes just_above(ByteView key) {
  Bytes out = to_bytes(key);
  out.push_back(0);
  return out;
}

}  // namespace thicket::group_store
