// The private keys that a member holds: of its leaf and of the parents above it whose secrets it
// knows. RFC 9420 4.2 (views), 7.4. Beside the tree, with one owner; the keys themselves are shared
// and immutable.
#pragma once

#include <optional>
#include <vector>

#include "crypto/kem.h"

namespace thicket::tree {

class PrivatePath final {
 public:
  struct Key {
    NodeIndex node;
    crypto::KemPrivateKeyRef key;
  };

  PrivatePath() = default;
  PrivatePath(LeafIndex own, crypto::KemPrivateKeyRef leaf_key);
  PrivatePath(PrivatePath&&) = default;
  PrivatePath& operator=(PrivatePath&&) = default;
  PrivatePath clone() const;

  LeafIndex own() const { return own_; }
  const std::vector<Key>& keys() const { return keys_; }  // ascending by level, the leaf's first
  crypto::KemPrivateKeyRef find(NodeIndex node) const;    // null if not held
  void put(NodeIndex node, crypto::KemPrivateKeyRef key);
  void drop(NodeIndex node);
  // Forgets keys of nodes that `still_there` denies: blanked ones, and those beyond a truncated
  // tree.
  template <class F>
  void keep_if(F&& still_there) {
    std::erase_if(keys_, [&](const Key& key) { return !still_there(key.node); });
  }

 private:
  LeafIndex own_;
  std::vector<Key> keys_;
};

}  // namespace thicket::tree
