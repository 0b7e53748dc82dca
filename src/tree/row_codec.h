// How a node, a summary and the root of a tree stand in rows of a store. Private to the store of
// one client: nothing here is sent. The layout is named by its first octet.
#pragma once

#include "codec/reader.h"
#include "codec/writer.h"
#include "tree/tree_context.h"

namespace thicket::tree {

// What a parent's row says of a child: enough for a stub.
struct ChildRow {
  bool blank = false;
  Bytes tree_hash;
  Summary summary;
};

void write_child(codec::Writer& out, const TreeNode& child, NodeIndex at);
Result<ChildRow> read_child(codec::Reader& in, TreeContext& context, NodeIndex at);
// A stub, or a blank subtree.
NodeRef node_of(const ChildRow& child, NodeIndex at);

// Of a leaf or an interior node.
Bytes write_node(const TreeNode& node, NodeIndex at);
// The node that a row holds, its children stubs: hashed, not compared with anything.
// Rule::store_row.
Result<NodeRef> read_node(ByteView row, TreeContext& context, NodeIndex at);

// The root row: size, index seed, the root as a child.
Bytes write_root(LeafCount leaves, const IndexSeed& seed, const TreeNode& root_node);

// What a root row says before its summary can be read.
struct RootHead {
  LeafCount leaves;
  IndexSeed seed;
};
Result<RootHead> read_root_head(codec::Reader& in);

}  // namespace thicket::tree
