// Groups that continue others, and groups that branch from them.  RFC 9420 11.2, 11.3, 12.4.3.1.
#include "group/resume.h"

#include <doctest/doctest.h>

#include "group/branch.h"
#include "group/public_group.h"
#include "group/state.h"
#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::refused;
using kit::World;

class Groups final : public OwnGroups {
 public:
  explicit Groups(const Group* group) : group_(group) {}
  const Group* find(ByteView group_id) const override {
    return group_ && equal(group_->group_id(), group_id) ? group_ : nullptr;
  }

 private:
  const Group* group_;
};

const CipherSuite next_suite = kit::usual_suite();

// A group of the old world goes on, or branches, among the same people in a new one.
class Passage {
 public:
  explicit Passage(CipherSuite to, CipherSuite from = kit::another_suite())
      : before(1, from), after(2, to) {
    before.create("alice");
    before.add("alice", {"bob", "carol"});
  }

  void reinit(ReInit change) {
    CommitPlan plan;
    plan.proposals.push_back(std::move(change));
    before.commit("bob", plan);
  }
  Resume resume(const std::string& name) {
    return {before.group_of(name), after[name].identity, kit::around_noon};
  }
  void open(const std::string& name, StagedGroup staged) {
    Member& member = after[name];
    const Stored stored = good(store(member.rows, staged.delta()));
    member.group = good(std::move(staged).open(stored));
  }
  ResumeCommit with(const std::string& by, const std::vector<std::string>& others) {
    ResumeCommit plan{.former = before.group_of(by), .others = {}};
    for (const std::string& name : others) plan.others.push_back(after.key_package(name));
    return plan;
  }
  // The first commit goes out and is accepted; answers the Welcome.
  Bytes send(const std::string& by, Staged staged) {
    Member& member = after[by];
    const Bytes welcome = *after.release(member, staged).welcome;
    after.accept(member, std::move(staged));
    return welcome;
  }
  Result<StagedGroup> join(const std::string& name, ByteView welcome, const Group* former) {
    Member& member = after[name];
    const Groups groups(former);
    return group::join(after.environment(member), {welcome, member.key_packages, groups}, after.now,
                       after.random);
  }
  Result<StagedGroup> join(const std::string& name, ByteView welcome) {
    return join(name, welcome, before[name].group.get());
  }

  World before;
  World after;
};

ReInit to_next() {
  return {to_bytes("the group, continued"), ProtocolVersion::mls10, next_suite, {}};
}

}  // namespace

TEST_CASE("a group moves to another suite: bob committed it, alice makes the new one") {
  Passage passage(next_suite);
  passage.reinit(to_next());
  REQUIRE(passage.before.group_of("alice").reinitialised() == to_next());
  refused(passage.before.group_of("alice").send(view_of("more"), passage.before.random),
          Rule::group_reinitialised, "");
  passage.open("alice", good(begin_reinit(passage.after.environment(passage.after["alice"]),
                                          passage.resume("alice"), passage.after.now,
                                          passage.after.random)));
  const Bytes welcome = passage.send(
      "alice",
      good(commit_reinit(passage.after.group_of("alice"), passage.with("alice", {"bob", "carol"}),
                         passage.after.now, passage.after.random)));
  for (const char* name : {"bob", "carol"}) {
    passage.open(name, good(passage.join(name, welcome)));
  }
  passage.after.agree();
  CHECK(passage.after.group_of("carol").epoch() == Epoch{1});
  passage.after.commit("carol", {.force_path = true});
}

TEST_CASE("a ReInit may keep the group's id, which only its continuation takes over") {
  Passage passage(next_suite);
  ReInit same = to_next();
  same.group_id = passage.before.group_of("alice").group_id();
  const auto welcome_of = [&] {
    passage.open("alice", good(begin_reinit(passage.after.environment(passage.after["alice"]),
                                            passage.resume("alice"), passage.after.now,
                                            passage.after.random)));
    return passage.send("alice", good(commit_reinit(passage.after.group_of("alice"),
                                                    passage.with("alice", {"bob", "carol"}),
                                                    passage.after.now, passage.after.random)));
  };
  passage.reinit(same);
  SUBCASE("as agreed") {
    const Bytes welcome = welcome_of();
    for (const char* name : {"bob", "carol"}) {
      passage.open(name, good(passage.join(name, welcome)));
    }
    passage.after.agree();
    passage.after.commit("bob", {.force_path = true});
  }
  SUBCASE("while the old group lives at the joiner, nothing takes its id") {
    const Bytes welcome = welcome_of();
    passage.before.group_of("bob").state().current->reinit.reset();
    refused(passage.join("bob", welcome), Rule::group_id_in_use,
            "group_info.group_context.group_id");
  }
  SUBCASE("nor does a group of that id that continues nothing") {
    passage.after.create("dave");
    CommitPlan plan;
    plan.proposals.push_back(Add{passage.after.key_package("bob")});
    const Bytes welcome = passage.send("dave", good(passage.after.group_of("dave").commit(
                                                   plan, passage.after.now, passage.after.random)));
    refused(passage.join("bob", welcome), Rule::group_id_in_use,
            "group_info.group_context.group_id");
  }
}

