// When a commit carries a path that RFC 9420 12.4 does not ask for: the application's choice.

#include <functional>

#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::World;

bool has_path(const Outgoing& outgoing) {
  const MLSMessage message = good(codec::decode<MLSMessage>(outgoing.message));
  const auto* commit = message.wire_format.as<PublicMessage>()->content.content.as<Commit>();
  REQUIRE(commit != nullptr);
  return commit->path.has_value();
}

// Alice has filled her path in a group of five, then adds five people, one after the other, none of
// which asks for a path: three fit under the root.
std::vector<bool> paths_of(const std::function<void(Policy&)>& choose) {
  World world;
  choose(world.policy);
  world.create("alice");
  CommitPlan filling;
  filling.force_path = true;
  world.add("alice", {"bob", "carol", "dave", "eve"}, filling);
  world.commit("alice", filling);
  std::vector<bool> out;
  for (const char* name : {"frank", "grace", "heidi", "ivan", "judy"}) {
    CommitPlan adding;
    adding.proposals.push_back(world.add_of(name));
    out.push_back(has_path(world.commit("alice", adding)));
  }
  return out;
}

}  // namespace

TEST_CASE(
    "when_unmerged: a path is sent once an ancestor has more unmerged leaves than the limit") {
  // The fourth finds three under the root, and its path merges them.
  const auto paths = paths_of([](Policy& policy) {
    policy.path = PathPolicy::when_unmerged;
    policy.unmerged_max = 2;
  });
  CHECK(paths == std::vector{false, false, false, true, false});
}

TEST_CASE("when_unmerged is the default, with a limit that few groups reach") {
  CHECK(Policy().path == PathPolicy::when_unmerged);
  CHECK(paths_of([](Policy&) {}) == std::vector<bool>(5, false));
}

TEST_CASE("when_required: no path is sent that nobody asks for, however many are unmerged") {
  const auto paths = paths_of([](Policy& policy) {
    policy.path = PathPolicy::when_required;
    policy.unmerged_max = 2;
  });
  CHECK(paths == std::vector<bool>(5, false));
}

TEST_CASE("always: every commit carries a path") {
  const auto paths = paths_of([](Policy& policy) { policy.path = PathPolicy::always; });
  CHECK(paths == std::vector<bool>(5, true));
}

TEST_CASE("an own proposal is committed by the reference that its making told") {
  World world;
  world.create("alice");
  world.add("alice", {"bob"});
  Group& alice = world.group_of("alice");
  const auto propose = [&](const Proposal& proposal) {
    Staged staged = good(alice.propose(proposal, world.random));
    const auto made = std::get<MessageMade>(staged.event());
    world.deliver(world.release(world["alice"], staged).message, "");
    REQUIRE(made.reference);
    return *made.reference;
  };
  const ProposalRef carol = propose(world.add_of("carol"));
  const ProposalRef dave = propose(world.add_of("dave"));
  world.commit("alice", {.pending = PendingChoice::named, .by_reference = {dave}});
  CHECK(alice.member_count() == 3);
  CHECK(world["dave"].group);
  CHECK_FALSE(world["carol"].group);
}

}  // namespace thicket::group
