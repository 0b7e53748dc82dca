// Sessions and sender keys work, the formulas count what groups of them really exchange, and the
// table holds together.
#include <doctest/doctest.h>

#include <map>

#include "compare/plan.h"
#include "compare/sender_key.h"
#include "kit/usual.h"

namespace thicket::compare {
namespace {

std::string text_of(const std::optional<Bytes>& opened) {
  return opened ? to_text(*opened) : "(does not open)";
}

// What is uploaded, counted.
struct Tally {
  std::uint64_t messages = 0;
  std::uint64_t octets = 0;
  void count(ByteView message) {
    ++messages;
    octets += message.size();
  }
};

// A group of devices with a session between each two, and a sender key each.
class Town {
 public:
  explicit Town(const crypto::Provider& library) : provider(library) {}

  // The newcomer begins a session with each; with sender keys, both hand theirs over.
  Tally join(bool with_sender_keys) {
    Tally tally;
    const std::size_t newcomer = devices.size();
    devices.push_back(std::make_unique<Device>(provider));
    keys.emplace_back(provider);
    for (std::size_t i = 0; i < newcomer; ++i) {
      const PrekeyBundle bundle = devices[i]->bundle();
      bundles += size_of(bundle);
      Session ours = *Session::begin(*devices[newcomer], bundle);
      const Bytes first = ours.seal(with_sender_keys ? keys[newcomer].handed_out() : Bytes());
      tally.count(first);
      auto answered = *Session::answer(*devices[i], first);
      if (with_sender_keys) {
        take({i, newcomer}, answered.plaintext);
        const Bytes back = answered.session.seal(keys[i].handed_out());
        tally.count(back);
        take({newcomer, i}, *ours.open(back));
      }
      sessions.emplace(Way{newcomer, i}, std::move(ours));
      sessions.emplace(Way{i, newcomer}, std::move(answered.session));
    }
    return tally;
  }
  Tally turn_with_each(std::size_t who) {
    Tally tally;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      if (i == who) continue;
      pass({who, i}, {}, tally);
      pass({i, who}, {}, tally);
    }
    return tally;
  }
  Tally new_key(std::size_t who) {
    Tally tally;
    keys[who] = SenderKey(provider);
    for (std::size_t i = 0; i < devices.size(); ++i) {
      if (i != who) take({i, who}, pass({who, i}, keys[who].handed_out(), tally));
    }
    return tally;
  }
  Tally say_to_each(std::size_t who, ByteView text) {
    Tally tally;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      if (i != who) CHECK(pass({who, i}, text, tally) == to_bytes(text));
    }
    return tally;
  }
  Tally say_once(std::size_t who, ByteView text) {
    Tally tally;
    const Bytes message = keys[who].seal(text);
    tally.count(message);
    for (std::size_t i = 0; i < devices.size(); ++i) {
      if (i != who) CHECK(copies.at({i, who}).open(message) == to_bytes(text));
    }
    return tally;
  }

  struct Way {
    std::size_t from;
    std::size_t to;
    auto operator<=>(const Way&) const = default;
  };
  Bytes pass(Way way, ByteView text, Tally& tally) {
    const Bytes message = sessions.at(way).seal(text);
    tally.count(message);
    auto opened = sessions.at({way.to, way.from}).open(message);
    REQUIRE(opened);
    return *opened;
  }
  // The holder and whose key it is.
  void take(Way way, ByteView handed_out) {
    copies.insert_or_assign(way, *SenderKeyCopy::from(provider, handed_out));
  }

  const crypto::Provider& provider;
  std::vector<std::unique_ptr<Device>> devices;
  std::vector<SenderKey> keys;
  std::map<Way, Session> sessions;
  std::map<Way, SenderKeyCopy> copies;
  std::uint64_t bundles = 0;
};

void check_counts(const Cost& formula, const Tally& played) {
  CHECK(formula.messages == played.messages);
  CHECK(formula.uploaded == played.octets);
}

Tally operator+(Tally one, const Tally& two) {
  return {one.messages + two.messages, one.octets + two.octets};
}

}  // namespace

