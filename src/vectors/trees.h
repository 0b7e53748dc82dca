// Ratchet trees of vectors: read as received ones, and grown for generated ones.
#pragma once

#include <map>

#include "tree/editor.h"
#include "tree/import.h"
#include "tree/update_path.h"
#include "vectors/kinds.h"

namespace thicket::vectors {

// In vectors every signature key is a client of its own.
Result<Bytes> client_by_key(const LeafNode& leaf);
tree::LeafEntry entry_of(LeafNode leaf);

// A serialized ratchet tree; its own encoding must come back.
tree::RatchetTree tree_of(const crypto::Crypto& crypto, const Field& encoded);

// The GroupContext that paths of vectors are encrypted in.
struct PathEpoch {
  CipherSuite cipher_suite{};
  Bytes group_id;
  Epoch epoch;
  Bytes confirmed_transcript_hash;
  Bytes context_with(ByteView tree_hash) const;
};

// The tree and keys of a group that grows by commits, for generators. What the generator asks for
// must be possible.
class GrownTree final {
 public:
  struct Member {
    LeafIndex leaf;
    crypto::SignaturePrivateKey signer;
    tree::PrivatePath path;
  };
  struct NewMember {
    LeafNode leaf_node;
    crypto::SignaturePrivateKey signer;
    crypto::KemPrivateKeyRef key;
  };

  // A group of one.
  GrownTree(const Source& source, PathEpoch epoch);

  const tree::RatchetTree& tree() const { return tree_; }
  const PathEpoch& epoch() const { return epoch_; }
  const std::vector<Member>& members() const { return members_; }
  // Of a parent whose key comes from it.
  const Bytes& path_secret(NodeIndex node) const { return path_secrets_.at(node); }

  NewMember new_member();
  void add(NewMember member);
  void remove(LeafIndex leaf);

  // A path by `committer` over the tree as it stands, which stays as it is.
  struct NewCommit {
    tree::NewPath path;
    UpdatePath update_path;
    tree::RatchetTree tree;
  };
  NewCommit path_of(LeafIndex committer) const;
  // The same with an Add in the commit, and everybody takes it.
  void commit_add(LeafIndex committer);

 private:
  NewCommit path_over(tree::TreeEditor&& editor, const Member& committer,
                      std::span<const LeafIndex> added) const;
  const Member& member(LeafIndex leaf) const;
  void forget_blanked();

  crypto::Crypto crypto_;
  crypto::SeededRandom& random_;
  PathEpoch epoch_;
  std::vector<Member> members_;
  tree::RatchetTree tree_;  // made with the first member
  std::map<NodeIndex, Bytes> path_secrets_;
};

}  // namespace thicket::vectors
