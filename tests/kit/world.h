// A small world: people with a group each, their rows in memory, and a log that hands every message
// to everybody. What all members must agree on is checked after each commit.
#pragma once

#include "codec/codec.h"
#include "group/basic_authenticator.h"
#include "group/group.h"
#include "group/join.h"
#include "kit/person.h"
#include "kit/rows.h"
#include "messages/wire.h"

namespace thicket::kit {

// External PSKs that everybody of the world has.
class SharedPsks final : public group::PskSource {
 public:
  std::optional<SecretBytes> external(ByteView psk_id) override {
    const auto found = keys.find(to_bytes(psk_id));
    if (found == keys.end()) return std::nullopt;
    return SecretBytes(ByteView(found->second));
  }
  std::optional<SecretBytes> resumption(ByteView, Epoch) override { return std::nullopt; }

  std::map<Bytes, Bytes> keys;
};

class KeyPackages final : public group::KeyPackageSource {
 public:
  Result<std::optional<group::OwnKeyPackage>> find(ByteView reference) override {
    for (const auto& [name, own] : kept) {
      if (equal(name, reference)) return std::optional(own);
    }
    return std::optional<group::OwnKeyPackage>();
  }

  struct Kept {
    Bytes reference;
    group::OwnKeyPackage own;
  };
  std::vector<Kept> kept;
};

struct Member {
  std::string name;
  group::Identity identity;
  KeyPackages key_packages;
  SharedPsks psks;
  MemoryRows rows;
  std::unique_ptr<group::Group> group;
};

class World final {
 public:
  explicit World(std::uint64_t seed = 1, CipherSuite of = usual_suite(),
                 std::unique_ptr<crypto::Provider> with = usual_provider())
      : library(std::move(with)), provider(*library), random(seed), suite(of) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::unique_ptr<crypto::Provider> library;
  const crypto::Provider& provider;
  crypto::SeededRandom random;
  CipherSuite suite;
  group::BasicAuthenticator authenticator;
  const group::Authenticator* authority = &authenticator;  // whom everybody asks
  group::NoGroups no_groups;
  group::Policy policy;
  Instant now = noon;
  Lifetime lifetime = around_noon;  // of leaves
  std::map<std::string, std::unique_ptr<Member>> people;
  // Of each new person's rows; none: they are in memory.
  std::function<std::unique_ptr<Backing>()> backing;
  // Sees each message that was processed, before it is accepted.
  std::function<void(Member&, ByteView, const group::Staged&)> processed;

  group::Environment environment(Member& member) {
    return {provider, *authority, member.psks, policy};
  }
  crypto::Crypto crypto() const { return {provider, **crypto::suite_of(suite)}; }

  // The person of that name, with an identity and no group at first.
  Member& operator[](const std::string& name) {
    auto& member = people[name];
    if (!member) {
      member = std::make_unique<Member>();
      member->name = name;
      member->identity = person(provider, name, random, suite);
      if (backing) member->rows.backing = backing();
    }
    return *member;
  }
  group::Group& group_of(const std::string& name) { return *(*this)[name].group; }

  // Everybody who is in the group now.
  std::vector<Member*> members() {
    std::vector<Member*> out;
    for (auto& [name, member] : people) {
      if (member->group && !member->group->removed()) out.push_back(member.get());
    }
    return out;
  }

  void create(const std::string& name, std::vector<Extension> extensions = {}) {
    Member& member = (*this)[name];
    auto staged = good(group::Group::create(
        environment(member),
        {to_bytes("the group"), suite, std::move(extensions), member.identity, lifetime}, now,
        random));
    const auto stored = good(group::store(member.rows, staged.delta()));
    member.group = good(std::move(staged).open(stored));
  }

  KeyPackage key_package(const std::string& name) {
    Member& member = (*this)[name];
    auto own = good(group::make_key_package(provider, member.identity,
                                            {suite, lifetime, {}, false, false}, random));
    KeyPackage key_package = own.key_package;
    member.key_packages.kept.push_back(
        {group::key_package_ref(crypto(), key_package), std::move(own)});
    return key_package;
  }
  Proposal add_of(const std::string& name) { return Add{key_package(name)}; }

