// Rows of nodes: content, and both children's summaries. Numbers are LEB128, indices count from the
// first leaf below, so that a row of a path takes about 200 octets.
#include "tree/row_codec.h"

#include <bit>

#include "messages/wire.h"
#include "tree/math.h"

namespace thicket::tree {
namespace {

constexpr std::uint8_t layout = 1;
enum class RowKind : std::uint8_t { leaf = 1, blank_parent = 2, parent = 3 };

void put_number(codec::Writer& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.integer(0x80 | (value & 0x7F), 1);
  out.integer(value, 1);
}

Result<std::uint64_t> read_number(codec::Reader& in) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t octet = THICKET_TRY(in.integer(1));
    value |= (octet & 0x7F) << shift;
    if (octet < 0x80) return value;
  }
  return broken(Rule::store_row);
}

template <class T>
void put_list(codec::Writer& out, const std::vector<T>& list) {
  put_number(out, list.size());
  for (const T value : list) out.integer(static_cast<std::uint16_t>(value), 2);
}

template <class T>
Result<void> read_list(codec::Reader& in, std::vector<T>& list) {
  const std::uint64_t size = THICKET_TRY(read_number(in));
  if (size > in.remaining() / 2) return broken(Rule::store_row);
  for (std::uint64_t i = 0; i < size; ++i) {
    const auto value = static_cast<T>(THICKET_TRY(in.integer(2)));
    if (!list.empty() && value <= list.back()) return broken(Rule::store_row);
    list.push_back(value);
  }
  return {};
}

// 0 for no leaf, else one more than its place below `at`.
void put_leaf(codec::Writer& out, LeafIndex leaf, NodeIndex at) {
  put_number(out, leaf == no_leaf ? 0 : 1 + leaf.value - first_leaf(at).value);
}

Result<LeafIndex> read_leaf(codec::Reader& in, NodeIndex at) {
  const std::uint64_t place = THICKET_TRY(read_number(in));
  if (place == 0) return no_leaf;
  const std::uint64_t leaf = first_leaf(at).value + place - 1;
  if (leaf > last_leaf(at).value) return broken(Rule::store_row);
  return LeafIndex{static_cast<std::uint32_t>(leaf)};
}

void put_support(codec::Writer& out, const Support* support) {
  put_number(out, support == nullptr ? 0 : 1);
  if (support == nullptr) return;
  put_list(out, support->extensions);
  put_list(out, support->proposals);
  put_list(out, support->credentials);
  put_list(out, support->in_use);
}

Result<SupportRef> read_support(codec::Reader& in, TreeContext& context) {
  if (THICKET_TRY(read_number(in)) == 0) return SupportRef();
  SupportRef out = SupportRef::adopt(new Support);
  THICKET_TRY(read_list(in, out->extensions));
  THICKET_TRY(read_list(in, out->proposals));
  THICKET_TRY(read_list(in, out->credentials));
  THICKET_TRY(read_list(in, out->in_use));
  return context.supports().intern(std::move(out));
}

Result<std::uint32_t> read_small(codec::Reader& in) {
  const std::uint64_t value = THICKET_TRY(read_number(in));
  if (value > 0xFFFFFFFF) return broken(Rule::store_row);
  return static_cast<std::uint32_t>(value);
}

void put_interior(codec::Writer& out, const TreeNode& node, NodeIndex at) {
  if (!node.has_content()) {
    out.integer(static_cast<std::uint64_t>(RowKind::blank_parent), 1);
  } else {
    out.integer(static_cast<std::uint64_t>(RowKind::parent), 1);
    out.opaque(node.encryption_key());
    out.opaque(node.parent_hash());
    put_number(out, node.unmerged().size());
    for (const LeafIndex leaf : node.unmerged()) put_leaf(out, leaf, at);
  }
  write_child(out, *node.left(), left(at));
  write_child(out, *node.right(), right(at));
}

Result<NodeRef> read_interior(codec::Reader& in, TreeContext& context, NodeIndex at,
                              bool has_content) {
  if (at.is_leaf()) return broken(Rule::store_row);
  ParentContent content;
  std::vector<LeafIndex> unmerged;
  if (has_content) {
    content.encryption_key = THICKET_TRY(in.opaque());
    content.parent_hash = THICKET_TRY(in.opaque());
    const std::uint64_t size = THICKET_TRY(read_number(in));
    if (size > in.remaining()) return broken(Rule::store_row);
    for (std::uint64_t i = 0; i < size; ++i) unmerged.push_back(THICKET_TRY(read_leaf(in, at)));
  }
  NodeRef node =
      TreeNode::make_interior(has_content ? &content : nullptr, context.crypto().hash_size());
  node->put_unmerged(std::move(unmerged));
  node->left_slot() = node_of(THICKET_TRY(read_child(in, context, left(at))), left(at));
  node->right_slot() = node_of(THICKET_TRY(read_child(in, context, right(at))), right(at));
  context.summarise(*node);
  return node;
}

