// Commits: path, confirmation, external ones, and those that come at the wrong time.  RFC
// 9420 7.5, 7.6, 7.9.2, 11.2, 12.4, 14.
#include "crypto/counting.h"
#include "rules/doors.h"

namespace thicket::rules {
namespace {

constexpr LeafIndex alice{0};
constexpr LeafIndex dave{3};

// Grace joins from outside, before bob's eyes; the twins differ in their proposals.
struct Outside {
  explicit Outside(const std::string& who = "grace") : name(who) { init = forger.external_init(); }
  void refused(kit::ForgedCommit broken, const Refusal& refusal) {
    broken.joiner = name;
    stage.refuses("bob", {forger.commit(broken), unbroken()}, refusal);
  }
  Bytes unbroken() {
    std::vector<ProposalOrRef> list{by_value(init)};
    if (resync) list.push_back(by_value(Remove{*resync}));
    return forger.commit({.proposals = std::move(list), .path = true, .joiner = name});
  }
  std::string name;
  std::optional<LeafIndex> resync;
  Stage stage;
  Forger forger = stage.forger("alice");
  Proposal init;
};

group::Staged make_commit(Stage& stage, const std::string& name) {
  group::CommitPlan plan;
  plan.force_path = true;
  return stage.world.make_commit(name, plan);
}

}  // namespace

TEST_CASE("rule path_length: one node for each of the filtered direct path") {
  Stage stage;
  path_refused(stage, {.proposals = {}, .path_made = [](UpdatePath& p) { p.nodes.pop_back(); }},
               {Rule::path_length, "commit.path.nodes", alice});
}

TEST_CASE("rule path_ciphertexts: one for each of the resolution") {
  Stage stage;
  path_refused(stage,
               {.proposals = {},
                .path_made = [](UpdatePath& p) { p.nodes[1].encrypted_path_secret.pop_back(); }},
               {Rule::path_ciphertexts, "commit.path.nodes[1].encrypted_path_secret", alice});
}

TEST_CASE("rule path_ciphertexts: none for a member that this commit adds") {
  Stage stage;
  const Proposal add = Add{kit::key_package_of(stage.world, "grace")};
  const Forger forger = stage.forger("alice");
  const Bytes broken =
      forger.commit({.proposals = {by_value(add)}, .path = true, .path_made = [](UpdatePath& path) {
                       auto& last = path.nodes.back().encrypted_path_secret;
                       last.push_back(last.front());
                     }});
  stage.refuses("bob", {broken, forger.commit({.proposals = {by_value(add)}, .path = true})},
                {Rule::path_ciphertexts, "commit.path.nodes[2].encrypted_path_secret", alice});
}

TEST_CASE("rule path_key_mismatch: the path secret gives the keys that are sent") {
  Stage stage;
  path_refused(
      stage,
      {.proposals = {},
       .path_secret = [](PathSecret& secret) { secret = PathSecret(Bytes(kit::usual_nh(), 5)); }},
      {Rule::path_key_mismatch, "commit.path.nodes[0].encryption_key", alice});
}

TEST_CASE("rule leaf_parent_hash: is that of the path") {
  Stage stage;
  path_refused(
      stage,
      {.proposals = {},
       .made_leaf =
           [](LeafNode& leaf) { flip(leaf.leaf_node_source.as<CommitSource>()->parent_hash); }},
      {Rule::leaf_parent_hash, "commit.path.leaf_node.parent_hash", alice});
}

TEST_CASE("rule path_key_reused: a path brings keys that are nowhere in the tree") {
  Stage stage;
  const Bytes bobs =
      good(stage.forger("alice").epoch().tree.leaf(LeafIndex{1})).leaf_node().encryption_key;
  path_refused(
      stage,
      {.proposals = {}, .unsealed = [&](UpdatePath& p) { p.nodes.at(1).encryption_key = bobs; }},
      {Rule::path_key_reused, "commit.path.nodes[1].encryption_key", alice});
}

TEST_CASE("rule path_key_reused: nor twice in the path") {
  Stage stage;
  path_refused(
      stage,
      {.proposals = {},
       .unsealed =
           [](UpdatePath& p) { p.nodes.at(1).encryption_key = p.nodes.at(0).encryption_key; }},
      {Rule::path_key_reused, "commit.path.nodes[1].encryption_key", alice});
}

TEST_CASE("rule confirmation_tag: is that of the new epoch") {
  Stage stage;
  path_refused(stage,
               {.proposals = {},
                .frame = {.auth = [](FramedContentAuthData& a) { flip(*a.confirmation_tag); }}},
               {Rule::confirmation_tag, "auth.confirmation_tag"});
}

TEST_CASE("rule list_external_commit: exactly one ExternalInit") {
  Outside none;
  none.refused({.proposals = {}, .path = true}, {Rule::list_external_commit, "commit.proposals"});
  Outside two;
  two.refused({.proposals = {by_value(two.init), by_value(two.init)}, .path = true},
              {Rule::list_external_commit, "commit.proposals[1]"});
}

TEST_CASE("rule list_external_commit: at most one Remove, and nothing but PSKs beside") {
  Outside two;
  two.refused(
      {.proposals = {by_value(two.init), by_value(Remove{LeafIndex{4}}), by_value(Remove{dave})},
       .path = true},
      {Rule::list_external_commit, "commit.proposals[2]"});
  Outside add;
  add.refused({.proposals = {by_value(add.init),
                             by_value(Add{kit::key_package_of(add.stage.world, "heidi")})},
               .path = true},
              {Rule::list_external_commit, "commit.proposals[1]"});
}

TEST_CASE("rule external_commit_path: an external commit has a path") {
  Outside door;
  door.refused({.proposals = {by_value(door.init)}},
               {Rule::external_commit_path, "content.commit.path"});
}

TEST_CASE("rule external_commit_reference: no proposal by reference") {
  Outside door;
  const auto reference = door.stage.propose("carol", Remove{dave});
  door.refused({.proposals = {by_value(door.init), by_reference(reference)}, .path = true},
               {Rule::external_commit_reference, "commit.proposals[1]"});
}

TEST_CASE("rule external_commit_remove: only the joiner's own old leaf") {
  Outside door("dave");
  door.resync = dave;
  door.stage.world["dave"].identity.signer = door.stage.world["heidi"].identity.signer;
  door.refused({.proposals = {by_value(door.init), by_value(Remove{LeafIndex{4}})}, .path = true},
               {Rule::external_commit_remove, "commit.path.leaf_node", LeafIndex{4}});
}

TEST_CASE("rule external_commit_policy: nobody from outside, or only who comes back") {
  Outside door;
  const Bytes commit = door.unbroken();
  for (const auto let_in : {group::ExternalCommits::nobody, group::ExternalCommits::returning}) {
    door.stage.world.policy.external_commits = let_in;
    const auto seen = door.stage.world["bob"].group->process(commit, kit::noon);
    REQUIRE_FALSE(seen);
    kit::check_refusal(seen.error(), {Rule::external_commit_policy, "commit.proposals"});
    const auto served = door.stage.service()->check(commit, kit::noon);
    REQUIRE_FALSE(served);
    kit::check_refusal(served.error(), {Rule::external_commit_policy, "commit.proposals"});
  }
  door.stage.world.policy.external_commits = group::ExternalCommits::anyone;
  CHECK(door.stage.world["bob"].group->process(commit, kit::noon));
}

TEST_CASE("who returns from outside is let in where only they are") {
  Outside door("dave");
  door.resync = dave;
  door.stage.world["dave"].identity.signer = door.stage.world["heidi"].identity.signer;
  const Bytes commit = door.unbroken();
  door.stage.world.policy.external_commits = group::ExternalCommits::nobody;
  CHECK_FALSE(door.stage.world["bob"].group->process(commit, kit::noon));
  door.stage.world.policy.external_commits = group::ExternalCommits::returning;
  CHECK(door.stage.world["bob"].group->process(commit, kit::noon));
}

TEST_CASE("rule list_add_member: nobody joins from outside who is there, but by a resync") {
  Outside door("dave");
  door.resync = dave;
  door.stage.world["dave"].identity.signer = door.stage.world["heidi"].identity.signer;
  door.refused({.proposals = {by_value(door.init)}, .path = true},
               {Rule::list_add_member, "commit.path.leaf_node", dave});
}

TEST_CASE("rule external_init_kem: kem_output is encapsulated to external_pub") {
  Outside door;
  door.refused({.proposals = {by_value(ExternalInit{Bytes(32)})}, .path = true},
               {Rule::external_init_kem, "commit.proposals"});
}

TEST_CASE("rule group_reinitialised: after the commit of a ReInit nothing is sent or accepted") {
  Stage stage;
  kit::Member& bob = stage.world["bob"];
  const Bytes reinit = commit_of(
      stage, {by_value(ReInit{to_bytes("next"), ProtocolVersion::mls10, kit::usual_suite(), {}})});
  CHECK(bob.group->send(to_bytes("hello"), stage.world.random).has_value());
  stage.world.receive(bob, reinit);
  const auto refused = bob.group->send(to_bytes("hello"), stage.world.random);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::group_reinitialised, ""});
  const auto commit = bob.group->commit({}, stage.world.now, stage.world.random);
  REQUIRE_FALSE(commit);
  kit::check_refusal(commit.error(), {Rule::group_reinitialised, ""});
}