  // What `act` answers once everything it needs of the member's rows is loaded.
  template <class Act>
  auto with_rows(Member& member, Act&& act) -> decltype(act()) {
    for (int rounds = 0;; ++rounds) {
      auto outcome = act();
      if (outcome || !outcome.error().is_need()) return outcome;
      REQUIRE_MESSAGE(rounds < 64, "a Need that is supplied is not asked for again");
      good(member.group->supply(outcome.error().need, member.rows));
    }
  }

  Result<group::Staged> process(Member& member, ByteView message) {
    auto staged = with_rows(member, [&] { return member.group->process(message, now); });
    if (staged && processed) processed(member, message, *staged);
    return staged;
  }
  group::Event accept(Member& member, group::Staged staged) {
    const auto stored = good(group::store(member.rows, staged.on_accept()));
    return good(member.group->accept(std::move(staged), stored));
  }
  // Processed and accepted.
  group::Event receive(Member& member, ByteView message) {
    return accept(member, good(process(member, message)));
  }
  group::Outgoing release(Member& member, const group::Staged& staged) {
    return good(staged.release(good(group::store(member.rows, staged.before_send()))));
  }

  group::Staged make_commit(const std::string& name, const group::CommitPlan& plan) {
    Member& member = (*this)[name];
    return good(with_rows(member, [&] { return member.group->commit(plan, now, random); }));
  }
  // The commit is made, accepted by the log, and processed by everybody, its maker last. Who is
  // added joins.
  group::Outgoing commit(const std::string& name, const group::CommitPlan& plan = {}) {
    return everybody_takes(name, make_commit(name, plan));
  }
  group::Outgoing everybody_takes(const std::string& name, group::Staged staged) {
    Member& member = (*this)[name];
    group::Outgoing outgoing = release(member, staged);
    deliver(outgoing.message, name);
    accept(member, std::move(staged));
    if (outgoing.welcome) welcome(*outgoing.welcome);
    agree();
    return outgoing;
  }
  void add(const std::string& by, const std::vector<std::string>& names,
           group::CommitPlan plan = {}) {
    for (const std::string& name : names) plan.proposals.push_back(add_of(name));
    commit(by, plan);
  }
  void remove(const std::string& by, const std::string& name) {
    group::CommitPlan plan;
    plan.proposals.push_back(Remove{group_of(name).own_leaf()});
    commit(by, plan);
  }
  // A proposal that everybody receives, its maker too.
  group::Outgoing propose(const std::string& name, const Proposal& proposal) {
    Member& member = (*this)[name];
    group::Staged staged =
        good(with_rows(member, [&] { return member.group->propose(proposal, random); }));
    group::Outgoing outgoing = release(member, staged);
    deliver(outgoing.message, "");
    return outgoing;
  }
  group::Outgoing say(const std::string& name, std::string_view text) {
    Member& member = (*this)[name];
    group::SendOutcome sent = good(member.group->send(view_of(text), random));
    REQUIRE(std::holds_alternative<group::Staged>(sent));
    return release(member, std::get<group::Staged>(sent));
  }

  void deliver(ByteView message, const std::string& but) {
    for (Member* member : members()) {
      if (member->name != but) receive(*member, message);
    }
  }
  // Whoever has a key package in it, and no group, joins.
  void welcome(ByteView message) {
    for (auto& [name, member] : people) {
      if (member->group && !member->group->removed()) continue;
      if (member->key_packages.kept.empty()) continue;
      auto joined =
          group::join(environment(*member),
                      {message, member->key_packages, no_groups, std::nullopt}, now, random);
      if (!joined && joined.error().rule == Rule::welcome_entry) continue;
      auto staged = good(std::move(joined));
      const auto stored = good(group::store(member->rows, staged.delta()));
      member->group = good(std::move(staged).open(stored));
    }
  }
  // The process ends, and starts again from its rows.
  void restart(const std::string& name) {
    Member& member = (*this)[name];
    member.group.reset();
    if (member.rows.backing) {
      member.rows.backing->reopen();
      CHECK(member.rows.backed() == member.rows.rows);
    }
    member.group = good(group::Group::open(environment(member), member.rows));
  }

  void agree() {
    const auto all = members();
    for (const Member* member : all) {
      CHECK(member->group->epoch() == all.front()->group->epoch());
      CHECK_MESSAGE(
          equal(member->group->epoch_authenticator(), all.front()->group->epoch_authenticator()),
          member->name << " and " << all.front()->name << " agree");
      CHECK(member->group->context() == all.front()->group->context());
    }
  }
};

}  // namespace thicket::kit