Result<NodeRef> read_leaf_row(codec::Reader& in, TreeContext& context, NodeIndex at) {
  if (!at.is_leaf()) return broken(Rule::store_row);
  const ByteView encoded = THICKET_TRY(in.opaque());
  const LeafNode leaf = THICKET_TRY(codec::decode<LeafNode>(encoded));
  const bool apart = THICKET_TRY(in.integer(1)) != 0;
  const BasicCredential* basic = leaf.credential.as<BasicCredential>();
  if (!apart && basic == nullptr) return broken(Rule::store_row);
  const ByteView client_id = apart ? THICKET_TRY(in.opaque()) : ByteView(basic->identity);
  return context.make_leaf({first_leaf(at), &leaf, encoded, client_id});
}

Result<NodeRef> read_content(codec::Reader& in, TreeContext& context, NodeIndex at) {
  switch (static_cast<RowKind>(THICKET_TRY(in.integer(1)))) {
    case RowKind::leaf:
      return read_leaf_row(in, context, at);
    case RowKind::blank_parent:
      return read_interior(in, context, at, false);
    case RowKind::parent:
      return read_interior(in, context, at, true);
  }
  return broken(Rule::store_row);
}

}  // namespace

void write_child(codec::Writer& out, const TreeNode& child, NodeIndex at) {
  const Summary& summary = child.summary();
  out.integer(child.kind() == NodeKind::blank ? 1 : 0, 1);
  out.raw(child.tree_hash());
  if (child.kind() == NodeKind::blank) return;
  put_number(out, summary.resolution_size);
  put_number(out, summary.member_count);
  put_leaf(out, summary.first_blank, at);
  put_leaf(out, summary.last_occupied, at);
  // The largest number stands for no lifetime at all, and is the common case of a warm tree.
  put_number(out, summary.not_after_min + 1);
  put_number(out, summary.not_before_max);
  put_support(out, summary.support.get());
}

Result<ChildRow> read_child(codec::Reader& in, TreeContext& context, NodeIndex at) {
  ChildRow out;
  const std::uint64_t blank = THICKET_TRY(in.integer(1));
  if (blank > 1) return broken(Rule::store_row);
  out.blank = blank == 1;
  out.tree_hash = to_bytes(THICKET_TRY(in.take(context.crypto().hash_size())));
  if (out.blank) return out;
  out.summary.resolution_size = THICKET_TRY(read_small(in));
  out.summary.member_count = THICKET_TRY(read_small(in));
  out.summary.first_blank = THICKET_TRY(read_leaf(in, at));
  out.summary.last_occupied = THICKET_TRY(read_leaf(in, at));
  out.summary.not_after_min = THICKET_TRY(read_number(in)) - 1;
  out.summary.not_before_max = THICKET_TRY(read_number(in));
  out.summary.support = THICKET_TRY(read_support(in, context));
  return out;
}

NodeRef node_of(const ChildRow& child, NodeIndex at) {
  if (child.blank) return TreeNode::make_blank(first_leaf(at), child.tree_hash);
  return TreeNode::make_stub(child.summary, child.tree_hash);
}

Bytes write_node(const TreeNode& node, NodeIndex at) {
  codec::Writer out(320);
  if (node.kind() == NodeKind::interior) {
    put_interior(out, node, at);
  } else {
    out.integer(static_cast<std::uint64_t>(RowKind::leaf), 1);
    out.opaque(node.encoded());
    out.integer(node.client_id_is_identity() ? 0 : 1, 1);
    if (!node.client_id_is_identity()) out.opaque(node.client_id());
  }
  return std::move(out).take();
}

Result<NodeRef> read_node(ByteView row, TreeContext& context, NodeIndex at) {
  codec::Reader in(row);
  auto node = read_content(in, context, at);
  if (!node || !in.done()) return broken(Rule::store_row).at("node " + std::to_string(at.value));
  context.hash(**node, at);
  return node;
}

Bytes write_root(LeafCount leaves, const IndexSeed& seed, const TreeNode& root_node) {
  codec::Writer out(128);
  out.integer(layout, 1);
  put_number(out, leaves.value);
  out.raw(seed.octets);
  write_child(out, root_node, root(leaves));
  return std::move(out).take();
}

Result<RootHead> read_root_head(codec::Reader& in) {
  if (THICKET_TRY(in.integer(1)) != layout) return broken(Rule::store_row);
  RootHead out;
  out.leaves.value = THICKET_TRY(read_small(in));
  if (!std::has_single_bit(out.leaves.value) || out.leaves.value > (std::uint32_t{1} << 30))
    return broken(Rule::store_row);
  const ByteView seed = THICKET_TRY(in.take(out.seed.octets.size()));
  std::copy(seed.begin(), seed.end(), out.seed.octets.begin());
  return out;
}

}  // namespace thicket::tree
