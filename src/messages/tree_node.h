// Nodes as they stand in a ratchet_tree extension and under the tree hash.  RFC
// 9420 7.1, 7.8, 12.4.3.3.
#pragma once

#include "messages/leaf_node.h"

namespace thicket {

enum class NodeType : std::uint8_t { leaf = 1, parent = 2 };

struct ParentNode {
  HPKEPublicKey encryption_key;
  Bytes parent_hash;
  std::vector<LeafIndex> unmerged_leaves;
  bool operator==(const ParentNode&) const = default;
};

using Node = Select<NodeType, Case<NodeType::leaf, LeafNode>, Case<NodeType::parent, ParentNode>>;

template <>
struct codec::SelectShape<Node> {
  static constexpr std::string_view tag = "node_type";
  static constexpr bool inlined = false;
  static std::string_view field(NodeType type) {
    return type == NodeType::leaf ? "leaf_node" : "parent_node";
  }
};

// Data of ExtensionType::ratchet_tree. For inspection and tests; tree/import reads the octets
// without this copy.
using RatchetTreeExtension = std::vector<std::optional<Node>>;

// ParentHashInput (7.9).
struct ParentHashInput {
  HPKEPublicKey encryption_key;
  Bytes parent_hash;
  Bytes original_sibling_tree_hash;
  bool operator==(const ParentHashInput&) const = default;
};

// TreeHashInput (7.8).
struct LeafNodeHashInput {
  LeafIndex leaf_index;
  std::optional<LeafNode> leaf_node;
  bool operator==(const LeafNodeHashInput&) const = default;
};
struct ParentNodeHashInput {
  std::optional<ParentNode> parent_node;
  Bytes left_hash;
  Bytes right_hash;
  bool operator==(const ParentNodeHashInput&) const = default;
};
using TreeHashInput = Select<NodeType, Case<NodeType::leaf, LeafNodeHashInput>,
                             Case<NodeType::parent, ParentNodeHashInput>>;

template <>
struct codec::SelectShape<TreeHashInput> {
  static constexpr std::string_view tag = "node_type";
  static constexpr bool inlined = false;
  static std::string_view field(NodeType type) { return codec::SelectShape<Node>::field(type); }
};

}  // namespace thicket
