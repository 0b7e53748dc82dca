// Nodes: one allocation each, the hash and the content's octets behind the object.
#include "tree/node.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/assert.h"

#ifdef THICKET_COUNT_VISITS
namespace thicket::cost {
void visit_node();
}
#define THICKET_VISIT() cost::visit_node()
#else
#define THICKET_VISIT() static_cast<void>(0)
#endif

namespace thicket::tree {
namespace {

// Walks the fields of a LeafNode that was read before: its lengths are known to be right.
class LeafWalk final {
 public:
  explicit LeafWalk(ByteView encoded) : encoded_(encoded) {}

  ByteView opaque() {
    const unsigned prefix = encoded_[offset_] >> 6;
    std::size_t size = encoded_[offset_++] & 0x3F;
    for (unsigned i = 1; i < (1U << prefix); ++i) size = (size << 8) | encoded_[offset_++];
    const ByteView out = encoded_.subspan(offset_, size);
    offset_ += size;
    return out;
  }
  std::uint8_t one_octet() { return encoded_[offset_++]; }
  // Basic, x509 (certificate<V>) and unknown ones alike: a type and one vector.
  void credential() {
    two_octets();
    opaque();
  }
  std::uint16_t two_octets() {
    const std::uint16_t out =
        static_cast<std::uint16_t>((encoded_[offset_] << 8) | encoded_[offset_ + 1]);
    offset_ += 2;
    return out;
  }

