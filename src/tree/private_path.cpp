// The private keys of one member's path.  RFC 9420 4.2.
#include "tree/private_path.h"

#include <algorithm>

#include "tree/math.h"

namespace thicket::tree {

PrivatePath::PrivatePath(LeafIndex own, crypto::KemPrivateKeyRef leaf_key) : own_(own) {
  put(own.node(), std::move(leaf_key));
}

PrivatePath PrivatePath::clone() const {
  PrivatePath out;
  out.own_ = own_;
  out.keys_ = keys_;
  return out;
}

crypto::KemPrivateKeyRef PrivatePath::find(NodeIndex node) const {
  for (const Key& key : keys_) {
    if (key.node == node) return key.key;
  }
  return nullptr;
}

void PrivatePath::put(NodeIndex node, crypto::KemPrivateKeyRef key) {
  const auto at = std::lower_bound(
      keys_.begin(), keys_.end(), node,
      [](const Key& some, NodeIndex other) { return level(some.node) < level(other); });
  if (at != keys_.end() && at->node == node) {
    at->key = std::move(key);
  } else {
    keys_.insert(at, {node, std::move(key)});
  }
}

void PrivatePath::drop(NodeIndex node) {
  std::erase_if(keys_, [&](const Key& key) { return key.node == node; });
}

}  // namespace thicket::tree
