// What a commit will meet in a tree that is not all loaded, gathered before it is met.
#include <algorithm>

#include "tree/tree_access.h"

namespace thicket::tree {
namespace {

class Foresight final {
 public:
  explicit Foresight(const RatchetTree& tree) : tree_(tree), top_(root(tree.leaf_count())) {}

  // The path of a leaf, and what stands beside it.
  void path(LeafIndex leaf) {
    if (leaf.value >= tree_.leaf_count().value) return;
    const TreeNode* node = TreeAccess::root(tree_).get();
    LeafIndex last = node->summary().last_occupied;
    for (NodeIndex at = top_;; at = towards(at, leaf.node())) {
      // Below what is not loaded, places are known and contents are not: a row may not exist.
      const bool loaded = node != nullptr && !node->is_stub();
      if (!loaded) need_.nodes.push_back(at);
      if (at == leaf.node() || (loaded && node->kind() != NodeKind::interior)) return;
      const bool goes_left = leaf.node() < at;
      const NodeIndex other = goes_left ? right(at) : left(at);
      if (!loaded) {
        aside(other, last);
        node = nullptr;
        continue;
      }
      const TreeNode& beside = goes_left ? *node->right() : *node->left();
      if (beside.is_stub()) aside(other, beside.summary().last_occupied);
      node = goes_left ? node->left().get() : node->right().get();
      last = node->summary().last_occupied;
    }
  }

  // The leftmost `count` blank leaves: by the summaries, a level a round where nothing is loaded.
  void free_leaves(std::size_t count) { free_below(*TreeAccess::root(tree_), top_, count); }

  void key(IndexKind kind, ByteView octets) {
    const KeyIndex& index = TreeAccess::index(tree_);
    if (index.is_all_loaded()) return;
    index.foresee(kind, index.fingerprint(kind, octets), need_);
  }

  void leaf(const LeafNode& node) {
    key(IndexKind::signature_keys, node.signature_key);
    key(IndexKind::encryption_keys, node.encryption_key);
  }

  Result<void> take() && {
    std::sort(need_.nodes.begin(), need_.nodes.end());
    need_.nodes.erase(std::unique(need_.nodes.begin(), need_.nodes.end()), need_.nodes.end());
    if (need_.empty()) return {};
    return needs(std::move(need_));
  }

 private:
  // A copath child. Where all members stand in its left half it is blank, and what stands for it in
  // a resolution is further down.
  void aside(NodeIndex at, LeafIndex last) {
    if (last == no_leaf || last < first_leaf(at)) return;
    need_.nodes.push_back(at);
    for (; !at.is_leaf() && last < first_leaf(right(at)); at = left(at))
      need_.nodes.push_back(left(at));
  }

  void free_below(const TreeNode& node, NodeIndex at, std::size_t& count) {
    if (count == 0 || node.summary().first_blank == no_leaf) return;
    if (node.kind() == NodeKind::interior) {
      free_below(*node.left(), left(at), count);
      free_below(*node.right(), right(at), count);
      return;
    }
    if (node.is_stub()) need_.nodes.push_back(at);
    const std::size_t width = last_leaf(at).value - first_leaf(at).value + std::size_t{1};
    count -= std::min(count, width - node.summary().member_count);
  }

  const RatchetTree& tree_;
  NodeIndex top_;
  Need need_;
};

}  // namespace

Result<void> RatchetTree::ready_for(const Coming& coming) const {
  Foresight foresight(*this);
  if (coming.committer) foresight.path(*coming.committer);
  for (const LeafIndex leaf : coming.changed) foresight.path(leaf);
  foresight.free_leaves(coming.adds);
  for (const LeafNode* node : coming.put) foresight.leaf(*node);
  if (coming.path != nullptr) {
    foresight.leaf(coming.path->leaf_node);
    for (const UpdatePathNode& step : coming.path->nodes)
      foresight.key(IndexKind::encryption_keys, step.encryption_key);
  }
  return std::move(foresight).take();
}

}  // namespace thicket::tree
