// The arithmetic of the array representation.  RFC 9420 4.1, appendix C.
#include "tree/math.h"
#include "vectors/kinds.h"

namespace thicket::vectors {

namespace {

using OptionalIndex = std::optional<NodeIndex>;

OptionalIndex left_of(NodeIndex node, LeafCount) {
  return node.is_leaf() ? OptionalIndex{} : tree::left(node);
}
OptionalIndex right_of(NodeIndex node, LeafCount) {
  return node.is_leaf() ? OptionalIndex{} : tree::right(node);
}
OptionalIndex parent_of(NodeIndex node, LeafCount leaves) {
  return node == tree::root(leaves) ? OptionalIndex{} : tree::parent(node, leaves);
}
OptionalIndex sibling_of(NodeIndex node, LeafCount leaves) {
  return node == tree::root(leaves) ? OptionalIndex{} : tree::sibling(node, leaves);
}

struct Relation {
  std::string_view name;
  OptionalIndex (*of)(NodeIndex, LeafCount);
};
constexpr Relation relations[] = {
    {"left", left_of}, {"right", right_of}, {"parent", parent_of}, {"sibling", sibling_of}};

}  // namespace

void check_tree_math(const Setting&, const Field& test) {
  const std::uint64_t wanted = test["n_leaves"].number(std::uint64_t{1} << 20);
  test["n_leaves"].holds(wanted > 0 && (wanted & (wanted - 1)) == 0, "not a power of two");
  const LeafCount leaves{static_cast<std::uint32_t>(wanted)};
  test["n_nodes"].equals(tree::node_count(leaves));
  test["root"].equals(tree::root(leaves).value);
  for (const Relation& relation : relations) {
    const auto expected = test[relation.name].elements();
    test[relation.name].holds(expected.size() == tree::node_count(leaves), "not one a node");
    for (std::uint32_t i = 0; i < expected.size(); ++i) {
      const OptionalIndex got = relation.of(NodeIndex{i}, leaves);
      got ? expected[i].equals(got->value) : expected[i].is_absent();
    }
  }
}

Json generate_tree_math(const Source&) {
  Json cases = Json::array();
  for (std::uint32_t n = 1; n <= 512; n *= 2) {
    const LeafCount leaves{n};
    Json test = {
        {"n_leaves", n}, {"n_nodes", tree::node_count(leaves)}, {"root", tree::root(leaves).value}};
    for (const Relation& relation : relations) {
      Json& list = test[relation.name] = Json::array();
      for (std::uint32_t i = 0; i < tree::node_count(leaves); ++i) {
        const OptionalIndex got = relation.of(NodeIndex{i}, leaves);
        list.push_back(got ? Json(got->value) : Json());
      }
    }
    cases.push_back(std::move(test));
  }
  return cases;
}

}  // namespace thicket::vectors
