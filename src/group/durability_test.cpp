// Transitions are values, sending is not free: what is stored when, what a restart finds, and of
// two ways to go on at most one is gone.

#include <set>

#include "framing/private_message.h"
#include "group/state.h"
#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::refused;
using kit::refused_by;
using kit::World;

CommitPlan framed(WireFormat wire_format) {
  CommitPlan plan;
  plan.wire_format = wire_format;
  plan.force_path = true;
  return plan;
}

World& trio(World& world) {
  world.create("alice");
  world.add("alice", {"bob", "carol"}, framed(WireFormat::mls_public_message));
  return world;
}

SenderData sender_data_of(World& world, ByteView message) {
  const auto view = good(framing::view_private(message));
  const EpochState& epoch = *world.group_of("bob").state().current;
  return good(framing::open_sender_data(world.crypto(), epoch.secrets.sender_data_secret,
                                        {view.sender_data_aad, view.ciphertext},
                                        view.encrypted_sender_data));
}

TEST_CASE("two commits of one epoch framed as PrivateMessages never share a generation") {
  World world;
  trio(world);
  Member& alice = world["alice"];
  Bytes first;
  {
    const Staged dropped = world.make_commit("alice", framed(WireFormat::mls_private_message));
    first = world.release(alice, dropped).message;
  }
  SUBCASE("in one run") {}
  SUBCASE("with a restart between them") {
    world.restart("alice");
  }
  const Staged staged = world.make_commit("alice", framed(WireFormat::mls_private_message));
  const Bytes second = world.release(alice, staged).message;
  const SenderData a = sender_data_of(world, first);
  const SenderData b = sender_data_of(world, second);
  CHECK(a.leaf_index == b.leaf_index);
  CHECK(a.generation < b.generation);
}

TEST_CASE("a commit that was never stored uses up its generation all the same") {
  World world;
  trio(world);
  { const Staged dropped = world.make_commit("alice", framed(WireFormat::mls_private_message)); }
  const Staged staged = world.make_commit("alice", framed(WireFormat::mls_private_message));
  CHECK(sender_data_of(world, world.release(world["alice"], staged).message).generation ==
        Generation{1});
}

TEST_CASE("killed between before_send and the verdict, alice sees her own commit accepted") {
  World world;
  trio(world);
  Member& alice = world["alice"];
  CommitPlan plan;
  SUBCASE("PublicMessage") {
    plan = framed(WireFormat::mls_public_message);
  }
  SUBCASE("PrivateMessage") {
    plan = framed(WireFormat::mls_private_message);
  }
  SUBCASE("with a new signature key") {
    plan = framed(WireFormat::mls_public_message);
    plan.new_identity = kit::person(world.provider, "alice", world.random);
  }
  SUBCASE("with a new member, without a path") {
    plan.proposals.push_back(world.add_of("dave"));
    plan.wire_format = WireFormat::mls_private_message;
  }
  Outgoing outgoing;
  {
    const Staged staged = world.make_commit("alice", plan);
    outgoing = world.release(alice, staged);
  }
  world.restart("alice");
  const auto pending = alice.group->pending_messages();
  REQUIRE(pending.size() == 1);
  CHECK(pending.front().outgoing == outgoing);
  world.deliver(outgoing.message, "alice");
  const Event event = world.receive(alice, outgoing.message);
  const auto* changed = std::get_if<EpochChanged>(&event);
  REQUIRE(changed);
  CHECK(changed->own);
  CHECK(changed->lost.empty());
  if (outgoing.welcome) world.welcome(*outgoing.welcome);
  world.agree();
  world.restart("alice");
  world.commit("alice");
  world.commit("bob");
}

TEST_CASE("of all next epochs of one epoch exactly one is stored and accepted") {
  World world;
  trio(world);
  Member& alice = world["alice"];
  Staged first = world.make_commit("alice", {});
  Staged second = world.make_commit("alice", {});
  world.release(alice, first);
  world.release(alice, second);
  const auto rows = alice.rows.rows;
  const auto stored = good(store(alice.rows, second.on_accept()));
  const auto after = alice.rows.rows;
  CHECK(rows != after);
  refused(store(alice.rows, first.on_accept()), Rule::commit_pending_stale, "");
  CHECK(alice.rows.rows == after);
  refused(alice.group->accept(std::move(first), stored), Rule::before_send_order, "");
  CHECK(alice.group->epoch() == Epoch{1});
  good(alice.group->accept(std::move(second), stored));
  CHECK(alice.group->epoch() == Epoch{2});
}

TEST_CASE("bob's commit beats two of alice's, and she is told which of hers are lost") {
  World world;
  trio(world);
  Member& alice = world["alice"];
  const Staged one = world.make_commit("alice", {});
  const Staged two = world.make_commit("alice", {});
  const Outgoing lost = world.release(alice, one);
  const Outgoing lost_too = world.release(alice, two);
  const Staged winner = world.make_commit("bob", {});
  const Outgoing won = world.release(world["bob"], winner);
  SUBCASE("while she runs") {}
  SUBCASE("after a restart") {
    world.restart("alice");
  }
  const Event event = world.receive(alice, won.message);
  const auto& changed = std::get<EpochChanged>(event);
  CHECK_FALSE(changed.own);
  CHECK(std::set(changed.lost.begin(), changed.lost.end()) ==
        std::set{lost.message_hash, lost_too.message_hash});
  const Event race = world.receive(alice, lost.message);
  CHECK(std::get<LostRace>(race).message_hash == lost.message_hash);
  CHECK(alice.group->pending_messages().empty());
}

