// Bad input at the door of a group: messages and Welcomes of a small group, damaged, are refused by
// rule and field and change nothing. The untouched message is processed before and after, alike.
#include <doctest/doctest.h>

#include <cstdlib>

#include "damage.h"
#include "group/join_external.h"
#include "kit/standing.h"
#include "letters.h"

namespace {

using namespace thicket;
using fuzz::Letter;
using kit::good;
using kit::Member;
using kit::World;

bool names_rule_and_field(const Error& error) {
  return error.rule != Rule::internal_need &&
         (!error.path.empty() || error.rule == Rule::trailing_bytes);
}

void damaged_letters(WireFormat handshakes) {
  World world;
  world.policy.handshakes = handshakes;
  const std::vector<Letter> letters = fuzz::letters_of(world);
  Member& bob = world["bob"];
  fuzz::Damage damage(12);
  for (const Letter& letter : letters) {
    if (letter.what == "Welcome") continue;
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

TEST_CASE(
    "corpus: by a damaged GroupInfo, or a damaged tree beside it, nobody joins from outside") {
  World world;
  fuzz::letters_of(world);
  const group::Group& ana = world.group_of("ana");
  const auto message_of = [&](bool with_tree) {
    return codec::encode(
        MLSMessage{ProtocolVersion::mls10, good(ana.group_info({with_tree, true, {}}))});
  };
  const Bytes whole = message_of(true);
  const Bytes apart = message_of(false);
  const Bytes tree = good(ana.ratchet_tree());
  const auto join = [&](ByteView info, std::optional<ByteView> beside) {
    return group::join_external(world.environment(world["eve"]),
                                {.group_info = info,
                                 .ratchet_tree = beside,
                                 .identity = world["eve"].identity,
                                 .groups = world.no_groups},
                                world.now, world.random);
  };
  fuzz::Damage damage(14);
  const auto damaged = [&](std::size_t i, const Bytes& message) {
    return i % 3 == 0 ? damage.of(message)
                      : (i % 3 == 1 ? damage.flipped(message) : damage.misjudged(message));
  };
  for (std::size_t i = 0; i < fuzz::rounds(300); ++i) {
    const Bytes bad = damaged(i, whole);
    if (bad == whole) continue;
    const auto outcome = join(bad, std::nullopt);
    if (outcome) FAIL_CHECK("damaged, and entered: ", to_hex(bad));
    if (!outcome) CHECK_MESSAGE(names_rule_and_field(outcome.error()), describe(outcome.error()));
  }
  for (std::size_t i = 0; i < fuzz::rounds(300); ++i) {
    const Bytes bad = damaged(i, tree);
    if (bad == tree) continue;
    const auto outcome = join(apart, bad);
    if (outcome) FAIL_CHECK("a damaged tree, and entered: ", to_hex(bad));
    if (!outcome) CHECK_MESSAGE(names_rule_and_field(outcome.error()), describe(outcome.error()));
  }
  CHECK(join(whole, std::nullopt).has_value());
  CHECK(join(apart, tree).has_value());
}
