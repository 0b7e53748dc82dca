// Which pending proposals a commit takes: all that can stand together, at a price that no member
// can drive up.

#include "group/choose_proposals.h"

#include <algorithm>

#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::World;

// Believes everybody, and counts what it is asked.
class Counting final : public Authenticator {
 public:
  Result<void> check(const CredentialCheck&) const override { return {}; }
  Result<void> check_successor(const Succession&) const override { return {}; }
  Result<Bytes> client_id(const Credential& credential, ByteView) const override {
    ++asked;
    if (const auto* basic = credential.as<BasicCredential>()) return basic->identity;
    return credential.as<Unknown<CredentialType>>()->content;
  }
  mutable std::size_t asked = 0;
};

constexpr ExtensionType pin{0xF00D};
constexpr CredentialType badge{0xBEEF};

// alice commits, bob proposes.
struct Pair {
  Pair() {
    world.authority = &counting;
    for (const char* name : {"alice", "bob"}) {
      world[name].identity.capabilities.extensions.push_back(pin);
      world[name].identity.capabilities.credentials.push_back(badge);
    }
    world.create("alice");
    world.add("alice", {"bob"});
  }

  std::vector<MemberChange> added_by_commit() {
    const Staged staged = world.make_commit("alice", {});
    return std::get<EpochChanged>(staged.event()).added;
  }

  Counting counting;
  World world;
};

std::vector<std::string> names_of(const std::vector<MemberChange>& changes) {
  std::vector<std::string> out;
  for (const MemberChange& change : changes) out.push_back(to_text(change.client_id));
  return out;
}

TEST_CASE("Adds that share a signature key cost a commit and a send no more than others do") {
  const auto asked_for = [](bool share, std::size_t pairs, bool sends) {
    Pair pair;
    World& world = pair.world;
    for (std::size_t i = 0; i < pairs; ++i) {
      const std::string first = "a" + std::to_string(i);
      const std::string second = "b" + std::to_string(i);
      if (share) world[second].identity.signer = world[first].identity.signer;
      world.propose("bob", world.add_of(first));
      world.propose("bob", world.add_of(second));
    }
    pair.counting.asked = 0;
    if (sends) {
      const auto outcome = good(world.group_of("alice").send(to_bytes("hi"), world.random));
      CHECK(std::get<CommitFirst>(outcome).pending.size() == (share ? pairs : 2 * pairs));
    } else {
      CHECK(pair.added_by_commit().size() == (share ? pairs : 2 * pairs));
    }
    return pair.counting.asked;
  };
  for (const bool sends : {false, true}) {
    const std::size_t usual = asked_for(false, 32, sends);
    CHECK(asked_for(true, 32, sends) <= 3 * usual);
    CHECK(asked_for(true, 64, sends) <= 6 * usual);
  }
}

TEST_CASE("of two Adds with one signature key the earlier one is committed") {
  Pair pair;
  World& world = pair.world;
  world["dave"].identity.signer = world["carol"].identity.signer;
  world["frank"].identity.signer = world["bob"].identity.signer;
  for (const char* name : {"carol", "dave", "erin", "frank"}) {
    world.propose("bob", world.add_of(name));
  }
  CHECK(names_of(pair.added_by_commit()) == std::vector<std::string>{"carol", "erin"});
  world.commit("alice");
  CHECK(world.members().size() == 4);
}

TEST_CASE("custom proposals that a member does not support are left out, the others are not") {
  Pair pair;
  World& world = pair.world;
  for (std::uint16_t i = 0; i < 40; ++i) {
    const ProposalType type{static_cast<std::uint16_t>(0xF100 + i)};
    world.propose("bob", CustomProposal{type, to_bytes("?")});
  }
  world.propose("bob", world.add_of("carol"));
  pair.counting.asked = 0;
  CHECK(names_of(pair.added_by_commit()) == std::vector<std::string>{"carol"});
  CHECK(pair.counting.asked < 20);
}

TEST_CASE("an Add whose credential type somebody lacks is left out") {
  Pair pair;
  World& world = pair.world;
  world.propose("bob", world.add_of("carol"));  // does not list badges
  auto& dave = world["dave"].identity;
  dave.credential = Unknown<CredentialType>{badge, to_bytes("dave")};
  dave.capabilities.credentials.push_back(badge);
  world.propose("bob", world.add_of("dave"));
  CHECK(names_of(pair.added_by_commit()) == std::vector<std::string>{"carol"});
}

TEST_CASE("new extensions that a member does not support are left out, and Adds judged without") {
  Pair pair;
  World& world = pair.world;
  world.propose("bob", GroupContextExtensions{{{pin, {}}, {ExtensionType{0xF0AA}, {}}}});
  world.propose("bob", world.add_of("carol"));  // lists neither
  CHECK(names_of(pair.added_by_commit()) == std::vector<std::string>{"carol"});
}

TEST_CASE("new extensions that all members support stand, and Adds without them do not") {
  Pair pair;
  World& world = pair.world;
  world.propose("bob", GroupContextExtensions{{{pin, {}}}});
  world.propose("bob", world.add_of("carol"));  // does not list it
  const Staged staged = world.make_commit("alice", {});
  const auto& changed = std::get<EpochChanged>(staged.event());
  CHECK(changed.added.empty());
  CHECK(changed.extensions_changed);
}

TEST_CASE("what send has found of the pending proposals is not found again before there are more") {
  Pair pair;
  World& world = pair.world;
  world.propose("bob", world.add_of("carol"));
  const auto pending = [&] {
    const auto outcome = good(world.group_of("alice").send(to_bytes("hi"), world.random));
    return std::get<CommitFirst>(outcome).pending.size();
  };
  CHECK(pending() == 1);
  pair.counting.asked = 0;
  CHECK(pending() == 1);
  CHECK(pair.counting.asked == 0);
  world.propose("bob", world.add_of("dave"));
  CHECK(pending() == 2);
  SUBCASE("nothing that is valid, once found, is found at once, too") {
    world.commit("alice");  // carol lists no badges
    auto& erin = world["erin"].identity;
    erin.credential = Unknown<CredentialType>{badge, to_bytes("erin")};
    erin.capabilities.credentials.push_back(badge);
    world.propose("bob", world.add_of("erin"));
    world.say("alice", "hi");
    CHECK(pair.counting.asked > 0);
    pair.counting.asked = 0;
    world.say("alice", "hi");
    CHECK(pair.counting.asked == 0);
  }
}

}  // namespace
}  // namespace thicket::group
