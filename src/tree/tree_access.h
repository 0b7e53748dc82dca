// The parts of a tree, for what builds and walks one: import, rows, the update path.
#pragma once

#include "tree/ratchet_tree.h"
#include "tree/tree_context.h"

namespace thicket::tree {

struct RatchetTree::Parts {
  std::shared_ptr<TreeContext> context;
  LeafCount leaves;
  NodeRef root;
  KeyIndex index;
};

struct TreeAccess {
  static RatchetTree make(RatchetTree::Parts parts) { return RatchetTree(std::move(parts)); }
  static TreeContext& context(const RatchetTree& tree) { return *tree.context_; }
  static const NodeRef& root(const RatchetTree& tree) { return tree.root_; }
  static NodeRef& root_slot(RatchetTree& tree) { return tree.root_; }
  static const KeyIndex& index(const RatchetTree& tree) { return tree.index_; }
  static KeyIndex& index_slot(RatchetTree& tree) { return tree.index_; }
};

// What an index is about: a leaf's signature key, encryption key or client, a parent's encryption
// key.
ByteView key_of(const TreeNode& node, IndexKind kind);

// Where a walk down from the root to a node ends: at the node, or above it at a blank subtree or at
// what is not loaded.
struct Found {
  const TreeNode* node = nullptr;
  NodeIndex at;
};
Found walk_to(const RatchetTree& tree, NodeIndex target);
// The same for one target after another; the way that two have in common is walked once, so that
// the nodes of a path, or those beside it, are found in O(log n) all together.
class Descent final {
 public:
  explicit Descent(const RatchetTree& tree);
  Found to(NodeIndex target);

 private:
  std::vector<Found> way_;  // from the root down
};
// 4.1.1, from where a walk to `node` has ended.
Result<std::vector<ResolutionNode>> resolution_at(const Found& found, NodeIndex node);
// The Need for all that stands from `stub` down to `target`.
Need need_down_to(NodeIndex stub, NodeIndex target);
void add_need(Need& need, const Need& more);
// Rule::internal_need with all that is not loaded, for what touches every node.
Result<void> require_loaded(const RatchetTree& tree);
// The next node down from `at` towards `target`.
NodeIndex towards(NodeIndex at, NodeIndex target);

}  // namespace thicket::tree
