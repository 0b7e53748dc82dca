// A received ratchet_tree: read, hashed, validated; and written.  RFC
// 9420 12.4.3.3, 7.9.2, 12.4.3.1.
#pragma once

#include "codec/writer.h"
#include "tree/ratchet_tree.h"
#include "tree/validate_leaf.h"
#include "tree/verified_leaves.h"

namespace thicket::tree {

using ClientIdOf = std::function<Result<Bytes>(const LeafNode&)>;

// Reads the data of a ratchet_tree extension: rules tree_empty, tree_last_blank, tree_node_parity,
// unmerged_order, public_key_encoding and those of the codec. O(L) in time for L octets, at most 16
// octets of heap for each. All hashes are computed.
Result<RatchetTree> import_tree(const crypto::Crypto& crypto, ByteView encoded,
                                const ClientIdOf& client_id, IndexSeed seed);

// What makes a tree valid whatever its group: parent hashes (7.9.2), unmerged leaves (12.4.3.1),
// unique keys. O(L log n) hashing. Rules parent_hash_chain, unmerged_leaf, signature_key_unique,
// encryption_key_unique, parent_key_unique.
Result<void> validate_structure(const RatchetTree& tree);

// Every leaf by validate_leaf with its place and source, signatures by verify_many, each once; then
// credential types against capabilities by the summaries. `verified` may be null.
struct LeafChecks {
  const LeafPolicy* policy;
  Bytes group_id;
  VerifiedLeaves* verified = nullptr;
};
Result<void> validate_leaves(const RatchetTree& tree, const LeafChecks& checks);

// The data of a ratchet_tree extension, measured and not written yet. The tree must outlive it.
class TreeExport final {
 public:
  // Rule::tree_too_large beyond `octets_max` (RFC 9420 2.1.2 allows no longer vector). O(n).
  static Result<TreeExport> of(const RatchetTree& tree,
                               std::uint64_t octets_max = codec::vector_size_max);
  std::size_t size() const;  // of what write() writes
  void write(codec::Writer& out) const;

 private:
  TreeExport(const RatchetTree& tree, NodeIndex last, std::size_t nodes_size)
      : tree_(&tree), last_(last), nodes_size_(nodes_size) {}
  const RatchetTree* tree_;
  NodeIndex last_;
  std::size_t nodes_size_;
};
// The same, written. O(L).
Result<Bytes> export_tree(const RatchetTree& tree,
                          std::uint64_t octets_max = codec::vector_size_max);

}  // namespace thicket::tree
