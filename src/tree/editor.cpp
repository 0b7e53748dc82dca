// Changes of a tree: each makes the path from the root to one leaf its own, edits it, and brings
// the summaries up to date on the way back.  RFC 9420 7.7, 12.1.1 to 12.1.3.
#include "tree/editor.h"

#include <algorithm>

#include "messages/wire.h"
#include "tree/tree_access.h"

namespace thicket::tree {

namespace {

constexpr std::uint32_t leaves_max = std::uint32_t{1} << 30;

}  // namespace

// A place of an own path: what stands there, from the root (first) to the target (last).
struct TreeEditor::OwnNode {
  NodeRef* slot = nullptr;
  NodeIndex at;
};

TreeEditor::TreeEditor(const RatchetTree& base) : tree_(base) {}

Result<void> TreeEditor::loaded_path(NodeIndex target) const {
  const Found found = walk_to(tree_, target);
  if (found.node->is_stub()) return needs(need_down_to(found.at, target));
  return {};
}

// Besides the path: what truncation would uncover and look into.
Result<void> TreeEditor::loaded_for_remove(LeafIndex leaf) const {
  THICKET_TRY(loaded_path(leaf.node()));
  if (tree_.summary().last_occupied != leaf) return {};
  LeafIndex last{0};
  const TreeNode* node = tree_.root_.get();
  for (NodeIndex at = root(tree_.leaves_); at != leaf.node(); at = towards(at, leaf.node())) {
    const bool goes_left = leaf.node() < at;
    const LeafIndex beside = (goes_left ? node->right() : node->left())->summary().last_occupied;
    if (beside != no_leaf) last = std::max(last, beside);
    node = goes_left ? node->left().get() : node->right().get();
  }
  // The nodes above the new root are discarded one by one.
  const NodeIndex top = root(fitting(last));
  const Found found = walk_to(tree_, top);
  if (found.at != top) return needs(need_down_to(found.at, top));
  return {};
}

// Everything on the way is loaded. Afterwards nobody else sees the nodes of the path, but its last.
TreeEditor::OwnPath TreeEditor::own_path(NodeIndex target) {
  TreeContext& context = *tree_.context_;
  OwnPath path;
  path.reserve(32);
  NodeRef* slot = &tree_.root_;
  for (NodeIndex at = root(tree_.leaves_);; at = towards(at, target)) {
    path.push_back({slot, at});
    if (at == target && at.is_leaf()) return path;
    if ((*slot)->kind() == NodeKind::blank) {
      *slot = context.open_blank(at, target);
    } else if (!slot->is_sole()) {
      *slot = TreeNode::copy_of(**slot);
    }
    (*slot)->forget_hash();
    if (at == target) return path;
    slot = target < at ? &(*slot)->left_slot() : &(*slot)->right_slot();
  }
}

// From the leaf up: summaries, and one object for what has become blank.
void TreeEditor::settle(OwnPath& path) {
  TreeContext& context = *tree_.context_;
  for (std::size_t i = path.size(); i-- > 0;) {
    NodeRef& node = *path[i].slot;
    if (node->kind() != NodeKind::interior) continue;
    const bool empty = !node->has_content() && node->left()->kind() == NodeKind::blank &&
                       node->right()->kind() == NodeKind::blank;
    if (empty) {
      node = context.make_parent(path[i].at, node->left(), node->right());
    } else {
      context.summarise(*node);
    }
  }
}

void TreeEditor::index_key(IndexKind kind, ByteView key, NodeIndex at, bool erased) {
  KeyIndex& index = tree_.index_;
  const IndexEntry entry{index.fingerprint(kind, key), at};
  if (erased) {
    index.erase(kind, entry);
  } else {
    index.insert(kind, entry);
  }
}

// Takes the key of one leaf out and puts that of the other in, unless they are the same.
void TreeEditor::reindex(IndexKind kind, NodeIndex at, const TreeNode* before,
                         const TreeNode* after) {
  const bool same =
      before != nullptr && after != nullptr && equal(key_of(*before, kind), key_of(*after, kind));
  if (same) return;
  if (before != nullptr) index_key(kind, key_of(*before, kind), at, true);
  if (after == nullptr) return;
  index_key(kind, key_of(*after, kind), at, false);
  if (kind == IndexKind::signature_keys) new_signature_keys_.push_back(at);
  if (kind == IndexKind::encryption_keys) new_encryption_keys_.push_back(at);
}

void TreeEditor::replace_leaf(OwnNode& place, const LeafEntry* entry, bool fresh) {
  const NodeRef old = std::exchange(*place.slot, {});
  NodeRef& node = *place.slot;
  if (entry == nullptr) {
    node = tree_.context_->make_blank(place.at);
  } else {
    const Bytes encoded = codec::encode(entry->leaf_node);
    node = tree_.context_->make_leaf(
        {first_leaf(place.at), &entry->leaf_node, encoded, entry->client_id});
  }
  const auto as_leaf = [](const NodeRef& some) {
    return some->kind() == NodeKind::leaf ? some.get() : nullptr;
  };
  for (const IndexKind kind : all_indices) reindex(kind, place.at, as_leaf(old), as_leaf(node));
  if (fresh) std::erase(new_encryption_keys_, place.at);
}

void TreeEditor::replace_content(OwnNode& place, const ParentContent* content) {
  NodeRef& node = *place.slot;
  if (node->has_content())
    index_key(IndexKind::encryption_keys, node->encryption_key(), place.at, true);
  if (!node->put_content(content)) {
    NodeRef roomier = TreeNode::make_interior(content, tree_.context_->crypto().hash_size());
    roomier->left_slot() = std::move(node->left_slot());
    roomier->right_slot() = std::move(node->right_slot());
    node = std::move(roomier);
  }
  if (content != nullptr)
    index_key(IndexKind::encryption_keys, content->encryption_key, place.at, false);
}

Result<void> TreeEditor::grow_for(LeafIndex leaf) {
  if (leaf.value < tree_.leaves_.value) return {};
  if (leaf.value > tree_.leaves_.value) return broken(Rule::leaf_out_of_range).of(leaf);
  if (tree_.leaves_.value >= leaves_max) return broken(Rule::tree_too_large);
  // RFC 9420 7.7: "a new blank root node is added, whose left subtree is the existing tree and
  // right subtree is a new all-blank subtree."
  const LeafCount doubled{2 * tree_.leaves_.value};
  const NodeIndex top = root(doubled);
  NodeRef beside = tree_.context_->make_blank(right(top));
  tree_.root_ = tree_.context_->make_parent(top, std::move(tree_.root_), std::move(beside));
  tree_.leaves_ = doubled;
  return {};
}

Result<LeafIndex> TreeEditor::add(const LeafEntry& entry) {
  const LeafIndex leaf = tree_.next_free_leaf();
  if (leaf.value < tree_.leaves_.value) THICKET_TRY(loaded_path(leaf.node()));
  THICKET_TRY(grow_for(leaf));
  OwnPath path = own_path(leaf.node());
  replace_leaf(path.back(), &entry);
  // RFC 9420 12.1.1: "For each non-blank intermediate node along the path from the leaf L to the
  // root of the tree, add L's leaf index to the unmerged_leaves list for the node."
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    NodeRef& node = *path[i].slot;
    if (node->has_content()) node->add_unmerged(leaf);
  }
  settle(path);
  return leaf;
}