TEST_CASE("two devices talk in turns and in streams, and nothing of it opens twice or changed") {
  const auto provider = kit::usual_provider();
  Device alice(*provider);
  Device bob(*provider);
  Session ours = *Session::begin(alice, bob.bundle());
  auto answered = *Session::answer(bob, ours.seal(view_of("hello bob")));
  CHECK(to_text(answered.plaintext) == "hello bob");
  Session& theirs = answered.session;
  for (const char* text : {"one", "two", "three"}) {
    CHECK(text_of(theirs.open(ours.seal(view_of(text)))) == text);
    CHECK(text_of(ours.open(theirs.seal(view_of(text)))) == text);
    CHECK(text_of(ours.open(theirs.seal(view_of("and more")))) == "and more");
  }
  Bytes message = ours.seal(view_of("once"));
  CHECK(text_of(theirs.open(message)) == "once");
  CHECK_FALSE(theirs.open(message));
  PrekeyBundle bundle = bob.bundle();
  bundle.signature.back() ^= 1;
  CHECK_FALSE(Session::begin(alice, bundle));
  SenderKey key(*provider);
  SenderKeyCopy copy = *SenderKeyCopy::from(*provider, key.handed_out());
  Bytes said = key.seal(view_of("to all"));
  CHECK(text_of(copy.open(said)) == "to all");
  said = key.seal(view_of("again"));
  said[10] ^= 1;
  CHECK_FALSE(copy.open(said));
}

TEST_CASE("the formulas count what a group of sessions exchanges, at every small size") {
  const auto provider = kit::usual_provider();
  const Units units = measure_units(*provider);
  const Bytes text(message_octets, 'a');
  for (const bool with_sender_keys : {false, true}) {
    Town town(*provider);
    town.join(with_sender_keys);
    for (std::uint32_t members = 1; members < 9; ++members) {
      CAPTURE(members);
      town.bundles = 0;
      const Scheme joined =
          with_sender_keys ? sender_keys(members, units) : pairwise_sessions(members, units);
      const Tally joining = town.join(with_sender_keys);
      check_counts(joined[Act::join], joining);
      CHECK(joined[Act::join].delivered == joining.octets + town.bundles);
      const std::uint32_t now = members + 1;
      const Scheme all = with_sender_keys ? sender_keys(now, units) : pairwise_sessions(now, units);
      if (with_sender_keys) {
        check_counts(all[Act::message], town.say_once(members, text));
        check_counts(all[Act::update], town.turn_with_each(0) + town.new_key(0));
        Tally leaving;
        for (std::size_t i = 0; i < now; ++i) leaving = leaving + town.new_key(i);
        check_counts(all[Act::leave], leaving);
        check_counts(all[Act::message], town.say_once(0, text));
      } else {
        check_counts(all[Act::message], town.say_to_each(members, text));
        check_counts(all[Act::update], town.turn_with_each(0));
        CHECK(all[Act::leave] == Cost{});
      }
    }
  }
}

TEST_CASE("a day is rates times costs, and the shortest interval spends the budget") {
  Scheme scheme{"a suite", {}};
  scheme.costs[0] = {.delivered = 5000, .member_octets = 50, .member_cpu_us = 5};
  scheme.costs[1] = {.messages = 1, .delivered = 3000, .member_octets = 30};
  scheme.costs[2] = {.messages = 1,
                     .delivered = 900,
                     .actor_octets = 11,
                     .member_octets = 10,
                     .actor_cpu_us = 7,
                     .member_cpu_us = 2};
  Habits habits{.members = 11,
                .changes_per_day = 4,
                .update_every_seconds = 43'200,
                .budget_octets_per_day = 1000};
  const Day day = a_day(scheme, habits);
  CHECK(day.member_octets == 2 * (50 + 30) + 2 * (11 + 10 * 10));
  CHECK(day.member_cpu_us == 2 * 5 + 2 * 7 + 2 * 10 * 2);
  CHECK(day.server_octets == 2 * (5000 + 3000) + 22 * 900);
  CHECK(day.server_rows == 2 + 22);
  CHECK(day.member_rows == 4 + 22);
  REQUIRE(day.shortest_update_seconds);
  habits.update_every_seconds = *day.shortest_update_seconds;
  CHECK(a_day(scheme, habits).member_octets == doctest::Approx(1000));
  habits.budget_octets_per_day = 160;
  CHECK_FALSE(a_day(scheme, habits).shortest_update_seconds);
}

TEST_CASE("MLS: each act is one message, and grows with the logarithm") {
  const auto provider = kit::usual_provider();
  const crypto::Suite& suite = **crypto::suite_of(CipherSuite{1});
  const Scheme few = mls(*provider, suite, 2);
  const Scheme some = mls(*provider, suite, 64);
  const Scheme more = mls(*provider, suite, 4096);
  for (const Act act : {Act::leave, Act::update, Act::message}) {
    CHECK(few[act].messages == 1);
    CHECK(more[act].messages == 1);
    CHECK(more[act].delivered == 4095 * more[act].uploaded);
  }
  // Six levels of a tree more, or twelve than six.
  const auto levels = [&](const Scheme& scheme) { return scheme[Act::update].uploaded; };
  CHECK(levels(more) - levels(some) ==
        levels(some) - levels(few) + (levels(some) - levels(few)) / 5);
  CHECK(some[Act::join].messages == 2);
  CHECK(more[Act::join].actor_octets > 60 * some[Act::join].actor_octets);
}

}  // namespace thicket::compare
