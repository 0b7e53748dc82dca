// The hashes of the tree as functions of their inputs.  RFC 9420 7.8, 7.9.
#pragma once

#include <span>

#include "crypto/crypto.h"
#include "tree/node.h"

namespace thicket::tree {

using crypto::Digest;

// Of LeafNodeHashInput; `encoded` null: a blank leaf.
Digest leaf_hash(const crypto::Crypto& crypto, LeafIndex leaf, const ByteView* encoded);

// Of ParentNodeHashInput; `content` null: a blank parent.
struct ParentHashing {
  const ParentContent* content = nullptr;
  std::span<const LeafIndex> unmerged;
  ByteView left_hash;
  ByteView right_hash;
};
Digest parent_node_hash(const crypto::Crypto& crypto, const ParentHashing& input);

// Of ParentHashInput (7.9): the parent hash of a node with `content` and a copath child whose
// original tree hash is given.
Digest parent_hash(const crypto::Crypto& crypto, const ParentContent& content,
                   ByteView original_sibling_tree_hash);

// Hashes of blank leaves and of subtrees without content: they depend on nothing but their place.
// Kept from level 5 up, at most `capacity` of them. Safe from several threads.
class BlankHashes final {
 public:
  static constexpr std::size_t capacity = 1U << 16;
  explicit BlankHashes(const crypto::Crypto& crypto) : crypto_(crypto) {}
  // O(1) for what was asked before, else O(its leaves).
  Digest of(NodeIndex node);

 private:
  Digest compute(NodeIndex node);
  std::size_t slot(NodeIndex node) const;
  void keep(NodeIndex node, const Digest& digest);

  crypto::Crypto crypto_;
  std::mutex mutex_;
  std::vector<NodeIndex> nodes_;  // open addressing; node 0 (a leaf, never kept) marks a free slot
  Bytes hashes_;
  std::size_t kept_ = 0;
};

}  // namespace thicket::tree
