// The ratchet tree of one epoch, persistent, with stubs.  RFC 9420 chapters 4 and 7. A value:
// copying is O(1), successive epochs share what did not change. What meets a part that is not
// loaded answers Rule::internal_need with the Need: supply() it and ask again.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "crypto/crypto.h"
#include "messages/commit.h"
#include "messages/tree_node.h"
#include "tree/key_index.h"
#include "tree/leaf_view.h"
#include "tree/math.h"
#include "tree/node.h"
#include "tree/rows.h"

namespace thicket::tree {

// Equal for the same client, different for others; given by the credential's owner
// (Authenticator::client_id).
struct LeafEntry {
  LeafNode leaf_node;
  Bytes client_id;
};

// A node of a resolution (4.1.1).
struct ResolutionNode {
  NodeIndex node;
  Bytes encryption_key;
};

class TreeContext;

// How wide the resolutions beside a leaf's direct path are.
struct PathHealth {
  std::uint32_t nodes = 0;        // of its filtered direct path: the ciphertexts in a warm tree
  std::uint64_t ciphertexts = 0;  // that an update path seals now (7.6)
  std::size_t unmerged_max = 0;   // the longest list of unmerged leaves on the direct path
  // Blank parents are best filled from the root down and evenly, each by the rightmost member below
  // it: so few commits pay for wide resolutions. The highest one that is this leaf's to fill, if
  // there is one: how many parents come before it in that order, and the members below it.
  struct Turn {
    std::uint64_t rank = 0;
    std::uint32_t members = 0;
    bool operator==(const Turn&) const = default;
  };
  std::optional<Turn> turn;
  bool operator==(const PathHealth&) const = default;
};

class RatchetTree final {
 public:
  // A group of one: `entry` at leaf 0. `seed` keys the indices' fingerprints: random, 16 octets,
  // kept with the group.
  static RatchetTree of_one(const crypto::Crypto& crypto, const LeafEntry& entry, IndexSeed seed);
  // A stored tree, nothing of it loaded but its root row (rows.h). Rule::store_row.
  static Result<RatchetTree> open(const crypto::Crypto& crypto, const TreeRoot& root);

  // Hands in what a Need asked for. It changes no meaning. Rule::store_row if a row is not what the
  // tree expects.
  Result<void> supply(const Supply& supply);

  LeafCount leaf_count() const;
  std::uint32_t member_count() const;
  ByteView tree_hash() const;
  // Of any node, blank ones included. O(log n), more inside a blank subtree.
  Result<Bytes> tree_hash_of(NodeIndex node) const;
  const crypto::Crypto& crypto() const;
  const Summary& summary() const;  // of the root
  TreeRoot root_row() const;

  // Rule::leaf_out_of_range, Rule::leaf_blank. O(log n).
  Result<LeafView> leaf(LeafIndex index) const;
  Result<bool> is_occupied(LeafIndex index) const;
  // Nothing for a blank parent.
  Result<std::optional<ParentNode>> parent(NodeIndex index) const;
  // Where the next Add goes: the leftmost blank leaf, or leaf_count() for a full tree. O(1).
  LeafIndex next_free_leaf() const;
  // In order of leaf index; O(n). Stops at the first error that `visit` answers.
  Result<void> for_each_member(
      const std::function<Result<void>(LeafIndex, const LeafView&)>& visit) const;

  // 4.1.1, with keys. O(its size + log n).
  Result<std::vector<ResolutionNode>> resolution(NodeIndex node) const;
  // 4.1.2: pairs are (node of the path, its copath child). O(log n).
  struct PathStep {
    NodeIndex node;
    NodeIndex copath_child;
  };
  Result<std::vector<PathStep>> filtered_direct_path(LeafIndex leaf) const;
  // What an update path of the member at `leaf` would cost, and what it would be good for. O(log
  // n).
  Result<PathHealth> path_health(LeafIndex leaf) const;

  // Everything that a commit will meet, asked for at once, as far as it can be foreseen: paths and
  // copaths, the leaves that Adds take, the index blocks of new keys. Nothing if all is there. One
  // round on a warm tree without Adds, never more than the depth. O(log n) for each leaf.
  struct Coming {
    std::optional<LeafIndex> committer;      // of a path
    const UpdatePath* path = nullptr;        // a received one
    std::span<const LeafIndex> changed{};    // by Update and Remove
    std::span<const LeafNode* const> put{};  // by Add and Update
    std::size_t adds = 0;
  };
  Result<void> ready_for(const Coming& coming) const;

  // By the indices; O(1) expected.
  Result<std::optional<LeafIndex>> leaf_with_signature_key(ByteView key) const;
  Result<std::optional<NodeIndex>> node_with_encryption_key(ByteView key) const;
  Result<std::optional<LeafIndex>> leaf_of_client(ByteView client_id) const;

  // By the summaries: the leftmost member that does not support `type`, or nothing if all do. They
  // support default types, and what they list but GREASE: RFC 9420 13.5, "GREASE values MUST be
  // handled using normal logic for processing unsupported values". O(1) when all do, else O(log n).
  Result<std::optional<LeafIndex>> first_lacking(ExtensionType type) const;
  Result<std::optional<LeafIndex>> first_lacking(ProposalType type) const;
  Result<std::optional<LeafIndex>> first_lacking(CredentialType type) const;
  // The credential types that members use.
  const std::vector<CredentialType>& credential_types_in_use() const;
  // The leftmost member whose credential is of `type`.
  Result<std::optional<LeafIndex>> first_using(CredentialType type) const;
  // The member whose key_package lifetime ends first (not_after), if any has one.
  struct Expiry {
    LeafIndex leaf;
    Instant not_after;
  };
  Result<std::optional<Expiry>> next_expiry() const;

  bool operator==(const RatchetTree& other) const { return equal(tree_hash(), other.tree_hash()); }

 private:
  friend class TreeEditor;
  friend struct TreeAccess;
  struct Parts;
  explicit RatchetTree(Parts parts);
  Result<std::optional<LeafIndex>> first_member(
      const std::function<bool(const Support&)>& wanted) const;

  std::shared_ptr<TreeContext> context_;
  LeafCount leaves_;
  NodeRef root_;
  KeyIndex index_;
};

}  // namespace thicket::tree
