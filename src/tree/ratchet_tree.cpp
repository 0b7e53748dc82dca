// The tree's queries: each follows one path, or answers from the root's summary.  RFC
// 9420 4.1, 7.1.
#include "tree/ratchet_tree.h"

#include <algorithm>

#include "messages/wire.h"
#include "tree/tree_access.h"

namespace thicket::tree {

RatchetTree::RatchetTree(Parts parts)
    : context_(std::move(parts.context)),
      leaves_(parts.leaves),
      root_(std::move(parts.root)),
      index_(std::move(parts.index)) {}

RatchetTree RatchetTree::of_one(const crypto::Crypto& crypto, const LeafEntry& entry,
                                IndexSeed seed) {
  auto context = std::make_shared<TreeContext>(crypto, seed);
  const Bytes encoded = codec::encode(entry.leaf_node);
  NodeRef leaf = context->make_leaf({LeafIndex{0}, &entry.leaf_node, encoded, entry.client_id});
  context->hash(*leaf, NodeIndex{0});
  KeyIndex index(seed);
  const auto put = [&](IndexKind kind, ByteView key) {
    index.insert(kind, {index.fingerprint(kind, key), NodeIndex{0}});
  };
  put(IndexKind::signature_keys, leaf->signature_key());
  put(IndexKind::encryption_keys, leaf->encryption_key());
  put(IndexKind::clients, leaf->client_id());
  return RatchetTree({std::move(context), LeafCount{1}, std::move(leaf), std::move(index)});
}

LeafCount RatchetTree::leaf_count() const {
  return leaves_;
}
std::uint32_t RatchetTree::member_count() const {
  return root_->summary().member_count;
}
ByteView RatchetTree::tree_hash() const {
  return root_->tree_hash();
}
const crypto::Crypto& RatchetTree::crypto() const {
  return context_->crypto();
}
const Summary& RatchetTree::summary() const {
  return root_->summary();
}

NodeIndex towards(NodeIndex at, NodeIndex target) {
  return target < at ? left(at) : right(at);
}

Found walk_to(const RatchetTree& tree, NodeIndex target) {
  Found found{TreeAccess::root(tree).get(), root(tree.leaf_count())};
  while (found.at != target && found.node->kind() == NodeKind::interior) {
    found.node = target < found.at ? found.node->left().get() : found.node->right().get();
    found.at = towards(found.at, target);
  }
  return found;
}

Descent::Descent(const RatchetTree& tree) {
  way_.push_back({TreeAccess::root(tree).get(), root(tree.leaf_count())});
}

Found Descent::to(NodeIndex target) {
  const LeafIndex leaf = first_leaf(target);
  const auto is_above = [&](NodeIndex at) {
    return level(at) >= level(target) && first_leaf(at) <= leaf && leaf <= last_leaf(at);
  };
  while (way_.size() > 1 && !is_above(way_.back().at)) way_.pop_back();
  while (way_.back().at != target && way_.back().node->kind() == NodeKind::interior) {
    const Found above = way_.back();
    const NodeRef& next = target < above.at ? above.node->left() : above.node->right();
    way_.push_back({next.get(), towards(above.at, target)});
  }
  return way_.back();
}

Need need_down_to(NodeIndex stub, NodeIndex target) {
  Need need;
  for (NodeIndex at = stub;; at = towards(at, target)) {
    need.nodes.push_back(at);
    if (at == target) return need;
  }
}

void add_need(Need& need, const Need& more) {
  need.nodes.insert(need.nodes.end(), more.nodes.begin(), more.nodes.end());
  need.blocks.insert(need.blocks.end(), more.blocks.begin(), more.blocks.end());
}

Result<Bytes> RatchetTree::tree_hash_of(NodeIndex node) const {
  if (node.value >= node_count(leaves_)) return broken(Rule::leaf_out_of_range);
  const Found found = walk_to(*this, node);
  if (found.at == node) return to_bytes(found.node->tree_hash());
  if (found.node->is_stub()) return needs(need_down_to(found.at, node));
  return to_bytes(context_->make_blank(node)->tree_hash());
}

Result<LeafView> RatchetTree::leaf(LeafIndex index) const {
  if (index.value >= leaves_.value) return broken(Rule::leaf_out_of_range).of(index);
  const Found found = walk_to(*this, index.node());
  if (found.node->is_stub()) return needs(need_down_to(found.at, index.node()));
  if (found.node->kind() == NodeKind::blank) return broken(Rule::leaf_blank).of(index);
  return LeafView(NodeRef::share(const_cast<TreeNode*>(found.node)));
}

Result<bool> RatchetTree::is_occupied(LeafIndex index) const {
  if (index.value >= leaves_.value) return broken(Rule::leaf_out_of_range).of(index);
  const Found found = walk_to(*this, index.node());
  if (found.at == index.node()) return found.node->kind() != NodeKind::blank;
  if (!found.node->is_stub()) return false;
  const Summary& summary = found.node->summary();
  if (summary.first_blank == no_leaf) return true;
  if (summary.first_blank == index || summary.last_occupied < index) return false;
  if (index < summary.first_blank || index == summary.last_occupied) return true;
  return needs(need_down_to(found.at, index.node()));
}

Result<std::optional<ParentNode>> RatchetTree::parent(NodeIndex index) const {
  if (index.is_leaf() || index.value >= node_count(leaves_)) return broken(Rule::leaf_out_of_range);
  const Found found = walk_to(*this, index);
  if (found.node->is_stub()) return needs(need_down_to(found.at, index));
  if (found.node->kind() == NodeKind::blank || !found.node->has_content())
    return std::optional<ParentNode>();
  const std::span<const LeafIndex> unmerged = found.node->unmerged();
  return std::optional<ParentNode>({to_bytes(found.node->encryption_key()),
                                    to_bytes(found.node->parent_hash()),
                                    {unmerged.begin(), unmerged.end()}});
}

LeafIndex RatchetTree::next_free_leaf() const {
  const LeafIndex first = root_->summary().first_blank;
  return first == no_leaf ? LeafIndex{leaves_.value} : first;
}

namespace {

using Visit = std::function<Result<void>(LeafIndex, const LeafView&)>;

Result<void> visit_members(const NodeRef& node, NodeIndex at, const Visit& visit) {
  switch (node->kind()) {
    case NodeKind::blank:
      return {};
    case NodeKind::stub:
      return needs({{at}, {}});
    case NodeKind::leaf:
      return visit(first_leaf(at), LeafView(node));
    case NodeKind::interior:
      THICKET_TRY(visit_members(node->left(), left(at), visit));
      return visit_members(node->right(), right(at), visit);
  }
  return {};
}

void collect_stubs(const NodeRef& node, NodeIndex at, Need& need) {
  if (node->is_stub()) need.nodes.push_back(at);
  if (node->kind() != NodeKind::interior) return;
  collect_stubs(node->left(), left(at), need);
  collect_stubs(node->right(), right(at), need);
}

struct Resolving {
  std::vector<ResolutionNode> nodes;
  Need need;
};

void resolve(const TreeNode& node, NodeIndex at, Resolving& out);

void resolve_unmerged(const TreeNode& node, NodeIndex at, LeafIndex leaf, Resolving& out) {
  const TreeNode* below = &node;
  while (at != leaf.node() && below->kind() == NodeKind::interior) {
    below = leaf.node() < at ? below->left().get() : below->right().get();
    at = towards(at, leaf.node());
  }
  if (below->is_stub()) {
    add_need(out.need, need_down_to(at, leaf.node()));
  } else if (below->kind() == NodeKind::leaf) {
    out.nodes.push_back({at, to_bytes(below->encryption_key())});
  }
}

void resolve(const TreeNode& node, NodeIndex at, Resolving& out) {
  if (node.summary().resolution_size == 0) return;
  if (node.is_stub()) return out.need.nodes.push_back(at);
  if (node.has_content()) {
    out.nodes.push_back({at, to_bytes(node.encryption_key())});
    for (const LeafIndex leaf : node.unmerged()) resolve_unmerged(node, at, leaf, out);
    return;
  }
  resolve(*node.left(), left(at), out);
  resolve(*node.right(), right(at), out);
}

}  // namespace

Result<void> require_loaded(const RatchetTree& tree) {
  Need need;
  collect_stubs(TreeAccess::root(tree), root(tree.leaf_count()), need);
  if (!need.empty()) return needs(std::move(need));
  return {};
}

Result<void> RatchetTree::for_each_member(const Visit& visit) const {
  THICKET_TRY(require_loaded(*this));
  return visit_members(root_, root(leaves_), visit);
}

Result<std::vector<ResolutionNode>> RatchetTree::resolution(NodeIndex node) const {
  if (node.value >= node_count(leaves_)) return broken(Rule::leaf_out_of_range);
  return resolution_at(walk_to(*this, node), node);
}

Result<PathHealth> RatchetTree::path_health(LeafIndex leaf) const {
  if (leaf.value >= leaves_.value) return broken(Rule::leaf_out_of_range).of(leaf);
  PathHealth out;
  const TreeNode* node = root_.get();
  std::uint64_t first_rank = 0;  // of the nodes at this height, from the left
  std::uint64_t place = 0;
  for (NodeIndex at = root(leaves_); at != leaf.node(); at = towards(at, leaf.node())) {
    if (node->is_stub()) return needs(need_down_to(at, leaf.node()));
    if (node->kind() == NodeKind::blank) return broken(Rule::leaf_blank).of(leaf);
    const Summary& summary = node->summary();
    out.unmerged_max = std::max(out.unmerged_max, node->unmerged().size());
    const bool goes_left = leaf.node() < at;
    const Summary& aside = (goes_left ? node->right() : node->left())->summary();
    out.ciphertexts += aside.resolution_size;
    out.nodes += aside.resolution_size > 0;
    const bool to_fill = !node->has_content() && aside.resolution_size > 0;
    if (to_fill && !out.turn && summary.last_occupied == leaf)
      out.turn = PathHealth::Turn{first_rank + place, summary.member_count};
    first_rank = 2 * first_rank + 1;
    place = 2 * place + (goes_left ? 0 : 1);
    node = goes_left ? node->left().get() : node->right().get();
  }
  return out;
}

Result<std::vector<ResolutionNode>> resolution_at(const Found& found, NodeIndex node) {
  if (found.at != node && found.node->is_stub()) return needs(need_down_to(found.at, node));
  Resolving out;
  if (found.at == node) resolve(*found.node, node, out);
  if (!out.need.empty()) return needs(std::move(out.need));
  return std::move(out.nodes);
}

Result<std::vector<RatchetTree::PathStep>> RatchetTree::filtered_direct_path(LeafIndex leaf) const {
  if (leaf.value >= leaves_.value) return broken(Rule::leaf_out_of_range).of(leaf);
  // RFC 9420 4.1.2: "the list of nodes in the direct path, minus those whose child on the copath
  // has an empty resolution".
  std::vector<PathStep> path;
  const TreeNode* node = root_.get();
  for (NodeIndex at = root(leaves_); at != leaf.node(); at = towards(at, leaf.node())) {
    if (node->is_stub()) return needs(need_down_to(at, leaf.node()));
    if (node->kind() == NodeKind::blank) break;
    const bool goes_left = leaf.node() < at;
    const TreeNode& other = goes_left ? *node->right() : *node->left();
    if (other.summary().resolution_size > 0) path.push_back({at, goes_left ? right(at) : left(at)});
    node = goes_left ? node->left().get() : node->right().get();
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace thicket::tree