TEST_CASE("rule group_reinitialised: nor does a service take more") {
  Stage stage;
  const auto service = stage.service();
  const auto take = [&](ByteView message) -> Result<group::Event> {
    group::StagedPublic staged = THICKET_TRY(service->check(message, stage.world.now));
    kit::MemoryRows rows;
    const auto stored = good(group::store(rows, staged.delta()));
    return service->accept(std::move(staged), stored);
  };
  const Bytes reinit = commit_of(
      stage, {by_value(ReInit{to_bytes("next"), ProtocolVersion::mls10, kit::usual_suite(), {}})});
  CHECK(take(reinit).has_value());
  for (const char* name : {"alice", "bob"}) stage.world.receive(stage.world[name], reinit);
  const auto refused = take(stage.forger("bob").proposal(Remove{dave}));
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::group_reinitialised, ""});
}

TEST_CASE("rule group_removed: who was removed sends and accepts nothing more") {
  Stage stage;
  kit::Member& dave_himself = stage.world["dave"];
  const Bytes removal = commit_of(stage, {by_value(Remove{dave})}, true);
  CHECK(dave_himself.group->send(to_bytes("hello"), stage.world.random).has_value());
  const group::Event event = stage.world.receive(dave_himself, removal);
  CHECK(std::holds_alternative<group::Removed>(event));
  CHECK(dave_himself.group->removed());
  const auto refused = dave_himself.group->send(to_bytes("hello"), stage.world.random);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::group_removed, ""});
}

