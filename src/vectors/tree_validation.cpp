// Received trees: resolutions and tree hashes of every node, parent hashes, leaf signatures.  RFC
// 9420 4.1.1, 7.8, 7.9.2, 7.3.
#include "vectors/trees.h"

namespace thicket::vectors {

namespace {

tree::LeafPolicy policy_for(const crypto::Crypto& crypto) {
  tree::LeafPolicy policy;
  policy.cipher_suite = crypto.suite().id;
  policy.check_suite_listed = false;
  return policy;
}

Json validation_case(const GrownTree& group) {
  Json test = {{"cipher_suite", static_cast<unsigned>(group.epoch().cipher_suite)},
               {"tree", hex(tree::export_tree(group.tree()).value())},
               {"group_id", hex(group.epoch().group_id)}};
  for (std::uint32_t i = 0; i < tree::node_count(group.tree().leaf_count()); ++i) {
    Json resolution = Json::array();
    for (const auto& node : group.tree().resolution(NodeIndex{i}).value()) {
      resolution.push_back(node.node.value);
    }
    test["resolutions"].push_back(std::move(resolution));
    test["tree_hashes"].push_back(hex(group.tree().tree_hash_of(NodeIndex{i}).value()));
  }
  return test;
}

}  // namespace

void check_tree_validation(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  const Field field = test["tree"];
  const tree::RatchetTree tree = tree_of(crypto, field);
  const auto resolutions = test["resolutions"].elements();
  const auto hashes = test["tree_hashes"].elements();
  const std::uint32_t nodes = tree::node_count(tree.leaf_count());
  test["resolutions"].holds(resolutions.size() == nodes, "not one a node");
  test["tree_hashes"].holds(hashes.size() == nodes, "not one a node");
  for (std::uint32_t i = 0; i < nodes; ++i) {
    hashes[i].equals(field.accepted(tree.tree_hash_of(NodeIndex{i})));
    const auto resolution = field.accepted(tree.resolution(NodeIndex{i}));
    const auto expected = resolutions[i].elements();
    resolutions[i].holds(expected.size() == resolution.size(), "of another size");
    for (std::size_t k = 0; k < expected.size(); ++k) expected[k].equals(resolution[k].node.value);
  }
  field.accepted(tree::validate_structure(tree));
  const tree::LeafPolicy policy = policy_for(crypto);
  field.accepted(tree::validate_leaves(tree, {&policy, test["group_id"].octets()}));
}

Json generate_tree_validation(const Source& source) {
  const CipherSuite suite = source.suite->id;
  const auto grown = [&](std::uint32_t members) {
    GrownTree group(source, {suite, source.random.bytes(32), {}, {}});
    for (std::uint32_t i = 0; i + 1 < members; ++i) group.commit_add(LeafIndex{i});
    return group;
  };
  Json cases = Json::array();
  for (std::uint32_t members : {1u, 2u, 3u, 4u, 5u, 7u, 8u, 9u, 17u}) {
    cases.push_back(validation_case(grown(members)));
  }
  GrownTree blanks = grown(8);
  for (std::uint32_t leaf : {2u, 3u}) blanks.remove(LeafIndex{leaf});
  cases.push_back(validation_case(blanks));
  blanks.commit_add(LeafIndex{0});  // over the blanks, into one of them
  cases.push_back(validation_case(blanks));
  GrownTree unmerged = grown(7);
  unmerged.add(unmerged.new_member());
  cases.push_back(validation_case(unmerged));
  return cases;
}

}  // namespace thicket::vectors
