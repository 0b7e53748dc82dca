// A ratchet_tree read as a stream: each node is made where it stands, subtrees are joined as soon
// as both halves are there, and what is blank never becomes more than one object.  RFC
// 9420 12.4.3.3.
#include "tree/import.h"

#include <bit>

#include "messages/wire.h"
#include "tree/tree_access.h"

namespace thicket::tree {
namespace {

struct ParentRead {
  ParentContent content;
  std::vector<LeafIndex> unmerged;
};

Result<ParentRead> read_parent(codec::Reader& in) {
  ParentRead out;
  out.content.encryption_key = THICKET_TRY_AT("encryption_key", in.opaque());
  out.content.parent_hash = THICKET_TRY_AT("parent_hash", in.opaque());
  codec::Reader list(THICKET_TRY_AT("unmerged_leaves", in.opaque()));
  out.unmerged.reserve(list.remaining() / 4);
  while (!list.done()) {
    const auto value = THICKET_TRY_AT("unmerged_leaves", list.integer(4));
    const LeafIndex leaf{static_cast<std::uint32_t>(value)};
    // RFC 9420 7.1: unmerged_leaves is "sorted in increasing order"; none stands twice.
    if (!out.unmerged.empty() && leaf <= out.unmerged.back())
      return broken(Rule::unmerged_order).at("unmerged_leaves").of(leaf);
    out.unmerged.push_back(leaf);
  }
  return out;
}

class Importer final {
 public:
  Importer(const crypto::Crypto& crypto, const ClientIdOf& client_id, IndexSeed seed)
      : context_(std::make_shared<TreeContext>(crypto, seed)),
        client_id_(client_id),
        index_(seed) {}

  // The next node in order of the array.
  Result<void> take(codec::Reader& in) {
    const NodeIndex at{next_++};
    const std::uint64_t presence = THICKET_TRY(in.integer(1));
    if (presence > 1) return broken(Rule::optional_presence);
    if (presence == 1) {
      last_present_ = at;
      const auto type = static_cast<NodeType>(THICKET_TRY_AT("node_type", in.integer(1)));
      if (type != NodeType::leaf && type != NodeType::parent)
        return broken(Rule::unknown_selector).at("node_type");
      // RFC 9420 12.4.3.3: "leaf nodes at even, parent nodes at odd places".
      if ((type == NodeType::leaf) != at.is_leaf()) return broken(Rule::tree_node_parity);
    }
    if (at.is_leaf()) return take_leaf(in, at, presence == 1);
    return take_parent(in, at, presence == 1);
  }

  Result<RatchetTree> finish() && {
    if (next_ == 0) return broken(Rule::tree_empty);
    // RFC 9420 12.4.3.3: "the last node in the tree [...] MUST be non-blank".
    if (!last_present_ || last_present_->value + 1 != next_) return broken(Rule::tree_last_blank);
    const LeafCount leaves{std::bit_ceil((next_ + 1 + 1) / 2)};
    const NodeIndex top = root(leaves);
    // What is missing on the right is blank.
    if (!current_)
      put_right(context_->make_blank(right(pending_.back().at)), right(pending_.back().at));
    while (current_at_ != top) {
      const NodeIndex above = parent(current_at_, leaves);
      const NodeIndex beside = right(above);
      NodeRef joined =
          context_->make_parent(above, std::move(current_), context_->make_blank(beside));
      put_right(std::move(joined), above);
    }
    context_->hash(*current_, top);
    KeyIndex index = KeyIndex::of(index_.seed(), std::move(contents_));
    return TreeAccess::make({std::move(context_), leaves, std::move(current_), std::move(index)});
  }

 private:
  struct Pending {
    NodeIndex at;
    NodeRef node;  // its right child is still missing
  };

  void index(IndexKind kind, ByteView key, NodeIndex at) {
    contents_.entries[static_cast<std::size_t>(kind)].push_back(
        {index_.fingerprint(kind, key), at});
  }

