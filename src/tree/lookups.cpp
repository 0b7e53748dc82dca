// Who has this key, who lacks that extension, who expires next: by the indices and by the
// summaries.
#include <algorithm>

#include "tree/tree_access.h"
#include "tree/validate_leaf.h"

namespace thicket::tree {
ByteView key_of(const TreeNode& node, IndexKind kind) {
  switch (kind) {
    case IndexKind::signature_keys:
      return node.signature_key();
    case IndexKind::encryption_keys:
      return node.encryption_key();
    case IndexKind::clients:
      break;
  }
  return node.client_id();
}

namespace {

// The lowest node that has the key.
Result<std::optional<NodeIndex>> node_with(const RatchetTree& tree, IndexKind kind, ByteView key) {
  const KeyIndex& index = TreeAccess::index(tree);
  const auto candidates = THICKET_TRY(index.find(kind, index.fingerprint(kind, key)));
  Need need;
  for (const NodeIndex candidate : candidates) {
    const Found found = walk_to(tree, candidate);
    if (found.node->is_stub()) {
      add_need(need, need_down_to(found.at, candidate));
    } else if (found.at == candidate && found.node->has_content() &&
               equal(key_of(*found.node, kind), key)) {
      return std::optional(candidate);
    }
  }
  if (!need.empty()) return needs(std::move(need));
  return std::optional<NodeIndex>();
}

Result<std::optional<LeafIndex>> leaf_with(const RatchetTree& tree, IndexKind kind, ByteView key) {
  const auto node = THICKET_TRY(node_with(tree, kind, key));
  if (!node) return std::optional<LeafIndex>();
  return std::optional(first_leaf(*node));
}

template <class T>
bool lists(const std::vector<T>& ascending, T value) {
  return std::binary_search(ascending.begin(), ascending.end(), value);
}

}  // namespace

Result<std::optional<LeafIndex>> RatchetTree::leaf_with_signature_key(ByteView key) const {
  return leaf_with(*this, IndexKind::signature_keys, key);
}
Result<std::optional<NodeIndex>> RatchetTree::node_with_encryption_key(ByteView key) const {
  return node_with(*this, IndexKind::encryption_keys, key);
}
Result<std::optional<LeafIndex>> RatchetTree::leaf_of_client(ByteView client_id) const {
  return leaf_with(*this, IndexKind::clients, client_id);
}

// The leftmost member with a support like `wanted`, where a subtree has such a member exactly if
// its own support is like that.
Result<std::optional<LeafIndex>> RatchetTree::first_member(
    const std::function<bool(const Support&)>& wanted) const {
  const auto has = [&](const TreeNode& node) {
    const SupportRef& support = node.summary().support;
    return support && wanted(*support);
  };
  if (!has(*root_)) return std::optional<LeafIndex>();
  const TreeNode* node = root_.get();
  NodeIndex at = root(leaves_);
  while (!at.is_leaf()) {
    if (node->is_stub()) return needs({{at}, {}});
    const bool goes_left = has(*node->left());
    node = goes_left ? node->left().get() : node->right().get();
    at = goes_left ? left(at) : right(at);
  }
  return std::optional(first_leaf(at));
}

Result<std::optional<LeafIndex>> RatchetTree::first_lacking(ExtensionType type) const {
  if (is_default(type)) return std::optional<LeafIndex>();
  return first_member([&](const Support& support) { return !lists(support.extensions, type); });
}

Result<std::optional<LeafIndex>> RatchetTree::first_lacking(ProposalType type) const {
  if (is_default(type)) return std::optional<LeafIndex>();
  return first_member([&](const Support& support) { return !lists(support.proposals, type); });
}

Result<std::optional<LeafIndex>> RatchetTree::first_lacking(CredentialType type) const {
  return first_member([&](const Support& support) { return !lists(support.credentials, type); });
}

const std::vector<CredentialType>& RatchetTree::credential_types_in_use() const {
  static const std::vector<CredentialType> none;
  const SupportRef& support = root_->summary().support;
  return support ? support->in_use : none;
}

Result<std::optional<LeafIndex>> RatchetTree::first_using(CredentialType type) const {
  return first_member([&](const Support& support) { return lists(support.in_use, type); });
}

Result<std::optional<RatchetTree::Expiry>> RatchetTree::next_expiry() const {
  const std::uint64_t earliest = root_->summary().not_after_min;
  if (earliest == Summary{}.not_after_min) return std::optional<Expiry>();
  const TreeNode* node = root_.get();
  NodeIndex at = root(leaves_);
  while (!at.is_leaf()) {
    if (node->is_stub()) return needs({{at}, {}});
    const bool goes_left = node->left()->summary().not_after_min == earliest;
    node = goes_left ? node->left().get() : node->right().get();
    at = goes_left ? left(at) : right(at);
  }
  return std::optional<Expiry>({first_leaf(at), Instant{earliest}});
}

}  // namespace thicket::tree
