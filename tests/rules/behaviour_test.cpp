// What an implementation does, where the checklist asks for a behaviour and not for a refusal.
#include "rules/doors.h"

namespace thicket::rules {
namespace {

constexpr LeafIndex carols{2};
constexpr LeafIndex dave{3};

}  // namespace

TEST_CASE("line 16: who has expired may still renew its leaf, by Update and by Commit") {
  Stage stage;
  const Forger carol = stage.forger("carol");
  stage.world.now = Instant{kit::around_noon.not_after + 1};
  const auto update = stage.propose("carol", Update{carol.update_leaf()});
  const group::Event event =
      stage.world.receive(stage.world["bob"], commit_of(stage, {by_reference(update)}, true));
  CHECK(std::get<group::EpochChanged>(event).updated == std::vector{carols});
}

TEST_CASE("line 17: two members may claim one application_id") {
  Stage stage;
  const Extension claim{ExtensionType::application_id, to_bytes("me")};
  const auto claiming = [&](const std::string& name) {
    return by_value(Add{kit::key_package_of(
        stage.world, name, {.leaf = [&](LeafNode& leaf) { leaf.extensions = {claim}; }})});
  };
  const group::Event event = stage.world.receive(
      stage.world["bob"], commit_of(stage, {claiming("grace"), claiming("heidi")}));
  CHECK(std::get<group::EpochChanged>(event).added.size() == 2);
}

TEST_CASE("line 33: defaults and unknown values in capabilities are passed over") {
  Stage stage;
  const KeyPackage listing =
      kit::key_package_of(stage.world, "grace", {.leaf = [](LeafNode& leaf) {
                            Capabilities& c = leaf.capabilities;
                            c.versions.push_back(ProtocolVersion{0x0999});
                            c.cipher_suites.push_back(CipherSuite{0x0999});
                            c.extensions = {ExtensionType{1}, ExtensionType{5}, pin};
                            c.proposals = {ProposalType{1}, ProposalType{7}, poll};
                            c.credentials.push_back(badge);
                          }});
  const group::Event event =
      stage.world.receive(stage.world["bob"], commit_of(stage, {by_value(Add{listing})}));
  CHECK(std::get<group::EpochChanged>(event).added.size() == 1);
  // What only grace lists is not supported by all for that.
  const auto& tree = stage.world.group_of("bob").tree();
  CHECK(good(tree.first_lacking(pin)) == LeafIndex{0});
  CHECK_FALSE(good(tree.first_lacking(ExtensionType{5})));
  CHECK_FALSE(good(tree.first_lacking(ProposalType{7})));
}

TEST_CASE("line 40: whether lifetimes are checked is the receiver's choice") {
  Stage stage({}, [](World& world) { world.policy.check_lifetimes = false; });
  const KeyPackage expired =
      kit::key_package_of(stage.world, "grace", {.leaf = [](LeafNode& leaf) {
                            leaf.leaf_node_source = Lifetime{1, kit::noon.seconds - 1};
                          }});
  stage.world.policy.lifetime_seconds_max.reset();
  const group::Event event =
      stage.world.receive(stage.world["bob"], commit_of(stage, {by_value(Add{expired})}));
  CHECK(std::get<group::EpochChanged>(event).added.size() == 1);
}

TEST_CASE("line 66: private keys of nodes that were replaced are gone") {
  Stage stage;
  kit::Member& bob = stage.world["bob"];
  const auto keys = [&] {
    std::vector<HPKEPublicKey> out;
    for (const auto& key : bob.group->state().current->path.keys()) {
      out.push_back(key.key->public_key());
    }
    return out;
  };
  const auto before = keys();
  group::CommitPlan plan;
  plan.force_path = true;
  stage.world.commit("bob", plan);
  const auto after = keys();
  CHECK(after.size() >= before.size());
  for (const HPKEPublicKey& key : before) {
    CHECK(std::find(after.begin(), after.end(), key) == after.end());
  }
  stage.world.remove("alice", "dave");
  const tree::RatchetTree& tree = bob.group->tree();
  for (const auto& key : bob.group->state().current->path.keys()) {
    CHECK(good(tree.node_with_encryption_key(key.key->public_key())) == key.node);
  }
}

TEST_CASE("line 75: a Welcome names the PSKs in the order of the commit") {
  Stage stage;
  for (const auto* name : {"p", "q", "r"}) all_have_psk(stage.world, name);
  for (const auto& person : everybody) stage.world[person].psks.keys[to_bytes("q")] = Bytes(32, 9);
  group::CommitPlan plan;
  for (const auto* name : {"q", "p", "r"}) {
    plan.proposals.push_back(PreSharedKey{psk_named(stage.world, name)});
  }
  stage.world.add("alice", {"grace"}, plan);
  CHECK(stage.world.group_of("grace").epoch() == stage.world.group_of("alice").epoch());
}

TEST_CASE("line 77: what members export is equal, and another epoch's is not") {
  Stage stage;
  const auto exported = [&](const std::string& name) {
    return to_hex(
        stage.world.group_of(name).export_secret({"calls", to_bytes("one"), 40}).reveal());
  };
  const std::string before = exported("alice");
  for (const auto* name : {"bob", "carol", "dave", "erin", "frank"})
    CHECK(exported(name) == before);
  stage.world.remove("alice", "dave");
  CHECK(exported("alice") != before);
  CHECK(exported("bob") == exported("alice"));
}

TEST_CASE("line 78: resumption PSKs of old epochs are given up") {
  Stage stage({}, [](World& world) { world.policy.resumption_psks = 2; });
  const group::Group& bob = stage.world.group_of("bob");
  const Epoch first = bob.epoch();
  CHECK(bob.resumption_psk(first).has_value());
  stage.world.remove("alice", "dave");
  CHECK(bob.resumption_psk(first).has_value());
  stage.world.remove("alice", "erin");
  const auto gone = bob.resumption_psk(first);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().rule == Rule::psk_unknown);
}

