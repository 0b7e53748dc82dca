// A tree that a history of joins, leaves and updates has left, played on the tree alone: for
// benchmarks. Every leaf is signed and every parent hash holds; all keys follow from the seed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "tree/private_path.h"
#include "tree/ratchet_tree.h"

namespace thicket::tree {

// A line a step. `I` counts the members that stay, the first being the one at leaf 0:
//   start N A B ...   first: N members, added in one commit; those at leaves A, B, ... stay too
//   update I          the I-th of them commits a new path
//   add I             and adds somebody, without a path, at the leftmost blank leaf
//   remove I LEAF     and removes the member at LEAF, with a path
//   third LEAF        says of a leaf that it is taken; changes nothing
struct PlayedPlan {
  std::string history;
  Bytes group_id;
  Capabilities capabilities;
  Lifetime lifetime;
  std::uint64_t seed = 0;
};

class PlayedTree final {
 public:
  // Rule::truncated at "history[i]" for a line that is none. O(n + steps * log n).
  static Result<std::unique_ptr<PlayedTree>> play(const crypto::Crypto& crypto, PlayedPlan plan);
  explicit PlayedTree(const crypto::Crypto& crypto, PlayedPlan plan)
      : crypto_(crypto), plan_(std::move(plan)) {}
  PlayedTree(const PlayedTree&) = delete;
  PlayedTree& operator=(const PlayedTree&) = delete;

  const RatchetTree& tree() const { return *tree_; }
  // What the member at `leaf` holds; O(log n).
  PrivatePath private_path(LeafIndex leaf) const;
  crypto::SignaturePrivateKey signer(LeafIndex leaf) const;

 private:
  Result<void> step(const std::string& line);
  void start(std::uint32_t members);
  void add();
  // A new path of the member at `leaf`, after `removed` has left.
  void commit_path(LeafIndex leaf, std::optional<LeafIndex> removed);
  crypto::KemPrivateKeyRef key(std::uint32_t number) const;
  std::uint32_t fresh_key(NodeIndex node) { return keys_[node.value] = ++keys_made_; }
  LeafNode leaf_node(LeafIndex leaf, LeafNodeOrigin source) const;
  // Somebody new, who will sit at `leaf`.
  LeafEntry newcomer(LeafIndex leaf);

  crypto::Crypto crypto_;
  PlayedPlan plan_;
  std::optional<RatchetTree> tree_;
  std::vector<LeafIndex> staying_;
  std::map<std::uint32_t, std::uint32_t> keys_;   // of a node: the number of its key
  std::map<std::uint32_t, std::uint32_t> names_;  // of a leaf: the number of who sits there
  std::uint32_t keys_made_ = 0;
  std::uint32_t next_name_ = 0;
};

}  // namespace thicket::tree
