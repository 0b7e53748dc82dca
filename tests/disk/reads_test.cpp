// What is read to open a group, to process a commit and to send: the same at 100,000 members as at
// 1,000, but for the depth of the tree and the length of the log.
#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "kit/crowd.h"
#include "store/memory/memory_store.h"

namespace thicket {
namespace {

using kit::Crowd;
using kit::good;
using kit::Keeper;

struct Reads {
  std::size_t times = 0;
  std::size_t rows = 0;
  std::size_t octets = 0;
};

class CountedStore final : public store::Store {
 public:
  CountedStore() = default;
  CountedStore(const CountedStore&) = delete;
  CountedStore& operator=(const CountedStore&) = delete;

  std::optional<Bytes> get(std::string_view space, ByteView key) override {
    auto value = inner_.get(space, key);
    ++reads_.times;
    if (value) count(*value);
    return value;
  }
  std::vector<store::Row> scan(std::string_view space, const store::Range& range) override {
    auto rows = inner_.scan(space, range);
    ++reads_.times;
    for (const store::Row& row : rows) count(row.value);
    return rows;
  }
  bool apply(const store::Batch& batch) override { return inner_.apply(batch); }
  void scrub() override {}

  // What `act` reads.
  Reads of(const std::function<void()>& act) {
    reads_ = {};
    act();
    return reads_;
  }

 private:
  void count(const Bytes& value) {
    ++reads_.rows;
    reads_.octets += value.size();
  }
  store::MemoryStore inner_;
  Reads reads_;
};

struct Costs {
  Reads open, first, other, send, full_log;
  std::size_t rounds = 0;
  std::size_t depth = 0;
};

// A group that is opened anew for each act, so that nothing of its tree is in memory.
Costs measure(std::uint32_t members) {
  const auto provider = crypto::make_awslc();
  Crowd crowd(*provider, *crypto::suite_of(CipherSuite{1}).value(), members);
  CountedStore store;
  Keeper(crowd, store).store_all();
  Costs costs;
  costs.depth = crowd.fixture.depth();
  const auto keeper = [&] {
    auto out = std::make_unique<Keeper>(crowd, store);
    out->open();
    return out;
  };
  costs.open = store.of([&] { keeper(); });
  Bytes commit = crowd.commit();
  const auto first = keeper();
  costs.first = store.of([&] { first->receive(commit); });
  costs.rounds = static_cast<std::size_t>(first->rounds);
  // The same object again: most of the upper tree is there now.
  commit = crowd.commit();
  costs.other = store.of([&] { first->receive(commit); });
  const auto sender = keeper();
  costs.send = store.of([&] { sender->send(Bytes(100, 's'), crowd.random); });
  sender->open();
  // The own message moved the ratchet of `crowd.own`, which `crowd` need not know.
  for (int i = 0; i < 60; ++i) {
    commit = crowd.commit();
    sender->receive(commit);
  }
  costs.full_log = store.of([&] { keeper(); });
  return costs;
}

}  // namespace

TEST_CASE(
    "a group of 100,000 members is opened, processes a commit and sends with as many reads as one "
    "of 1,000") {
  const Costs small = measure(1000);
  const Costs large = measure(100'000);
  const auto say = [](const std::string& what, const Reads& at_small, const Reads& at_large) {
    MESSAGE(what << ": reads " << at_small.times << " and " << at_large.times << ", rows "
                 << at_small.rows << " and " << at_large.rows << ", octets " << at_small.octets
                 << " and " << at_large.octets);
  };
  say("open", small.open, large.open);
  say("first commit", small.first, large.first);
  say("another commit", small.other, large.other);
  say("send", small.send, large.send);
  say("open with a log", small.full_log, large.full_log);
  // Opening meets nothing of the tree but its root.
  CHECK(large.open.times == small.open.times);
  CHECK(large.open.octets <= small.open.octets + 2 * 4096);
  CHECK(large.open.times <= 40);
  // A commit: blocks of the path and beside it, blocks of fingerprints, and secrets.
  // One round for the sender's leaf, one for the rest.
  CHECK(small.rounds <= 2);
  CHECK(large.rounds <= 2);
  for (const Costs* costs : {&small, &large}) {
    CHECK(costs->first.rows <= 8 * costs->depth + 20);
    CHECK(costs->first.octets <= (8 * costs->depth + 20) * 4096);
    CHECK(costs->other.rows <= costs->first.rows + 10);
    CHECK(costs->send.rows <= 12);
  }
  CHECK(large.send.times == small.send.times);
  // The log is read once, and is no longer than two segments.
  CHECK(large.full_log.octets <= large.open.octets + 2 * 1024 * 1024);
  CHECK(small.full_log.octets <= small.open.octets + 4 * 64 * 1024);
}

}  // namespace thicket
