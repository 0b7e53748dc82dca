// Rows that were written by random deltas are read back as a plain map would have them, whatever of
// them is in the log, half folded, or in blocks.
#include <doctest/doctest.h>

#include <map>

#include "base/machine_failure.h"
#include "crypto/seeded_random.h"
#include "group_store/group_rows.h"
#include "kit/rows.h"
#include "kit/temporary_directory.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"

namespace thicket::group_store {
namespace {

const Bytes group_id = to_bytes("a group");

// Folds all the time: segments of a few records, a block or two a transition.
constexpr FoldPolicy eager{.blocks_per_segment = 8,
                           .segment_min = 600,
                           .segment_max = 30'000,
                           .step_octets = 1,
                           .step_record_min = 1,
                           .record_max = 20'000};

Bytes numbered(char kind, std::uint64_t number, std::size_t size) {
  Bytes out{static_cast<std::uint8_t>(kind)};
  for (std::size_t i = size; i-- > 0;) out.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
  return out;
}

// Deltas of the kinds of rows that groups have, and of none of their sense.
class Deltas final {
 public:
  explicit Deltas(std::uint64_t seed) : random_(seed) {}

  group::Delta next() {
    group::Delta delta;
    delta.open.group_id = group_id;
    if (random_.below(150) == 0) delta.open.erased.push_back({});
    if (random_.below(6) == 0) end_epoch(delta);
    const std::size_t rows = random_.below(random_.below(40) == 0 ? 400 : 12);
    for (std::size_t i = 0; i < rows; ++i) change_open(delta);
    for (std::size_t i = random_.below(5); i-- > 0;) change_secret(delta);
    used_.clear();
    return delta;
  }

 private:
  void end_epoch(group::Delta& delta) {
    for (const char kind : {'e', 'o', 't'}) delta.open.erased.push_back(numbered(kind, epoch_, 8));
    ++epoch_;
  }
  Bytes octets(std::size_t most) { return random_.bytes(random_.below(most)); }

  void change_open(group::Delta& delta) {
    static constexpr std::string_view kinds = "nnnnniiiheo";
    const char kind = kinds[random_.below(kinds.size())];
    Bytes key;
    std::size_t most = 400;
    switch (kind) {
      case 'n':
        key = numbered('n', random_.below(600), 4);
        break;
      case 'i':
        key = concat({numbered('i', random_.below(3), 1), numbered('f', random_.below(900), 5),
                      random_.bytes(4)});
        key.resize(12);
        key[8] = key[9] = key[10] = 0;
        key[11] &= 1;
        most = 1;
        break;
      case 'h':
        key = {'h'};
        break;
      default:
        key = concat({numbered(kind, epoch_, 8), octets(3)});
        most = random_.below(30) == 0 ? 9000 : 300;
    }
    if (!used_.insert(key).second) return;
    const bool erases = random_.below(4) == 0;
    delta.open.rows.push_back({key, erases ? std::nullopt : std::optional(octets(most))});
  }

  void change_secret(group::Delta& delta) {
    static constexpr std::string_view kinds = "kstxr";
    const char kind = kinds[random_.below(kinds.size())];
    const Bytes key = kind == 't' ? concat({numbered('t', epoch_, 8), octets(4)})
                                  : numbered(kind, random_.below(40), 4);
    if (!used_.insert(key).second) return;
    const std::size_t most = random_.below(20) == 0 ? 9000 : 200;
    std::optional<SecretBytes> value;
    if (random_.below(3) > 0) value = SecretBytes(octets(most));
    delta.secrets.push_back({key, std::move(value)});
  }

  crypto::SeededRandom random_;
  std::uint64_t epoch_ = 0;
  std::set<Bytes> used_;
};

std::map<Bytes, Bytes> all_rows(group::RowSource& source) {
  std::map<Bytes, Bytes> out;
  for (const group::StoredRow& row : source.range({}, Bytes{0xff}))
    out.emplace(row.key, to_bytes(row.value.reveal()));
  return out;
}

// Single rows and ranges, where they are and where they are not.
void check_reads(crypto::SeededRandom& random, group::RowSource& source,
                 const std::map<Bytes, Bytes>& rows) {
  std::vector<Bytes> keys;
  for (std::size_t i = 0; i < 8; ++i) keys.push_back(numbered('n', random.below(600), 4));
  for (const auto& [key, value] : rows) {
    if (random.below(20) == 0) keys.push_back(key);
  }
  keys.push_back({'h'});
  keys.push_back({'q'});
  const auto found = source.find_each(keys);
  REQUIRE(found.size() == keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto row = rows.find(keys[i]);
    REQUIRE(found[i].has_value() == (row != rows.end()));
    if (found[i]) CHECK(to_bytes(found[i]->reveal()) == row->second);
  }
  const auto part = [&](const Bytes& first, const Bytes& last) {
    std::vector<Bytes> expected;
    for (auto row = rows.lower_bound(first); row != rows.end() && row->first <= last; ++row)
      expected.push_back(row->first);
    std::vector<Bytes> read;
    for (const group::StoredRow& row : source.range(first, last)) read.push_back(row.key);
    CHECK(read == expected);
  };
  const std::uint64_t from = random.below(900);
  part(concat({numbered('i', 1, 1), numbered('f', from, 5)}),
       concat({numbered('i', 1, 1), numbered('f', from + random.below(200), 5)}));
  part(numbered('n', random.below(300), 4), numbered('n', 300 + random.below(300), 4));
  part({'t'}, {'t', 0xff});
  part({'k'}, {'s', 0xff});
}

struct Seen {
  std::size_t folding = 0;  // transitions with a frozen segment, half folded
  std::size_t slots = 0;
  std::size_t blocks = 0;
};

void live(std::uint64_t seed, store::Store& store, int transitions, Seen& seen) {
  CAPTURE(seed);
  Deltas deltas(seed);
  crypto::SeededRandom random(seed + 1000);
  kit::MemoryRows model;
  StoreSink sink(store, eager);
  StoredRows lasting(store, group_id);
  for (int i = 0; i < transitions; ++i) {
    CAPTURE(i);
    const group::Delta delta = deltas.next();
    model.write(delta.open, delta.secrets);
    sink.write(delta.open, delta.secrets);
    if (const auto row = store.get(head_space, of_group(group_id))) {
      const Head head = decode_head(*row);
      if (!head.folded_to.empty()) ++seen.folding;
      seen.slots = std::max<std::size_t>(seen.slots, head.frozen.slots + head.active.slots);
    }
    if (random.below(3) == 0) check_reads(random, lasting, model.rows);
    if (random.below(10) > 0) continue;
    REQUIRE(all_rows(lasting) == model.rows);
    StoredRows fresh(store, group_id);
    REQUIRE(all_rows(fresh) == model.rows);
    seen.blocks = std::max(seen.blocks, store.scan(public_space, {}).size());
  }
}

}  // namespace

TEST_CASE("rows are those of a map, in memory") {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    store::MemoryStore store;
    live(seed, store, 400, seen);
  }
  CHECK(seen.folding > 500);
  CHECK(seen.slots > 4);
  CHECK(seen.blocks > 20);
}

TEST_CASE("rows are those of a map, in an SQLite file") {
  const kit::TemporaryDirectory directory;
  Seen seen;
  for (std::uint64_t seed = 21; seed <= 22; ++seed) {
    const auto store = store::open_sqlite(directory.file("store-" + std::to_string(seed)));
    live(seed, *store, 150, seen);
  }
  CHECK(seen.folding > 50);
}

TEST_CASE("several deltas of a group in one batch are one after the other") {
  for (std::uint64_t seed = 31; seed <= 36; ++seed) {
    CAPTURE(seed);
    Deltas deltas(seed);
    crypto::SeededRandom random(seed);
    store::MemoryStore store;
    kit::MemoryRows model;
    FrozenSegments frozen;
    StoredRows rows(store, group_id);
    for (int i = 0; i < 80; ++i) {
      store::Batch batch;
      for (std::size_t of = 1 + random.below(4); of-- > 0;) {
        const group::Delta delta = deltas.next();
        model.write(delta.open, delta.secrets);
        BatchSink(store, batch, random.below(2) == 0 ? &frozen : nullptr, eager)
            .write(delta.open, delta.secrets);
      }
      REQUIRE(store.apply(batch));
      REQUIRE(all_rows(rows) == model.rows);
    }
  }
}

TEST_CASE("a batch that is not applied leaves no trace, and one made on an older head is refused") {
  store::MemoryStore store;
  Deltas deltas(41);
  kit::MemoryRows model;
  FrozenSegments frozen;
  StoredRows rows(store, group_id);
  for (int i = 0; i < 200; ++i) {
    const group::Delta dropped = deltas.next();
    store::Batch never;
    BatchSink(store, never, &frozen, eager).write(dropped.open, dropped.secrets);
    const group::Delta delta = deltas.next();
    model.write(delta.open, delta.secrets);
    store::Batch batch;
    BatchSink(store, batch, &frozen, eager).write(delta.open, delta.secrets);
    REQUIRE(store.apply(batch));
    if (!dropped.open.empty() && !delta.open.empty()) CHECK_FALSE(store.apply(never));
    REQUIRE(all_rows(rows) == model.rows);
  }
}

TEST_CASE("groups in one store do not see each other, also where one's name starts the other's") {
  store::MemoryStore store;
  StoreSink sink(store, eager);
  std::map<Bytes, kit::MemoryRows> models;
  std::map<Bytes, Deltas> deltas;
  const std::vector<Bytes> names = {to_bytes("a"), to_bytes("ab"), to_bytes(""), Bytes(300, 'a')};
  for (std::size_t i = 0; i < names.size(); ++i) deltas.try_emplace(names[i], 51 + i);
  for (int i = 0; i < 600; ++i) {
    const Bytes& name = names[static_cast<std::size_t>(i) % names.size()];
    group::Delta delta = deltas.at(name).next();
    delta.open.group_id = name;
    models[name].write(delta.open, delta.secrets);
    sink.write(delta.open, delta.secrets);
  }
  for (const Bytes& name : names) {
    StoredRows rows(store, name);
    CHECK(all_rows(rows) == models[name].rows);
  }
}

}  // namespace thicket::group_store
