// A tree with every parent filled, as a long-lived group has it, built in O(n): for benchmarks,
// tests and the export of warm groups. Every key differs, every leaf is signed, and it passes the
// same validation as a received tree (RFC 9420 7.9.2); all of it follows from the plan's seed.
#pragma once

#include "tree/private_path.h"
#include "tree/ratchet_tree.h"

namespace thicket::tree {

struct WarmPlan {
  std::uint32_t members = 0;  // at leaves 0 to members - 1
  Bytes group_id;
  Capabilities capabilities;
  std::uint64_t seed = 0;
};

class WarmTree final {
 public:
  WarmTree(const crypto::Crypto& crypto, WarmPlan plan);
  WarmTree(const WarmTree&) = delete;
  WarmTree& operator=(const WarmTree&) = delete;

  const RatchetTree& tree() const { return *tree_; }
  // What the member at `leaf` holds: made again from the seed at each call, O(log n).
  PrivatePath private_path(LeafIndex leaf) const;
  crypto::SignaturePrivateKey signer(LeafIndex leaf) const;
  // "member-000017": basic credential and client identity.
  static Bytes identity(LeafIndex leaf);

 private:
  crypto::KemPrivateKeyRef key_of(NodeIndex node) const;
  NodeRef build(NodeIndex at, ByteView parent_hash);
  NodeRef build_leaf(LeafIndex leaf, ByteView parent_hash);

  crypto::Crypto crypto_;
  WarmPlan plan_;
  std::shared_ptr<TreeContext> context_;
  std::optional<RatchetTree> tree_;
  KeyIndex::Contents entries_;
  KeyIndex fingerprints_;
};

}  // namespace thicket::tree
