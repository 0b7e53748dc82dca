// A group of a hundred moves from suite 1 to the default hybrid over `thicket serve`, while some
// are away, one has not heard of it, and one is left behind.  RFC 9420 11.2.
#include <doctest/doctest.h>

#include "group/move.h"
#include "kit/client.h"
#include "kit/served.h"
#include "kit/temporary_directory.h"

namespace thicket {
namespace {

using kit::answer;
using kit::Client;
using kit::good;

constexpr std::size_t everybody = 100;
constexpr CipherSuite classical{1};

CipherSuite hybrid() {
  return (**crypto::suite_named("MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519")).id;
}

// One device: its place in the old group, and what it has ready for the new one.
class Person final : public group::OwnGroups {
 public:
  Person(const crypto::Provider& provider, transport::Caller& service, const std::string& name)
      : before(provider, service, name, kit::clock_now(), classical),
        after(provider, service, name, kit::clock_now(), hybrid()) {}

  const group::Group* find(ByteView group_id) const override {
    return equal(before.group->group_id(), group_id) ? before.group.get() : nullptr;
  }
  void prepare() { reference = after.upload_key_package(); }
  // Online: what the old group has to say, then the Welcome that waits.
  void follow() {
    before.sync();
    REQUIRE(before.group->reinitialised());
    after.join(reference, *this);
    after.sync();
  }

  Client before;
  Client after;
  Bytes reference;  // of the key package for the new group
};

struct Town {
  Town() : served(directory.path()), service(served.url) {
    for (std::size_t i = 0; i < everybody; ++i)
      people.push_back(std::make_unique<Person>(*provider, service, "member " + std::to_string(i)));
  }
  Person& operator[](std::size_t i) { return *people[i]; }

  void gather() {
    std::vector<std::string> names;
    std::vector<Bytes> references;
    for (auto& person : people) {
      names.push_back(person->before.name);
      references.push_back(person->before.upload_key_package());
    }
    names.erase(names.begin());
    people[0]->before.create(to_bytes("the town"));
    REQUIRE(people[0]->before.commit(people[0]->before.adding(names)));
    for (std::size_t i = 1; i < people.size(); ++i) people[i]->before.join(references[i]);
  }

  // What the service has on offer of these, for the new suite. Claimed once: a key package that is
  // handed out is not handed out again.
  std::vector<group::Offer> claim(Person& by, const std::vector<std::size_t>& whose) {
    transport::ClaimKeyPackages wanted{hybrid(), {}};
    for (const std::size_t i : whose) wanted.clients.push_back(to_bytes(people[i]->before.name));
    const auto claimed = answer<transport::Claimed>(by.after.call(wanted));
    std::vector<group::Offer> out;
    for (std::size_t i = 0; i < whose.size(); ++i) {
      if (!claimed.key_packages[i]) continue;
      auto message = good(codec::decode<MLSMessage>(claimed.key_packages[i]->octets));
      out.push_back({wanted.clients[i], *message.wire_format.as<KeyPackage>()});
    }
    return out;
  }

  group::MovePlan plan(Person& by, std::span<const group::Offer> offers) {
    return {.group_id = to_bytes("the town, moved"),
            .suite = by.after.crypto().suite(),
            .identity = by.after.identity,
            .lifetime = by.after.lifetime(),
            .offers = offers,
            .tree_in_welcome = false,
            .group_info = true,
            .next = by.after.group.get()};
  }
  group::MoveStep step(Person& by, std::span<const group::Offer> offers) {
    return by.before.loaded([&] {
      return group::move_group(by.after.environment(), *by.before.group, plan(by, offers),
                               by.after.now, by.after.random);
    });
  }

