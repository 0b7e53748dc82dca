// One Add, Update or Remove applied to a tree.  RFC 9420 12.1.1 to 12.1.3, 7.8.
#include "messages/wire.h"
#include "vectors/trees.h"

namespace thicket::vectors {

namespace {

Result<void> apply(tree::TreeEditor& editor, const Proposal& proposal, LeafIndex sender) {
  if (const auto* add = proposal.as<Add>()) {
    THICKET_TRY(editor.add(entry_of(add->key_package->leaf_node)));
  } else if (const auto* update = proposal.as<Update>()) {
    THICKET_TRY(editor.update(sender, entry_of(*update->leaf_node)));
  } else if (const auto* remove = proposal.as<Remove>()) {
    THICKET_TRY(editor.remove(remove->removed));
  } else {
    return broken(Rule::input_format).because("neither an Add, nor an Update, nor a Remove");
  }
  return {};
}

Json case_of(const GrownTree& group, const Proposal& proposal, LeafIndex sender) {
  tree::TreeEditor editor(group.tree());
  apply(editor, proposal, sender).value();
  const tree::RatchetTree after = std::move(editor).finish();
  return {{"cipher_suite", static_cast<unsigned>(group.epoch().cipher_suite)},
          {"tree_before", hex(tree::export_tree(group.tree()).value())},
          {"proposal", hex_of(proposal)},
          {"proposal_sender", sender.value},
          {"tree_hash_before", hex(group.tree().tree_hash())},
          {"tree_after", hex(tree::export_tree(after).value())},
          {"tree_hash_after", hex(after.tree_hash())}};
}

}  // namespace

void check_tree_operations(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  const tree::RatchetTree before = tree_of(crypto, test["tree_before"]);
  test["tree_hash_before"].equals(before.tree_hash());
  const auto proposal = test["proposal"].decoded<Proposal>();
  const LeafIndex sender{static_cast<std::uint32_t>(test["proposal_sender"].number(UINT32_MAX))};
  test["proposal_sender"].holds(test["proposal_sender"].accepted(before.is_occupied(sender)),
                                "is no member");
  if (const auto* add = proposal.as<Add>()) {
    const KeyPackage& joiner = *add->key_package;
    test["proposal"].accepted(crypto.verify_with_label(
        joiner.leaf_node.signature_key, "KeyPackageTBS", key_package_tbs(joiner), joiner.signature,
        Rule::key_package_signature));
  }
  tree::TreeEditor editor(before);
  test["proposal"].accepted(apply(editor, proposal, sender));
  const tree::RatchetTree after = std::move(editor).finish();
  test["tree_after"].equals(test["tree_after"].accepted(tree::export_tree(after)));
  test["tree_hash_after"].equals(after.tree_hash());
}

Json generate_tree_operations(const Source& source) {
  const crypto::Crypto crypto = source.crypto();
  GrownTree group(source, {crypto.suite().id, source.random.bytes(16), {}, {}});
  for (std::uint32_t i = 0; i < 7; ++i) group.commit_add(LeafIndex{i});
  const auto add = [&] {
    KeyPackage key_package;
    const auto joiner = group.new_member();
    key_package.cipher_suite = crypto.suite().id;
    key_package.init_key = crypto.generate_key_pair(source.random)->public_key();
    key_package.leaf_node = joiner.leaf_node;
    key_package.signature =
        crypto.sign_with_label(joiner.signer, "KeyPackageTBS", key_package_tbs(key_package));
    return Proposal(Add{key_package});
  };
  Json cases = Json::array();
  cases.push_back(case_of(group, add(), LeafIndex{0}));  // the tree doubles
  LeafNode renewed = group.tree().leaf(LeafIndex{3})->leaf_node();
  renewed.encryption_key = crypto.generate_key_pair(source.random)->public_key();
  renewed.leaf_node_source = UpdateSource{};
  renewed.signature =
      crypto.sign_with_label(group.members()[3].signer, "LeafNodeTBS",
                             leaf_node_tbs(renewed, {group.epoch().group_id, LeafIndex{3}}));
  cases.push_back(case_of(group, Update{renewed}, LeafIndex{3}));
  cases.push_back(case_of(group, Remove{LeafIndex{2}}, LeafIndex{0}));
  group.remove(LeafIndex{2});
  cases.push_back(case_of(group, add(), LeafIndex{5}));  // into the gap
  for (std::uint32_t leaf : {7u, 6u, 5u}) group.remove(LeafIndex{leaf});
  cases.push_back(case_of(group, Remove{LeafIndex{4}}, LeafIndex{0}));  // the tree halves
  return cases;
}

}  // namespace thicket::vectors
