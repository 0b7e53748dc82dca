// A received tree, validated: unmerged leaves, parent hashes, unique keys, leaves.  RFC
// 9420 7.3, 7.9.2, 12.4.3.1.
#include <algorithm>

#include "messages/wire.h"
#include "tree/import.h"
#include "tree/tree_access.h"

namespace thicket::tree {
namespace {

struct Place {
  const TreeNode* node = nullptr;
  NodeIndex at;
};

// The resolution of a subtree, as places; not more than `limit` of them.
void resolution_places(const Place& place, std::size_t limit, std::vector<Place>& out) {
  const TreeNode& node = *place.node;
  if (out.size() >= limit || node.summary().resolution_size == 0) return;
  if (node.kind() == NodeKind::leaf || node.has_content()) {
    out.push_back(place);
    for (const LeafIndex leaf : node.unmerged()) {
      const TreeNode* below = &node;
      for (NodeIndex at = place.at; below->kind() == NodeKind::interior;
           at = towards(at, leaf.node()))
        below = leaf.node() < at ? below->left().get() : below->right().get();
      out.push_back({below, leaf.node()});
    }
    return;
  }
  resolution_places({node.left().get(), left(place.at)}, limit, out);
  resolution_places({node.right().get(), right(place.at)}, limit, out);
}

class StructureCheck final {
 public:
  explicit StructureCheck(const RatchetTree& tree)
      : tree_(tree), context_(TreeAccess::context(tree)) {}

  Result<void> run() const {
    THICKET_TRY(require_loaded(tree_));
    THICKET_TRY(check_below({TreeAccess::root(tree_).get(), root(tree_.leaf_count())}));
    THICKET_TRY(check_unique(IndexKind::signature_keys));
    return check_unique(IndexKind::encryption_keys);
  }

 private:
  Result<void> check_below(const Place& place) const {
    const TreeNode& node = *place.node;
    if (node.kind() != NodeKind::interior) return {};
    THICKET_TRY(check_below({node.left().get(), left(place.at)}));
    THICKET_TRY(check_below({node.right().get(), right(place.at)}));
    if (!node.has_content()) return {};
    const auto under = [&](Error error) {
      return std::move(error).under("ratchet_tree[" + std::to_string(place.at.value) + "]");
    };
    auto unmerged = check_unmerged(place);
    if (!unmerged) return under(std::move(unmerged).error());
    auto chain = check_chain(place);
    if (!chain) return under(std::move(chain).error());
    return {};
  }

  // RFC 9420 12.4.3.1: "Verify that the entry represents a non-blank leaf node that is a descendant
  // of the parent node. Verify that every non-blank intermediate node between the leaf node and the
  // parent node also has an entry for the leaf node in its unmerged_leaves."
  static Result<void> check_unmerged(const Place& place) {
    for (const LeafIndex leaf : place.node->unmerged()) {
      const Error wrong = broken(Rule::unmerged_leaf).at("unmerged_leaves").of(leaf);
      if (leaf < first_leaf(place.at) || last_leaf(place.at) < leaf) return wrong;
      Place below = place;
      while (below.node->kind() == NodeKind::interior) {
        const std::span<const LeafIndex> list = below.node->unmerged();
        if (below.node->has_content() && !std::binary_search(list.begin(), list.end(), leaf))
          return wrong;
        below = child_towards(below, leaf.node());
      }
      if (below.node->kind() != NodeKind::leaf) return wrong;
    }
    return {};
  }

  static Place child_towards(const Place& place, NodeIndex target) {
    const NodeRef& child = target < place.at ? place.node->left() : place.node->right();
    return {child.get(), towards(place.at, target)};
  }

  // RFC 9420 7.9.2: "verifying that there is exactly one descendant of each non-blank parent node
  // for which the parent node is parent-hash valid."
  Result<void> check_chain(const Place& parent) const {
    const Place left_child{parent.node->left().get(), left(parent.at)};
    const Place right_child{parent.node->right().get(), right(parent.at)};
    const bool by_left = THICKET_TRY(is_chained(parent, left_child, right_child));
    const bool by_right = THICKET_TRY(is_chained(parent, right_child, left_child));
    if (by_left == by_right) return broken(Rule::parent_hash_chain).at("parent_hash");
    return {};
  }

  // Is there a D below the child C that `parent` is valid for, S being the other child?
  Result<bool> is_chained(const Place& parent, const Place& c, const Place& s) const {
    const std::span<const LeafIndex> unmerged = below(c.at, parent.node->unmerged());
    if (c.node->summary().resolution_size != unmerged.size() + 1) return false;
    std::vector<Place> resolution;
    resolution_places(c, unmerged.size() + 1, resolution);
    // "D is in the resolution of C, and the intersection of P's unmerged_leaves with the subtree
    // under C is equal to the resolution of C with D removed."
    std::optional<Place> d;
    for (const Place& place : resolution) {
      const bool listed = place.at.is_leaf() && std::binary_search(unmerged.begin(), unmerged.end(),
                                                                   first_leaf(place.at));
      if (listed) continue;
      if (d) return false;
      d = place;
    }
    if (!d) return false;
    const ByteView claimed =
        d->node->kind() == NodeKind::leaf ? d->node->leaf_parent_hash() : d->node->parent_hash();
    if (claimed.size() != context_.crypto().hash_size()) return false;
    // "The parent_hash field of D is equal to the parent hash of P with copath child S."
    const Digest sibling = THICKET_TRY(context_.original_hash(
        NodeRef::share(const_cast<TreeNode*>(s.node)), s.at, below(s.at, parent.node->unmerged())));
    const ParentContent content{parent.node->encryption_key(), parent.node->parent_hash()};
    return equal(claimed, parent_hash(context_.crypto(), content, sibling.view()).view());
  }

