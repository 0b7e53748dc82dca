// Making, summarising and hashing nodes.  RFC 9420 7.8, 7.9.
#include "tree/tree_context.h"

#include <algorithm>

#include "tree/math.h"

namespace thicket::tree {
namespace {

ParentHashing hashing_of(const TreeNode& node, const ParentContent* content) {
  return {content, node.unmerged(), {}, {}};
}

}  // namespace

NodeRef TreeContext::make_leaf(const LeafParts& parts) {
  Summary summary;
  summary.resolution_size = 1;
  summary.member_count = 1;
  summary.last_occupied = parts.index;
  if (const Lifetime* lifetime = parts.leaf_node->leaf_node_source.as<Lifetime>()) {
    summary.not_after_min = lifetime->not_after;
    summary.not_before_max = lifetime->not_before;
  }
  summary.support = supports_.of_leaf(*parts.leaf_node);
  return TreeNode::make_leaf(
      {parts.encoded, parts.client_id, parts.leaf_node->leaf_node_source.tag()}, std::move(summary),
      crypto_.hash_size());
}

NodeRef TreeContext::make_blank(NodeIndex at) {
  return TreeNode::make_blank(first_leaf(at), blanks_.of(at).view());
}

NodeRef TreeContext::open_blank(NodeIndex at, NodeIndex target) {
  const auto child = [&](NodeIndex place, bool is_on_the_way) {
    if (!is_on_the_way) return make_blank(place);
    return TreeNode::make_blank(first_leaf(place),
                                Digest{{}, static_cast<std::uint8_t>(crypto_.hash_size())}.view());
  };
  NodeRef node = TreeNode::make_interior(nullptr, crypto_.hash_size());
  node->left_slot() = child(left(at), target < at);
  node->right_slot() = child(right(at), at < target);
  return node;
}

NodeRef TreeContext::make_parent(NodeIndex at, NodeRef left, NodeRef right) {
  if (left->kind() == NodeKind::blank && right->kind() == NodeKind::blank) {
    const Digest digest =
        parent_node_hash(crypto_, {nullptr, {}, left->tree_hash(), right->tree_hash()});
    return TreeNode::make_blank(first_leaf(at), digest.view());
  }
  NodeRef node = TreeNode::make_interior(nullptr, crypto_.hash_size());
  node->left_slot() = std::move(left);
  node->right_slot() = std::move(right);
  summarise(*node);
  return node;
}

void TreeContext::summarise(TreeNode& node) {
  const Summary& left = node.left()->summary();
  const Summary& right = node.right()->summary();
  Summary out;
  out.resolution_size = node.has_content() ? static_cast<std::uint32_t>(1 + node.unmerged().size())
                                           : left.resolution_size + right.resolution_size;
  out.member_count = left.member_count + right.member_count;
  out.first_blank = std::min(left.first_blank, right.first_blank);
  out.last_occupied = right.last_occupied != no_leaf ? right.last_occupied : left.last_occupied;
  out.not_after_min = std::min(left.not_after_min, right.not_after_min);
  out.not_before_max = std::max(left.not_before_max, right.not_before_max);
  out.support = supports_.combine(left.support, right.support);
  node.put_summary(std::move(out));
}

void TreeContext::hash(TreeNode& node, NodeIndex at) {
  if (node.is_hashed()) return;
  if (node.kind() == NodeKind::leaf) {
    const ByteView encoded = node.encoded();
    node.put_hash(leaf_hash(crypto_, first_leaf(at), &encoded).view());
    return;
  }
  hash(*node.left_slot(), left(at));
  hash(*node.right_slot(), right(at));
  ParentContent content;
  if (node.has_content()) content = {node.encryption_key(), node.parent_hash()};
  ParentHashing input = hashing_of(node, node.has_content() ? &content : nullptr);
  input.left_hash = node.left()->tree_hash();
  input.right_hash = node.right()->tree_hash();
  node.put_hash(parent_node_hash(crypto_, input).view());
}

Result<Digest> TreeContext::original_hash(const NodeRef& node, NodeIndex at,
                                          std::span<const LeafIndex> removed) {
  if (removed.empty() || node->kind() == NodeKind::blank) {
    Digest out;
    const ByteView octets = node->tree_hash();
    out.size = static_cast<std::uint8_t>(octets.size());
    std::copy(octets.begin(), octets.end(), out.octets.begin());
    return out;
  }
  if (node->is_stub()) return needs({{at}, {}});
  if (node->kind() == NodeKind::leaf) return leaf_hash(crypto_, first_leaf(at), nullptr);
  const Digest left_digest =
      THICKET_TRY(original_hash(node->left(), left(at), below(left(at), removed)));
  const Digest right_digest =
      THICKET_TRY(original_hash(node->right(), right(at), below(right(at), removed)));
  ParentContent content;
  if (node->has_content()) content = {node->encryption_key(), node->parent_hash()};
  std::vector<LeafIndex> kept;
  std::set_difference(node->unmerged().begin(), node->unmerged().end(), removed.begin(),
                      removed.end(), std::back_inserter(kept));
  return parent_node_hash(crypto_, {node->has_content() ? &content : nullptr, kept,
                                    left_digest.view(), right_digest.view()});
}

std::span<const LeafIndex> below(NodeIndex node, std::span<const LeafIndex> leaves) {
  const auto first = std::lower_bound(leaves.begin(), leaves.end(), first_leaf(node));
  const auto last = std::upper_bound(first, leaves.end(), last_leaf(node));
  return leaves.subspan(static_cast<std::size_t>(first - leaves.begin()),
                        static_cast<std::size_t>(last - first));
}

}  // namespace thicket::tree
