// A tree being changed: nodes that only it owns are edited in place, all hashes are computed once,
// at finish(). RFC 9420 7.7, 7.8, 12.1.1 to 12.1.3. Dropped, nothing has happened to the tree it
// began with.
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
  // Blanks a parent (for nodes of a direct path that are not in the filtered one).
  Result<void> blank_parent(NodeIndex node);

  // The tree as it stands, for resolutions and lookups while editing. Hashes are computed where
  // they changed.
  const RatchetTree& tree();

  // Every key that was put in stands once in the tree. Rule::signature_key_unique,
  // encryption_key_unique (leaf keys), parent_key_unique: judged on the tree that results, so that
  // a Remove or Update may free what an Add takes.
  Result<void> check_unique();
  RatchetTree finish() &&;

 private:
  RatchetTree tree_;
};

}  // namespace thicket::tree