Result<TreeEditor::OwnPath> TreeEditor::path_of_member(LeafIndex leaf) {
  if (leaf.value >= tree_.leaves_.value) return broken(Rule::leaf_out_of_range).of(leaf);
  THICKET_TRY(loaded_path(leaf.node()));
  if (walk_to(tree_, leaf.node()).node->kind() != NodeKind::leaf)
    return broken(Rule::leaf_blank).of(leaf);
  return own_path(leaf.node());
}

Result<void> TreeEditor::update(LeafIndex leaf, const LeafEntry& entry) {
  OwnPath path = THICKET_TRY(path_of_member(leaf));
  replace_leaf(path.back(), &entry);
  for (std::size_t i = 0; i + 1 < path.size(); ++i) replace_content(path[i], nullptr);
  settle(path);
  return {};
}

Result<void> TreeEditor::remove(LeafIndex leaf) {
  if (leaf.value < tree_.leaves_.value) THICKET_TRY(loaded_for_remove(leaf));
  OwnPath path = THICKET_TRY(path_of_member(leaf));
  replace_leaf(path.back(), nullptr);
  for (std::size_t i = 0; i + 1 < path.size(); ++i) replace_content(path[i], nullptr);
  settle(path);
  truncate();
  return {};
}

void TreeEditor::truncate() {
  NodeRef& top = tree_.root_;
  // RFC 9420 7.7: "When the right subtree of the tree no longer has any non-blank nodes, it can be
  // safely removed. The root of the tree and the right subtree are discarded."
  while (top->kind() == NodeKind::interior && top->right()->kind() == NodeKind::blank) {
    if (top->has_content())
      index_key(IndexKind::encryption_keys, top->encryption_key(), root(tree_.leaves_), true);
    top = NodeRef(top->left());
    tree_.leaves_.value /= 2;
  }
  if (top->kind() == NodeKind::blank) {
    tree_.leaves_ = LeafCount{1};
    top = tree_.context_->make_blank(NodeIndex{0});
  }
}

