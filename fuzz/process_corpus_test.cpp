// Bad input at the door of a group: messages and Welcomes of a small group, damaged, are refused by
// rule and field and change nothing. The untouched message is processed before and after, alike.
#include <doctest/doctest.h>

#include <cstdlib>

#include "damage.h"
#include "kit/standing.h"
#include "kit/world.h"

namespace {

using namespace thicket;
using kit::good;
using kit::Member;
using kit::World;

constexpr std::string_view victim = "bob";

struct Letter {
  std::string what;
  Bytes message;
};

group::Outgoing sent(World& world, Result<group::Staged> staged) {
  return world.release(world["ana"], good(std::move(staged)));
}

// A group of three, in which ana writes one message of each kind, and nobody has read them yet.
std::vector<Letter> letters_of(World& world) {
  world.create("ana");
  world.add("ana", {"bob", "cid"});
  group::Group& ana = world.group_of("ana");
  const LeafIndex cid = world.group_of("cid").own_leaf();
  std::vector<Letter> letters;
  auto said = good(ana.send(to_bytes("a word"), world.random));
  letters.push_back(
      {"application message", world.release(world["ana"], std::get<group::Staged>(said)).message});
  letters.push_back({"proposal", sent(world, ana.propose(Remove{cid}, world.random)).message});
  group::CommitPlan plan;
  plan.pending = group::PendingChoice::none;
  plan.proposals.push_back(Remove{cid});
  plan.proposals.push_back(world.add_of("dan"));
  plan.force_path = true;
  letters.push_back({"commit", sent(world, ana.commit(plan, world.now, world.random)).message});
  return letters;
}

bool names_rule_and_field(const Error& error) {
  return error.rule != Rule::internal_need &&
         (!error.path.empty() || error.rule == Rule::trailing_bytes);
}

void damaged_letters(WireFormat handshakes) {
  World world;
  world.policy.handshakes = handshakes;
  const std::vector<Letter> letters = letters_of(world);
  Member& bob = world[std::string(victim)];
  fuzz::Damage damage(12);
  for (const Letter& letter : letters) {
    CAPTURE(letter.what);
    const group::Event event = good(world.process(bob, letter.message)).event();
    const kit::Standing before = kit::standing_of(*bob.group);
    std::size_t refused = 0;
    for (std::size_t i = 0; i < fuzz::rounds(300); ++i) {
      const Bytes bad = damage.of(letter.message);
      if (bad == letter.message) continue;
      const auto outcome = world.process(bob, bad);
      refused += outcome ? 0U : 1U;
      if (outcome) FAIL_CHECK("damaged, and accepted: ", to_hex(bad));
      if (!outcome && !names_rule_and_field(outcome.error())) {
        FAIL_CHECK("refused without a field: ", describe(outcome.error()));
      }
    }
    CHECK(refused > 200);
    CHECK(kit::standing_of(*bob.group) == before);
    CHECK(good(world.process(bob, letter.message)).event() == event);
  }
}

}  // namespace

TEST_CASE("corpus: a damaged PublicMessage is refused and changes nothing") {
  damaged_letters(WireFormat::mls_public_message);
}

TEST_CASE("corpus: a damaged PrivateMessage is refused and consumes no key") {
  damaged_letters(WireFormat::mls_private_message);
}

TEST_CASE("corpus: a damaged Welcome lets nobody in, and the untouched one does afterwards") {
  World world;
  world.create("ana");
  group::CommitPlan plan;
  plan.proposals.push_back(world.add_of("bob"));
  group::Staged staged = world.make_commit("ana", plan);
  const Bytes welcome = *world.release(world["ana"], staged).welcome;
  Member& bob = world["bob"];
  fuzz::Damage damage(13);
  const auto join = [&](ByteView bytes) {
    return group::join(world.environment(bob),
                       {bytes, bob.key_packages, world.no_groups, std::nullopt}, world.now,
                       world.random);
  };
  for (std::size_t i = 0; i < fuzz::rounds(300); ++i) {
    const Bytes bad = damage.of(welcome);
    if (bad == welcome) continue;
    const auto outcome = join(bad);
    if (outcome) FAIL_CHECK("damaged, and let in: ", to_hex(bad));
    if (!outcome && !names_rule_and_field(outcome.error())) {
      FAIL_CHECK("refused without a field: ", describe(outcome.error()));
    }
  }
  CHECK(join(welcome).has_value());
}
