// Steps that chain: what happened while somebody was away is taken in one transaction.

#include "group/state.h"
#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::refused;
using kit::refused_by;
using kit::World;

// The chain of everything in `log`, processed one upon the other.
std::vector<Staged> process_all(World& world, Member& member, const std::vector<Bytes>& log) {
  std::vector<Staged> steps;
  for (const Bytes& message : log) {
    if (steps.empty()) {
      steps.push_back(good(world.process(member, message)));
    } else {
      auto step = member.group->process(message, world.now, steps.back());
      while (!step && step.error().is_need()) {
        good(member.group->supply(step.error().need, member.rows, steps.back()));
        step = member.group->process(message, world.now, steps.back());
      }
      steps.push_back(good(std::move(step)));
    }
  }
  return steps;
}

std::vector<const Staged*> pointers(const std::vector<Staged>& steps) {
  std::vector<const Staged*> out;
  for (const Staged& step : steps) out.push_back(&step);
  return out;
}

// alice, bob and dave go on while carol is away.
std::vector<Bytes> things_happen(World& world) {
  std::vector<Bytes> log;
  const auto say = [&](const std::string& name, std::string_view text) {
    log.push_back(world.say(name, text).message);
    for (Member* member : world.members()) {
      if (member->name != name) world.receive(*member, log.back());
    }
  };
  say("alice", "one");
  say("alice", "two");
  say("bob", "three");
  log.push_back(world.propose("bob", world.add_of("erin")).message);
  log.push_back(world.commit("alice").message);
  say("erin", "four");
  say("alice", "five");
  const Staged update = good(world["bob"].group->propose_update(std::nullopt, world.random));
  log.push_back(world.release(world["bob"], update).message);
  world.deliver(log.back(), "");
  log.push_back(world.commit("dave").message);
  log.push_back(world.commit("erin").message);
  say("dave", "six");
  return log;
}

TEST_CASE("carol catches up in one transaction, and goes on from her rows") {
  World world;
  SUBCASE("public handshakes") {}
  SUBCASE("private handshakes") {
    world.policy.handshakes = WireFormat::mls_private_message;
  }
  world.create("alice");
  world.add("alice", {"bob", "carol", "dave"});
  Member& carol = world["carol"];
  auto away = std::move(carol.group);
  const std::vector<Bytes> log = things_happen(world);
  carol.group = std::move(away);
  SUBCASE("running") {}
  SUBCASE("from a start") {
    world.restart("carol");
  }

  std::vector<Staged> steps = process_all(world, carol, log);
  CHECK(carol.group->epoch() == Epoch{1});
  const auto rows = carol.rows.rows;
  const std::size_t writes = carol.rows.writes;
  const Delta delta = good(batch(pointers(steps)));
  CHECK(carol.rows.rows == rows);
  const auto stored = good(store(carol.rows, delta));
  CHECK(carol.rows.writes == writes + 1);
  std::vector<std::string> heard;
  for (Staged& step : steps) {
    const Event event = good(carol.group->accept(std::move(step), stored));
    if (const auto* message = std::get_if<ApplicationMessage>(&event)) {
      heard.push_back(to_text(message->data));
    }
  }
  CHECK(heard == std::vector<std::string>{"one", "two", "three", "four", "five", "six"});
  world.agree();
  const Bytes authenticator = to_bytes(carol.group->epoch_authenticator());
  world.restart("carol");
  CHECK(equal(carol.group->epoch_authenticator(), authenticator));
  for (const Bytes& message : log) {
    CHECK_FALSE(carol.group->process(message, world.now).has_value());
  }
  world.commit("carol");
  world.receive(carol, world.say("erin", "seven").message);
}

TEST_CASE("alice comes back to her own commit in the log, and takes it and what followed at once") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  Member& alice = world["alice"];
  std::vector<Bytes> log;
  {
    // Stored and sent; the process ends before the verdict.
    const Staged own = world.make_commit("alice", {.force_path = true});
    log.push_back(world.release(alice, own).message);
    alice.group.reset();
  }
  world.deliver(log[0], "");
  log.push_back(world.say("bob", "welcome back").message);
  world.deliver(log[1], "bob");
  world.receive(world["bob"], log[1]);
  log.push_back(world.commit("carol").message);
  world.restart("alice");
  CHECK(alice.group->pending_messages().size() == 1);

  std::vector<Staged> steps = process_all(world, alice, log);
  const auto stored = good(store(alice.rows, good(batch(pointers(steps)))));
  std::vector<Event> events;
  for (Staged& step : steps) events.push_back(good(alice.group->accept(std::move(step), stored)));
  CHECK(std::get<EpochChanged>(events[0]).own);
  CHECK(to_text(std::get<ApplicationMessage>(events[1]).data) == "welcome back");
  CHECK(std::holds_alternative<EpochChanged>(events[2]));
  CHECK(alice.group->pending_messages().empty());
  world.agree();
  world.restart("alice");
  world.commit("alice");
}

