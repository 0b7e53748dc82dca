// The warm tree's construction: right subtrees first, with a stale parent_hash, then the left ones
// with the hash of what stands beside them.  RFC 9420 7.9.
#include "tree/warm_tree.h"

#include "crypto/seeded_random.h"
#include "messages/wire.h"
#include "tree/tree_access.h"

namespace thicket::tree {

namespace {

// Streams of the seed: one a node and purpose, far enough apart for four billion nodes each.
enum class Purpose : std::uint64_t { index_seed, node_key, signature_key, stale_hash };

std::uint64_t stream(const WarmPlan& plan, Purpose purpose, std::uint32_t index) {
  return plan.seed * 0x9E3779B97F4A7C15ULL + (static_cast<std::uint64_t>(purpose) << 32) + index;
}

IndexSeed index_seed(const WarmPlan& plan) {
  crypto::SeededRandom random(stream(plan, Purpose::index_seed, 0));
  return IndexSeed::draw(random);
}

}  // namespace

WarmTree::WarmTree(const crypto::Crypto& crypto, WarmPlan plan)
    : crypto_(crypto),
      plan_(std::move(plan)),
      context_(std::make_shared<TreeContext>(crypto, index_seed(plan_))),
      fingerprints_(index_seed(plan_)) {
  THICKET_ASSERT(plan_.members > 0);
  const LeafCount leaves = fitting(LeafIndex{plan_.members - 1});
  NodeRef top = build(root(leaves), {});
  context_->hash(*top, root(leaves));
  KeyIndex index = KeyIndex::of(index_seed(plan_), std::move(entries_));
  tree_ = TreeAccess::make({context_, leaves, std::move(top), std::move(index)});
}

Bytes WarmTree::identity(LeafIndex leaf) {
  std::string digits = std::to_string(leaf.value);
  return to_bytes("member-" + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') +
                  digits);
}

crypto::KemPrivateKeyRef WarmTree::key_of(NodeIndex node) const {
  crypto::SeededRandom random(stream(plan_, Purpose::node_key, node.value));
  return crypto_.generate_key_pair(random);
}

crypto::SignaturePrivateKey WarmTree::signer(LeafIndex leaf) const {
  crypto::SeededRandom random(stream(plan_, Purpose::signature_key, leaf.value));
  return crypto_.generate_signature_key(random);
}

PrivatePath WarmTree::private_path(LeafIndex leaf) const {
  PrivatePath path(leaf, key_of(leaf.node()));
  for (NodeIndex node : direct_path(leaf.node(), tree_->leaf_count())) {
    // A parent whose right half is blank is blank itself.
    if (first_leaf(right(node)).value < plan_.members) path.put(node, key_of(node));
  }
  return path;
}

NodeRef WarmTree::build(NodeIndex at, ByteView parent_hash_above) {
  if (first_leaf(at).value >= plan_.members) return context_->make_blank(at);
  if (at.is_leaf()) return build_leaf(first_leaf(at), parent_hash_above);
  const NodeIndex right_at = right(at);
  if (first_leaf(right_at).value >= plan_.members) {
    NodeRef left_half = build(left(at), parent_hash_above);
    return context_->make_parent(at, std::move(left_half), context_->make_blank(right_at));
  }
  crypto::SeededRandom random(stream(plan_, Purpose::stale_hash, at.value));
  NodeRef right_half = build(right_at, random.bytes(crypto_.hash_size()));
  context_->hash(*right_half, right_at);

  const crypto::KemPrivateKeyRef key = key_of(at);
  const ParentContent content{key->public_key(), parent_hash_above};
  const Digest below = parent_hash(crypto_, content, right_half->tree_hash());
  NodeRef node = TreeNode::make_interior(&content, crypto_.hash_size());
  node->left_slot() = build(left(at), below.view());
  node->right_slot() = std::move(right_half);
  context_->summarise(*node);
  const auto kind = IndexKind::encryption_keys;
  entries_.entries[static_cast<std::size_t>(kind)].push_back(
      {fingerprints_.fingerprint(kind, key->public_key()), at});
  return node;
}

NodeRef WarmTree::build_leaf(LeafIndex leaf, ByteView parent_hash_above) {
  const crypto::SignaturePrivateKey signer_key = signer(leaf);
  LeafNode node;
  node.encryption_key = key_of(leaf.node())->public_key();
  node.signature_key = signer_key.public_key;
  node.credential = BasicCredential{identity(leaf)};
  node.capabilities = plan_.capabilities;
  node.leaf_node_source = CommitSource{to_bytes(parent_hash_above)};
  node.signature = crypto_.sign_with_label(signer_key, "LeafNodeTBS",
                                           leaf_node_tbs(node, LeafPlace{plan_.group_id, leaf}));
  const Bytes encoded = codec::encode(node);
  const Bytes id = identity(leaf);
  const auto index = [&](IndexKind kind, ByteView key) {
    entries_.entries[static_cast<std::size_t>(kind)].push_back(
        {fingerprints_.fingerprint(kind, key), leaf.node()});
  };
  index(IndexKind::signature_keys, node.signature_key);
  index(IndexKind::encryption_keys, node.encryption_key);
  index(IndexKind::clients, id);
  return context_->make_leaf({leaf, &node, encoded, id});
}

}  // namespace thicket::tree
