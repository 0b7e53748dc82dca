// The array representation's arithmetic.  RFC 9420 4.1, appendix C.
#include "tree/math.h"

#include <bit>

#include "base/assert.h"

namespace thicket::tree {

unsigned level(NodeIndex node) {
  return static_cast<unsigned>(std::countr_one(node.value));
}

NodeIndex root(LeafCount leaves) {
  THICKET_ASSERT(std::has_single_bit(leaves.value));
  return NodeIndex{leaves.value - 1};
}

NodeIndex left(NodeIndex parent) {
  const unsigned k = level(parent);
  THICKET_ASSERT(k > 0 && k < 32);
  return NodeIndex{parent.value ^ (std::uint32_t{1} << (k - 1))};
}

NodeIndex right(NodeIndex parent) {
  const unsigned k = level(parent);
  THICKET_ASSERT(k > 0 && k < 32);
  return NodeIndex{parent.value ^ (std::uint32_t{3} << (k - 1))};
}

NodeIndex parent(NodeIndex node, LeafCount leaves) {
  THICKET_ASSERT(node != root(leaves));
  const unsigned k = level(node);
  const std::uint32_t side = (node.value >> (k + 1)) & 1;
  return NodeIndex{(node.value | (std::uint32_t{1} << k)) ^ (side << (k + 1))};
}

NodeIndex sibling(NodeIndex node, LeafCount leaves) {
  const NodeIndex above = parent(node, leaves);
  return node < above ? right(above) : left(above);
}

std::uint32_t node_count(LeafCount leaves) {
  return leaves.value == 0 ? 0 : 2 * leaves.value - 1;
}

std::vector<NodeIndex> direct_path(NodeIndex node, LeafCount leaves) {
  std::vector<NodeIndex> out;
  for (const NodeIndex top = root(leaves); node != top;) {
    node = parent(node, leaves);
    out.push_back(node);
  }
  return out;
}

std::vector<NodeIndex> copath(NodeIndex node, LeafCount leaves) {
  std::vector<NodeIndex> out;
  for (const NodeIndex top = root(leaves); node != top; node = parent(node, leaves))
    out.push_back(sibling(node, leaves));
  return out;
}

NodeIndex common_ancestor(LeafIndex a, LeafIndex b) {
  if (a == b) return a.node();
  // The bits in which two leaves differ span the subtree that holds both.
  const unsigned height = static_cast<unsigned>(std::bit_width(a.value ^ b.value));
  const std::uint64_t base = (std::uint64_t{a.value} >> height) << (height + 1);
  return NodeIndex{static_cast<std::uint32_t>(base + (std::uint64_t{1} << height) - 1)};
}

bool is_ancestor(NodeIndex ancestor, NodeIndex node) {
  return level(ancestor) > level(node) && first_leaf(ancestor).node() <= node &&
         node <= last_leaf(ancestor).node();
}

LeafIndex first_leaf(NodeIndex node) {
  const std::uint32_t below = (std::uint32_t{1} << level(node)) - 1;
  return LeafIndex{(node.value - below) / 2};
}

LeafIndex last_leaf(NodeIndex node) {
  const std::uint32_t below = (std::uint32_t{1} << level(node)) - 1;
  return LeafIndex{first_leaf(node).value + below};
}

LeafCount fitting(LeafIndex leaf) {
  return LeafCount{std::bit_ceil(leaf.value + 1)};
}

}  // namespace thicket::tree
