// One short life of a group in each of the eighteen suites, on each provider: create, add, commit,
// process, remove, join from outside, messages, restarts.
#include "group/join_external.h"
#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::World;

void everybody_hears(World& world, const std::string& speaker, std::string_view text) {
  const Outgoing said = world.say(speaker, text);
  int heard = 0;
  for (Member* member : world.members()) {
    if (member->name == speaker) continue;
    const Event event = world.receive(*member, said.message);
    const auto* message = std::get_if<ApplicationMessage>(&event);
    REQUIRE(message);
    CHECK(to_text(message->data) == text);
    ++heard;
  }
  CHECK(heard == static_cast<int>(world.members().size()) - 1);
}

void enter(World& world, const std::string& name, const std::string& host) {
  Member& inside = world[host];
  const Bytes info = codec::encode(
      MLSMessage{ProtocolVersion::mls10, good(world.with_rows(inside, [&] {
                   return inside.group->group_info(
                       {.with_tree = true, .with_external_pub = true, .extensions = {}});
                 }))});
  Member& member = world[name];
  auto join = good(
      join_external(world.environment(member),
                    {.group_info = info, .identity = member.identity, .groups = world.no_groups},
                    world.now, world.random));
  const Outgoing out = good(join.release(good(store(member.rows, join.before_send()))));
  world.deliver(out.message, name);
  const Stored stored = good(store(member.rows, join.on_accept()));
  member.group = good(std::move(join).open(stored));
  world.agree();
}

}  // namespace

TEST_CASE("a group lives in every suite, on every provider") {
  int lives = 0;
  for (const crypto::Suite& suite : crypto::all_suites()) {
    for (auto& provider : kit::all_providers()) {
      if (!crypto::has(*provider, suite)) continue;
      CAPTURE(suite.name);
      CAPTURE(provider->name());
      World world(1, suite.id, std::move(provider));
      world.create("alice");
      world.add("alice", {"bob", "carol", "dave"});
      CHECK(world.group_of("dave").context().cipher_suite == suite.id);
      everybody_hears(world, "dave", "hello");
      world.commit("bob", {.force_path = true});
      world.remove("carol", "alice");
      CHECK(world.group_of("alice").removed());
      enter(world, "erin", "bob");
      world.restart("erin");
      world.restart("dave");
      world.commit("erin", {.force_path = true});
      everybody_hears(world, "erin", "here I am");
      everybody_hears(world, "bob", "so you are");
      CHECK(world.members().size() == 4);
      ++lives;
    }
  }
  // Where libdecaf is missing, AWS-LC has no X448 and Ed448: two suites.
  const int providers = static_cast<int>(kit::all_providers().size());
  CHECK(lives >= 18 * providers - 2);
}

}  // namespace thicket::group
