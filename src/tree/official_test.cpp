// The working group's vectors of the tree: tree-math, tree-operations, tree-validation, treekem.
#include "kit/official.h"

#include "crypto/awslc/awslc.h"
#include "crypto/seeded_random.h"
#include "messages/wire.h"
#include "tree/import.h"
#include "tree/update_path.h"

namespace thicket::tree {
namespace {

using nlohmann::json;

const crypto::Provider& provider() {
  static const std::unique_ptr<crypto::Provider> made = crypto::make_awslc();
  return *made;
}

crypto::Crypto crypto_of(const json& object) {
  return {
      provider(),
      *crypto::suite_of(static_cast<CipherSuite>(object.at("cipher_suite").get<int>())).value()};
}

Result<Bytes> any_client(const LeafNode& leaf) {
  return leaf.signature_key;
}

RatchetTree tree_from(const crypto::Crypto& crypto, const Bytes& encoded) {
  auto tree = import_tree(crypto, encoded, any_client, IndexSeed{});
  REQUIRE_MESSAGE(tree, describe(tree.error()));
  return *std::move(tree);
}

std::optional<std::uint32_t> number(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<std::uint32_t>();
}

}  // namespace

TEST_CASE("The official tree-math vectors: root, children, parents, siblings") {
  kit::for_each_official("mls/tree-math.json", 10, [](const json& one) {
    const LeafCount leaves{one.at("n_leaves").get<std::uint32_t>()};
    CHECK(node_count(leaves) == one.at("n_nodes").get<std::uint32_t>());
    CHECK(root(leaves).value == one.at("root").get<std::uint32_t>());
    for (std::uint32_t i = 0; i < node_count(leaves); ++i) {
      const NodeIndex node{i};
      const bool top = node == root(leaves);
      using Maybe = std::optional<std::uint32_t>;
      CHECK(number(one["left"][i]) == (node.is_leaf() ? Maybe() : Maybe(left(node).value)));
      CHECK(number(one["right"][i]) == (node.is_leaf() ? Maybe() : Maybe(right(node).value)));
      CHECK(number(one["parent"][i]) == (top ? Maybe() : Maybe(parent(node, leaves).value)));
      CHECK(number(one["sibling"][i]) == (top ? Maybe() : Maybe(sibling(node, leaves).value)));
    }
  });
}

TEST_CASE("The official tree-validation vectors: hashes, resolutions, a valid tree, its encoding") {
  kit::for_each_official("mls/tree-validation.json", 98, [](const json& one) {
    const crypto::Crypto crypto = crypto_of(one);
    const Bytes encoded = kit::octets(one, "tree");
    const RatchetTree tree = tree_from(crypto, encoded);
    const std::size_t nodes = node_count(tree.leaf_count());
    REQUIRE(one["tree_hashes"].size() == nodes);
    for (std::uint32_t i = 0; i < nodes; ++i) {
      const Bytes hash = from_hex(one["tree_hashes"][i].get<std::string>()).value();
      CHECK(tree.tree_hash_of(NodeIndex{i}).value() == hash);
      std::vector<std::uint32_t> resolution;
      const std::vector<ResolutionNode> nodes_there = tree.resolution(NodeIndex{i}).value();
      for (const ResolutionNode& node : nodes_there) resolution.push_back(node.node.value);
      CHECK(json(resolution).dump() == one["resolutions"][i].dump());
    }
    const auto structure = validate_structure(tree);
    CHECK_MESSAGE(structure, describe(structure.error()));
    LeafPolicy policy;
    policy.cipher_suite = crypto.suite().id;
    const auto leaves = validate_leaves(tree, {&policy, kit::octets(one, "group_id")});
    CHECK_MESSAGE(leaves, describe(leaves.error()));
    CHECK(export_tree(tree).value() == encoded);
  });
}

TEST_CASE("The official tree-operations vectors: add, update, remove") {
  kit::for_each_official("mls/tree-operations.json", 5, [](const json& one) {
    const crypto::Crypto crypto = crypto_of(one);
    const RatchetTree before = tree_from(crypto, kit::octets(one, "tree_before"));
    CHECK(equal(before.tree_hash(), kit::octets(one, "tree_hash_before")));
    const Proposal proposal = codec::decode<Proposal>(kit::octets(one, "proposal")).value();
    const LeafIndex sender{one["proposal_sender"].get<std::uint32_t>()};
    TreeEditor editor(before);
    const auto entry = [](const LeafNode& leaf) { return LeafEntry{leaf, leaf.signature_key}; };
    if (const Add* add = proposal.as<Add>()) {
      CHECK(editor.add(entry(add->key_package->leaf_node)));
    } else if (const Update* update = proposal.as<Update>()) {
      CHECK(editor.update(sender, entry(*update->leaf_node)));
    } else {
      CHECK(editor.remove(LeafIndex{proposal.as<Remove>()->removed}));
    }
    const RatchetTree after = std::move(editor).finish();
    CHECK(equal(after.tree_hash(), kit::octets(one, "tree_hash_after")));
    CHECK(export_tree(after).value() == kit::octets(one, "tree_after"));
  });
}

namespace {

// A case of treekem: the tree, and what each member holds.
struct TreeKem {
  const json& one;
  crypto::Crypto crypto;
  RatchetTree tree;
  std::map<std::uint32_t, PrivatePath> members;

