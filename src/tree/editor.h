// A tree being changed: nodes that only it owns are edited in place, all hashes are computed once,
// at finish(). RFC 9420 7.7, 7.8, 12.1.1 to 12.1.3. Dropped, nothing has happened to the tree it
// began with. An operation that answers a Need has changed nothing.
#pragma once

#include "tree/ratchet_tree.h"

namespace thicket::tree {

class TreeEditor final {
 public:
  explicit TreeEditor(const RatchetTree& base);
  TreeEditor(const TreeEditor&) = delete;
  TreeEditor& operator=(const TreeEditor&) = delete;

  // Leftmost blank leaf, else the tree doubles; unmerged at all non-blank ancestors.
  // Rule::tree_too_large.
  Result<LeafIndex> add(const LeafEntry& entry);
  // Replaces the leaf and blanks its direct path. Rule::leaf_blank, Rule::leaf_out_of_range.
  Result<void> update(LeafIndex leaf, const LeafEntry& entry);
  // Blanks the leaf and its direct path; truncates while the right half is blank.
  Result<void> remove(LeafIndex leaf);

  // Of an update path: puts a parent node's key and parent_hash, no unmerged leaves; and a leaf
  // without blanking.
  Result<void> put_parent(NodeIndex node, ByteView encryption_key, ByteView parent_hash);
  Result<void> put_leaf(LeafIndex leaf, const LeafEntry& entry);
  // The same for a leaf whose encryption key is known to be new: check_unique does not ask for it.
  Result<void> put_fresh_leaf(LeafIndex leaf, const LeafEntry& entry);
  // Blanks a parent (for nodes of a direct path that are not in the filtered one).
  Result<void> blank_parent(NodeIndex node);

  // All parents of an update path in one walk (7.5, 7.9): blanks the direct path of `leaf`, puts
  // `keys` in the nodes of the filtered one, from the leaf up, with their parent hashes. Answers
  // the parent_hash of the leaf. `fresh`: the keys are known to be new, check_unique does not ask.
  // The leaf may be next_free_leaf() (12.4.3.2); the tree then doubles where it must.
  // Rule::path_length.
  struct PathKeys {
    LeafIndex leaf;
    std::span<const ByteView> keys;
    bool fresh = false;
  };
  Result<Bytes> put_path(const PathKeys& path);

  // The tree as it stands, for resolutions and lookups while editing. Hashes are computed where
  // they changed.
  const RatchetTree& tree();
  // The same for walks and lookups that need no hash: those that changed are not computed.
  const RatchetTree& draft() const { return tree_; }

  // Every key that was put in stands once in the tree. Rule::signature_key_unique,
  // encryption_key_unique (leaf keys), parent_key_unique: judged on the tree that results, so that
  // a Remove or Update may free what an Add takes.
  Result<void> check_unique();
  RatchetTree finish() &&;

 private:
  struct OwnNode;
  using OwnPath = std::vector<OwnNode>;
  Result<void> loaded_path(NodeIndex target) const;
  Result<void> loaded_for_remove(LeafIndex leaf) const;
  OwnPath own_path(NodeIndex target);
  void settle(OwnPath& path);
  void truncate();
  Result<void> grow_for(LeafIndex leaf);
  void replace_leaf(OwnNode& place, const LeafEntry* entry, bool fresh = false);
  Result<void> put_leaf_at(LeafIndex leaf, const LeafEntry& entry, bool fresh);
  struct NewKey;
  Result<void> check_key(const NewKey& key, Need& need) const;
  void replace_content(OwnNode& place, const ParentContent* content);
  Result<void> put_content(NodeIndex node, const ParentContent* content);
  Result<OwnPath> path_of_member(LeafIndex leaf);
  void reindex(IndexKind kind, NodeIndex at, const TreeNode* before, const TreeNode* after);
  void index_key(IndexKind kind, ByteView key, NodeIndex at, bool erased);

  RatchetTree tree_;
  // What check_unique asks for.
  std::vector<NodeIndex> new_signature_keys_;
  std::vector<NodeIndex> new_encryption_keys_;
};

}  // namespace thicket::tree
