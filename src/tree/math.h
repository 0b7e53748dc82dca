// The array representation's arithmetic.  RFC 9420 4.1, appendix C. Pure functions; all O(1) unless
// said.
#pragma once

#include <vector>

#include "base/strong.h"

namespace thicket::tree {

unsigned level(NodeIndex node);
NodeIndex root(LeafCount leaves);
NodeIndex left(NodeIndex parent);
NodeIndex right(NodeIndex parent);
NodeIndex parent(NodeIndex node, LeafCount leaves);
NodeIndex sibling(NodeIndex node, LeafCount leaves);
std::uint32_t node_count(LeafCount leaves);  // 2 n - 1
// From the parent of `node` up to the root; O(log n).
std::vector<NodeIndex> direct_path(NodeIndex node, LeafCount leaves);
std::vector<NodeIndex> copath(NodeIndex node, LeafCount leaves);
NodeIndex common_ancestor(LeafIndex a, LeafIndex b);
bool is_ancestor(NodeIndex ancestor, NodeIndex node);
// The lowest and highest leaf under a node.
LeafIndex first_leaf(NodeIndex node);
LeafIndex last_leaf(NodeIndex node);
// The smallest tree (a power of two of leaves) that holds `leaf`.
LeafCount fitting(LeafIndex leaf);

}  // namespace thicket::tree
