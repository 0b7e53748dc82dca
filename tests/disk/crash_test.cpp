// A machine that stops at any write or sync of a store, or whose disk refuses one: opened anew, the
// store holds the state before the transition or the one after it, whole, and the group goes on.
#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "disk/noted_store.h"
#include "kit/crowd.h"
#include "kit/temporary_directory.h"
#include "store/sqlite/sqlite_store.h"

namespace thicket::disk {
namespace {

using group_store::FoldPolicy;
using kit::Crowd;
using kit::good;
using kit::Keeper;

// A small group's log is folded all the time, a block at a time.
constexpr FoldPolicy bit_by_bit{
    .segment_min = 6000, .segment_max = 6000, .step_octets = 1, .step_record_min = 100};
// Every record is too long for the log, which is folded whole with it.
constexpr FoldPolicy at_once{.segment_min = 6000, .segment_max = 6000, .record_max = 1000};
// Brought into the file every few transitions.
constexpr int checkpoint_pages = 30;

// What the member does and hears, by itself and one after another.
struct Life {
  explicit Life(std::uint32_t members)
      : crowd(*provider, *crypto::suite_of(CipherSuite{1}).value(), members) {}
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  // Of the crowd, for the member: the commit that ends the epoch it stands in is kept.
  Bytes commit() {
    const Epoch before = crowd.group->epoch();
    return commits[before.value] = crowd.commit();
  }
  Bytes message() { return crowd.say(*crowd.speaker(crowd.another())); }

  std::unique_ptr<crypto::Provider> provider = crypto::make_awslc();
  Crowd crowd;
  std::map<std::uint64_t, Bytes> commits;
};

// Its own commit, as the last thing of its life: of the crowd, nobody follows.
Bytes commit_of_its_own(Life& life, Keeper& keeper) {
  group::CommitPlan plan;
  plan.force_path = true;
  plan.wire_format = WireFormat::mls_public_message;
  auto staged =
      keeper.loaded([&] { return keeper.group->commit(plan, group::warm_now, life.crowd.random); });
  Bytes message = keeper.release(staged).message;
  const auto stored = good(group::store(keeper.sink, staged.on_accept()));
  good(keeper.group->accept(std::move(staged), stored));
  return message;
}

// From the rows on the disk the group goes on: it speaks, and follows the commit that comes next,
// if there was one.
void goes_on(Life& life, store::Store& store) {
  Keeper keeper(life.crowd, store, bit_by_bit);
  keeper.open();
  crypto::SeededRandom random(5);
  keeper.send(Bytes(100, 'a'), random);
  const Epoch before = keeper.group->epoch();
  const auto next = life.commits.find(before.value);
  if (next == life.commits.end()) return;
  keeper.receive(next->second);
  CHECK(keeper.group->epoch().value == before.value + 1);
}

// A life on a recorded disk.
struct Recording {
  Recording(Life& life, const FoldPolicy& policy) {
    const kit::TemporaryDirectory directory;
    const auto file = store::open_sqlite(directory.file("store"),
                                         {.checkpoint_pages = checkpoint_pages, .watcher = &files});
    NotedStore store(*file, &files, life.crowd.fixture.context().group_id);
    Keeper keeper(life.crowd, store, policy);
    keeper.store_all();
    keeper.open();
    for (int i = 0; i < 12; ++i) {
      const Bytes message = life.message();
      keeper.receive(life.commit());
      if (i % 3 == 0) keeper.send(Bytes(100, 's'), life.crowd.random);
      if (i % 4 == 0) keeper.receive(message);  // late
    }
    own_is_stored = store.states().size();
    own_commit = commit_of_its_own(life, keeper);
    states = store.states();
  }

  RecordedFiles files;
  std::vector<State> states;
  std::size_t own_is_stored = 0;  // the first of the states that have it
  Bytes own_commit;
};

class Crashes final {
 public:
  Crashes(Life& life, const Recording& of) : life_(life), of_(of) {}
  Crashes(const Crashes&) = delete;
  Crashes& operator=(const Crashes&) = delete;

  // The machine stopped after so many events; what an image of the disk then is.
  void check(std::size_t events, const Image& image) {
    CAPTURE(events);
    const kit::TemporaryDirectory directory;
    image.write_to(directory.path());
    const auto store = store::open_sqlite(directory.file("store"));
    const Contents found = contents_of(*store, life_.crowd.fixture.context().group_id);
    // What a transaction said to be stored is there, and of the next one all or nothing.
    const std::size_t least = stored_by(events);
    const bool former = found == of_.states[least].contents;
    const bool next = least + 1 < of_.states.size() && found == of_.states[least + 1].contents;
    REQUIRE((former || next));
    const std::size_t state = former ? least : least + 1;
    ++(state == least ? formers : nexts);
    if (found.empty()) return;  // nothing has been stored yet
    const bool own = state >= of_.own_is_stored && state + 1 < of_.states.size();
    if (own) life_.commits[epoch_of_own()] = of_.own_commit;
    goes_on(life_, *store);
    if (own) life_.commits.erase(epoch_of_own());
  }
  int formers = 0;
  int nexts = 0;

 private:
  std::size_t stored_by(std::size_t events) const {
    std::size_t out = 0;
    while (out + 1 < of_.states.size() && of_.states[out + 1].events <= events) ++out;
    return out;
  }
  std::uint64_t epoch_of_own() const { return life_.crowd.group->epoch().value; }
  Life& life_;
  const Recording& of_;
};

void crash_everywhere(const FoldPolicy& policy, int samples) {
  Life life(40);
  const Recording recording(life, policy);
  Crashes crashes(life, recording);
  crypto::SeededRandom random(3);
  Moment moment;
  std::size_t events = 0;
  int in_the_file = 0;
  for (const Recorded& event : recording.files.events()) {
    moment.take(event);
    ++events;
    in_the_file += event.kind == store::FileEvent::Kind::sync && !event.file.ends_with("-wal");
    crashes.check(events, moment.all());
    for (int i = 0; i < samples && !moment.is_all_synced(); ++i)
      crashes.check(events, moment.some(random));
  }
  MESSAGE("events: " << events << ", the former state: " << crashes.formers
                     << ", the next one: " << crashes.nexts);
  // It was brought into the file several times, and a batch is whole before it is acknowledged.
  CHECK(in_the_file > 3);
  CHECK(crashes.nexts > 0);
  CHECK(recording.states.size() > 18);
}

}  // namespace

TEST_CASE("a machine that stops at any write or sync loses nothing, while the log is folded") {
  crash_everywhere(bit_by_bit, 2);
}

TEST_CASE("a machine that stops at any write or sync loses nothing, where records fold at once") {
  crash_everywhere(at_once, 1);
}

}  // namespace thicket::disk