Result<void> TreeEditor::put_content(NodeIndex node, const ParentContent* content) {
  if (node.is_leaf() || node.value >= node_count(tree_.leaves_))
    return broken(Rule::leaf_out_of_range);
  THICKET_TRY(loaded_path(node));
  OwnPath path = own_path(node);
  replace_content(path.back(), content);
  if (content != nullptr) new_encryption_keys_.push_back(node);
  settle(path);
  return {};
}

Result<void> TreeEditor::put_parent(NodeIndex node, ByteView encryption_key, ByteView parent_hash) {
  const ParentContent content{encryption_key, parent_hash};
  return put_content(node, &content);
}

Result<void> TreeEditor::blank_parent(NodeIndex node) {
  return put_content(node, nullptr);
}

Result<void> TreeEditor::put_leaf(LeafIndex leaf, const LeafEntry& entry) {
  return put_leaf_at(leaf, entry, false);
}

Result<void> TreeEditor::put_fresh_leaf(LeafIndex leaf, const LeafEntry& entry) {
  return put_leaf_at(leaf, entry, true);
}

Result<void> TreeEditor::put_leaf_at(LeafIndex leaf, const LeafEntry& entry, bool fresh) {
  if (leaf.value < tree_.leaves_.value) THICKET_TRY(loaded_path(leaf.node()));
  THICKET_TRY(grow_for(leaf));
  OwnPath path = own_path(leaf.node());
  replace_leaf(path.back(), &entry, fresh);
  settle(path);
  return {};
}

