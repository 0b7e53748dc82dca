// A received ratchet_tree: read, hashed, validated; and written.  RFC
// 9420 12.4.3.3, 7.9.2, 12.4.3.1.
#pragma once

#include "tree/ratchet_tree.h"
#include "tree/validate_leaf.h"

namespace thicket::tree {

using ClientIdOf = std::function<Result<Bytes>(const LeafNode&)>;

// Reads the data of a ratchet_tree extension: rules tree_empty, tree_last_blank, tree_node_parity,
// unmerged_order and those of the codec. O(L) in time for L octets, at most 16 octets of heap for
// each. All hashes are computed.
Result<RatchetTree> import_tree(const crypto::Crypto& crypto, ByteView encoded,
                                const ClientIdOf& client_id, IndexSeed seed);

// What makes a tree valid whatever its group: parent hashes (7.9.2), unmerged leaves (12.4.3.1),
// unique keys, encodings of public keys. O(L log n) hashing. Rules parent_hash_chain,
// unmerged_leaf, signature_key_unique, encryption_key_unique, parent_key_unique,
// public_key_encoding.
Result<void> validate_structure(const RatchetTree& tree);

// Every leaf by validate_leaf with its place and source, signatures by verify_many, each once; then
// credential types against capabilities by the summaries. `verified` may be null.
struct LeafChecks {
  const LeafPolicy* policy;
  Bytes group_id;
  class VerifiedLeaves* verified = nullptr;
};
Result<void> validate_leaves(const RatchetTree& tree, const LeafChecks& checks);

// The data of a ratchet_tree extension. O(L). Rule::tree_too_large beyond 2^30 - 1 octets, before
// any work.
Result<Bytes> export_tree(const RatchetTree& tree);

// Leaves whose signature this client has verified before: keyed by H(suite, signed octets with
// group_id and leaf_index, signature); in memory, bounded, answers for the signature only. Not safe
// from several threads.
class VerifiedLeaves final {
 public:
  explicit VerifiedLeaves(std::size_t capacity) : capacity_(capacity) {}
  bool contains(ByteView key) const;
  void insert(ByteView key);

 private:
  std::size_t capacity_;
  std::vector<Bytes> ring_;
};

}  // namespace thicket::tree