  explicit TreeKem(const json& value)
      : one(value),
        crypto(crypto_of(value)),
        tree(tree_from(crypto, kit::octets(value, "ratchet_tree"))) {
    for (const json& leaf : one["leaves_private"]) {
      const std::uint32_t index = leaf["index"].get<std::uint32_t>();
      PrivatePath path(LeafIndex{index},
                       crypto::import_private(provider(), crypto.suite().kem,
                                              kit::octets(leaf, "encryption_priv"))
                           .value());
      for (const json& step : leaf["path_secrets"]) {
        const auto secret =
            crypto.derive_secret<PathSecret>(kit::octets(step, "path_secret"), "node");
        path.put(NodeIndex{step["node"].get<std::uint32_t>()},
                 crypto.derive_key_pair(secret.reveal()));
      }
      for (const PrivatePath::Key& key : path.keys())
        CHECK(tree.node_with_encryption_key(key.key->public_key()).value() == key.node);
      members.emplace(index, std::move(path));
    }
  }

  Bytes context(const RatchetTree& provisional) const {
    GroupContext context;
    context.cipher_suite = crypto.suite().id;
    context.group_id = kit::octets(one, "group_id");
    context.epoch = Epoch{one["epoch"].get<std::uint64_t>()};
    context.tree_hash = to_bytes(provisional.tree_hash());
    context.confirmed_transcript_hash = kit::octets(one, "confirmed_transcript_hash");
    return codec::encode(context);
  }
};

void receive_official(const TreeKem& kem, const json& step) {
  const auto path = codec::decode<UpdatePath>(kit::octets(step, "update_path")).value();
  const LeafIndex sender{step["sender"].get<std::uint32_t>()};
  TreeEditor editor(kem.tree);
  const ReceivedPath received{sender, &path, path.leaf_node.signature_key, {}};
  const auto merged = merge_path(editor, received);
  REQUIRE_MESSAGE(merged, describe(merged.error()));
  const RatchetTree after = std::move(editor).finish();
  CHECK(equal(after.tree_hash(), kit::octets(step, "tree_hash_after")));
  CHECK(verify_leaf_signature(kem.crypto, path.leaf_node,
                              {kit::octets(kem.one, "group_id"), sender}));
  for (const auto& [index, member] : kem.members) {
    if (step["path_secrets"][index].is_null()) continue;
    const auto opened = open_path(after, member, received, kem.context(after));
    REQUIRE_MESSAGE(opened, describe(opened.error()));
    CHECK(equal(opened->commit_secret.reveal(), kit::octets(step, "commit_secret")));
    const Bytes secret = from_hex(step["path_secrets"][index].get<std::string>()).value();
    const auto node = kem.crypto.derive_secret<PathSecret>(secret, "node");
    const auto key = opened->private_path.find(common_ancestor(LeafIndex{index}, sender));
    REQUIRE(key);
    CHECK(key->public_key() == kem.crypto.derive_key_pair(node.reveal())->public_key());
  }
}

void send_own(const TreeKem& kem, LeafIndex sender, Random& random) {
  TreeEditor editor(kem.tree);
  const Bytes group_id = kit::octets(kem.one, "group_id");
  Bytes seed;
  for (const json& leaf : kem.one["leaves_private"]) {
    if (leaf["index"].get<std::uint32_t>() == sender.value)
      seed = kit::octets(leaf, "signature_priv");
  }
  const LeafNode old = kem.tree.leaf(sender)->leaf_node();
  const auto signer = kem.crypto.signature_key_from(seed).value();
  CHECK(signer.public_key == old.signature_key);
  const NewPath made =
      create_path(editor, {sender, old, old.signature_key, signer, group_id}, random).value();
  const RatchetTree provisional = std::move(editor).finish();
  const UpdatePath path =
      seal_path(provisional, made, {kem.context(provisional), {}}, random).value();
  TreeEditor other(kem.tree);
  const ReceivedPath received{sender, &path, old.signature_key, {}};
  const auto merged = merge_path(other, received);
  REQUIRE_MESSAGE(merged, describe(merged.error()));
  CHECK(other.check_unique());
  const RatchetTree after = std::move(other).finish();
  CHECK(equal(after.tree_hash(), provisional.tree_hash()));
  CHECK(validate_structure(after));
  for (const auto& [index, member] : kem.members) {
    if (index == sender.value) continue;
    const auto opened = open_path(after, member, received, kem.context(after));
    REQUIRE_MESSAGE(opened, describe(opened.error()));
    CHECK(equal(opened->commit_secret.reveal(), made.commit_secret.reveal()));
  }
}

}  // namespace

TEST_CASE("The official treekem vectors: paths are received as stated, and own paths by all") {
  crypto::SeededRandom random(7);
  kit::for_each_official("mls/treekem.json", 77, [&](const json& one) {
    const TreeKem kem(one);
    for (const json& step : one["update_paths"]) receive_official(kem, step);
    if (!one["update_paths"].empty())
      send_own(kem, LeafIndex{one["update_paths"][0]["sender"].get<std::uint32_t>()}, random);
  });
}

}  // namespace thicket::tree
