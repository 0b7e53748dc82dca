// docs/format.md: where rows stand, how blocks are cut and padded, and what of it is refused.
#include <doctest/doctest.h>

#include <bit>

#include "base/machine_failure.h"
#include "crypto/seeded_random.h"
#include "group/rows.h"
#include "group_store/group_rows.h"
#include "store/memory/memory_store.h"

namespace thicket::group_store {
namespace {

const Bytes group_id = to_bytes("a group");

group::PublicDelta delta() {
  group::PublicDelta out;
  out.group_id = group_id;
  return out;
}

// A tree of so many nodes, each with a row of so many octets.
group::PublicDelta tree(std::uint32_t nodes, std::size_t row) {
  group::PublicDelta out = delta();
  for (std::uint32_t node = 0; node < nodes; ++node)
    out.rows.push_back({group::rows::tree_node(NodeIndex{node}), Bytes(row, 'n')});
  return out;
}

std::vector<store::Row> blocks_of(store::Store& store, std::string_view space) {
  return store.scan(space, {.prefix = of_group(group_id).octets()});
}

std::vector<Bytes> keys_in(const store::Row& block) {
  std::vector<Bytes> keys;
  codec::Reader in(block.value);
  for (const PackedRow& row : unpack(in)) keys.push_back(row.key);
  return keys;
}

Head head_of(store::Store& store) {
  return decode_head(*store.get(head_space, of_group(group_id)));
}

}  // namespace

TEST_CASE("a node's place names its band, and its key comes back") {
  for (unsigned height = 1; height <= Placing::height_max; ++height) {
    const Placing placing(height);
    for (std::uint32_t node = 0; node < 5000; ++node) {
      const Bytes key = group::rows::tree_node(NodeIndex{node});
      const Bytes placed = placing.placed(key);
      CHECK(placed[1] == static_cast<unsigned>(std::countr_one(node)) / height);
      CHECK(Placing::row_key(placed) == key);
    }
    CHECK(placing.placed(to_bytes("i key")) == to_bytes("i key"));
    CHECK(Placing::row_key(to_bytes("o key")) == to_bytes("o key"));
  }
}

TEST_CASE("the band is as high as a subtree that fits into a block") {
  CHECK(Placing::fitting(0).band_height() == 4);
  CHECK(Placing::fitting(260).band_height() == 4);
  CHECK(Placing::fitting(280).band_height() == 3);
  CHECK(Placing::fitting(600).band_height() == 2);
  CHECK(Placing::fitting(1400).band_height() == 1);
  CHECK(Placing::fitting(50'000).band_height() == 1);
}

TEST_CASE("blocks of a tree are full, and hold whole subtrees as high as a band") {
  store::MemoryStore store;
  StoreSink sink(store);
  sink.write(tree(8191, 200), {});
  CHECK(head_of(store).band_height == 4);
  const auto blocks = blocks_of(store, public_space);
  std::size_t octets = 0;
  std::size_t torn = 0;
  std::optional<Bytes> before;
  for (const store::Row& block : blocks) {
    octets += block.key.size() + block.value.size();
    CHECK(block.key.size() + block.value.size() <= block_octets);
    const auto keys = keys_in(block);
    // 15 nodes of a subtree: it is torn where two neighbours of one stand in two blocks.
    if (before && (*before)[1] == keys.front()[1]) {
      const auto subtree = [](const Bytes& key) {
        const std::uint32_t node = (static_cast<std::uint32_t>(key[2]) << 24) |
                                   (static_cast<std::uint32_t>(key[3]) << 16) |
                                   (static_cast<std::uint32_t>(key[4]) << 8) | key[5];
        return node >> (4 * (key[1] + 1U));
      };
      if (subtree(*before) == subtree(keys.front())) ++torn;
    }
    before = keys.back();
  }
  CHECK(torn == 0);
  CHECK(octets == head_of(store).block_octets);
  CHECK(octets / blocks.size() > block_octets / 2);
}

TEST_CASE("a block that grows is cut, and one that empties is gone") {
  store::MemoryStore store;
  constexpr FoldPolicy at_once{.record_max = 0};
  StoreSink sink(store, at_once);
  sink.write(tree(511, 200), {});
  const std::size_t at_first = blocks_of(store, public_space).size();
  group::PublicDelta more = delta();
  for (std::uint32_t node = 0; node < 511; ++node)
    more.rows.push_back({group::rows::tree_node(NodeIndex{node}), Bytes(400, 'm')});
  sink.write(more, {});
  const auto grown = blocks_of(store, public_space);
  CHECK(grown.size() > at_first * 3 / 2);
  for (const store::Row& block : grown)
    CHECK(block.key.size() + block.value.size() <= block_octets);
  group::PublicDelta fewer = delta();
  for (std::uint32_t node = 0; node < 511; ++node)
    fewer.rows.push_back({group::rows::tree_node(NodeIndex{node}), std::nullopt});
  sink.write(fewer, {});
  const auto left = blocks_of(store, public_space);
  REQUIRE(left.size() == 1);
  CHECK(keys_in(left[0]).empty());
  CHECK(head_of(store).block_octets == left[0].key.size() + left[0].value.size());
}

TEST_CASE("a row that is longer than a block stands in one of its own") {
  store::MemoryStore store;
  StoreSink sink(store);
  group::PublicDelta some = tree(3, 200);
  some.rows.push_back({to_bytes("o long"), Bytes(20'000, 'o')});
  some.rows.push_back({to_bytes("h"), Bytes(100, 'h')});
  sink.write(some, {});
  const auto blocks = blocks_of(store, public_space);
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[1].value.size() > 20'000);
  StoredRows rows(store, group_id);
  CHECK(rows.find(to_bytes("o long"))->size() == 20'000);
  CHECK(rows.range({}, Bytes{0xff}).size() == 5);
}

TEST_CASE(
    "blocks of secrets fill pages that they share with nobody, at any length of a group's id") {
  for (const std::size_t name : {1U, 32U, 700U}) {
    store::MemoryStore store;
    StoreSink sink(store);
    crypto::SeededRandom random(7);
    group::PublicDelta open;
    open.group_id = Bytes(name, 'g');
    for (int round = 0; round < 60; ++round) {
      std::vector<group::SecretRow> secrets;
      const Bytes key = concat({to_bytes("t"), random.bytes(3)});
      const std::size_t size = round % 20 == 19 ? 9000 : 1 + random.below(300);
      secrets.push_back({key, SecretBytes(random.bytes(size))});
      sink.write(open, secrets);
      for (const store::Row& block : store.scan(secret_space, {})) {
        const std::size_t octets = block.key.size() + block.value.size();
        CHECK((octets - block_octets) % page_octets == 0);
      }
    }
    CHECK(store.scan(secret_space, {}).size() > 3);
    CHECK(store.scan(head_space, {}).empty());
  }
}

TEST_CASE("the head comes back, and of another version or cut short it is refused") {
  Head head;
  head.band_height = 2;
  head.active_at = 1;
  head.start = 1;
  head.frozen_end = 2;
  head.end = 0xF000000000000003;
  head.frozen = {4, 5};
  head.active = {6, 7};
  head.block_octets = 8;
  head.folded_to = to_bytes("nine");
  head.tail = to_bytes("ten");
  const Bytes octets = encode(head);
  CHECK(decode_head(octets) == head);
  for (std::size_t size = 0; size < octets.size(); ++size)
    CHECK_THROWS_AS(decode_head(ByteView(octets).first(size)), MachineFailure);
  CHECK_THROWS_AS(decode_head(concat({octets, Bytes{0}})), MachineFailure);
  Bytes later = octets;
  later[0] = format_version + 1;
  CHECK_THROWS_WITH_AS(decode_head(later), doctest::Contains("format 2"), MachineFailure);
}

TEST_CASE("packed rows that are cut short, or not in order, are refused") {
  const Bytes value = to_bytes("value");
  const std::vector<PackedRow> rows = {{to_bytes("a"), value},
                                       {to_bytes("ab"), std::nullopt},
                                       {to_bytes("abc"), ByteView()},
                                       {to_bytes("b"), value}};
  codec::Writer out;
  pack(out, rows);
  codec::Reader in(out.view());
  CHECK(unpack(in) == rows);
  CHECK(in.done());
  for (std::size_t size = 0; size < out.size(); ++size) {
    codec::Reader cut(out.view().first(size));
    CHECK_THROWS_AS(unpack(cut), MachineFailure);
  }
  // "b" before "a", "a" twice, more shared than there is, a number without end.
  for (const char* hex :
       {"020001620000016100", "0200016100010000", "0105016100", "ffffffffffffffffffff01"}) {
    const auto octets = from_hex(hex);
    REQUIRE(octets);
    codec::Reader bad(*octets);
    CHECK_THROWS_AS(unpack(bad), MachineFailure);
  }
}

TEST_CASE("a row without a value may stand in a record, and in no block") {
  const Block whole{{}, SecretBytes(*from_hex("010001610278"))};
  const auto rows = whole.rows();
  REQUIRE(rows.size() == 1);
  CHECK(equal(*rows[0].value, view_of("x")));
  const Block erased{{}, SecretBytes(*from_hex("0100016100"))};
  CHECK_THROWS_AS((void)erased.rows(), MachineFailure);
}

namespace {

// A group with records in both segments and in the tail.
void fill(store::Store& store) {
  constexpr FoldPolicy slow{
      .segment_min = 12'000, .segment_max = 12'000, .step_octets = 1, .step_record_min = 100'000};
  StoreSink sink(store, slow);
  sink.write(tree(63, 200), {});
  for (std::uint32_t i = 0; i < 8; ++i) {
    group::PublicDelta more = delta();
    more.rows.push_back({group::rows::tree_node(NodeIndex{i}), Bytes(2500, 'm')});
    sink.write(more, {});
  }
  const Head head = head_of(store);
  REQUIRE(head.frozen.slots > 0);
  REQUIRE(head.active.slots > 0);
  REQUIRE(!head.tail.empty());
}

}  // namespace

TEST_CASE("a log of which a record is missing, altered, or of another life is not read") {
  store::MemoryStore whole;
  fill(whole);
  CHECK_NOTHROW(StoredRows(whole, group_id).find(to_bytes("h")));
  const auto slots = whole.scan(log_space, {});
  CHECK(slots.size() > 2);
  for (const store::Row& slot : slots) {
    // The mark of the record before, a record's middle; none at all.
    for (const std::size_t at : {std::size_t{5}, slot.value.size() / 2, SIZE_MAX}) {
      store::MemoryStore store;
      fill(store);
      Bytes value = slot.value;
      if (at < value.size()) value[at] ^= 1;
      store::Batch batch;
      batch.put(log_space, slot.key, value);
      if (at == SIZE_MAX) batch.erase(log_space, slot.key);
      REQUIRE(store.apply(batch));
      StoredRows rows(store, group_id);
      CHECK_THROWS_AS(rows.find(to_bytes("h")), MachineFailure);
    }
  }
}

TEST_CASE("a head that counts more slots than there are makes nobody look for them") {
  class Counted final : public store::Store {
   public:
    std::optional<Bytes> get(std::string_view space, ByteView key) override {
      if (++reads > 1000) throw std::runtime_error("it reads on and on");
      return rows.get(space, key);
    }
    std::vector<store::Row> scan(std::string_view space, const store::Range& range) override {
      return rows.scan(space, range);
    }
    bool apply(const store::Batch& batch) override { return rows.apply(batch); }
    void scrub() override {}
    store::MemoryStore rows;
    std::size_t reads = 0;
  };
  for (Segment Head::*segment : {&Head::frozen, &Head::active}) {
    Counted store;
    fill(store);
    Head head = head_of(store);
    (head.*segment).slots = 0xffffffff;
    head.end += segment == &Head::active ? 1 : 0;
    store::Batch batch;
    batch.put(head_space, of_group(group_id), encode(head));
    REQUIRE(store.apply(batch));
    store.reads = 0;
    const auto find = [&] { return StoredRows(store, group_id).find(to_bytes("h")); };
    if (segment == &Head::active) CHECK_THROWS_AS(find(), MachineFailure);
    // All records of the frozen segment are there.
    if (segment == &Head::frozen) CHECK_NOTHROW(find());
  }
}

TEST_CASE("who knew the log of an earlier life of the group reads the new one") {
  store::MemoryStore store;
  StoreSink sink(store);
  StoredRows rows(store, group_id);
  for (int life = 0; life < 3; ++life) {
    group::PublicDelta first = tree(3, 100);
    first.erased.push_back({});
    first.rows.push_back({to_bytes("h"), Bytes(10, static_cast<std::uint8_t>(life))});
    sink.write(first, {});
    for (std::uint8_t i = 0; i < 3; ++i) {
      group::PublicDelta more = delta();
      more.rows.push_back({to_bytes("o"), Bytes(1, i)});
      sink.write(more, {});
    }
    CHECK(rows.find(to_bytes("h"))->reveal()[0] == life);
    CHECK(rows.find(to_bytes("o"))->reveal()[0] == 2);
  }
}

}  // namespace thicket::group_store
