// A leaf's octets, read where they stand.
#include "tree/leaf_view.h"

#include "messages/wire.h"

namespace thicket::tree {

LeafView::LeafView(NodeRef leaf) : leaf_(std::move(leaf)) {
  THICKET_ASSERT(leaf_ && leaf_->kind() == NodeKind::leaf);
}

ByteView LeafView::encoded() const {
  return leaf_->encoded();
}
ByteView LeafView::encryption_key() const {
  return leaf_->encryption_key();
}
ByteView LeafView::signature_key() const {
  return leaf_->signature_key();
}
ByteView LeafView::client_id() const {
  return leaf_->client_id();
}
LeafNodeSource LeafView::source() const {
  return leaf_->source();
}
CredentialType LeafView::credential_type() const {
  return leaf_->credential_type();
}

LeafNode LeafView::leaf_node() const {
  // It was decoded before, when it came into the tree.
  return codec::decode<LeafNode>(leaf_->encoded()).value();
}

}  // namespace thicket::tree
