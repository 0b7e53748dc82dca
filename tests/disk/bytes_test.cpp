// What a transition writes into an SQLite file, folding and checkpoints included, and how often it
// waits for the disk. docs/performance/disk.md has the figures.
#include <doctest/doctest.h>

#include <fstream>

#include "crypto/awslc/awslc.h"
#include "kit/crowd.h"
#include "kit/temporary_directory.h"
#include "store/sqlite/sqlite_store.h"

namespace thicket {
namespace {

using kit::Crowd;
using kit::good;
using kit::Keeper;

constexpr std::uint64_t kib = 1024;
constexpr int times = 1000;

struct Disk {
  explicit Disk(std::uint32_t members)
      : crowd(*provider, *crypto::suite_of(CipherSuite{1}).value(), members) {
    keeper.store_all();
    keeper.open();
  }

  std::unique_ptr<crypto::Provider> provider = crypto::make_awslc();
  Crowd crowd;
  kit::TemporaryDirectory directory;
  store::FileCounter counter;
  std::unique_ptr<store::Store> store =
      store::open_sqlite(directory.file("store"), {.watcher = &counter});
  Keeper keeper{crowd, *store};
};

// What `times` transitions write, and the syncs of them. A transition that a checkpoint falls
// into syncs more: the file itself, and the log before and after.
struct Written {
  std::uint64_t octets = 0;
  std::uint64_t syncs = 0;
  std::uint64_t with_checkpoint = 0;
  std::uint64_t most = 0;  // octets of one without a checkpoint
  void operator()(const Disk& disk, const std::function<void()>& transition) {
    const store::FileCounts before = disk.counter.all();
    const store::FileCounts log = disk.counter.log();
    transition();
    const store::FileCounts made = disk.counter.all() - before;
    octets += made.octets_written;
    syncs += made.syncs;
    const store::FileCounts in_log = disk.counter.log() - log;
    if (made.syncs == 1 && made.octets_written == in_log.octets_written) {
      most = std::max(most, made.octets_written);
      return;
    }
    // Or it is the one after a checkpoint, which syncs the head of the log that starts anew.
    CHECK(made.syncs <= 4);
    ++with_checkpoint;
  }
};

std::uint64_t written_by_process() {
  std::ifstream in("/proc/self/io");
  std::uint64_t value = 0;
  for (std::string name; in >> name >> value;) {
    if (name == "wchar:") return value;
  }
  return 0;
}

}  // namespace

TEST_CASE("a processed commit of 10,000 members writes at most 64 KiB, and waits once") {
  Disk disk(10'000);
  Written written;
  const std::uint64_t before = written_by_process();
  std::uint64_t own = 0;
  for (int i = 0; i < times; ++i) {
    const Bytes commit = disk.crowd.commit();
    written(disk, [&] { disk.keeper.receive(commit); });
    own = written_by_process() - before;
  }
  CHECK(equal(disk.keeper.group->epoch_authenticator(), disk.crowd.group->epoch_authenticator()));
  MESSAGE("octets each: " << written.octets / times << ", syncs in all: " << written.syncs
                          << ", most at once: " << written.most);
  CHECK(written.octets <= times * 64 * kib);
  CHECK(written.syncs - times <= 4 * written.with_checkpoint);
  CHECK(written.with_checkpoint <= times / 50);
  // The part of a fold that one transition does is bounded.
  CHECK(written.most <= 192 * kib);
  // The system counts the same, where it counts.
  if (own > 0) {
    CHECK(own >= written.octets);
    CHECK(own - written.octets < 4096);  // what a sanitizer writes of its own
  }
  // And after all that, what is on the disk is the group.
  Keeper again(disk.crowd, *disk.store);
  again.open();
  const Bytes commit = disk.crowd.commit();
  again.receive(commit);
  CHECK(equal(again.group->epoch_authenticator(), disk.crowd.group->epoch_authenticator()));
}

TEST_CASE("a message of 10,000 members writes at most 16 KiB, and waits once, at every member") {
  Disk disk(10'000);
  const auto check = [](const Written& written) {
    MESSAGE("octets each: " << written.octets / times << ", syncs in all: " << written.syncs
                            << ", most at once: " << written.most);
    CHECK(written.octets <= times * 16 * kib);
    CHECK(written.syncs - times <= 4 * written.with_checkpoint);
    CHECK(written.with_checkpoint <= times / 100);
    CHECK(written.most <= 64 * kib);
  };
  Written written;
  SUBCASE("sent") {
    for (int i = 0; i < times; ++i)
      written(disk, [&] { disk.keeper.send(Bytes(100, 's'), disk.crowd.random); });
    check(written);
  }
  SUBCASE("sent, with commits of others between") {
    std::uint64_t others = 0;
    for (int i = 0; i < times; ++i) {
      written(disk, [&] { disk.keeper.send(Bytes(100, 's'), disk.crowd.random); });
      if (i % 10 != 9) continue;
      const Bytes commit = disk.crowd.commit();
      const std::uint64_t before = disk.counter.all().octets_written;
      disk.keeper.receive(commit);
      others += disk.counter.all().octets_written - before;
    }
    check(written);
    CHECK(others <= (times / 10) * 64 * kib);
  }
  SUBCASE("received, all of one sender") {
    const auto from = disk.crowd.speaker(disk.crowd.another());
    for (int i = 0; i < times; ++i) {
      const Bytes message = disk.crowd.say(*from);
      written(disk, [&] { disk.keeper.receive(message); });
    }
    check(written);
  }
  SUBCASE("received, each the first of its sender") {
    for (std::uint32_t i = 0; i < times; ++i) {
      const LeafIndex leaf{i * 10 + 7};
      if (leaf == disk.crowd.own) continue;
      const Bytes message = disk.crowd.say(*disk.crowd.speaker(leaf));
      written(disk, [&] { disk.keeper.receive(message); });
    }
    check(written);
  }
}

TEST_CASE("catching up with 64 commits is one transaction") {
  Disk disk(1000);
  std::vector<group::Staged> staged;
  for (int i = 0; i < 64; ++i) {
    const Bytes commit = disk.crowd.commit();
    Keeper& keeper = disk.keeper;
    if (staged.empty()) {
      staged.push_back(
          keeper.loaded([&] { return keeper.group->process(commit, group::warm_now); }));
      continue;
    }
    const auto next = [&]() -> Result<group::Staged> {
      return keeper.group->process(commit, group::warm_now, staged.back());
    };
    for (;;) {
      auto outcome = next();
      if (outcome) {
        staged.push_back(std::move(*outcome));
        break;
      }
      REQUIRE(outcome.error().is_need());
      good(keeper.group->supply(outcome.error().need, keeper.rows, staged.back()));
    }
  }
  std::vector<const group::Staged*> steps;
  for (const group::Staged& step : staged) steps.push_back(&step);
  const store::FileCounts before = disk.counter.all();
  const auto stored = good(group::store(disk.keeper.sink, good(group::batch(steps))));
  const store::FileCounts made = disk.counter.all() - before;
  CHECK(made.syncs == 1);
  CHECK(made.octets_written <= 16 * 64 * kib);
  for (group::Staged& step : staged) good(disk.keeper.group->accept(std::move(step), stored));
  disk.keeper.open();
  CHECK(equal(disk.keeper.group->epoch_authenticator(), disk.crowd.group->epoch_authenticator()));
}

}  // namespace thicket