TEST_CASE("rule commit_pending_stale: a commit is accepted in its epoch only") {
  Stage stage;
  kit::Member& bob = stage.world["bob"];
  group::Staged late = make_commit(stage, "bob");
  const Bytes winner = commit_of(stage, {by_value(Remove{dave})}, true);
  stage.world.receive(bob, winner);
  const kit::MemoryRows before = bob.rows;
  const auto refused = group::store(bob.rows, late.on_accept());
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::commit_pending_stale, ""});
  CHECK(bob.rows.rows == before.rows);
  // Made in the epoch that is, it is stored and accepted.
  group::Staged timely = make_commit(stage, "bob");
  stage.world.accept(bob, std::move(timely));
}

TEST_CASE("rule before_send_order: the bytes leave for their own stored delta only") {
  Stage stage;
  kit::Member& bob = stage.world["bob"];
  const group::Staged one = make_commit(stage, "bob");
  const group::Staged other = make_commit(stage, "bob");
  const auto stored_one = good(group::store(bob.rows, one.before_send()));
  const auto stored_other = good(group::store(bob.rows, other.before_send()));
  const auto refused = one.release(stored_other);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::before_send_order, ""});
  CHECK(one.release(stored_one).has_value());
}

TEST_CASE("rule unknown_proposal: a plan names proposals that are pending") {
  Stage stage;
  const auto reference = stage.propose("carol", Remove{dave});
  group::Group& bob = stage.world.group_of("bob");
  group::CommitPlan plan;
  plan.pending = group::PendingChoice::named;
  plan.by_reference = {ProposalRef{Bytes(32)}};
  const auto refused = bob.commit(plan, stage.world.now, stage.world.random);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().rule == Rule::unknown_proposal);
  CHECK(bob.pending_messages().empty());
  plan.by_reference = {reference};
  CHECK(bob.commit(plan, stage.world.now, stage.world.random).has_value());
}

