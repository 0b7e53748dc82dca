// What the trees of one group share: the suite, the hashes of blank subtrees, one object for equal
// supports. And how nodes are made, summarised and hashed.  RFC 9420 7.8.
#pragma once

#include <functional>

#include "messages/leaf_node.h"
#include "tree/hashing.h"
#include "tree/key_index.h"
#include "tree/node.h"

namespace thicket::tree {

class TreeContext final {
 public:
  TreeContext(const crypto::Crypto& crypto, const IndexSeed& seed)
      : crypto_(crypto), blanks_(crypto), supports_(seed.octets) {}
  const crypto::Crypto& crypto() const { return crypto_; }
  SupportTable& supports() { return supports_; }

  struct LeafParts {
    LeafIndex index;
    const LeafNode* leaf_node;
    ByteView encoded;  // of *leaf_node
    ByteView client_id;
  };
  // Not hashed yet.
  NodeRef make_leaf(const LeafParts& parts);
  NodeRef make_blank(NodeIndex at);
  // A blank subtree as an interior node of two. The child towards `target` is about to be replaced
  // and has no hash worth the name.
  NodeRef open_blank(NodeIndex at, NodeIndex target);
  // A blank parent over two children; one blank object if both are blank.
  NodeRef make_parent(NodeIndex at, NodeRef left, NodeRef right);

  // The summary of an interior node from its children and content. O(1) where both children support
  // the same.
  void summarise(TreeNode& node);
  // Hashes what is not hashed, of the subtree at `at`.
  void hash(TreeNode& node, NodeIndex at);

  // The tree hash that the subtree would have without the leaves `removed` (ascending): those
  // blanked, and taken out of all unmerged lists (7.9). O(leaves removed and the lists met, log n).
  Result<Digest> original_hash(const NodeRef& node, NodeIndex at,
                               std::span<const LeafIndex> removed);

 private:
  crypto::Crypto crypto_;
  BlankHashes blanks_;
  SupportTable supports_;
};

// The part of an ascending list that lies below `node`.
std::span<const LeafIndex> below(NodeIndex node, std::span<const LeafIndex> leaves);

}  // namespace thicket::tree
