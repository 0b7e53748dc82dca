// Update paths: given ones processed by every member, and own ones made and processed.  RFC
// 9420 7.4 to 7.6, 7.9.
#include "messages/wire.h"
#include "vectors/trees.h"

namespace thicket::vectors {

namespace {

LeafIndex leaf_index(const Field& field) {
  return LeafIndex{static_cast<std::uint32_t>(field.number(UINT32_MAX / 2))};
}

// 7.4: node_secret = DeriveSecret(path_secret, "node"); the key pair is derived from it.
crypto::KemPrivateKeyRef key_from(const crypto::Crypto& crypto, const Field& path_secret) {
  const Bytes octets = path_secret.octets();
  path_secret.holds(octets.size() == crypto.hash_size(), "not of KDF.Nh octets");
  const auto secret = crypto.derive_secret<Secret<struct NodeSecretTag>>(octets, "node");
  return crypto.derive_key_pair(secret.reveal());
}

struct Private {
  LeafIndex leaf;
  crypto::SignaturePrivateKey signer;
  tree::PrivatePath path;
};

// The private state of a leaf, each key the private half of what stands in the tree.
Private private_of(const tree::RatchetTree& tree, const Field& test) {
  const crypto::Crypto& crypto = tree.crypto();
  const LeafIndex leaf = leaf_index(test["index"]);
  const auto in_tree = test["index"].accepted(tree.leaf(leaf));
  const auto key = kem_key_of(crypto, test["encryption_priv"], in_tree.encryption_key());
  auto signer = signer_of(crypto, test["signature_priv"], in_tree.signature_key());
  tree::PrivatePath path(leaf, key);
  for (const Field& one : test["path_secrets"].elements()) {
    const NodeIndex node{static_cast<std::uint32_t>(one["node"].number(UINT32_MAX))};
    one["node"].holds(!node.is_leaf() && tree::is_ancestor(node, leaf.node()), "is not above it");
    const auto parent = one["node"].accepted(tree.parent(node));
    one["node"].holds(parent.has_value(), "is blank");
    const auto node_key = key_from(crypto, one["path_secret"]);
    one["path_secret"].holds(node_key->public_key() == parent->encryption_key,
                             "does not give the node's key");
    path.put(node, node_key);
  }
  return {leaf, std::move(signer), std::move(path)};
}

// A received path merged into the tree, for those who then open it.
struct Merged {
  tree::RatchetTree tree;
  Bytes group_context;
  tree::ReceivedPath received;
};

Merged merge(const tree::RatchetTree& tree, const PathEpoch& epoch, const Field& field,
             const tree::ReceivedPath& received) {
  const LeafNode& leaf = received.path->leaf_node;
  field.accepted(
      tree::verify_leaf_signature(tree.crypto(), leaf, {epoch.group_id, received.sender}));
  tree::TreeEditor editor(tree);
  field.accepted(tree::merge_path(editor, received));
  tree::RatchetTree next = std::move(editor).finish();
  const Bytes context = epoch.context_with(next.tree_hash());
  return {std::move(next), context, received};
}

tree::OpenedPath open(const Merged& merged, const Private& member, const Field& field) {
  return field.accepted(
      tree::open_path(merged.tree, member.path, merged.received, merged.group_context));
}

// path_secrets[j] is what j decrypted: it gives the key that j now holds at the lowest node of the
// path above it.
void check_path_secret(const Merged& merged, const Private& member, const tree::OpenedPath& opened,
                       const Field& path_secret) {
  const auto steps = path_secret.accepted(merged.tree.filtered_direct_path(merged.received.sender));
  const auto key = key_from(merged.tree.crypto(), path_secret);
  for (const auto& step : steps) {
    if (!tree::is_ancestor(step.node, member.leaf.node())) continue;
    const auto held = opened.private_path.find(step.node);
    path_secret.holds(held != nullptr, "no key was opened for it");
    path_secret.holds(held->public_key() == key->public_key(), "is not what was decrypted");
    return;
  }
  path_secret.differs("the path has no node above the leaf");
}

void check_given_path(const tree::RatchetTree& tree, const PathEpoch& epoch,
                      const std::vector<Private>& members, const Field& test) {
  const LeafIndex sender = leaf_index(test["sender"]);
  const auto path = test["update_path"].decoded<UpdatePath>();
  const tree::ReceivedPath received{sender, &path, path.leaf_node.signature_key, {}};
  const Merged merged = merge(tree, epoch, test["update_path"], received);
  test["tree_hash_after"].equals(merged.tree.tree_hash());
  const auto path_secrets = test["path_secrets"].elements();
  test["path_secrets"].holds(path_secrets.size() == tree.leaf_count().value, "not one a leaf");
  std::vector<bool> seen(path_secrets.size(), false);
  for (const Private& member : members) {
    if (member.leaf == sender) continue;
    seen[member.leaf.value] = true;
    const auto opened = open(merged, member, test["update_path"]);
    check_path_secret(merged, member, opened, path_secrets[member.leaf.value]);
    test["commit_secret"].equals(opened.commit_secret.reveal());
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i]) path_secrets[i].is_absent();
  }
}

