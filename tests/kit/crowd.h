// A warm group of any size: what its members commit and say, and one of them who keeps it in a
// store.
#pragma once

#include "group/warm_group.h"
#include "group_store/group_rows.h"
#include "kit/person.h"

namespace thicket::kit {

// Takes rows that nobody will read.
class Nowhere final : public group::DeltaSink {
 public:
  void write(const group::PublicDelta&, std::span<const group::SecretRow>) override {}
};

// The member at `own` as it is in memory, and everybody else beside it.
class Crowd final {
 public:
  Crowd(const crypto::Provider& library, const crypto::Suite& suite, std::uint32_t members,
        std::uint64_t seed = 1)
      : provider(library),
        random(seed),
        fixture(library, suite, {.members = members, .seed = seed}),
        own{members / 3},
        group(fixture.member(own, library)) {}
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  LeafIndex another() {
    const auto drawn = static_cast<std::uint32_t>(random.below(fixture.members() - 1));
    return LeafIndex{drawn < own.value ? drawn : drawn + 1};
  }
  // Of a member drawn at random: a new path. `group` has accepted it.
  Bytes commit() {
    const auto committer = fixture.member_beside(*group, another());
    group::CommitPlan plan;
    plan.force_path = true;
    plan.wire_format = WireFormat::mls_public_message;
    const auto staged = good(committer->commit(plan, group::warm_now, random));
    const Bytes message = release(staged);
    take(message);
    return message;
  }
  // The member at `from`, to say something in the epoch that is now.
  std::unique_ptr<group::Group> speaker(LeafIndex from) const {
    return fixture.member_beside(*group, from);
  }
  Bytes say(group::Group& from) {
    auto sent = good(from.send(Bytes(100, 's'), random));
    return release(std::get<group::Staged>(sent));
  }
  void take(ByteView message) {
    auto staged = good(group->process(message, group::warm_now));
    const auto stored = good(group::store(nowhere, staged.on_accept()));
    good(group->accept(std::move(staged), stored));
  }
  Bytes release(const group::Staged& staged) {
    return good(staged.release(good(group::store(nowhere, staged.before_send())))).message;
  }

  const crypto::Provider& provider;
  crypto::SeededRandom random;
  const group::WarmGroup fixture;
  const LeafIndex own;
  std::unique_ptr<group::Group> group;
  Nowhere nowhere;
};

// The same member, with its rows in a store.
class Keeper final {
 public:
  Keeper(const Crowd& of, store::Store& store, const group_store::FoldPolicy& policy = {})
      : crowd(of), sink(store, policy), rows(store, of.fixture.context().group_id) {}
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // All rows, as of one who has just joined. O(n).
  void store_all() {
    good(group::store(
        sink, group::WarmGroup::all_rows(*crowd.fixture.member(crowd.own, crowd.provider))));
  }
  void open() {
    group.reset();
    group = good(group::Group::open(crowd.fixture.environment(crowd.provider), rows));
  }

  template <class Act>
  auto loaded(const Act& act) {
    for (rounds = 0;; ++rounds) {
      auto outcome = act();
      if (outcome || !outcome.error().is_need()) return good(std::move(outcome));
      REQUIRE(rounds < 64);
      good(group->supply(outcome.error().need, rows));
    }
  }
  group::Event receive(ByteView message) {
    auto staged = loaded([&] { return group->process(message, group::warm_now); });
    const auto stored = good(group::store(sink, staged.on_accept()));
    return good(group->accept(std::move(staged), stored));
  }
  group::Outgoing send(ByteView data, Random& random) {
    auto sent = loaded([&] { return group->send(data, random); });
    return release(std::get<group::Staged>(sent));
  }
  group::Outgoing release(const group::Staged& staged) {
    return good(staged.release(good(group::store(sink, staged.before_send()))));
  }

  const Crowd& crowd;
  group_store::StoreSink sink;
  group_store::StoredRows rows;
  std::unique_ptr<group::Group> group;
  int rounds = 0;  // of loading, in the last act
};

}  // namespace thicket::kit
