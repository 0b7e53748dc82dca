// A new group becomes warm by the members' own reckoning, one commit at a time.
#include "group/warming.h"

#include <set>

#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::World;

// Who is to commit first, of all; everybody asks for itself.
struct Next {
  Member* member = nullptr;
  std::uint64_t seconds = 0;
};
Next next_to_update(World& world, const WarmingPolicy& policy) {
  Next out;
  std::set<std::uint64_t> answers;
  for (Member* member : world.members()) {
    const auto seconds = seconds_to_update(good(member->group->tree_health()), policy);
    if (!seconds) continue;
    CHECK(answers.insert(*seconds).second);
    if (out.member == nullptr || *seconds < out.seconds) out = {member, *seconds};
  }
  return out;
}

void gather(World& world, int count) {
  world.create("member 10");
  std::vector<std::string> names;
  for (int i = 1; i < count; ++i) names.push_back("member " + std::to_string(10 + i));
  world.add("member 10", names);
}

}  // namespace

TEST_CASE("thirteen members warm their tree in seven commits, and then it is nobody's turn") {
  World world;
  gather(world, 13);
  const WarmingPolicy policy{.spacing_seconds = 5, .members_min = 2};
  CHECK(good(world.group_of("member 10").tree_health()).ciphertexts == 12);
  int commits = 0;
  std::uint64_t last = 0;
  for (Next next = next_to_update(world, policy); next.member != nullptr;
       next = next_to_update(world, policy)) {
    CHECK(next.seconds % 5 == 0);
    CHECK((commits == 0 || next.seconds > last));
    last = next.seconds;
    world.commit(next.member->name, {.force_path = true});
    REQUIRE(++commits <= 13);
  }
  CHECK(commits == 7);
  for (Member* member : world.members()) {
    const tree::PathHealth health = good(member->group->tree_health());
    CHECK(health.ciphertexts == health.nodes);
    CHECK_FALSE(health.turn);
  }
}

TEST_CASE("a removal opens a path, and the member to its left closes it") {
  World world;
  gather(world, 8);
  while (true) {
    const Next next = next_to_update(world, {.spacing_seconds = 1, .members_min = 2});
    if (next.member == nullptr) break;
    world.commit(next.member->name, {.force_path = true});
  }
  world.remove("member 10", "member 16");
  const Next next = next_to_update(world, {.spacing_seconds = 1, .members_min = 2});
  // The parents above the removed leaf were blanked, and those that they share with the committer
  // filled again: what is left is above leaves 4 to 7, where the last one is the rightmost.
  REQUIRE(next.member != nullptr);
  CHECK(next.member->name == "member 17");
  // Small ones are left to the updates that come anyway.
  CHECK(next_to_update(world, {.spacing_seconds = 1, .members_min = 4}).member == nullptr);
}

TEST_CASE("unmerged members are said") {
  World world;
  gather(world, 4);
  world.commit("member 10", {.force_path = true});
  CHECK(good(world.group_of("member 10").tree_health()).unmerged_max == 0);
  world.add("member 11", {"zoe"});
  world.add("member 11", {"zed"});
  CHECK(good(world.group_of("member 13").tree_health()).unmerged_max == 0);
  world.commit("zoe", {.force_path = true});
  world.add("zoe", {"zac"});
  CHECK(good(world.group_of("zed").tree_health()).unmerged_max == 1);
}

}  // namespace thicket::group
