// Indices, counts and epochs as types of their own, so that no two of them are mistaken for each
// other. RFC 9420 4.1 and appendix C number the nodes of a tree in order: leaf i is node 2 i.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace thicket {

struct NodeIndex {
  std::uint32_t value = 0;
  auto operator<=>(const NodeIndex&) const = default;
  bool is_leaf() const { return (value & 1) == 0; }
};

struct LeafIndex {
  std::uint32_t value = 0;
  auto operator<=>(const LeafIndex&) const = default;
  NodeIndex node() const { return NodeIndex{2 * value}; }
};

// Leaves of a tree, blank ones included: a power of two (or zero for no tree).
struct LeafCount {
  std::uint32_t value = 0;
  auto operator<=>(const LeafCount&) const = default;
};

struct Epoch {
  std::uint64_t value = 0;
  auto operator<=>(const Epoch&) const = default;
  Epoch next() const { return Epoch{value + 1}; }
};

// The step of a hash ratchet (RFC 9420 9.1).
struct Generation {
  std::uint32_t value = 0;
  auto operator<=>(const Generation&) const = default;
};

// Seconds since 1970-01-01T00:00:00Z, as in Lifetime (RFC 9420 7.2). The core never asks a clock:
// it is told.
struct Instant {
  std::uint64_t seconds = 0;
  auto operator<=>(const Instant&) const = default;
};

}  // namespace thicket

template <>
struct std::hash<thicket::LeafIndex> {
  std::size_t operator()(thicket::LeafIndex i) const noexcept { return i.value; }
};
template <>
struct std::hash<thicket::NodeIndex> {
  std::size_t operator()(thicket::NodeIndex i) const noexcept { return i.value; }
};
