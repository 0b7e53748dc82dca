// A disk that refuses a write, a truncate or a sync, each of a transition in turn: the store says
// so once and for all, and opened anew it holds the state before or after, whole.
#include <doctest/doctest.h>

#include "base/machine_failure.h"
#include "crypto/awslc/awslc.h"
#include "disk/noted_store.h"
#include "kit/crowd.h"
#include "kit/temporary_directory.h"
#include "store/sqlite/sqlite_store.h"

namespace thicket::disk {
namespace {

using kit::Crowd;
using kit::good;
using kit::Keeper;

// Refuses one change, or it and all that follow.
class FaultyDisk final : public store::FileWatcher {
 public:
  enum class Fault : std::uint8_t { once, from_then_on };
  explicit FaultyDisk(Fault fault) : fault_(fault) {}
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;
  void on(const store::FileEvent&) override {}
  bool allows(const store::FileEvent&) override {
    if (!armed_) return true;
    if (left_ > 0) {
      --left_;
      return true;
    }
    const bool refused = !tripped_ || fault_ == Fault::from_then_on;
    tripped_ = true;
    return !refused;
  }
  // The change after the next `passes` ones is refused.
  void arm(std::size_t passes) {
    armed_ = true;
    left_ = passes;
  }
  bool tripped() const { return tripped_; }

 private:
  Fault fault_;
  bool armed_ = false;
  bool tripped_ = false;
  std::size_t left_ = 0;
};

// A log that is being folded, and a file that a checkpoint is due for.
constexpr group_store::FoldPolicy bit_by_bit{
    .segment_min = 6000, .segment_max = 6000, .step_octets = 1, .step_record_min = 100};

struct Situation {
  explicit Situation(int commits)
      : crowd(*provider, *crypto::suite_of(CipherSuite{1}).value(), 40) {
    RecordedFiles files;
    const kit::TemporaryDirectory directory;
    {
      const auto store = store::open_sqlite(directory.file("store"),
                                            {.checkpoint_pages = 100'000, .watcher = &files});
      Keeper keeper(crowd, *store, bit_by_bit);
      keeper.store_all();
      keeper.open();
      for (int i = 0; i < commits; ++i) keeper.receive(crowd.commit());
      // As if the machine had stopped here: the write-ahead log is full.
      for (const Recorded& event : files.events()) image.take(event);
    }
    message = crowd.say(*crowd.speaker(crowd.another()));
    commit = crowd.commit();
  }
  Situation(const Situation&) = delete;
  Situation& operator=(const Situation&) = delete;

  std::unique_ptr<crypto::Provider> provider = crypto::make_awslc();
  Crowd crowd;
  Image image;
  Bytes message;
  Bytes commit;
};

// All of them draw from seeds of their own, so that each time the same is written.
using Act = std::function<void(Situation&, Keeper&)>;

void receive_commit(Situation& of, Keeper& keeper) {
  keeper.receive(of.commit);
}
void receive_message(Situation& of, Keeper& keeper) {
  keeper.receive(of.message);
}
void send(Situation&, Keeper& keeper) {
  crypto::SeededRandom random(5);
  keeper.send(Bytes(100, 's'), random);
}
void commit(Situation&, Keeper& keeper) {
  crypto::SeededRandom random(6);
  group::CommitPlan plan;
  plan.force_path = true;
  auto staged = keeper.loaded([&] { return keeper.group->commit(plan, group::warm_now, random); });
  keeper.release(staged);
  const auto stored = good(group::store(keeper.sink, staged.on_accept()));
  good(keeper.group->accept(std::move(staged), stored));
}

// A store over a disk that stands as the situation left it.
struct Opened {
  Opened(const Situation& of, store::FileWatcher* watcher) {
    of.image.write_to(directory.path());
    // Small, so that the first batch is followed by a checkpoint.
    file = store::open_sqlite(path(), {.checkpoint_pages = 10, .watcher = watcher});
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  std::string path() const { return directory.file("store"); }
  kit::TemporaryDirectory directory;
  std::unique_ptr<store::Store> file;
};

struct Outcomes {
  int broken_off = 0;
  int formers = 0;
  int nexts = 0;
};

class Faults final {
 public:
  Faults(Situation& of, Act act) : of_(of), act_(std::move(act)) {
    const Opened opened(of_, nullptr);
    NotedStore noted(*opened.file, nullptr, id());
    Keeper keeper(of_.crowd, noted, bit_by_bit);
    keeper.open();
    act_(of_, keeper);
    states_ = noted.states();
  }
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

  // False when the act had fewer changes than that.
  bool check(FaultyDisk::Fault fault, std::size_t passes) {
    CAPTURE(passes);
    FaultyDisk disk(fault);
    Opened opened(of_, &disk);
    NotedStore noted(*opened.file, nullptr, id());
    Keeper keeper(of_.crowd, noted, bit_by_bit);
    keeper.open();
    disk.arm(passes);
    bool broken_off = false;
    try {
      act_(of_, keeper);
    } catch (const MachineFailure&) {
      broken_off = true;
    }
    if (broken_off) {
      ++outcomes.broken_off;
      CHECK(disk.tripped());
      // It answers nothing more, although the disk may be well again.
      CHECK_THROWS_WITH_AS((void)opened.file->get("group_heads", {}),
                           doctest::Contains("failed before"), MachineFailure);
    }
    const std::size_t stored = noted.states().size() - 1;
    CHECK(broken_off == (stored + 1 < states_.size()));
    opened.file.reset();
    look_at(opened.path(), stored);
    return disk.tripped();
  }
  Outcomes outcomes;

 private:
  // The disk is well again. So many batches were acknowledged.
  void look_at(const std::string& path, std::size_t stored) {
    const auto store = store::open_sqlite(path);
    const Contents found = contents_of(*store, id());
    const bool former = found == states_[stored].contents;
    const bool next = stored + 1 < states_.size() && found == states_[stored + 1].contents;
    REQUIRE((former || next));
    ++(former ? outcomes.formers : outcomes.nexts);
    Keeper again(of_.crowd, *store, bit_by_bit);
    again.open();
    crypto::SeededRandom random(9);
    again.send(Bytes(100, 'a'), random);
  }
  Bytes id() const { return of_.crowd.fixture.context().group_id; }
  Situation& of_;
  Act act_;
  std::vector<State> states_;
};

}  // namespace

TEST_CASE("a disk that refuses any change of a transition leaves the group before or after it") {
  // With and without a fold that is under way.
  for (const int commits : {9, 12}) {
    Situation situation(commits);
    for (const Act& act : {Act(receive_commit), Act(receive_message), Act(send), Act(commit)}) {
      Faults faults(situation, act);
      for (const auto fault : {FaultyDisk::Fault::once, FaultyDisk::Fault::from_then_on}) {
        std::size_t passes = 0;
        while (faults.check(fault, passes)) ++passes;
        // A batch, and the checkpoint after it.
        CHECK(passes > 10);
      }
      MESSAGE("broken off: " << faults.outcomes.broken_off << ", the former state: "
                             << faults.outcomes.formers << ", the next: " << faults.outcomes.nexts);
      CHECK(faults.outcomes.broken_off > 4);
      CHECK(faults.outcomes.formers > 4);
    }
  }
}

}  // namespace thicket::disk