  Result<void> take_leaf(codec::Reader& in, NodeIndex at, bool present) {
    if (!present) {
      put_right(context_->make_blank(at), at);
      return {};
    }
    const std::size_t start = in.offset();
    LeafNode leaf;
    THICKET_TRY_AT("leaf_node", codec::read(in, leaf));
    THICKET_TRY_AT("leaf_node", check_keys(leaf));
    const Bytes id = THICKET_TRY_AT("leaf_node.credential", client_id_(leaf));
    const ByteView encoded = in.between(start, in.offset());
    NodeRef node = context_->make_leaf({first_leaf(at), &leaf, encoded, id});
    index(IndexKind::signature_keys, leaf.signature_key, at);
    index(IndexKind::encryption_keys, leaf.encryption_key, at);
    index(IndexKind::clients, id, at);
    put_right(std::move(node), at);
    return {};
  }

  Result<void> check_keys(const LeafNode& leaf) const {
    const crypto::Crypto& crypto = context_->crypto();
    THICKET_TRY_AT("encryption_key", crypto.check_hpke_public(leaf.encryption_key));
    THICKET_TRY_AT("signature_key", crypto.check_signature_public(leaf.signature_key));
    return {};
  }

  Result<void> take_parent(codec::Reader& in, NodeIndex at, bool present) {
    const crypto::Crypto& crypto = context_->crypto();
    NodeRef node;
    if (present) {
      ParentRead read = THICKET_TRY_AT("parent_node", read_parent(in));
      THICKET_TRY_AT("parent_node.encryption_key",
                     crypto.check_hpke_public(read.content.encryption_key));
      node = TreeNode::make_interior(&read.content, crypto.hash_size());
      node->put_unmerged(std::move(read.unmerged));
      index(IndexKind::encryption_keys, node->encryption_key(), at);
    } else {
      node = TreeNode::make_interior(nullptr, crypto.hash_size());
    }
    node->left_slot() = std::move(current_);
    current_ = {};
    pending_.push_back({at, std::move(node)});
    return {};
  }

  // A whole subtree that stands right of the last pending parents, or is the first.
  void put_right(NodeRef subtree, NodeIndex at) {
    current_ = std::move(subtree);
    current_at_ = at;
    while (!pending_.empty() && right(pending_.back().at) == current_at_) {
      Pending above = std::move(pending_.back());
      pending_.pop_back();
      if (!above.node->has_content()) {
        NodeRef left_half = std::move(above.node->left_slot());
        current_ = context_->make_parent(above.at, std::move(left_half), std::move(current_));
      } else {
        above.node->right_slot() = std::move(current_);
        context_->summarise(*above.node);
        current_ = std::move(above.node);
      }
      current_at_ = above.at;
    }
  }

  std::shared_ptr<TreeContext> context_;
  const ClientIdOf& client_id_;
  KeyIndex index_;
  KeyIndex::Contents contents_;
  std::uint32_t next_ = 0;
  std::optional<NodeIndex> last_present_;
  std::vector<Pending> pending_;
  NodeRef current_;
  NodeIndex current_at_;
};

}  // namespace

Result<RatchetTree> import_tree(const crypto::Crypto& crypto, ByteView encoded,
                                const ClientIdOf& client_id, IndexSeed seed) {
  codec::Reader in(encoded);
  codec::Reader nodes(THICKET_TRY_AT("ratchet_tree", in.opaque()));
  THICKET_TRY_AT("ratchet_tree", in.end());
  Importer importer(crypto, client_id, seed);
  for (std::size_t i = 0; !nodes.done(); ++i) {
    auto taken = importer.take(nodes);
    if (!taken) {
      Error error =
          std::move(taken).error().under("[" + std::to_string(i) + "]").under("ratchet_tree");
      if (i % 2 == 0 && !error.leaf) error.leaf = LeafIndex{static_cast<std::uint32_t>(i / 2)};
      return error;
    }
  }
  auto tree = std::move(importer).finish();
  if (!tree) return std::move(tree).error().under("ratchet_tree");
  return tree;
}

}  // namespace thicket::tree