TEST_CASE("a step is accepted after its parent, and not before") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol", "dave"});
  Member& carol = world["carol"];
  auto away = std::move(carol.group);
  const std::vector<Bytes> log = things_happen(world);
  carol.group = std::move(away);
  std::vector<Staged> steps = process_all(world, carol, log);
  const auto rows = carol.rows.rows;
  refused(store(carol.rows, steps[1].on_accept()), Rule::before_send_order, "");
  const Staged* skipping[] = {&steps[0], &steps[2]};
  refused(batch(skipping), Rule::before_send_order, "");
  CHECK(carol.rows.rows == rows);
  for (Staged& step : steps) world.accept(carol, std::move(step));
  world.agree();
}

TEST_CASE("a chain upon a commit that lost leads nowhere") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  Member& carol = world["carol"];
  const Staged lost = world.make_commit("bob", {});
  const Outgoing losing = world.release(world["bob"], lost);
  const Staged staged = good(world.process(carol, losing.message));
  const Staged won = world.make_commit("alice", {});
  const Outgoing winning = world.release(world["alice"], won);
  world.receive(carol, winning.message);
  refused(carol.group->process(winning.message, world.now, staged), Rule::commit_pending_stale, "");
  refused(store(carol.rows, staged.on_accept()), Rule::commit_pending_stale, "");
}

// Of the ratchets and of the past epoch itself.
bool has_rows_of(const Member& member, Epoch epoch) {
  for (const auto& [key, value] : member.rows.rows) {
    if (key.size() >= 9 && (key[0] == 't' || key[0] == 'x') && key[8] == epoch.value) return true;
  }
  return false;
}

TEST_CASE("late messages say their epoch and whether the sender has been removed since") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  const Outgoing from_bob = world.say("bob", "late");
  const Outgoing from_carol = world.say("carol", "later");
  const Outgoing third = world.say("carol", "never read");
  world.commit("alice");
  world.remove("alice", "carol");
  SUBCASE("while bob and alice run") {}
  SUBCASE("after a restart") {
    world.restart("alice");
  }
  SUBCASE("with a new member in the old place") {
    world.add("bob", {"dave"});
  }
  Member& alice = world["alice"];
  const auto read = [&](const Outgoing& outgoing) {
    const Event event = world.receive(alice, outgoing.message);
    return std::get<ApplicationMessage>(event);
  };
  const ApplicationMessage bobs = read(from_bob);
  CHECK(to_text(bobs.data) == "late");
  CHECK(bobs.late);
  CHECK(bobs.epoch == Epoch{1});
  CHECK_FALSE(bobs.sender_since_removed);
  const ApplicationMessage carols = read(from_carol);
  CHECK(to_text(carols.client_id) == "carol");
  CHECK(carols.sender_since_removed);
  refused_by(alice.group->process(from_bob.message, world.now), Rule::generation_used);

  SUBCASE("a day later it is gone") {
    world.now.seconds += 24 * 3600 + 1;
    refused(alice.group->process(third.message, world.now), Rule::wrong_epoch, "epoch");
    // The next message of anybody erases what is left of it.
    world.policy.check_lifetimes = false;
    world.receive(alice, world.say("bob", "good morning").message);
    CHECK(alice.group->state().past.empty());
    CHECK_FALSE(has_rows_of(alice, Epoch{1}));
  }
  SUBCASE("three epochs later it is gone") {
    while (alice.group->epoch() < Epoch{5}) world.commit("alice");
    refused(alice.group->process(third.message, world.now), Rule::wrong_epoch, "epoch");
    CHECK_FALSE(has_rows_of(alice, Epoch{1}));
  }
}

TEST_CASE("pending proposals are committed before anything is said") {
  World world;
  world.create("alice");
  world.add("alice", {"bob"});
  world.propose("bob", world.add_of("carol"));
  const SendOutcome outcome = good(world.group_of("alice").send(view_of("hi"), world.random));
  REQUIRE(std::holds_alternative<CommitFirst>(outcome));
  CHECK(std::get<CommitFirst>(outcome).pending.size() == 1);
  SUBCASE("after the commit it is said") {
    world.commit("alice");
    world.receive(world["carol"], world.say("alice", "hi").message);
  }
  SUBCASE("the switch is off") {
    world.policy.commit_first = false;
    world.receive(world["bob"], world.say("alice", "hi").message);
  }
}

}  // namespace
}  // namespace thicket::group
