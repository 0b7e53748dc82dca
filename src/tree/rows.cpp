// The tree to and from rows: what changed, what is opened, what was loaded.
#include "tree/rows.h"

#include <algorithm>

#include "tree/row_codec.h"
#include "tree/tree_access.h"

namespace thicket::tree {
namespace {

class Differ final {
 public:
  // Rows of everything that stands below and was there before.
  void erase(const TreeNode* before, NodeIndex at) {
    if (before == nullptr || before->kind() == NodeKind::blank) return;
    if (before->is_stub()) return need_.nodes.push_back(at);
    rows_.push_back({at, {}});
    if (before->kind() != NodeKind::interior) return;
    erase(before->left().get(), left(at));
    erase(before->right().get(), right(at));
  }

  void compare(const TreeNode* before, const TreeNode& after, NodeIndex at) {
    if (before == &after) return;
    // Equal hashes mean equal content below (RFC 9420 7.8), and so equal rows.
    if (before != nullptr && equal(before->tree_hash(), after.tree_hash())) return;
    if (after.kind() == NodeKind::blank) return erase(before, at);
    if (after.is_stub() || (before != nullptr && before->is_stub()))
      return need_.nodes.push_back(at);
    rows_.push_back({at, write_node(after, at)});
    if (after.kind() != NodeKind::interior) return;
    const bool both = before != nullptr && before->kind() == NodeKind::interior;
    compare(both ? before->left().get() : nullptr, *after.left(), left(at));
    compare(both ? before->right().get() : nullptr, *after.right(), right(at));
  }

  // `before` is the left end of a tree that has doubled since.
  void compare_grown(const RatchetTree& before, const TreeNode& after, NodeIndex at) {
    if (at == root(before.leaf_count())) return compare(TreeAccess::root(before).get(), after, at);
    if (after.is_stub()) return need_.nodes.push_back(at);
    // An interior node: the old tree, which has members, is still below it.
    rows_.push_back({at, write_node(after, at)});
    if (after.kind() != NodeKind::interior) return;
    compare_grown(before, *after.left(), left(at));
    compare(nullptr, *after.right(), right(at));
  }

  void compare_shrunk(const TreeNode* before, NodeIndex at, const RatchetTree& after) {
    if (at == root(after.leaf_count())) return compare(before, *TreeAccess::root(after), at);
    if (before == nullptr || before->kind() == NodeKind::blank)
      return compare(nullptr, *TreeAccess::root(after), root(after.leaf_count()));
    if (before->is_stub()) return need_.nodes.push_back(at);
    rows_.push_back({at, {}});
    erase(before->right().get(), right(at));
    compare_shrunk(before->left().get(), left(at), after);
  }

  Result<std::vector<NodeRow>> take() && {
    if (!need_.empty()) return needs(std::move(need_));
    return std::move(rows_);
  }

 private:
  std::vector<NodeRow> rows_;
  Need need_;
};

// The place of a node whose way down nobody else sees: loading changes this tree value only.
NodeRef& own_slot(NodeRef& top, NodeIndex top_at, NodeIndex target) {
  NodeRef* slot = &top;
  for (NodeIndex at = top_at; at != target; at = towards(at, target)) {
    if (!slot->is_sole()) *slot = TreeNode::copy_of(**slot);
    slot = target < at ? &(*slot)->left_slot() : &(*slot)->right_slot();
  }
  return *slot;
}

Result<void> supply_node(RatchetTree& tree, const NodeRow& row) {
  const Error wrong = broken(Rule::store_row).at("node " + std::to_string(row.node.value));
  if (row.node.value >= node_count(tree.leaf_count())) return wrong;
  const Found found = walk_to(tree, row.node);
  if (found.at != row.node) return wrong;
  if (!found.node->is_stub()) return {};
  NodeRef loaded = THICKET_TRY(read_node(row.value, TreeAccess::context(tree), row.node));
  // The parent's row, which was believed before, says what has to stand here.
  if (!equal(loaded->tree_hash(), found.node->tree_hash()) ||
      !(loaded->summary() == found.node->summary()))
    return wrong;
  own_slot(TreeAccess::root_slot(tree), root(tree.leaf_count()), row.node) = std::move(loaded);
  return {};
}

Result<void> supply_block(KeyIndex& index, const Supply::Block& block) {
  std::vector<IndexEntry> entries;
  for (const IndexRow& row : block.entries) {
    if (row.index != block.block.index || row.erased) return broken(Rule::store_row).at("entries");
    entries.push_back({row.fingerprint, row.node});
  }
  return index.supply(block.block, std::move(entries));
}

}  // namespace

TreeRoot RatchetTree::root_row() const {
  return {write_root(leaves_, index_.seed(), *root_)};
}

Result<RatchetTree> RatchetTree::open(const crypto::Crypto& crypto, const TreeRoot& stored) {
  codec::Reader in(stored.value);
  const Error wrong = broken(Rule::store_row).at("root");
  const auto head = read_root_head(in);
  if (!head) return wrong;
  auto context = std::make_shared<TreeContext>(crypto, head->seed);
  const NodeIndex top = thicket::tree::root(head->leaves);
  const auto child = read_child(in, *context, top);
  if (!child || !in.done()) return wrong;
  const std::uint32_t members = child->summary.member_count;
  KeyIndex index = KeyIndex::unloaded(head->seed, {members, 2 * members, members});
  return RatchetTree({std::move(context), head->leaves, node_of(*child, top), std::move(index)});
}

Result<void> RatchetTree::supply(const Supply& supplied) {
  // From the root down: a row makes the stubs of its children.
  std::vector<const NodeRow*> rows;
  for (const NodeRow& row : supplied.nodes) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const NodeRow* a, const NodeRow* b) {
    return level(a->node) > level(b->node);
  });
  RatchetTree loaded = *this;
  for (const NodeRow* row : rows) THICKET_TRY(supply_node(loaded, *row));
  for (const Supply::Block& block : supplied.blocks)
    THICKET_TRY(supply_block(loaded.index_, block));
  *this = std::move(loaded);
  return {};
}

Result<TreeDelta> diff(const RatchetTree* before, const RatchetTree& after) {
  Differ differ;
  const TreeNode& now = *TreeAccess::root(after);
  const NodeIndex top = root(after.leaf_count());
  if (before == nullptr) {
    differ.compare(nullptr, now, top);
  } else if (before->leaf_count() <= after.leaf_count()) {
    differ.compare_grown(*before, now, top);
  } else {
    const TreeNode* old = TreeAccess::root(*before).get();
    differ.compare_shrunk(old, root(before->leaf_count()), after);
  }
  TreeDelta out;
  out.root = after.root_row();
  out.nodes = THICKET_TRY(std::move(differ).take());
  const KeyIndex* old_index = before == nullptr ? nullptr : &TreeAccess::index(*before);
  for (const IndexChange& change :
       THICKET_TRY(KeyIndex::changes(old_index, TreeAccess::index(after))))
    out.entries.push_back({static_cast<std::uint8_t>(change.kind), change.entry.fingerprint,
                           change.entry.node, change.erased});
  return out;
}

}  // namespace thicket::tree
