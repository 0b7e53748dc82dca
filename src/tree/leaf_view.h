// A leaf as the tree keeps it: the octets it arrived in and a parsed view of them.
// Holding a view keeps the node alive, whatever becomes of the tree. Cheap to copy.
#pragma once

#include "messages/leaf_node.h"
#include "tree/node.h"

namespace thicket::tree {

class LeafView final {
 public:
  explicit LeafView(NodeRef leaf);
  ByteView encoded() const;  // the whole LeafNode
  ByteView encryption_key() const;
  ByteView signature_key() const;
  ByteView client_id() const;
  LeafNodeSource source() const;
  CredentialType credential_type() const;
  // Decoded anew at each call; O(size of the leaf).
  LeafNode leaf_node() const;
  bool operator==(const LeafView& other) const { return equal(encoded(), other.encoded()); }

 private:
  NodeRef leaf_;
};

}  // namespace thicket::tree