TEST_CASE("rule leaf_out_of_range and leaf_blank: a caller asks for a leaf of the tree") {
  Stage stage;
  const group::Group& bob = stage.world.group_of("bob");
  const auto beyond = bob.member(LeafIndex{8});
  REQUIRE_FALSE(beyond);
  kit::check_refusal(beyond.error(), {Rule::leaf_out_of_range, "", LeafIndex{8}});
  const auto blank = bob.member(nobody);
  REQUIRE_FALSE(blank);
  kit::check_refusal(blank.error(), {Rule::leaf_blank, "", nobody});
  CHECK(bob.member(dave).has_value());
}

TEST_CASE("rule internal_need: what is not loaded is asked for, and nothing changes") {
  Stage stage;
  kit::Member& bob = stage.world["bob"];
  const Bytes commit = commit_of(stage, {by_value(Remove{dave})}, true);
  stage.world.restart("bob");
  const auto need = bob.group->process(commit, stage.world.now);
  REQUIRE_FALSE(need);
  CHECK(need.error().is_need());
  CHECK_FALSE(need.error().need.empty());
  stage.world.receive(bob, commit);
}

TEST_CASE("rule store_row: rows that this program did not write are not opened") {
  Stage stage;
  kit::Member& bob = stage.world["bob"];
  kit::MemoryRows broken = bob.rows;
  for (auto& [key, value] : broken.rows) value.push_back(0);
  const auto refused = group::Group::open(stage.world.environment(bob), broken);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().rule == Rule::store_row);
  CHECK(group::Group::open(stage.world.environment(bob), bob.rows).has_value());
}

TEST_CASE("rule tree_too_large: refused before a key package is verified or a key is made") {
  const auto library = kit::usual_provider();
  auto counting = std::make_unique<crypto::CountingProvider>(*library);
  const crypto::CountingProvider& counted = *counting;
  World world(1, kit::usual_suite(), std::move(counting));
  world.create("alice");
  world.add("alice", {"bob"});
  group::CommitPlan plan;
  plan.proposals.push_back(world.add_of("carol"));
  plan.force_path = true;
  const std::uint64_t before = world.group_of("alice").ratchet_tree().value().size();
  world.policy.tree_octets_max = before + 100;  // a leaf has more

  const crypto::CallCounts calls = counted.counts();
  const auto refused = world.group_of("alice").commit(plan, world.now, world.random);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::tree_too_large, "commit.ratchet_tree"});
  CHECK(counted.counts() == calls);

  // One that the leaf fits in and the path does not: refused when that is known.
  const auto& leaf = plan.proposals[0].as<Add>()->key_package->leaf_node;
  world.policy.tree_octets_max = before + codec::encode(leaf).size() + 2;  // present, and a leaf
  const auto later = world.group_of("alice").commit(plan, world.now, world.random);
  REQUIRE_FALSE(later);
  kit::check_refusal(later.error(), {Rule::tree_too_large, "commit.ratchet_tree"});
  CHECK(world.group_of("alice").pending_messages().empty());

  plan.tree_in_welcome = false;
  CHECK(world.group_of("alice").commit(plan, world.now, world.random).has_value());
}

}  // namespace thicket::rules
