// Update paths: made by a committer, applied by everybody else.  RFC 9420 7.4 to 7.6, 7.9.
// In two steps on either side, because the encryption context holds the hash of the tree after the
// first.
#pragma once

#include "crypto/path_secrets.h"
#include "messages/commit.h"
#include "tree/editor.h"
#include "tree/private_path.h"

namespace thicket::tree {

// What a committer wants its new leaf to be. encryption_key, leaf_node_source and signature are
// filled in here.
struct CommitLeaf {
  LeafIndex leaf;
  LeafNode leaf_node;
  Bytes client_id;
  crypto::SignaturePrivateKey signer;
  Bytes group_id;
};

struct NewPathNode {
  NodeIndex node;
  NodeIndex copath_child;
  HPKEPublicKey encryption_key;
  PathSecret path_secret;
};

// The committer's side after the first step: public keys are in the editor's tree, nothing is
// encrypted yet.
struct NewPath {
  LeafNode leaf_node;
  std::vector<NewPathNode> nodes;  // from the leaf up
  PrivatePath private_path;        // the new leaf key and the keys of `nodes`
  CommitSecret commit_secret;
};

// `leaf` may be a member, or next_free_leaf() (an external commit, 12.4.3.2). Derives path secrets
// and keys from fresh randomness, puts keys and parent hashes in the tree,
// signs the leaf.
Result<NewPath> create_path(TreeEditor& editor, const CommitLeaf& leaf, Random& random);

// Encrypts each path secret to the resolution of its copath child, without the leaves added in this
// commit. `context`: the encoded provisional GroupContext. O(sum of the resolutions), spread over
// the provider's workers.
struct PathContext {
  ByteView group_context;
  std::span<const LeafIndex> added;
};
Result<UpdatePath> seal_path(const RatchetTree& provisional, const NewPath& path,
                             const PathContext& context, Random& random);

// The path secret that a Welcome gives to `joiner`: that of the lowest node of the path above it.
const PathSecret* path_secret_for(const NewPath& path, LeafIndex joiner);

// A receiver's or service's first step. The sender is a member, or next_free_leaf() (12.4.3.2).
// Checks lengths, ciphertext counts, that no key is in the
// tree already, and the leaf's parent_hash; puts the path in the tree. The leaf's signature and
// validity are checked by the caller. Rules path_length, path_ciphertexts, path_key_reused,
// leaf_parent_hash, leaf_key_unchanged, public_key_encoding, leaf_source.
struct ReceivedPath {
  LeafIndex sender;
  const UpdatePath* path;
  Bytes client_id;
  std::span<const LeafIndex> added;
  const RatchetTree* before = nullptr;  // see forget_outdated
};
Result<void> merge_path(TreeEditor& editor, const ReceivedPath& received);

// A receiver's second step. Rules hpke_open, path_key_mismatch, secret_length.
struct OpenedPath {
  PrivatePath private_path;
  CommitSecret commit_secret;
};
Result<OpenedPath> open_path(const RatchetTree& provisional, const PrivatePath& mine,
                             const ReceivedPath& received, ByteView group_context);

// A joiner's private path from the path secret of a Welcome, checked against the tree up to the
// root. Rule::welcome_path_secret. `leaf_key` is the key package's.
struct WelcomePath {
  LeafIndex own;
  LeafIndex signer;
  const PathSecret* path_secret;  // null: the commit had no path for us
};
Result<PrivatePath> private_path_of_joiner(const RatchetTree& tree,
                                           crypto::KemPrivateKeyRef leaf_key,
                                           const WelcomePath& welcome);

// Forgets the private keys of nodes that are gone, blank, or have another key by now. What is not
// loaded is left alone, and what `before` (may be null), to which the keys belong, shares with the
// tree. O(log n).
void forget_outdated(const RatchetTree& tree, const RatchetTree* before, PrivatePath& path);

}  // namespace thicket::tree
