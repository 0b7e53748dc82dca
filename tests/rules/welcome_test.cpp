// Joining: Welcome, GroupInfo, ratchet tree, each broken in one way and closed again.  RFC
// 9420 12.4.3, 7.9.2.
#include "rules/doors.h"
#include "tree/editor.h"
#include "tree/import.h"

namespace thicket::rules {
namespace {

constexpr LeafIndex alice{0};

ParentNode& parent(RatchetTreeExtension& nodes, std::size_t at) {
  return *nodes.at(at)->as<ParentNode>();
}
LeafNode& leaf(RatchetTreeExtension& nodes, LeafIndex at) {
  return *nodes.at(at.node().value)->as<LeafNode>();
}

constexpr const char* tree_path = "group_info.ratchet_tree";

std::string at(const std::string& rest) {
  return tree_path + rest;
}

}  // namespace

TEST_CASE("rule welcome_entry: one of our key packages is named") {
  welcome_refused({.welcome = [](Welcome& w) { flip(w.secrets[0].new_member); }},
                  {Rule::welcome_entry, "welcome.secrets"});
}

TEST_CASE("rule welcome_suite: the key package's") {
  welcome_refused({.welcome = [](Welcome& w) { w.cipher_suite = kit::another_suite(); }},
                  {Rule::welcome_suite, "welcome.cipher_suite"});
  welcome_refused({.context = [](GroupContext& c) { c.cipher_suite = kit::another_suite(); }},
                  {Rule::welcome_suite, "group_info.group_context.cipher_suite"});
}

TEST_CASE("rule welcome_open: the group secrets are bound to the encrypted GroupInfo") {
  welcome_refused({.welcome = [](Welcome& w) { flip(w.encrypted_group_info); }},
                  {Rule::welcome_open, "welcome.secrets[0].encrypted_group_secrets"});
}

TEST_CASE("rule group_info_open: with the joiner_secret of the group secrets") {
  welcome_refused({.late_secrets =
                       [](GroupSecrets& secrets) {
                         secrets.joiner_secret = SecretBytes(Bytes(kit::usual_nh(), 5));
                       }},
                  {Rule::group_info_open, "welcome.encrypted_group_info"});
}

TEST_CASE("rule secret_length: joiner_secret and path_secret") {
  welcome_refused({.secrets = [](GroupSecrets& s) { s.joiner_secret = SecretBytes(Bytes(31, 5)); }},
                  {Rule::secret_length, "group_secrets.joiner_secret"});
  welcome_refused({.secrets = [](GroupSecrets& s) { s.path_secret = SecretBytes(Bytes(33, 5)); }},
                  {Rule::secret_length, "group_secrets.path_secret"});
}

TEST_CASE("rule group_info_signature: by the signer") {
  welcome_refused({.signed_info = [](GroupInfo& info) { flip(info.signature); }},
                  {Rule::group_info_signature, "group_info.signature", alice});
}

TEST_CASE("rule group_info_signature: who is a member") {
  welcome_refused({.info = [](GroupInfo& info) { info.signer = nobody; }},
                  {Rule::group_info_signature, "group_info.signer", nobody});
}

TEST_CASE("rule confirmation_tag: of a GroupInfo") {
  welcome_refused({.info = [](GroupInfo& info) { flip(info.confirmation_tag); }},
                  {Rule::confirmation_tag, "group_info.confirmation_tag"});
}

TEST_CASE("rule tree_hash: the tree is the one of the GroupContext") {
  welcome_refused({.context = [](GroupContext& c) { flip(c.tree_hash); }},
                  {Rule::tree_hash, "group_info.group_context.tree_hash"});
}

TEST_CASE("rule tree_missing: without a tree nobody joins") {
  welcome_refused({.info = [](GroupInfo& info) { info.extensions.clear(); }},
                  {Rule::tree_missing, "group_info.extensions"});
}

TEST_CASE("rule tree_empty: a tree has a node") {
  welcome_refused({.tree_octets = [](Bytes& octets) { octets = {0}; }},
                  {Rule::tree_empty, tree_path});
}

TEST_CASE("rule tree_last_blank: a tree ends with its last node") {
  welcome_refused({.tree = [](RatchetTreeExtension& nodes) { nodes.push_back(std::nullopt); }},
                  {Rule::tree_last_blank, tree_path});
}

TEST_CASE("rule tree_node_parity: leaves at even, parents at odd places") {
  welcome_refused({.tree = [](RatchetTreeExtension& nodes) { std::swap(nodes[0], nodes[1]); }},
                  {Rule::tree_node_parity, at("[0]")});
}

TEST_CASE("rule unmerged_order: strictly increasing") {
  welcome_refused({.tree =
                       [](RatchetTreeExtension& nodes) {
                         parent(nodes, 7).unmerged_leaves = {LeafIndex{5}, LeafIndex{4}};
                       }},
                  {Rule::unmerged_order, at("[7].parent_node.unmerged_leaves"), LeafIndex{4}});
}

TEST_CASE("rule unmerged_leaf: a descendant") {
  welcome_refused(
      {.tree =
           [](RatchetTreeExtension& nodes) { parent(nodes, 3).unmerged_leaves = {LeafIndex{5}}; }},
      {Rule::unmerged_leaf, at("[3].unmerged_leaves"), LeafIndex{5}});
}

TEST_CASE("rule unmerged_leaf: occupied, and listed in all parents between") {
  welcome_refused(
      {.tree = [](RatchetTreeExtension& nodes) { parent(nodes, 7).unmerged_leaves = {nobody}; }},
      {Rule::unmerged_leaf, at("[7].unmerged_leaves"), nobody});
  welcome_refused(
      {.tree =
           [](RatchetTreeExtension& nodes) { parent(nodes, 7).unmerged_leaves = {LeafIndex{1}}; }},
      {Rule::unmerged_leaf, at("[7].unmerged_leaves"), LeafIndex{1}});
}

TEST_CASE("rule parent_hash_chain: a parent hash that was changed") {
  welcome_refused({.tree = [](RatchetTreeExtension& nodes) { flip(parent(nodes, 3).parent_hash); }},
                  {Rule::parent_hash_chain, at("[3].parent_hash")});
}

TEST_CASE("rule parent_hash_chain: an unmerged leaf that is left out") {
  // Frank came after dave's path: without his entry, the chain of the root is another.
  Stage stage;
  const Bytes unbroken = stage.welcome_for("grace", Stage::Path::without);
  const Bytes broken = kit::forge_welcome(
      stage.world, {"grace", "alice"}, unbroken,
      {.tree = [](RatchetTreeExtension& nodes) { parent(nodes, 7).unmerged_leaves = {grace}; }});
  stage.welcome_refused("grace", {broken, unbroken},
                        {Rule::parent_hash_chain, at("[7].parent_hash")});
}

TEST_CASE("rule parent_key_unique: a parent's key is nobody else's, whatever the chain says") {
  Stage stage;
  const Bytes unbroken = stage.welcome_for("grace");
  // Alice's path again, with one key at two nodes and every parent hash right.
  const Forger forger = stage.forger("alice");
  tree::TreeEditor editor(forger.epoch().tree);
  std::vector<Bytes> keys;
  for (const auto& step : good(forger.epoch().tree.filtered_direct_path(alice))) {
    keys.push_back(good(forger.epoch().tree.parent(step.node))->encryption_key);
  }
  keys.at(1) = keys.at(0);
  const std::vector<ByteView> views(keys.begin(), keys.end());
  LeafNode own = good(forger.epoch().tree.leaf(alice)).leaf_node();
  own.leaf_node_source = CommitSource{good(editor.put_path({alice, views, false}))};
  kit::sign_leaf(stage.world, "alice", own, alice);
  good(editor.put_leaf(alice, {own, to_bytes("alice")}));
  const tree::RatchetTree changed = std::move(editor).finish();
  const Bytes broken = kit::forge_welcome(
      stage.world, {"grace", "alice"}, unbroken,
      {.tree_octets = [&](Bytes& octets) { octets = good(tree::export_tree(changed)); },
       .context = [&](GroupContext& c) { c.tree_hash = to_bytes(changed.tree_hash()); }});
  stage.welcome_refused("grace", {broken, unbroken},
                        {Rule::parent_key_unique, at("[3].encryption_key")});
}

TEST_CASE("rule leaf_signature: of every leaf of a tree that is joined") {
  Stage stage;
  welcome_refused(
      stage, {.tree = [](RatchetTreeExtension& n) { flip(leaf(n, LeafIndex{5}).signature); }},
      {Rule::leaf_signature, at("[10].leaf_node.signature"), LeafIndex{5}}, Stage::Path::without);
}

TEST_CASE("rule leaf_credential_supported: in a tree that is joined") {
  Stage stage;
  const Bytes unbroken = stage.welcome_for("grace", Stage::Path::without);
  const Bytes broken = kit::forge_welcome(
      stage.world, {"grace", "alice"}, unbroken, {.tree = [&](RatchetTreeExtension& nodes) {
        LeafNode& frank = leaf(nodes, LeafIndex{5});
        frank.credential = Unknown<CredentialType>{badge, to_bytes("frank")};
        frank.capabilities.credentials.push_back(badge);
        kit::sign_leaf(stage.world, "frank", frank, LeafIndex{5});
      }});
  const Judge judge;
  stage.world.authority = &judge;
  stage.welcome_refused("grace", {broken, unbroken},
                        {Rule::leaf_credential_supported, "group_info.ratchet_tree", LeafIndex{5}});
}

TEST_CASE("rule own_leaf: is that of the key package") {
  Stage stage;
  const Bytes unbroken = stage.welcome_for("grace", Stage::Path::without);
  const Bytes broken = kit::forge_welcome(stage.world, {"grace", "alice"}, unbroken,
                                          {.tree = [&](RatchetTreeExtension& nodes) {
                                            LeafNode& own = leaf(nodes, grace);
                                            own.capabilities.proposals.push_back(poll);
                                            kit::sign_leaf(stage.world, "grace", own, grace);
                                          }});
  stage.welcome_refused("grace", {broken, unbroken}, {Rule::own_leaf, "ratchet_tree", grace});
}

TEST_CASE("rule welcome_path_secret: gives the keys that are in the tree") {
  welcome_refused(
      {.secrets = [](GroupSecrets& s) { s.path_secret = SecretBytes(Bytes(kit::usual_nh(), 5)); }},
      {Rule::welcome_path_secret, "group_secrets.path_secret"});
}

TEST_CASE("rule group_context_extension_unsupported: a joiner knows all of the GroupContext") {
  welcome_refused({.context =
                       [](GroupContext& c) {
                         c.extensions = {{pin, {}}};
                       }},
                  {Rule::group_context_extension_unsupported,
                   "group_info.group_context.extensions[0].extension_type"});
}

TEST_CASE("rule duplicate_extension: in a GroupContext and in a GroupInfo") {
  welcome_refused({.context =
                       [](GroupContext& c) {
                         c.extensions = {required({}), required({})};
                       }},
                  {Rule::duplicate_extension, "group_info.group_context.extensions"});
  welcome_refused({.info = [](GroupInfo& info) { info.extensions.push_back(info.extensions[0]); }},
                  {Rule::duplicate_extension, "group_info.extensions"});
}

TEST_CASE("rule psk_unknown: named by a Welcome") {
  Stage stage;
  World& world = stage.world;
  welcome_refused(
      stage,
      {.secrets =
           [&](GroupSecrets& s) {
             s.psks = {{ExternalPSK{to_bytes("p")}, world.random.bytes(kit::usual_nh())}};
           }},
      {Rule::psk_unknown, "group_secrets.psks[0]"});
}

TEST_CASE("rule psk_only_one: a Welcome continues one group at most") {
  welcome_refused(
      {.secrets =
           [](GroupSecrets& s) {
             const ResumptionPSK psk{ResumptionPSKUsage::branch, to_bytes("x"), Epoch{}};
             s.psks = {{psk, Bytes(kit::usual_nh(), 1)}, {psk, Bytes(kit::usual_nh(), 2)}};
           }},
      {Rule::psk_only_one, "group_secrets.psks[1]"});
}

TEST_CASE("rule psk_nonce_length: in a Welcome") {
  Stage stage;
  all_have_psk(stage.world, "p");
  welcome_refused(stage,
                  {.secrets =
                       [](GroupSecrets& s) {
                         s.psks = {{ExternalPSK{to_bytes("p")}, Bytes(31)}};
                       }},
                  {Rule::psk_nonce_length, "group_secrets.psks[0].psk_nonce"});
}

TEST_CASE("rule extension_payload: of a GroupContext that is joined") {
  welcome_refused(
      {.context =
           [](GroupContext& c) {
             c.extensions = {required({})};
             c.extensions[0].extension_data.push_back(0);
           }},
      {Rule::extension_payload, "group_info.group_context.extensions[0].extension_data"});
}

}  // namespace thicket::rules