  // Equal keys have equal fingerprints and so stand beside each other.
  Result<void> check_unique(IndexKind kind) const {
    const std::vector<IndexEntry> entries = THICKET_TRY(TreeAccess::index(tree_).all(kind));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      for (std::size_t j = i + 1;
           j < entries.size() && entries[j].fingerprint == entries[i].fingerprint; ++j) {
        const NodeIndex a = entries[i].node;
        const NodeIndex b = entries[j].node;
        const bool same =
            equal(key_of(*walk_to(tree_, a).node, kind), key_of(*walk_to(tree_, b).node, kind));
        if (same) return twice(kind, a, b);
      }
    }
    return {};
  }

  static Error twice(IndexKind kind, NodeIndex a, NodeIndex b) {
    const std::string where = "ratchet_tree[" + std::to_string(std::max(a, b).value) + "]";
    if (kind == IndexKind::signature_keys) {
      return broken(Rule::signature_key_unique)
          .at(where + ".leaf_node.signature_key")
          .of(first_leaf(std::max(a, b)));
    }
    if (a.is_leaf() && b.is_leaf()) {
      return broken(Rule::encryption_key_unique)
          .at(where + ".leaf_node.encryption_key")
          .of(first_leaf(std::max(a, b)));
    }
    return broken(Rule::parent_key_unique).at(where + ".encryption_key");
  }

  const RatchetTree& tree_;
  TreeContext& context_;
};

// Checks leaves one after the other, their signatures many at a time.
class LeafCheck final {
 public:
  LeafCheck(const RatchetTree& tree, const LeafChecks& checks) : tree_(tree), checks_(checks) {}

  Result<void> take(LeafIndex index, const LeafView& view) {
    const LeafNode leaf = view.leaf_node();
    auto valid = check_leaf(leaf, view.source(), *checks_.policy);
    if (!valid) return std::move(valid).error().under(field(index)).of(index);
    const Bytes tbs = leaf_node_tbs(leaf, {checks_.group_id, index});
    Waiting waiting{
        index, view, crypto::Crypto::sign_content("LeafNodeTBS", tbs), leaf.signature, {}};
    if (checks_.verified != nullptr) {
      waiting.key = cache_key(waiting);
      if (checks_.verified->contains(waiting.key.view())) return {};
    }
    waiting_.push_back(std::move(waiting));
    if (waiting_.size() < batch) return {};
    return verify();
  }

  Result<void> verify() {
    const SignatureScheme scheme = tree_.crypto().suite().signature;
    std::vector<crypto::VerifyJob> jobs;
    for (const Waiting& one : waiting_)
      jobs.push_back({scheme, one.view.signature_key(), one.content, one.signature});
    const std::vector<bool> good = tree_.crypto().provider().verify_many(jobs);
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      const LeafIndex index = waiting_[i].index;
      if (!good[i]) return broken(Rule::leaf_signature).at(field(index) + ".signature").of(index);
      if (checks_.verified != nullptr) checks_.verified->insert(waiting_[i].key.view());
    }
    waiting_.clear();
    return {};
  }

 private:
  static constexpr std::size_t batch = 512;
  struct Waiting {
    LeafIndex index;
    LeafView view;
    Bytes content;
    Bytes signature;
    Digest key;
  };

  static std::string field(LeafIndex index) {
    return "ratchet_tree[" + std::to_string(index.node().value) + "].leaf_node";
  }

  Digest cache_key(const Waiting& waiting) const {
    const auto suite = static_cast<std::uint16_t>(tree_.crypto().suite().id);
    const std::uint64_t size = waiting.content.size();
    std::array<std::uint8_t, 10> head{static_cast<std::uint8_t>(suite >> 8),
                                      static_cast<std::uint8_t>(suite)};
    for (std::size_t i = 0; i < 8; ++i) head[2 + i] = static_cast<std::uint8_t>(size >> (8 * i));
    // The signing key is part of the signed octets.
    return tree_.crypto().hash({head, waiting.content, waiting.signature});
  }

  const RatchetTree& tree_;
  const LeafChecks& checks_;
  std::vector<Waiting> waiting_;
};

}  // namespace

Result<void> validate_structure(const RatchetTree& tree) {
  return StructureCheck(tree).run();
}

Result<void> validate_leaves(const RatchetTree& tree, const LeafChecks& checks) {
  LeafCheck check(tree, checks);
  THICKET_TRY(tree.for_each_member(
      [&](LeafIndex index, const LeafView& view) { return check.take(index, view); }));
  THICKET_TRY(check.verify());
  // RFC 9420 7.3: "Verify that the credential type is supported by all members of the group".
  for (const CredentialType type : tree.credential_types_in_use()) {
    const auto lacking = THICKET_TRY(tree.first_lacking(type));
    if (!lacking) continue;
    Error error = broken(Rule::leaf_credential_supported).at("ratchet_tree");
    if (const auto user = THICKET_TRY(tree.first_using(type))) error = std::move(error).of(*user);
    return std::move(error).because("leaf " + std::to_string(lacking->value) +
                                    " does not support credential type " +
                                    std::to_string(static_cast<std::uint16_t>(type)));
  }
  return {};
}

}  // namespace thicket::tree
