// A node of the persistent tree: its content, and a summary of the subtree below it.  RFC 9420 7.1,
// 7.8. One allocation each: octets stand behind the object. Immutable once it is shared; its place
// in the tree is known by whoever walks there.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/strong.h"
#include "tree/support.h"

namespace thicket::tree {

inline constexpr LeafIndex no_leaf{std::numeric_limits<std::uint32_t>::max()};

// What the subtree below a node holds, kept by the same rule at every change (tree_context.h).
struct Summary {
  std::uint32_t resolution_size = 0;
  std::uint32_t member_count = 0;
  LeafIndex first_blank = no_leaf;    // the leftmost blank leaf
  LeafIndex last_occupied = no_leaf;  // the rightmost member
  std::uint64_t not_after_min = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t not_before_max = 0;  // both of leaves with a lifetime only
  SupportRef support;                // null if there are no members

  bool operator==(const Summary& other) const;
};

// leaf: a member. interior: has children, and is a parent node or blank. blank: a subtree without
// any content, of whatever height. stub: an interior node or a leaf that is not loaded.
enum class NodeKind : std::uint8_t { leaf, interior, blank, stub };

class TreeNode;
using NodeRef = Ref<TreeNode>;

// What an interior node that is not blank holds.
struct ParentContent {
  ByteView encryption_key;
  ByteView parent_hash;
};

class TreeNode final : public Counted {
 public:
  struct LeafOctets {
    ByteView encoded;
    ByteView client_id;
    LeafNodeSource source{};
  };
  static NodeRef make_leaf(const LeafOctets& octets, Summary summary, std::size_t hash_size);
  // `content` null: a blank parent. The summary and hash are set by the maker.
  static NodeRef make_interior(const ParentContent* content, std::size_t hash_size);
  // A copy of an interior node that may be changed; the children are shared.
  static NodeRef copy_of(const TreeNode& interior);
  static NodeRef make_blank(LeafIndex first, ByteView tree_hash);
  static NodeRef make_stub(Summary summary, ByteView tree_hash);
  static void destroy(TreeNode* node);

  NodeKind kind() const { return kind_; }
  bool is_stub() const { return kind_ == NodeKind::stub; }
  // Of a member or a parent node: not blank. Not to be asked of a stub.
  bool has_content() const { return kind_ == NodeKind::leaf || has_content_; }
  const Summary& summary() const { return summary_; }
  bool is_hashed() const { return hashed_; }
  ByteView tree_hash() const { return ByteView(tail(), hash_size_); }

  // Of a leaf. Views into the node.
  ByteView encoded() const;
  ByteView signature_key() const;
  CredentialType credential_type() const;
  ByteView client_id() const;
  LeafNodeSource source() const { return source_; }
  // Of a leaf of source commit (7.9), else empty.
  ByteView leaf_parent_hash() const;
  bool client_id_is_identity() const { return client_id_size_ == as_identity; }

  // Of a leaf or an interior node with content.
  ByteView encryption_key() const;

  // Of an interior node.
  const NodeRef& left() const { return children().left; }
  const NodeRef& right() const { return children().right; }
  ByteView parent_hash() const;
  std::span<const LeafIndex> unmerged() const;

  // For the maker of a node that nobody else sees yet (Ref::is_sole).
  NodeRef& left_slot() { return children().left; }
  NodeRef& right_slot() { return children().right; }
  void put_summary(Summary summary) { summary_ = std::move(summary); }
  void put_hash(ByteView tree_hash);
  void forget_hash() { hashed_ = false; }
  void add_unmerged(LeafIndex leaf);
  void put_unmerged(std::vector<LeafIndex> unmerged);
  // True if the content was put in place; false if the node is too small for it.
  bool put_content(const ParentContent* content);

 private:
  static constexpr std::uint32_t as_identity = 0xFFFFFFFF;
  struct Shape {
    NodeKind kind{};
    std::size_t hash_size = 0;
    std::size_t room = 0;  // octets behind the hash
  };
  static NodeRef allocate(const Shape& shape);
  explicit TreeNode(const Shape& shape);
  ~TreeNode();

  // Behind the object: Children of an interior node, then the hash, then the content's octets.
  struct Children {
    NodeRef left;
    NodeRef right;
    std::unique_ptr<std::vector<LeafIndex>> unmerged;
  };
  const Children& children() const;
  Children& children();
  std::size_t tail_offset() const { return kind_ == NodeKind::interior ? sizeof(Children) : 0; }
  const std::uint8_t* tail() const {
    return reinterpret_cast<const std::uint8_t*>(this + 1) + tail_offset();
  }
  std::uint8_t* tail() { return reinterpret_cast<std::uint8_t*>(this + 1) + tail_offset(); }
  const std::uint8_t* body() const { return tail() + hash_size_; }
  std::uint8_t* body() { return tail() + hash_size_; }

  NodeKind kind_;
  std::uint8_t hash_size_;
  bool hashed_ = false;
  bool has_content_ = false;
  Summary summary_;
  std::uint32_t room_;                // octets behind the hash
  std::uint32_t encoded_size_ = 0;    // leaf: of the LeafNode; interior: of the encryption key
  std::uint32_t client_id_size_ = 0;  // leaf; interior: of the parent hash
  LeafNodeSource source_{};
};

}  // namespace thicket::tree
