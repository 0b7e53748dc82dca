// A tree as the data of a ratchet_tree extension.  RFC 9420 12.4.3.3.
#include "codec/writer.h"
#include "messages/tree_node.h"
#include "tree/import.h"
#include "tree/tree_access.h"

namespace thicket::tree {
namespace {

std::uint64_t opaque_size(std::size_t size) {
  return size + (size < 0x40 ? 1U : size < 0x4000 ? 2U : 4U);
}

// In the order of the array: RFC 9420 12.4.3.3 asks to leave out blank nodes at the right end.
std::optional<NodeIndex> last_present(const TreeNode& node, NodeIndex at) {
  if (node.kind() == NodeKind::blank) return std::nullopt;
  if (node.kind() != NodeKind::interior) return at;
  if (const auto found = last_present(*node.right(), right(at))) return found;
  if (node.has_content()) return at;
  return last_present(*node.left(), left(at));
}

class Exporter final {
 public:
  explicit Exporter(NodeIndex last) : last_(last) {}

  // Of what is loaded: afterwards met_stub() says whether that is all.
  std::uint64_t size_of(const TreeNode& node, NodeIndex at) {
    if (node.kind() == NodeKind::blank) return blank_count(at);
    if (node.kind() == NodeKind::leaf) return 2 + node.encoded().size();
    if (node.is_stub()) {
      met_stub_ = true;
      return 0;
    }
    std::uint64_t size = at <= last_ ? 1 : 0;
    if (node.has_content()) {
      size += 1 + opaque_size(node.encryption_key().size()) +
              opaque_size(node.parent_hash().size()) + opaque_size(4 * node.unmerged().size());
    }
    return size + size_of(*node.left(), left(at)) + size_of(*node.right(), right(at));
  }

  bool met_stub() const { return met_stub_; }

  void put(codec::Writer& out, const TreeNode& node, NodeIndex at) const {
    switch (node.kind()) {
      case NodeKind::leaf:
        out.integer(1, 1);
        out.integer(static_cast<std::uint64_t>(NodeType::leaf), 1);
        return out.raw(node.encoded());
      case NodeKind::interior:
        put(out, *node.left(), left(at));
        if (at <= last_) put_content(out, node);
        return put(out, *node.right(), right(at));
      case NodeKind::blank:
        for (std::uint32_t i = blank_count(at); i > 0; --i) out.integer(0, 1);
        return;
      case NodeKind::stub:
        return;
    }
  }

 private:
  // How many nodes of a blank subtree stand before the end.
  std::uint32_t blank_count(NodeIndex at) const {
    const NodeIndex first = first_leaf(at).node();
    const NodeIndex end = std::min(last_leaf(at).node(), last_);
    return end < first ? 0 : end.value - first.value + 1;
  }

  static void put_content(codec::Writer& out, const TreeNode& node) {
    out.integer(node.has_content() ? 1 : 0, 1);
    if (!node.has_content()) return;
    out.integer(static_cast<std::uint64_t>(NodeType::parent), 1);
    out.opaque(node.encryption_key());
    out.opaque(node.parent_hash());
    out.length(4 * node.unmerged().size());
    for (const LeafIndex leaf : node.unmerged()) out.integer(leaf.value, 4);
  }

  NodeIndex last_;
  bool met_stub_ = false;
};

}  // namespace

Result<TreeExport> TreeExport::of(const RatchetTree& tree, std::uint64_t octets_max) {
  const TreeNode& top = *TreeAccess::root(tree);
  const NodeIndex at = root(tree.leaf_count());
  const std::optional<NodeIndex> last = last_present(top, at);
  if (!last) return broken(Rule::tree_empty);
  Exporter exporter(*last);
  const std::uint64_t size = exporter.size_of(top, at);
  if (exporter.met_stub()) THICKET_TRY(require_loaded(tree));
  if (size > octets_max || size > codec::vector_size_max) {
    return broken(Rule::tree_too_large).at("ratchet_tree").because(std::to_string(size));
  }
  return TreeExport(tree, *last, static_cast<std::size_t>(size));
}

std::size_t TreeExport::size() const {
  return static_cast<std::size_t>(opaque_size(nodes_size_));
}

void TreeExport::write(codec::Writer& out) const {
  out.length(nodes_size_);
  Exporter(last_).put(out, *TreeAccess::root(*tree_), root(tree_->leaf_count()));
}

Result<Bytes> export_tree(const RatchetTree& tree, std::uint64_t octets_max) {
  const TreeExport exported = THICKET_TRY(TreeExport::of(tree, octets_max));
  codec::Writer out(exported.size());
  exported.write(out);
  return std::move(out).take();
}

}  // namespace thicket::tree