// The other direction: a path of our own, opened by everybody.
void check_own_path(const tree::RatchetTree& tree, const PathEpoch& epoch,
                    const std::vector<Private>& members, const Private& sender, const Field& test) {
  Random& random = tree.crypto().provider().random();
  tree::TreeEditor editor(tree);
  const tree::CommitLeaf leaf{sender.leaf, test.accepted(tree.leaf(sender.leaf)).leaf_node(),
                              sender.signer.public_key, sender.signer, epoch.group_id};
  const auto made = test.accepted(tree::create_path(editor, leaf, random));
  const tree::RatchetTree provisional = std::move(editor).finish();
  const Bytes context = epoch.context_with(provisional.tree_hash());
  const auto path = test.accepted(tree::seal_path(provisional, made, {context, {}}, random));
  const Merged merged =
      merge(tree, epoch, test, {sender.leaf, &path, sender.signer.public_key, {}});
  test.holds(merged.tree == provisional, "an own path gives another tree to those who receive it");
  for (const Private& member : members) {
    if (member.leaf == sender.leaf) continue;
    const auto opened = open(merged, member, test);
    test.holds(equal_ct(opened.commit_secret.reveal(), made.commit_secret.reveal()),
               "an own path gives another commit_secret to those who receive it");
  }
}

PathEpoch epoch_of(const crypto::Crypto& crypto, const Field& test) {
  return {crypto.suite().id, test["group_id"].octets(), Epoch{test["epoch"].number()},
          test["confirmed_transcript_hash"].octets()};
}

Json private_case(const GrownTree& group, const GrownTree::Member& member) {
  Json secrets = Json::array();
  for (const auto& key : member.path.keys()) {
    if (key.node.is_leaf()) continue;
    secrets.push_back(
        {{"node", key.node.value}, {"path_secret", hex(group.path_secret(key.node))}});
  }
  return {{"index", member.leaf.value},
          {"encryption_priv", hex(member.path.find(member.leaf.node())->reveal())},
          {"signature_priv", hex(member.signer.seed->reveal())},
          {"path_secrets", std::move(secrets)}};
}

Json path_case(const GrownTree& group, LeafIndex sender) {
  const GrownTree::NewCommit made = group.path_of(sender);
  Json secrets = Json::array();
  for (std::uint32_t i = 0; i < group.tree().leaf_count().value; ++i) {
    const bool gets_one = LeafIndex{i} != sender && group.tree().is_occupied(LeafIndex{i}).value();
    const PathSecret* secret = gets_one ? tree::path_secret_for(made.path, LeafIndex{i}) : nullptr;
    secrets.push_back(secret == nullptr ? Json() : hex(secret->reveal()));
  }
  return {{"sender", sender.value},
          {"update_path", hex_of(made.update_path)},
          {"path_secrets", std::move(secrets)},
          {"commit_secret", hex(made.path.commit_secret.reveal())},
          {"tree_hash_after", hex(made.tree.tree_hash())}};
}

Json treekem_case(const GrownTree& group) {
  Json test = {{"cipher_suite", static_cast<unsigned>(group.epoch().cipher_suite)},
               {"group_id", hex(group.epoch().group_id)},
               {"epoch", group.epoch().epoch.value},
               {"confirmed_transcript_hash", hex(group.epoch().confirmed_transcript_hash)},
               {"ratchet_tree", hex(tree::export_tree(group.tree()).value())}};
  for (const auto& member : group.members()) {
    test["leaves_private"].push_back(private_case(group, member));
    test["update_paths"].push_back(path_case(group, member.leaf));
  }
  return test;
}

}  // namespace

void check_treekem(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  const tree::RatchetTree tree = tree_of(crypto, test["ratchet_tree"]);
  const PathEpoch epoch = epoch_of(crypto, test);
  std::vector<Private> members;
  for (const Field& one : test["leaves_private"].elements()) {
    members.push_back(private_of(tree, one));
  }
  test["leaves_private"].holds(members.size() == tree.member_count(), "not one a member");
  for (const Field& path : test["update_paths"].elements()) {
    check_given_path(tree, epoch, members, path);
    const LeafIndex sender = leaf_index(path["sender"]);
    for (const Private& member : members) {
      if (member.leaf == sender) check_own_path(tree, epoch, members, member, path);
    }
  }
}

Json generate_treekem(const Source& source) {
  const std::size_t size = crypto::size_of(source.suite->hash);
  const auto grown = [&](std::uint32_t members) {
    GrownTree group(source, {source.suite->id, source.random.bytes(size),
                             Epoch{source.random.below(1 << 20)}, source.random.bytes(size)});
    for (std::uint32_t i = 0; i + 1 < members; ++i) group.commit_add(LeafIndex{i});
    return group;
  };
  Json cases = Json::array();
  for (std::uint32_t members : {2u, 3u, 5u, 8u}) cases.push_back(treekem_case(grown(members)));
  GrownTree blanks = grown(8);
  for (std::uint32_t leaf : {1u, 2u, 3u}) blanks.remove(LeafIndex{leaf});
  cases.push_back(treekem_case(blanks));
  blanks.commit_add(LeafIndex{0});
  blanks.add(blanks.new_member());
  cases.push_back(treekem_case(blanks));
  return cases;
}

}  // namespace thicket::vectors
