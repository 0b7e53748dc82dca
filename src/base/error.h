// What a peer or the caller did wrong: the rule, the field it was broken at, the leaf concerned.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rule.h"
#include "base/strong.h"

namespace thicket {

// A block of an index beside the tree: which index, and the fingerprints [first, last] it covers.
struct IndexBlock {
  std::uint8_t index = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const IndexBlock&) const = default;
};

// What an operation met that is not loaded (a stub: tree/node.h). The caller loads it, supplies it,
// and asks again.
struct Need {
  std::vector<NodeIndex> nodes;
  std::vector<IndexBlock> blocks;
  bool operator==(const Need&) const = default;
  bool empty() const { return nodes.empty() && blocks.empty(); }
};

struct Error {
  Rule rule = Rule::internal_need;
  std::string path;               // e.g. "commit.path.leaf_node.signature"
  std::optional<LeafIndex> leaf;  // the leaf that is to blame or concerned
  std::string detail;             // what was found, where that helps; never a secret
  Need need;                      // only with Rule::internal_need
  bool operator==(const Error&) const = default;

  // Builders, for `return broken(Rule::x).at("path").of(leaf)`.
  Error at(std::string_view field) &&;
  Error of(LeafIndex leaf) &&;
  Error because(std::string detail) &&;
  // The error as seen from the struct that holds it: `field` is put before the path.
  Error under(std::string_view field) &&;
  bool is_need() const { return rule == Rule::internal_need; }
};

Error broken(Rule rule);
Error needs(Need need);

// "rule leaf_signature broken at commit.path.leaf_node.signature, leaf 17 (…); RFC 9420 7.3 asks:
// the leaf node's signature verifies"
std::string describe(const Error& error);

}  // namespace thicket
