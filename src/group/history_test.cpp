// Random histories: whatever people do, and whoever is restarted from rows in between, all agree.
// The rows were written by deltas alone, into stores that were empty at the start.

#include <set>

#include "group/public_group.h"
#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::World;

// A service that watches the public half of the group.
struct Watcher {
  kit::MemoryRows rows;
  std::unique_ptr<PublicGroup> group;
};

class History final {
 public:
  explicit History(std::uint64_t seed) : world_(seed) {
    world_.policy.commit_first = false;
    world_.create("p0");
    names_ = 1;
    world_.add("p0", {fresh(), fresh(), fresh()});
    watch();
  }

  void step() {
    switch (world_.random.below(10)) {
      case 0:
      case 1:
        return commit();
      case 2:
        return add();
      case 3:
        return remove();
      case 4:
        return propose_update();
      case 5:
        return propose_add();
      case 6:
        return propose_remove();
      case 7:
        return restart();
      default:
        return say();
    }
  }

  std::set<std::string> seen;

 private:
  std::string fresh() { return "p" + std::to_string(names_++); }
  Member& anybody() {
    const auto all = world_.members();
    return *all[world_.random.below(all.size())];
  }

  CommitPlan plan() {
    CommitPlan plan;
    plan.force_path = world_.random.below(3) > 0;
    return plan;
  }

  void accepted(const Outgoing& outgoing) {
    StagedPublic staged = good(checked(outgoing.message));
    const auto stored = good(store(watcher_.rows, staged.delta()));
    good(watcher_.group->accept(std::move(staged), stored));
    CHECK(watcher_.group->context() == world_.members().front()->group->context());
  }

  Result<StagedPublic> checked(ByteView message) {
    for (;;) {
      auto staged = watcher_.group->check(message, world_.now);
      if (staged || !staged.error().is_need()) return staged;
      good(watcher_.group->supply(staged.error().need, watcher_.rows));
    }
  }

  void proposed(const Outgoing& outgoing) {
    StagedPublic staged = good(checked(outgoing.message));
    const auto stored = good(store(watcher_.rows, staged.delta()));
    good(watcher_.group->accept(std::move(staged), stored));
  }

  void commit() {
    CommitPlan committing = plan();
    if (world_.random.below(4) == 0) {
      // Who joins by the same commit does not have this PSK.
      committing.pending = PendingChoice::none;
      committing.proposals.push_back(
          PreSharedKey{{ResumptionPSK{ResumptionPSKUsage::application, to_bytes("the group"),
                                      world_.members().front()->group->epoch()},
                        world_.random.bytes(32)}});
      seen.insert("psk");
    }
    accepted(world_.commit(anybody().name, committing));
    seen.insert("commit");
  }
  void add() {
    CommitPlan adding = plan();
    const std::size_t count = 1 + world_.random.below(3);
    for (std::size_t i = 0; i < count; ++i) adding.proposals.push_back(world_.add_of(fresh()));
    accepted(world_.commit(anybody().name, adding));
    seen.insert("add");
  }
  void remove() {
    if (world_.members().size() < 4) return;
    Member& by = anybody();
    Member& gone = anybody();
    if (&by == &gone) return;
    CommitPlan removing = plan();
    removing.pending = PendingChoice::none;
    removing.proposals.push_back(Remove{gone.group->own_leaf()});
    accepted(world_.commit(by.name, removing));
    CHECK(gone.group->removed());
    CHECK(gone.rows.rows.empty());
    gone.group.reset();
    seen.insert("remove");
  }
  void propose_update() {
    Member& member = anybody();
    const Staged staged = good(world_.with_rows(
        member, [&] { return member.group->propose_update(std::nullopt, world_.random); }));
    const Outgoing outgoing = world_.release(member, staged);
    world_.deliver(outgoing.message, "");
    proposed(outgoing);
    seen.insert("update");
  }
  void propose_add() {
    proposed(world_.propose(anybody().name, world_.add_of(fresh())));
    seen.insert("propose add");
  }
  void propose_remove() {
    if (world_.members().size() < 5) return;
    Member& gone = anybody();
    proposed(world_.propose(anybody().name, Remove{gone.group->own_leaf()}));
    seen.insert("propose remove");
  }
  void restart() {
    world_.restart(anybody().name);
    watcher_.group = good(PublicGroup::open(watcher(), watcher_.rows));
    seen.insert("restart");
  }
  void say() {
    Member& by = anybody();
    SendOutcome sent = good(by.group->send(view_of("something"), world_.random));
    const Outgoing outgoing = world_.release(by, std::get<Staged>(sent));
    for (Member* member : world_.members()) {
      const Event event = world_.receive(*member, outgoing.message);
      CHECK(std::holds_alternative<OwnEcho>(event) == (member == &by));
    }
    seen.insert("say");
  }

  PublicEnvironment watcher() { return {world_.provider, world_.authenticator, world_.policy}; }
  void watch() {
    const Group& group = *world_.members().front()->group;
    const GroupInfo info = good(group.group_info({}));
    const Bytes tree = good(group.ratchet_tree());
    watcher_.group =
        good(PublicGroup::create(watcher(), {info, tree, world_.now, world_.random.bytes(16)}));
    good(store(watcher_.rows, watcher_.group->snapshot()));
  }

  World world_;
  Watcher watcher_;
  unsigned names_ = 0;
};

TEST_CASE(
    "members restarted at random from their rows agree with all others, and so does a "
    "service that sees only the public half") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    History history(seed);
    for (int i = 0; i < 60; ++i) {
      CAPTURE(i);
      history.step();
    }
    seen.merge(history.seen);
  }
  CHECK(seen.size() == 9);
}

}  // namespace
}  // namespace thicket::group