Result<Bytes> TreeEditor::put_path(const PathKeys& keys) {
  if (keys.leaf.value < tree_.leaves_.value) THICKET_TRY(loaded_path(keys.leaf.node()));
  THICKET_TRY(grow_for(keys.leaf));
  TreeContext& context = *tree_.context_;
  OwnPath path = own_path(keys.leaf.node());
  NodeRef& leaf = *path.back().slot;
  if (leaf->kind() == NodeKind::blank) leaf = context.make_blank(keys.leaf.node());
  const auto aside = [&](std::size_t i) -> NodeRef& {
    NodeRef& node = *path[i].slot;
    return path[i + 1].slot == &node->left_slot() ? node->right_slot() : node->left_slot();
  };
  std::size_t left_over = 0;
  for (std::size_t i = 0; i + 1 < path.size(); ++i)
    left_over += aside(i)->summary().resolution_size > 0 ? 1 : 0;
  if (left_over != keys.keys.size()) {
    settle(path);
    return broken(Rule::path_length)
        .because(std::to_string(keys.keys.size()) + " instead of " + std::to_string(left_over));
  }
  Digest hash;  // RFC 9420 7.9: "If P is the root, then the parent_hash field is set to a
                // zero-length octet string."
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    if (aside(i)->summary().resolution_size == 0) {
      replace_content(path[i], nullptr);
      continue;
    }
    const ParentContent content{keys.keys[--left_over], hash.view()};
    const bool to_left = path[i + 1].slot == &(*path[i].slot)->left_slot();
    replace_content(path[i], &content);
    NodeRef& node = *path[i].slot;
    path[i + 1].slot = to_left ? &node->left_slot() : &node->right_slot();
    const NodeIndex other = to_left ? right(path[i].at) : left(path[i].at);
    context.hash(*aside(i), other);
    hash = parent_hash(context.crypto(), content, aside(i)->tree_hash());
    if (!keys.fresh) new_encryption_keys_.push_back(path[i].at);
  }
  settle(path);
  return hash.bytes();
}

const RatchetTree& TreeEditor::tree() {
  tree_.context_->hash(*tree_.root_, root(tree_.leaves_));
  return tree_;
}

RatchetTree TreeEditor::finish() && {
  tree();
  return std::move(tree_);
}

struct TreeEditor::NewKey {
  IndexKind kind{};
  NodeIndex at;
  Found found;  // where a walk to it ended
};

Result<void> TreeEditor::check_unique() {
  Need need;
  const auto check_all = [&](IndexKind kind, std::vector<NodeIndex>& nodes) -> Result<void> {
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    Descent descent(tree_);
    for (const NodeIndex at : nodes) {
      if (at.value < node_count(tree_.leaves_))
        THICKET_TRY(check_key({kind, at, descent.to(at)}, need));
    }
    return {};
  };
  THICKET_TRY(check_all(IndexKind::signature_keys, new_signature_keys_));
  THICKET_TRY(check_all(IndexKind::encryption_keys, new_encryption_keys_));
  if (!need.empty()) return needs(std::move(need));
  return {};
}

namespace {

// The key of `at`, which is new, is that of `other` too.
Error twice(IndexKind kind, NodeIndex at, NodeIndex other) {
  if (kind == IndexKind::signature_keys)
    return broken(Rule::signature_key_unique).at("signature_key").of(first_leaf(at));
  if (at.is_leaf() && other.is_leaf())
    return broken(Rule::encryption_key_unique).at("encryption_key").of(first_leaf(at));
  Error error = broken(Rule::parent_key_unique).at("encryption_key");
  if (at.is_leaf() || other.is_leaf())
    error = std::move(error).of(first_leaf(at.is_leaf() ? at : other));
  return error;
}

}  // namespace

// Nothing if the node has no key any more.
Result<void> TreeEditor::check_key(const NewKey& new_key, Need& need) const {
  const auto [kind, at, found] = new_key;
  if (found.at != at || found.node->kind() == NodeKind::blank || !found.node->has_content())
    return {};
  const ByteView key = key_of(*found.node, kind);
  const std::uint64_t fingerprint = tree_.index_.fingerprint(kind, key);
  tree_.index_.foresee(kind, fingerprint, need);
  if (!need.empty()) return {};
  for (const NodeIndex other : THICKET_TRY(tree_.index_.find(kind, fingerprint))) {
    if (other == at) continue;
    const Found match = walk_to(tree_, other);
    if (match.node->is_stub()) {
      add_need(need, need_down_to(match.at, other));
    } else if (equal(key_of(*match.node, kind), key)) {
      return twice(kind, at, other);
    }
  }
  return {};
}

}  // namespace thicket::tree