TEST_CASE("a second own commit wins over the first") {
  World world;
  trio(world);
  Member& alice = world["alice"];
  const Staged one = world.make_commit("alice", {});
  Staged two = world.make_commit("alice", {});
  const Outgoing first = world.release(alice, one);
  const Outgoing second = world.release(alice, two);
  world.deliver(second.message, "alice");
  const Event event = world.receive(alice, second.message);
  CHECK(std::get<EpochChanged>(event).own);
  CHECK(std::get<EpochChanged>(event).lost == std::vector<Bytes>{first.message_hash});
  world.agree();
  refused(store(alice.rows, two.on_accept()), Rule::commit_pending_stale, "");
}

TEST_CASE("the bytes leave only for the stored before_send of the same message") {
  World world;
  trio(world);
  Member& alice = world["alice"];
  const Staged one = world.make_commit("alice", {});
  const Staged two = world.make_commit("alice", {});
  const auto stored = good(store(alice.rows, one.before_send()));
  refused(two.release(stored), Rule::before_send_order, "");
  CHECK(good(one.release(stored)).message.size() > 0);
}

TEST_CASE("an older state of the ratchets is never written over a later one") {
  World world;
  trio(world);
  Member& alice = world["alice"];
  SendOutcome first = good(alice.group->send(view_of("one"), world.random));
  const Delta& early = std::get<Staged>(first).before_send();
  const BindingRef made_early = early.open.bindings.front();
  SendOutcome second = good(alice.group->send(view_of("two"), world.random));
  good(store(alice.rows, std::get<Staged>(second).before_send()));
  // Made anew, it covers what was sent since.
  const Delta& again = std::get<Staged>(first).before_send();
  CHECK(again.open.bindings.front() != made_early);
  const auto stored = good(store(alice.rows, again));
  const Outgoing one = good(std::get<Staged>(first).release(stored));
  world.restart("alice");
  const Outgoing three = world.say("alice", "three");
  CHECK(sender_data_of(world, three.message).generation == Generation{2});
  CHECK(sender_data_of(world, one.message).generation == Generation{0});
}

TEST_CASE("a message processed twice is accepted once") {
  World world;
  trio(world);
  Member& bob = world["bob"];
  const Outgoing said = world.say("alice", "once");
  Staged first = good(bob.group->process(said.message, world.now));
  Staged second = good(bob.group->process(said.message, world.now));
  world.accept(bob, std::move(first));
  refused_by(store(bob.rows, second.on_accept()), Rule::generation_used);
  refused_by(bob.group->process(said.message, world.now), Rule::generation_used);
}

TEST_CASE("a stored message is accepted before the next one is stored") {
  World world;
  trio(world);
  Member& bob = world["bob"];
  const Outgoing one = world.say("alice", "one");
  const Outgoing two = world.say("alice", "two");
  Staged first = good(bob.group->process(one.message, world.now));
  Staged second = good(bob.group->process(two.message, world.now));
  const auto stored = good(store(bob.rows, first.on_accept()));
  refused(store(bob.rows, second.on_accept()), Rule::before_send_order, "");
  good(bob.group->accept(std::move(first), stored));
  world.accept(bob, std::move(second));
  world.restart("bob");
  refused_by(world.process(bob, one.message), Rule::generation_used);
  world.receive(bob, world.say("alice", "three").message);
}

TEST_CASE("what was read before the own removal writes nothing after it") {
  World world;
  trio(world);
  Member& bob = world["bob"];
  const Outgoing late = world.say("alice", "in the first epoch");
  world.commit("carol");
  const Outgoing said = world.say("alice", "in the last epoch");
  const Staged past = good(world.process(bob, late.message));
  const Staged present = good(world.process(bob, said.message));
  // Made before and made after: neither is stored.
  CHECK_FALSE(present.on_accept().empty());
  const Staged removing = world.make_commit("alice", [&] {
    CommitPlan plan;
    plan.proposals.push_back(Remove{bob.group->own_leaf()});
    return plan;
  }());
  Staged removed = good(world.process(bob, world.release(world["alice"], removing).message));
  const auto stored = good(store(bob.rows, removed.on_accept()));
  SUBCASE("when the removal is stored") {}
  SUBCASE("when the removal is accepted") {
    good(bob.group->accept(std::move(removed), stored));
    CHECK(bob.group->removed());
  }
  refused(store(bob.rows, present.on_accept()), Rule::before_send_order, "");
  refused(store(bob.rows, past.on_accept()), Rule::before_send_order, "");
  CHECK(bob.rows.rows.empty());
}

TEST_CASE("what was read of an epoch that is forgotten since writes nothing of it") {
  World world;
  trio(world);
  world.policy.check_lifetimes = false;
  Member& bob = world["bob"];
  const Outgoing late = world.say("alice", "never stored");
  world.commit("carol");
  const Staged read = good(world.process(bob, late.message));
  CHECK_FALSE(read.on_accept().empty());
  SUBCASE("because others came") {
    while (bob.group->epoch() < Epoch{5}) world.commit("carol");
  }
  SUBCASE("because its day is over") {
    world.now.seconds += 24 * 3600 + 1;
    world.receive(bob, world.say("alice", "good morning").message);
  }
  const auto rows = bob.rows.rows;
  refused(store(bob.rows, read.on_accept()), Rule::before_send_order, "");
  CHECK(bob.rows.rows == rows);
}

TEST_CASE("a chain that forgets an epoch reads nothing more of it") {
  World world;
  trio(world);
  world.policy.past_epochs = 0;
  Member& bob = world["bob"];
  const Outgoing late = world.say("alice", "too late");
  const Staged committed = world.make_commit("carol", {});
  const Staged step = good(world.process(bob, world.release(world["carol"], committed).message));
  refused(bob.group->process(late.message, world.now, step), Rule::wrong_epoch, "epoch");
}

}  // namespace
}  // namespace thicket::group
