// What people do in a group, told as stories: everybody processes, and all agree.

#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::World;

CommitPlan with_path() {
  CommitPlan plan;
  plan.force_path = true;
  return plan;
}

TEST_CASE("alice makes a group, adds bob and carol, and they talk") {
  World world;
  world.create("alice");
  CHECK(world.group_of("alice").epoch() == Epoch{0});
  world.add("alice", {"bob", "carol"});
  CHECK(world.members().size() == 3);
  CHECK(world.group_of("carol").epoch() == Epoch{1});

  const Outgoing said = world.say("bob", "hello");
  const Event heard = world.receive(world["alice"], said.message);
  const auto* message = std::get_if<ApplicationMessage>(&heard);
  REQUIRE(message);
  CHECK(to_text(message->data) == "hello");
  CHECK(message->sender == world.group_of("bob").own_leaf());
  CHECK(to_text(message->client_id) == "bob");
  CHECK_FALSE(message->late);
  const Event again = world.receive(world["bob"], said.message);
  CHECK(std::holds_alternative<OwnEcho>(again));
}

TEST_CASE("members renew their keys, one is removed and cannot read on") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol", "dave"}, with_path());
  world.commit("bob");
  world.commit("dave");
  auto carol = std::move(world["carol"].group);
  world["carol"].group.reset();
  CommitPlan plan;
  plan.proposals.push_back(Remove{carol->own_leaf()});
  const Outgoing removal = world.commit("alice", plan);
  world["carol"].group = std::move(carol);
  const Event event = world.receive(world["carol"], removal.message);
  CHECK(std::holds_alternative<Removed>(event));
  CHECK(world.group_of("carol").removed());
  CHECK(world["carol"].rows.rows.empty());
  kit::refused(world.group_of("carol").send(view_of("still here?"), world.random),
               Rule::group_removed, "");
  world.add("dave", {"erin"}, with_path());
  CHECK(world.members().size() == 4);
}

TEST_CASE("handshakes framed as PrivateMessages go the same way") {
  World world;
  world.policy.handshakes = WireFormat::mls_private_message;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  world.propose("bob", world.add_of("dave"));
  world.commit("carol");
  CHECK(world.members().size() == 4);
  world.commit("dave");
  world.commit("dave");
}

TEST_CASE("bob's Update is committed by alice") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  kit::Member& bob = world["bob"];
  const Staged update = good(bob.group->propose_update(std::nullopt, world.random));
  const Outgoing outgoing = world.release(bob, update);
  world.deliver(outgoing.message, "");
  const Bytes before = to_bytes(good(bob.group->member(bob.group->own_leaf())).encryption_key());
  SUBCASE("while bob is running") {
    world.commit("alice");
  }
  SUBCASE("after bob was restarted") {
    world.restart("bob");
    world.commit("alice");
  }
  const auto after = good(bob.group->member(bob.group->own_leaf()));
  CHECK_FALSE(equal(before, after.encryption_key()));
  world.commit("bob");
  world.commit("carol");
}

}  // namespace
}  // namespace thicket::group