  const std::unique_ptr<crypto::Provider> provider = kit::usual_provider();
  const kit::TemporaryDirectory directory;
  kit::Served served;
  kit::Persistent service;
  std::vector<std::unique_ptr<Person>> people;
};

void check_together(Town& town, const std::vector<std::size_t>& who) {
  const group::Group& first = *town[who.front()].after.group;
  for (const std::size_t i : who) {
    const group::Group& group = *town[i].after.group;
    CHECK(group.epoch() == first.epoch());
    CHECK(equal(group.epoch_authenticator(), first.epoch_authenticator()));
  }
}

// Of everybody who can follow: the dry run names the two who cannot, and changes nothing; 98 is
// asked and offers a key package; 99 is not waited for.
std::vector<group::Offer> offers_of_all(Town& town) {
  Person& ana = town[0];
  std::vector<std::size_t> others;
  for (std::size_t i = 1; i < everybody; ++i) others.push_back(i);
  std::vector<group::Offer> offers = town.claim(ana, others);
  CHECK(offers.size() == 97);
  const auto strays = ana.before.loaded([&] {
    return group::who_cannot_follow(*ana.before.group, town.plan(ana, offers), ana.after.now);
  });
  REQUIRE(strays.size() == 2);
  CHECK(to_text(strays[0].client_id) == "member 98");
  CHECK(to_text(strays[1].client_id) == "member 99");
  CHECK(strays[0].why.rule == Rule::no_common_suite);
  const auto refused = group::move_group(ana.after.environment(), *ana.before.group,
                                         town.plan(ana, offers), ana.after.now, ana.after.random);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().leaf == strays[0].leaf);

  town[98].prepare();
  for (group::Offer& late : town.claim(ana, {98})) offers.push_back(std::move(late));
  group::CommitPlan without;
  without.proposals.push_back(Remove{strays[1].leaf});
  REQUIRE(ana.before.commit(std::move(without)));
  return offers;
}

}  // namespace

TEST_CASE("a hundred members move to the hybrid suite through thicket serve, some of them away") {
  Town town;
  town.gather();
  // Members 80 to 99 go away, but for 98 and 99 with a key package left at the service. 99 has a
  // device that will never have the suite; 98 has not heard of the move yet.
  for (std::size_t i = 0; i < 98; ++i) town[i].prepare();
  const auto away = [](std::size_t i) { return i >= 80; };
  Person& ana = town[0];
  Person& ben = town[1];

  const std::vector<group::Offer> offers = offers_of_all(town);

  // Ana commits the ReInit. Of whom it reaches nobody can go on in the old group.
  auto agreed = town.step(ana, offers);
  REQUIRE(
      ana.before.post(ana.before.prepare(std::move(std::get<group::CommitReInit>(agreed).commit))));
  for (std::size_t i = 1; i < everybody; ++i) {
    if (!away(i)) town[i].before.sync();
  }
  CHECK(ben.before.group->reinitialised()->cipher_suite == hybrid());
  CHECK(ben.before.group->send(view_of("here still?"), ben.before.random).error().rule ==
        Rule::group_reinitialised);

  // Then she opens the new group and carries all others over; the service is restarted in between.
  auto opened = town.step(ana, offers);
  ana.after.announce(std::move(std::get<group::OpenNext>(opened).group));
  const std::string address = town.served.address();
  CHECK(town.served.process.end(SIGKILL) == -SIGKILL);
  kit::Served again(town.directory.path(), address);
  auto carried = town.step(ana, offers);
  REQUIRE(ana.after.post(ana.after.prepare(std::move(std::get<group::CarryOver>(carried).commit))));

  // Who is there follows, and life goes on.
  std::vector<std::size_t> there{0};
  for (std::size_t i = 1; i < 80; ++i) {
    town[i].follow();
    there.push_back(i);
  }
  ben.after.say("we have moved");
  REQUIRE(ben.after.commit({.force_path = true}));
  ana.after.sync();

  // Who was away comes back days later: from the old group's log to the Welcome, and up to now.
  for (std::size_t i = 80; i < 99; ++i) {
    town[i].follow();
    there.push_back(i);
    CHECK(town[i].after.heard == std::vector<std::string>{"we have moved"});
  }
  for (const std::size_t i : there) town[i].after.sync();
  CHECK(ana.after.group->member_count() == 99);
  check_together(town, there);
  CHECK(there.size() == 99);
  CHECK(ana.after.group->crypto().suite().id == hybrid());
  REQUIRE(town[90].after.commit({.force_path = true}));
  town[98].after.sync();
  ana.after.sync();
  check_together(town, {90, 98, 0});

  // 99 learns that it was removed, and no Welcome waits for it.
  town[99].before.sync();
  CHECK(town[99].before.group->removed());
}

}  // namespace thicket