TEST_CASE("the first commit of a continued group carries a path where that is asked for") {
  Passage passage(next_suite);
  passage.reinit(to_next());
  passage.open("alice", good(begin_reinit(passage.after.environment(passage.after["alice"]),
                                          passage.resume("alice"), passage.after.now,
                                          passage.after.random)));
  ResumeCommit plan = passage.with("alice", {"bob", "carol"});
  const auto has_path = [&] {
    const Staged staged = good(commit_reinit(passage.after.group_of("alice"), plan,
                                             passage.after.now, passage.after.random));
    return std::get<EpochChanged>(staged.event()).path;
  };
  CHECK_FALSE(has_path());
  plan.force_path = true;
  CHECK(has_path());
}

TEST_CASE("a service follows the commit that links a new group to its old one") {
  Passage passage(next_suite);
  passage.reinit(to_next());
  passage.open("alice", good(begin_reinit(passage.after.environment(passage.after["alice"]),
                                          passage.resume("alice"), passage.after.now,
                                          passage.after.random)));
  Group& group = passage.after.group_of("alice");
  const GroupInfo info = good(group.group_info({}));
  const Bytes tree = good(group.ratchet_tree());
  const auto service = good(PublicGroup::create(
      {passage.after.provider, passage.after.authenticator, passage.after.policy},
      {info, tree, passage.after.now, Bytes(16)}));
  const Staged linked = good(commit_reinit(group, passage.with("alice", {"bob", "carol"}),
                                           passage.after.now, passage.after.random));
  const Outgoing outgoing = passage.after.release(passage.after["alice"], linked);
  good(service->check(outgoing.message, passage.after.now));
}

TEST_CASE("a new group is not begun without a ReInit, nor with other members") {
  Passage passage(next_suite);
  refused(begin_reinit(passage.after.environment(passage.after["alice"]), passage.resume("alice"),
                       passage.after.now, passage.after.random),
          Rule::resumed_parameters, "former");
  passage.reinit(to_next());
  passage.open("alice", good(begin_reinit(passage.after.environment(passage.after["alice"]),
                                          passage.resume("alice"), passage.after.now,
                                          passage.after.random)));
  Group& group = passage.after.group_of("alice");
  const auto commit = [&](const std::vector<std::string>& others) {
    return commit_reinit(group, passage.with("alice", others), passage.after.now,
                         passage.after.random);
  };
  refused(commit({"bob"}), Rule::resumed_members, "others");
  refused(commit({"bob", "carol", "dave"}), Rule::resumed_members, "others");
  refused(commit({"bob", "carol", "carol"}), Rule::resumed_members, "others[2]");
  passage.send("alice", good(commit({"bob", "carol"})));
  refused(commit({"bob", "carol"}), Rule::resumed_epoch, "group");
}

TEST_CASE("who was asked to join a continued group checks it against what was agreed") {
  // Alice's idea of the ReInit differs from what the others committed.
  const auto outcome = [](const ReInit& agreed, const ReInit& made) {
    Passage passage(made.cipher_suite);
    passage.reinit(agreed);
    Group& alice = passage.before.group_of("alice");
    alice.state().current->reinit = made;
    passage.open("alice", good(begin_reinit(passage.after.environment(passage.after["alice"]),
                                            passage.resume("alice"), passage.after.now,
                                            passage.after.random)));
    const Bytes welcome = passage.send(
        "alice",
        good(commit_reinit(passage.after.group_of("alice"), passage.with("alice", {"bob", "carol"}),
                           passage.after.now, passage.after.random)));
    return passage.join("bob", welcome);
  };
  good(outcome(to_next(), to_next()));
  ReInit other = to_next();
  other.group_id = to_bytes("somewhere else");
  refused(outcome(to_next(), other), Rule::resumed_parameters, "group_info.group_context.group_id");
  other = to_next();
  other.cipher_suite = CipherSuite{3};
  refused(outcome(to_next(), other), Rule::resumed_parameters,
          "group_info.group_context.cipher_suite");
  other = to_next();
  other.extensions = {{ExtensionType::external_senders, {0}}};
  refused(outcome(to_next(), other), Rule::resumed_parameters,
          "group_info.group_context.extensions");
}