TEST_CASE(
    "line 105: new extensions hold for the other proposals, wherever they stand in the list") {
  Stage stage({}, [](World& world) { all_list(world, pin); });
  const KeyPackage lacking = kit::key_package_of(
      stage.world, "grace", {.leaf = [](LeafNode& leaf) { leaf.capabilities.extensions.clear(); }});
  const KeyPackage fitting = kit::key_package_of(stage.world, "grace");
  const Proposal context = GroupContextExtensions{{{pin, to_bytes("1")}}};
  const auto commit = [&](const KeyPackage& joiner) {
    return commit_of(stage, {by_value(Add{joiner}), by_value(context)}, true);
  };
  stage.refuses("bob", {commit(lacking), commit(fitting)},
                {Rule::leaf_group_extensions,
                 "commit.proposals[0].key_package.leaf_node.capabilities.extensions"});
}

TEST_CASE("line 105: a leaf that a Remove frees is taken by an Add of the same commit") {
  Stage stage;
  const KeyPackage joiner = kit::key_package_of(stage.world, "grace");
  const group::Event event = stage.world.receive(
      stage.world["bob"], commit_of(stage, {by_value(Add{joiner}), by_value(Remove{dave})}, true));
  const auto& changed = std::get<group::EpochChanged>(event);
  REQUIRE(changed.added.size() == 1);
  CHECK(changed.added[0].leaf == dave);
}

TEST_CASE("line 127: an unknown extension of a GroupInfo is passed over") {
  Stage stage;
  group::CommitPlan plan;
  plan.group_info_extensions = {{pin, to_bytes("?")}};
  stage.world.add("alice", {"grace"}, plan);
  CHECK(stage.world.group_of("grace").epoch() == stage.world.group_of("alice").epoch());
}

TEST_CASE("line 128: every added member has an entry in the Welcome") {
  Stage stage;
  group::CommitPlan plan;
  std::vector<Bytes> references;
  for (const auto* name : {"grace", "heidi"}) {
    const KeyPackage made = kit::key_package_of(stage.world, name);
    references.push_back(group::key_package_ref(stage.world.crypto(), made));
    plan.proposals.push_back(Add{made});
  }
  const group::Outgoing outgoing = stage.world.commit("alice", plan);
  REQUIRE(outgoing.welcome);
  const auto message = good(codec::decode<MLSMessage>(*outgoing.welcome));
  std::vector<Bytes> entries;
  for (const auto& entry : message.wire_format.as<Welcome>()->secrets) {
    entries.push_back(entry.new_member);
  }
  CHECK(entries == references);
}

TEST_CASE(
    "line 136: a GroupInfo is signed where somebody needs it, with the tree only for joiners") {
  Stage stage;
  group::CommitPlan plan;
  plan.force_path = true;
  const group::Outgoing plain = stage.world.commit("alice", plan);
  CHECK_FALSE(plain.welcome);
  CHECK_FALSE(plain.group_info);
  plan.group_info = true;
  const group::Outgoing open = stage.world.commit("alice", plan);
  REQUIRE(open.group_info);
  const auto message = good(codec::decode<MLSMessage>(*open.group_info));
  const auto& extensions = message.wire_format.as<GroupInfo>()->extensions;
  CHECK(tree::find_extension(extensions, ExtensionType::external_pub) != nullptr);
  CHECK(tree::find_extension(extensions, ExtensionType::ratchet_tree) == nullptr);
  group::CommitPlan add;
  add.tree_in_welcome = false;
  add.proposals = {Add{kit::key_package_of(stage.world, "grace")}};
  group::Staged staged = stage.world.make_commit("alice", add);
  const Bytes apart = *stage.world.release(stage.world["alice"], staged).welcome;
  const auto joined = stage.join("grace", apart);
  REQUIRE_FALSE(joined);
  CHECK(joined.error().rule == Rule::tree_missing);
}

}  // namespace thicket::rules
