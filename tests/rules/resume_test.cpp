// Groups that continue others, and joining beside what a client has already.  RFC
// 9420 11.2, 11.3, 12.4.3.
#include "group/branch.h"
#include "group/join_external.h"
#include "rules/doors.h"

namespace thicket::rules {
namespace {

// Knows one group.
class OneGroup final : public group::OwnGroups {
 public:
  explicit OneGroup(const group::Group& group) : group_(group) {}
  const group::Group* find(ByteView group_id) const override {
    return equal(group_id, group_.group_id()) ? &group_ : nullptr;
  }

 private:
  const group::Group& group_;
};

// Alice, bob and carol; alice makes the next group, or a branch, and bob joins it.
struct Next {
  Next() {
    world.create("alice");
    world.add("alice", {"bob", "carol"});
  }
  void reinitialise() {
    group::CommitPlan plan;
    plan.proposals = {ReInit{to_bytes("next"), ProtocolVersion::mls10, kit::usual_suite(), {}}};
    world.commit("alice", plan);
    open(good(group::begin_reinit(world.environment(alice), resume(), world.now, world.random)));
  }
  void branch() {
    open(good(group::begin_branch(world.environment(alice), {resume(), to_bytes("branch")},
                                  world.now, world.random)));
  }
  group::Resume resume() { return {*alice.group, alice.identity, kit::around_noon}; }
  void open(group::StagedGroup staged) {
    const auto stored = good(group::store(rows, staged.delta()));
    made = good(std::move(staged).open(stored));
  }
  group::ResumeCommit with(const std::vector<std::string>& others) {
    group::ResumeCommit plan{*alice.group, {}};
    for (const auto& name : others) plan.others.push_back(kit::key_package_of(world, name));
    return plan;
  }
  Bytes welcome(const group::Staged& staged) {
    return *good(staged.release(good(group::store(rows, staged.before_send())))).welcome;
  }
  Result<group::StagedGroup> bob_joins(ByteView octets) {
    kit::Member& bob = world["bob"];
    const OneGroup former(*bob.group);
    return group::join(world.environment(bob), {octets, bob.key_packages, former, std::nullopt},
                       world.now, world.random);
  }
  // Bob refuses the Welcome that was changed, and joins by the one that was not.
  void refused(const Bytes& unbroken, const kit::WelcomeSpoil& spoil, const Refusal& refusal) {
    const auto outcome = bob_joins(kit::forge_welcome(world, {"bob", "alice"}, unbroken, spoil));
    REQUIRE_FALSE(outcome);
    kit::check_refusal(outcome.error(), refusal);
    good(bob_joins(unbroken));
  }
  Bytes reinit_welcome() {
    reinitialise();
    return welcome(
        good(group::commit_reinit(*made, with({"bob", "carol"}), world.now, world.random)));
  }

  World world;
  kit::Member& alice = world["alice"];
  kit::MemoryRows rows;
  std::unique_ptr<group::Group> made;
};

}  // namespace

TEST_CASE("rule resumed_epoch: a group that continues another is joined at epoch 1") {
  Next next;
  next.refused(next.reinit_welcome(), {.context = [](GroupContext& c) { c.epoch = Epoch{2}; }},
               {Rule::resumed_epoch, "group_info.group_context.epoch"});
}

TEST_CASE("rule resumed_parameters: those of the ReInit") {
  Next next;
  const Bytes unbroken = next.reinit_welcome();
  next.refused(unbroken, {.context = [](GroupContext& c) { c.extensions = {required({})}; }},
               {Rule::resumed_parameters, "group_info.group_context.extensions"});
  next.refused(unbroken, {.context = [](GroupContext& c) { c.group_id = to_bytes("other"); }},
               {Rule::resumed_parameters, "group_info.group_context.group_id"});
  next.refused(unbroken, {.context = [](GroupContext& c) { c.cipher_suite = CipherSuite{3}; }},
               {Rule::welcome_suite, "group_info.group_context.cipher_suite"});
}

TEST_CASE("rule resumed_members: the same members after a ReInit") {
  Next next;
  const Bytes unbroken = next.reinit_welcome();
  next.refused(unbroken, {.tree = [](RatchetTreeExtension& nodes) { nodes.resize(3); }},
               {Rule::resumed_members, "ratchet_tree"});
}

TEST_CASE("rule resumed_members: who makes the next group takes all along") {
  Next next;
  next.reinitialise();
  const auto refused =
      group::commit_reinit(*next.made, next.with({"bob"}), next.world.now, next.world.random);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::resumed_members, "others"});
  CHECK(group::commit_reinit(*next.made, next.with({"bob", "carol"}), next.world.now,
                             next.world.random)
            .has_value());
}

TEST_CASE("rule resumed_members: a branch holds members of the group it comes from only") {
  Next next;
  next.branch();
  const auto refused = group::commit_branch(*next.made, next.with({"bob", "zoe"}), next.world.now,
                                            next.world.random);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::resumed_members, "others"});
  const Bytes unbroken = next.welcome(good(
      group::commit_branch(*next.made, next.with({"bob"}), next.world.now, next.world.random)));
  good(next.bob_joins(unbroken));
}

TEST_CASE("rule group_id_in_use: a client is in a group once") {
  Stage stage;
  const Bytes unbroken = stage.welcome_for("grace");
  kit::Member& member = stage.world["grace"];
  const OneGroup known(stage.world.group_of("bob"));
  const auto refused = group::join(stage.world.environment(member),
                                   {unbroken, member.key_packages, known, std::nullopt},
                                   stage.world.now, stage.world.random);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::group_id_in_use, "group_info.group_context.group_id"});
  CHECK(stage.join("grace", unbroken).has_value());
}

TEST_CASE("rule group_info_external_pub: without it nobody joins from outside") {
  Stage stage;
  World& world = stage.world;
  kit::Member& member = world["grace"];
  const auto joined = [&](bool with_external_pub) {
    const GroupInfo info = good(world.group_of("alice").group_info({true, with_external_pub, {}}));
    const Bytes octets = codec::encode(MLSMessage{ProtocolVersion::mls10, info});
    return group::join_external(
        world.environment(member),
        {.group_info = octets, .identity = member.identity, .groups = world.no_groups}, world.now,
        world.random);
  };
  const auto refused = joined(false);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::group_info_external_pub, "group_info.extensions"});
  CHECK(joined(true).has_value());
}

}  // namespace thicket::rules