TEST_CASE("a continued group without some of the old members is not joined") {
  Passage passage(next_suite);
  passage.reinit(to_next());
  passage.open("alice", good(begin_reinit(passage.after.environment(passage.after["alice"]),
                                          passage.resume("alice"), passage.after.now,
                                          passage.after.random)));
  // Past the check of commit_reinit.
  const Bytes welcome = passage.send(
      "alice",
      good(commit_resumed(passage.after.group_of("alice"), passage.with("alice", {"bob"}),
                          ResumptionPSKUsage::reinit, passage.after.now, passage.after.random)));
  refused(passage.join("bob", welcome), Rule::resumed_members, "ratchet_tree");
  refused(passage.join("bob", welcome, nullptr), Rule::psk_unknown, "group_secrets.psks[0]");
}

TEST_CASE("alice and carol branch a group of two, and the old one goes on") {
  Passage passage(kit::usual_suite(), kit::usual_suite());
  const auto begin = [&](std::string_view id) {
    return begin_branch(passage.after.environment(passage.after["alice"]),
                        {passage.resume("alice"), to_bytes(id)}, passage.after.now,
                        passage.after.random);
  };
  refused(begin("the group"), Rule::resumed_parameters, "group_id");
  passage.open("alice", good(begin("a side group")));
  Group& group = passage.after.group_of("alice");
  refused(commit_branch(group, passage.with("alice", {"dave"}), passage.after.now,
                        passage.after.random),
          Rule::resumed_members, "others");
  const Bytes welcome =
      passage.send("alice", good(commit_branch(group, passage.with("alice", {"carol"}),
                                               passage.after.now, passage.after.random)));
  passage.open("carol", good(passage.join("carol", welcome)));
  passage.after.agree();
  passage.before.commit("bob", {.force_path = true});
}

TEST_CASE("a branch with somebody who was no member, or at a later epoch, is not joined") {
  Passage passage(kit::usual_suite(), kit::usual_suite());
  passage.open("alice", good(begin_branch(passage.after.environment(passage.after["alice"]),
                                          {passage.resume("alice"), to_bytes("a side group")},
                                          passage.after.now, passage.after.random)));
  const Bytes welcome = passage.send(
      "alice",
      good(commit_resumed(passage.after.group_of("alice"), passage.with("alice", {"carol", "dave"}),
                          ResumptionPSKUsage::branch, passage.after.now, passage.after.random)));
  refused(passage.join("carol", welcome), Rule::resumed_members, "ratchet_tree");

  GroupContext context = passage.after.group_of("alice").context();
  good(check_first_epoch(context));
  context.epoch = Epoch{2};
  refused(check_first_epoch(context), Rule::resumed_epoch, "group_info.group_context.epoch");
}

TEST_CASE("a branch of another suite is not joined") {
  Passage passage(next_suite);
  Member& alice = passage.after["alice"];
  auto created = good(
      Group::create(passage.after.environment(alice),
                    {to_bytes("a side group"), next_suite, {}, alice.identity, kit::around_noon},
                    passage.after.now, passage.after.random));
  passage.open("alice", std::move(created));
  Group& group = passage.after.group_of("alice");
  refused(commit_branch(group, passage.with("alice", {"carol"}), passage.after.now,
                        passage.after.random),
          Rule::resumed_parameters, "group_info.group_context.cipher_suite");
  const Bytes welcome = passage.send(
      "alice",
      good(commit_resumed(group, passage.with("alice", {"carol"}), ResumptionPSKUsage::branch,
                          passage.after.now, passage.after.random)));
  refused(passage.join("carol", welcome), Rule::resumed_parameters,
          "group_info.group_context.cipher_suite");
}

TEST_CASE("a member's ordinary commit holds no reinit or branch PSK") {
  World world;
  world.create("alice");
  for (const auto usage : {ResumptionPSKUsage::reinit, ResumptionPSKUsage::branch}) {
    CommitPlan plan;
    plan.proposals.push_back(PreSharedKey{
        {ResumptionPSK{usage, to_bytes("the group"), Epoch{0}}, Bytes(kit::usual_nh(), 1)}});
    const auto outcome = world.group_of("alice").commit(plan, world.now, world.random);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().rule == Rule::psk_usage);
  }
}

}  // namespace thicket::group
