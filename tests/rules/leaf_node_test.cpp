// Leaf nodes and key packages: in an Add, an Update, a path, each broken in one way.  RFC
// 9420 7.2, 7.3, 10, 13.4.
#include "rules/doors.h"

namespace thicket::rules {

TEST_CASE("rule leaf_own_credential_listed: a leaf lists its own credential type") {
  add_refused({.leaf = [](LeafNode& leaf) { leaf.capabilities.credentials = {}; }},
              Rule::leaf_own_credential_listed, ".leaf_node.capabilities.credentials");
}

TEST_CASE("rule leaf_extension_listed: a leaf lists its own extensions") {
  add_refused({.leaf =
                   [](LeafNode& leaf) {
                     leaf.extensions.push_back({pin, to_bytes("1")});
                   }},
              Rule::leaf_extension_listed, ".leaf_node.capabilities.extensions");
}

TEST_CASE("rule leaf_signature: in a key package") {
  add_refused({.signed_leaf = [](LeafNode& leaf) { flip(leaf.signature); }}, Rule::leaf_signature,
              ".leaf_node.signature");
}

TEST_CASE("rule leaf_signature: an Update is signed for its group and place") {
  Stage stage;
  const Forger carol = stage.forger("carol");
  LeafNode broken = carol.update_leaf();
  carol.sign(broken, {to_bytes("the group"), LeafIndex{1}}, carol.epoch().signer);
  stage.refuses("bob",
                {carol.proposal(Update{broken}), carol.proposal(Update{carol.update_leaf()})},
                {Rule::leaf_signature, "proposal.leaf_node"});
}

TEST_CASE("rule leaf_signature: in a path") {
  Stage stage;
  path_refused(stage,
               {.proposals = {}, .signed_leaf = [](LeafNode& leaf) { flip(leaf.signature); }},
               {Rule::leaf_signature, "commit.path.leaf_node"});
}

TEST_CASE("rule leaf_required_capabilities: a leaf lists what required_capabilities names") {
  Stage stage({required({{pin}, {}, {}})}, [](World& world) { all_list(world, pin); });
  add_refused(stage, {.leaf = [](LeafNode& leaf) { leaf.capabilities.extensions = {}; }},
              Rule::leaf_required_capabilities, ".leaf_node.capabilities.extensions");
}

TEST_CASE("rule leaf_required_capabilities: proposals and credential types too") {
  Stage proposals({required({{}, {poll}, {}})}, [](World& world) { all_list(world, poll); });
  add_refused(proposals, {.leaf = [](LeafNode& leaf) { leaf.capabilities.proposals = {}; }},
              Rule::leaf_required_capabilities, ".leaf_node.capabilities.proposals");
  Stage credentials({required({{}, {}, {badge}})}, [](World& world) { all_list(world, badge); });
  add_refused(
      credentials,
      {.leaf = [](LeafNode& leaf) { leaf.capabilities.credentials = {CredentialType::basic}; }},
      Rule::leaf_required_capabilities, ".leaf_node.capabilities.credentials");
}

TEST_CASE("rule leaf_group_extensions: a leaf lists the extensions of the GroupContext") {
  Stage stage({{pin, to_bytes("1")}}, [](World& world) { all_list(world, pin); });
  add_refused(stage, {.leaf = [](LeafNode& leaf) { leaf.capabilities.extensions = {}; }},
              Rule::leaf_group_extensions, ".leaf_node.capabilities.extensions");
}

TEST_CASE("rule leaf_credential_supported: all members support a new member's credential") {
  const Judge judge;
  Stage stage({}, [&](World& world) { world.authority = &judge; });
  add_refused(stage,
              {.leaf =
                   [](LeafNode& leaf) {
                     leaf.credential = Unknown<CredentialType>{badge, to_bytes("grace")};
                     leaf.capabilities.credentials.push_back(badge);
                   }},
              Rule::leaf_credential_supported, ".leaf_node.credential", grace);
}

TEST_CASE("rule leaf_supports_credentials: a new member supports all credentials in use") {
  const Judge judge;
  Stage stage({}, [&](World& world) {
    world.authority = &judge;
    all_list(world, badge);
    world["erin"].identity.credential = Unknown<CredentialType>{badge, to_bytes("erin")};
  });
  add_refused(stage, {.leaf = [](LeafNode& leaf) { leaf.capabilities.credentials.pop_back(); }},
              Rule::leaf_supports_credentials, ".leaf_node.capabilities.credentials", grace);
}

TEST_CASE("rule leaf_lifetime: now is in the lifetime of a key package") {
  for (const Lifetime lifetime : {Lifetime{kit::noon.seconds - 100, kit::noon.seconds - 1},
                                  Lifetime{kit::noon.seconds + 1, kit::noon.seconds + 100}}) {
    add_refused({.leaf = [&](LeafNode& leaf) { leaf.leaf_node_source = lifetime; }},
                Rule::leaf_lifetime, ".leaf_node.lifetime");
  }
}

TEST_CASE("rule leaf_lifetime_span: a lifetime is no longer than the application allows") {
  add_refused({.leaf =
                   [](LeafNode& leaf) {
                     leaf.leaf_node_source = Lifetime{0, std::uint64_t{1} << 40};
                   }},
              Rule::leaf_lifetime_span, ".leaf_node.lifetime");
}

TEST_CASE("rule leaf_source: key_package in a key package") {
  add_refused({.leaf = [](LeafNode& leaf) { leaf.leaf_node_source = UpdateSource{}; }},
              Rule::leaf_source, ".leaf_node.leaf_node_source");
}

TEST_CASE("rule leaf_source: update in an Update") {
  update_refused([](Stage&, LeafNode& leaf) { leaf.leaf_node_source = CommitSource{Bytes(32)}; },
                 Rule::leaf_source, ".leaf_node_source");
}

TEST_CASE("rule leaf_source: commit in a path") {
  Stage stage;
  path_refused(stage,
               {.proposals = {},
                .made_leaf = [](LeafNode& leaf) { leaf.leaf_node_source = UpdateSource{}; }},
               {Rule::leaf_source, "commit.path.leaf_node.leaf_node_source"});
}

TEST_CASE("rule leaf_key_unchanged: an Update replaces the encryption key") {
  update_refused(
      [](Stage& stage, LeafNode& leaf) {
        leaf.encryption_key =
            good(stage.forger("carol").epoch().tree.leaf(LeafIndex{2})).leaf_node().encryption_key;
      },
      Rule::leaf_key_unchanged, ".encryption_key");
}

TEST_CASE("rule leaf_key_unchanged: a path replaces the encryption key") {
  Stage stage;
  const Bytes old =
      good(stage.forger("alice").epoch().tree.leaf(LeafIndex{0})).leaf_node().encryption_key;
  path_refused(stage,
               {.proposals = {}, .made_leaf = [&](LeafNode& leaf) { leaf.encryption_key = old; }},
               {Rule::leaf_key_unchanged, "commit.path.leaf_node.encryption_key"});
}

TEST_CASE("rule signature_key_unique: an added member has a signature key of its own") {
  Stage stage;
  kit::Member& member = stage.world["grace"];
  const auto own = member.identity.signer;
  member.identity.signer = stage.world["carol"].identity.signer;
  const KeyPackage broken = kit::key_package_of(stage.world, "grace");
  member.identity.signer = own;
  const KeyPackage unbroken = kit::key_package_of(stage.world, "grace");
  stage.refuses(
      "bob",
      {commit_of(stage, {by_value(Add{broken})}), commit_of(stage, {by_value(Add{unbroken})})},
      {Rule::signature_key_unique, "commit.proposals[0].key_package.leaf_node.signature_key",
       grace});
}

TEST_CASE("rule encryption_key_unique: an added member has an encryption key of its own") {
  Stage stage;
  const Bytes carols =
      good(stage.forger("alice").epoch().tree.leaf(LeafIndex{2})).leaf_node().encryption_key;
  add_refused(stage, {.leaf = [&](LeafNode& leaf) { leaf.encryption_key = carols; }},
              Rule::encryption_key_unique, ".leaf_node.encryption_key", grace);
}

TEST_CASE("rule duplicate_extension: in a leaf") {
  add_refused({.leaf =
                   [](LeafNode& leaf) {
                     leaf.extensions = {{ExtensionType::application_id, {}},
                                        {ExtensionType::application_id, to_bytes("1")}};
                   }},
              Rule::duplicate_extension, ".leaf_node.extensions");
}

TEST_CASE("rule duplicate_extension: in a key package") {
  add_refused({.key_package =
                   [](KeyPackage& made) {
                     made.extensions = {{ExtensionType::application_id, {}},
                                        {ExtensionType::application_id, {}}};
                   }},
              Rule::duplicate_extension, ".extensions");
}

TEST_CASE("rule leaf_suite_listed: a leaf lists version and suite of its group") {
  add_refused({.leaf = [](LeafNode& leaf) { leaf.capabilities.cipher_suites = {}; }},
              Rule::leaf_suite_listed, ".leaf_node.capabilities.cipher_suites");
  add_refused({.leaf = [](LeafNode& leaf) { leaf.capabilities.versions = {}; }},
              Rule::leaf_suite_listed, ".leaf_node.capabilities.versions");
}

TEST_CASE("rule key_package_suite: the suite of a key package is the group's") {
  add_refused({.key_package = [](KeyPackage& made) { made.cipher_suite = CipherSuite{3}; }},
              Rule::key_package_suite, ".cipher_suite");
}

TEST_CASE("rule key_package_version: the version of a key package is the message's") {
  add_refused({.key_package = [](KeyPackage& made) { made.version = ProtocolVersion{2}; }},
              Rule::key_package_version, ".version");
}

TEST_CASE("rule key_package_extension_listed: the leaf lists the key package's extensions") {
  add_refused({.key_package =
                   [](KeyPackage& made) {
                     made.extensions = {{pin, {}}};
                   }},
              Rule::key_package_extension_listed, ".extensions[0]");
}

TEST_CASE("rule key_package_signature: covers the whole key package") {
  add_refused({.signed_key_package = [](KeyPackage& made) { flip(made.signature); }},
              Rule::key_package_signature, ".signature");
}

TEST_CASE("rule key_package_init_key: is not the leaf's key too") {
  add_refused(
      {.key_package = [](KeyPackage& made) { made.init_key = made.leaf_node.encryption_key; }},
      Rule::key_package_init_key, ".init_key");
}

TEST_CASE("rule public_key_encoding: an init_key of another length") {
  add_refused({.key_package = [](KeyPackage& made) { made.init_key.pop_back(); }},
              Rule::public_key_encoding, ".init_key");
}

TEST_CASE("rule init_key_unique: two added members do not share one") {
  Stage stage;
  const KeyPackage first = kit::key_package_of(stage.world, "grace");
  const KeyPackage other = kit::key_package_of(stage.world, "heidi");
  const KeyPackage same = kit::key_package_of(
      stage.world, "heidi",
      {.key_package = [&](KeyPackage& made) { made.init_key = first.init_key; }});
  stage.refuses("bob",
                {commit_of(stage, {by_value(Add{first}), by_value(Add{same})}),
                 commit_of(stage, {by_value(Add{first}), by_value(Add{other})})},
                {Rule::init_key_unique, "commit.proposals[1].key_package.init_key"});
}

}  // namespace thicket::rules
