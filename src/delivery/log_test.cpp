// One order, one commit an epoch, whoever comes first: on every engine.
#include "delivery/log.h"

#include <doctest/doctest.h>

#include <functional>

#include "kit/temporary_directory.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"

namespace thicket::delivery {
namespace {

const Bytes group = to_bytes("group");

Append commit_of(std::uint64_t epoch, std::string_view text) {
  return {group, Epoch{epoch}, EntryKind::commit, Instant{100}, to_bytes(text), to_bytes(text)};
}

Append message_of(std::uint64_t epoch, std::string_view text) {
  return {group, Epoch{epoch}, EntryKind::application, Instant{100}, to_bytes(text), {}};
}

void on_every_engine(const std::function<void(store::Store&)>& test) {
  SUBCASE("memory") {
    store::MemoryStore store;
    test(store);
  }
  SUBCASE("sqlite") {
    const kit::TemporaryDirectory directory;
    test(*store::open_sqlite(directory.file("store")));
  }
}

// Lets another poster in between what an append reads and what it writes.
class Interrupted final : public store::Store {
 public:
  Interrupted(store::Store& inner, std::function<void()> between)
      : inner_(inner), between_(std::move(between)) {}
  std::optional<Bytes> get(std::string_view space, ByteView key) override {
    return inner_.get(space, key);
  }
  std::vector<store::Row> scan(std::string_view space, const store::Range& range) override {
    return inner_.scan(space, range);
  }
  bool apply(const store::Batch& batch) override {
    if (auto between = std::exchange(between_, nullptr)) between();
    return inner_.apply(batch);
  }
  void scrub() override { inner_.scrub(); }

 private:
  store::Store& inner_;
  std::function<void()> between_;
};

}  // namespace

TEST_CASE("entries are numbered without gaps and read from any cursor, by size") {
  on_every_engine([](store::Store& store) {
    StoreLog log(store);
    REQUIRE(log.create(group, Epoch{3}, {}));
    CHECK(log.head(group) == Head{Epoch{3}, 0});
    for (std::uint64_t i = 0; i < 150; ++i) {
      const Appended appended = log.append(message_of(3, "m" + std::to_string(i)), {});
      REQUIRE(appended == Appended{Won{i, {Epoch{3}, i + 1}}});
    }
    const auto all = log.read(group, 0, SIZE_MAX);
    REQUIRE(all.size() == 150);
    for (std::uint64_t i = 0; i < 150; ++i) {
      CHECK(all[i].number == i);
      CHECK(all[i].message == to_bytes("m" + std::to_string(i)));
    }
    CHECK(log.read(group, 149, SIZE_MAX).size() == 1);
    CHECK(log.read(group, 150, SIZE_MAX).empty());
    CHECK(log.read(group, 10, 1).size() == 1);
    CHECK(log.read(to_bytes("grou"), 0, SIZE_MAX).empty());
  });
}

TEST_CASE("a group is created once") {
  on_every_engine([](store::Store& store) {
    StoreLog log(store);
    CHECK_FALSE(log.head(group));
    REQUIRE(log.create(group, Epoch{0}, {}));
    store::Batch also;
    also.put("other", view_of("x"), view_of("y"));
    CHECK_FALSE(log.create(group, Epoch{9}, std::move(also)));
    CHECK(log.head(group) == Head{Epoch{0}, 0});
    CHECK_FALSE(store.get("other", view_of("x")));
  });
}

TEST_CASE("the first commit of an epoch wins, each retry gets the first verdict") {
  on_every_engine([](store::Store& store) {
    StoreLog log(store);
    REQUIRE(log.create(group, Epoch{0}, {}));
    REQUIRE(log.append(message_of(0, "hello"), {}) == Appended{Won{0, {Epoch{0}, 1}}});
    const Won first{1, {Epoch{1}, 2}};
    CHECK(log.append(commit_of(0, "ana"), {}) == Appended{first});
    store::Batch also;
    also.put("other", view_of("x"), view_of("y"));
    const Verdict verdict{to_bytes("ana"), 1};
    CHECK(log.append(commit_of(0, "bob"), std::move(also)) ==
          Appended{Lost{verdict, {Epoch{1}, 2}}});
    CHECK_FALSE(store.get("other", view_of("x")));
    CHECK(log.append(commit_of(0, "ana"), {}) == Appended{first});
    CHECK(log.append(commit_of(1, "bob again"), {}) == Appended{Won{2, {Epoch{2}, 3}}});
    CHECK(log.append(commit_of(0, "ana"), {}) == Appended{first});
    CHECK(log.append(commit_of(7, "from the future"), {}) ==
          Appended{Lost{std::nullopt, {Epoch{2}, 3}}});
    CHECK(log.read(group, 0, SIZE_MAX).size() == 3);
  });
}

TEST_CASE("of two commits that race between reading and writing, one wins and one decides anew") {
  on_every_engine([](store::Store& store) {
    StoreLog log(store);
    REQUIRE(log.create(group, Epoch{0}, {}));
    Interrupted interrupted(
        store, [&] { REQUIRE(std::holds_alternative<Won>(log.append(commit_of(0, "bob"), {}))); });
    StoreLog slower(interrupted);
    CHECK(slower.append(commit_of(0, "ana"), {}) == Appended{Again{}});
    CHECK(slower.append(commit_of(0, "ana"), {}) ==
          Appended{Lost{Verdict{to_bytes("bob"), 0}, {Epoch{1}, 1}}});
    CHECK(log.read(group, 0, SIZE_MAX).size() == 1);
  });
}

TEST_CASE("an entry that must get a certain number is not appended with another") {
  on_every_engine([](store::Store& store) {
    StoreLog log(store);
    REQUIRE(log.create(group, Epoch{0}, {}));
    Append message = message_of(0, "m");
    message.number = 1;
    CHECK(log.append(message, {}) == Appended{Again{}});
    message.number = 0;
    CHECK(log.append(message, {}) == Appended{Won{0, {Epoch{0}, 1}}});
  });
}

TEST_CASE("a proposal of an epoch that has ended is not appended") {
  on_every_engine([](store::Store& store) {
    StoreLog log(store);
    REQUIRE(log.create(group, Epoch{0}, {}));
    Append proposal = commit_of(0, "p");
    proposal.kind = EntryKind::proposal;
    CHECK(log.append(proposal, {}) == Appended{Won{0, {Epoch{0}, 1}}});
    REQUIRE(std::holds_alternative<Won>(log.append(commit_of(0, "c"), {})));
    CHECK(log.append(proposal, {}) == Appended{Lost{Verdict{to_bytes("c"), 1}, {Epoch{1}, 2}}});
  });
}

}  // namespace thicket::delivery