 private:
  ByteView encoded_;
  std::size_t offset_ = 0;
};

// The identity of a basic credential (5.3), if it is one.
std::optional<ByteView> basic_identity(ByteView encoded) {
  LeafWalk walk(encoded);
  walk.opaque();
  walk.opaque();
  if (static_cast<CredentialType>(walk.two_octets()) != CredentialType::basic) return std::nullopt;
  return walk.opaque();
}

}  // namespace

bool Summary::operator==(const Summary& other) const {
  const bool same_support =
      support == other.support || (support && other.support && support->same_as(*other.support));
  return same_support && resolution_size == other.resolution_size &&
         member_count == other.member_count && first_blank == other.first_blank &&
         last_occupied == other.last_occupied && not_after_min == other.not_after_min &&
         not_before_max == other.not_before_max;
}

TreeNode::TreeNode(const Shape& shape)
    : kind_(shape.kind),
      hash_size_(static_cast<std::uint8_t>(shape.hash_size)),
      room_(static_cast<std::uint32_t>(shape.room)) {
  static_assert(alignof(Children) <= alignof(TreeNode));
  if (kind_ == NodeKind::interior) new (this + 1) Children();
}

TreeNode::~TreeNode() {
  if (kind_ == NodeKind::interior) children().~Children();
}

// Every walk over a tree goes through here; tests/cost counts its steps.
const TreeNode::Children& TreeNode::children() const {
  THICKET_VISIT();
  THICKET_ASSERT(kind_ == NodeKind::interior);
  return *std::launder(reinterpret_cast<const Children*>(this + 1));
}

TreeNode::Children& TreeNode::children() {
  THICKET_VISIT();
  THICKET_ASSERT(kind_ == NodeKind::interior);
  return *std::launder(reinterpret_cast<Children*>(this + 1));
}

NodeRef TreeNode::allocate(const Shape& shape) {
  const std::size_t children = shape.kind == NodeKind::interior ? sizeof(Children) : 0;
  void* memory = ::operator new(sizeof(TreeNode) + children + shape.hash_size + shape.room);
  return NodeRef::adopt(new (memory) TreeNode(shape));
}

void TreeNode::destroy(TreeNode* node) {
  node->~TreeNode();
  ::operator delete(node);
}

NodeRef TreeNode::make_leaf(const LeafOctets& octets, Summary summary, std::size_t hash_size) {
  const std::optional<ByteView> identity = basic_identity(octets.encoded);
  const bool as_credential = identity && equal(*identity, octets.client_id);
  const std::size_t extra = as_credential ? 0 : octets.client_id.size();
  NodeRef node = allocate({NodeKind::leaf, hash_size, octets.encoded.size() + extra});
  node->encoded_size_ = static_cast<std::uint32_t>(octets.encoded.size());
  node->client_id_size_ = as_credential ? as_identity : static_cast<std::uint32_t>(extra);
  node->source_ = octets.source;
  node->summary_ = std::move(summary);
  std::copy(octets.encoded.begin(), octets.encoded.end(), node->body());
  if (!as_credential) {
    std::copy(octets.client_id.begin(), octets.client_id.end(),
              node->body() + octets.encoded.size());
  }
  return node;
}

NodeRef TreeNode::make_interior(const ParentContent* content, std::size_t hash_size) {
  const std::size_t room =
      content == nullptr ? 0 : content->encryption_key.size() + content->parent_hash.size();
  NodeRef node = allocate({NodeKind::interior, hash_size, room});
  node->put_content(content);
  return node;
}

NodeRef TreeNode::copy_of(const TreeNode& interior) {
  THICKET_ASSERT(interior.kind_ == NodeKind::interior);
  ParentContent content;
  if (interior.has_content_) content = {interior.encryption_key(), interior.parent_hash()};
  NodeRef node = make_interior(interior.has_content_ ? &content : nullptr, interior.hash_size_);
  const Children& children = interior.children();
  if (children.unmerged) node->put_unmerged(*children.unmerged);
  node->left_slot() = children.left;
  node->right_slot() = children.right;
  node->summary_ = interior.summary_;
  if (interior.hashed_) node->put_hash(interior.tree_hash());
  return node;
}

NodeRef TreeNode::make_blank(LeafIndex first, ByteView tree_hash) {
  NodeRef node = allocate({NodeKind::blank, tree_hash.size(), 0});
  node->summary_.first_blank = first;
  node->put_hash(tree_hash);
  return node;
}

NodeRef TreeNode::make_stub(Summary summary, ByteView tree_hash) {
  NodeRef node = allocate({NodeKind::stub, tree_hash.size(), 0});
  node->summary_ = std::move(summary);
  node->put_hash(tree_hash);
  return node;
}

ByteView TreeNode::encoded() const {
  THICKET_ASSERT(kind_ == NodeKind::leaf);
  return ByteView(body(), encoded_size_);
}

ByteView TreeNode::encryption_key() const {
  THICKET_ASSERT(has_content());
  if (kind_ == NodeKind::leaf) return LeafWalk(encoded()).opaque();
  return ByteView(body(), encoded_size_);
}

ByteView TreeNode::signature_key() const {
  LeafWalk walk(encoded());
  walk.opaque();
  return walk.opaque();
}

CredentialType TreeNode::credential_type() const {
  LeafWalk walk(encoded());
  walk.opaque();
  walk.opaque();
  return static_cast<CredentialType>(walk.two_octets());
}

ByteView TreeNode::leaf_parent_hash() const {
  if (kind_ != NodeKind::leaf || source_ != LeafNodeSource::commit) return {};
  LeafWalk walk(encoded());
  walk.opaque();
  walk.opaque();
  walk.credential();
  for (int list = 0; list < 5; ++list) walk.opaque();
  walk.one_octet();
  return walk.opaque();
}

ByteView TreeNode::client_id() const {
  if (client_id_is_identity()) return *basic_identity(encoded());
  return ByteView(body() + encoded_size_, client_id_size_);
}

ByteView TreeNode::parent_hash() const {
  THICKET_ASSERT(kind_ == NodeKind::interior && has_content_);
  return ByteView(body() + encoded_size_, client_id_size_);
}

std::span<const LeafIndex> TreeNode::unmerged() const {
  if (kind_ != NodeKind::interior || !children().unmerged) return {};
  return *children().unmerged;
}

void TreeNode::put_hash(ByteView tree_hash) {
  THICKET_ASSERT(tree_hash.size() == hash_size_);
  std::copy(tree_hash.begin(), tree_hash.end(), tail());
  hashed_ = true;
}

void TreeNode::add_unmerged(LeafIndex leaf) {
  std::unique_ptr<std::vector<LeafIndex>>& list = children().unmerged;
  if (!list) list = std::make_unique<std::vector<LeafIndex>>();
  list->insert(std::upper_bound(list->begin(), list->end(), leaf), leaf);
}

void TreeNode::put_unmerged(std::vector<LeafIndex> unmerged) {
  children().unmerged.reset();
  if (unmerged.empty()) return;
  children().unmerged = std::make_unique<std::vector<LeafIndex>>(std::move(unmerged));
}

bool TreeNode::put_content(const ParentContent* content) {
  THICKET_ASSERT(kind_ == NodeKind::interior);
  hashed_ = false;
  children().unmerged.reset();
  has_content_ = content != nullptr;
  if (content == nullptr) return true;
  if (content->encryption_key.size() + content->parent_hash.size() > room_) return false;
  encoded_size_ = static_cast<std::uint32_t>(content->encryption_key.size());
  client_id_size_ = static_cast<std::uint32_t>(content->parent_hash.size());
  std::uint8_t* out = body();
  out = std::copy(content->encryption_key.begin(), content->encryption_key.end(), out);
  std::copy(content->parent_hash.begin(), content->parent_hash.end(), out);
  return true;
}

}  // namespace thicket::tree
