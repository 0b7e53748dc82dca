// The tree as rows of a store: what a transition changed, and what a stub needs to be loaded.
// A node's row holds its content and the summaries of its two children, so that one row makes two
// stubs.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace thicket::tree {

struct NodeRow {
  NodeIndex node;
  Bytes value;  // empty in a delta: the row is erased
  bool operator==(const NodeRow&) const = default;
};

// An entry of an index: index, fingerprint and node together name the row, which has no value. Two
// nodes may share a fingerprint; a block is read as the range of its fingerprints.
struct IndexRow {
  std::uint8_t index = 0;         // 0 signature keys, 1 encryption keys, 2 client identities
  std::uint64_t fingerprint = 0;  // 32 bits
  NodeIndex node;
  bool erased = false;  // in a delta: the row is erased
  bool operator==(const IndexRow&) const = default;
};

// What every stored tree starts from: size, index seed, and the root's summary.
struct TreeRoot {
  Bytes value;
  bool operator==(const TreeRoot&) const = default;
};

struct TreeDelta {
  TreeRoot root;
  std::vector<NodeRow> nodes;
  std::vector<IndexRow> entries;
};

// What was loaded for a Need: rows of nodes, and all entries of the blocks asked for.
struct Supply {
  std::vector<NodeRow> nodes;
  struct Block {
    IndexBlock block;
    std::vector<IndexRow> entries;
  };
  std::vector<Block> blocks;
};

class RatchetTree;
// What differs, found by walking both trees where they do not share nodes: O(changes), never O(n).
// `before` null: the whole tree.
Result<TreeDelta> diff(const RatchetTree* before, const RatchetTree& after);

}  // namespace thicket::tree
