// Records written and read.
#include "group_store/log.h"

#include <algorithm>

#include "base/machine_failure.h"
#include "tree/siphash.h"

namespace thicket::group_store {

namespace {

Bytes slot_key(ByteView group_id, unsigned segment, std::uint32_t number) {
  return of_group(group_id).number32(segment).number32(number).octets();
}

// Where its octets do not fit into a page, they are padded to whole ones: it is written over in
// place later.
std::size_t slot_size(std::size_t octets, std::size_t key) {
  std::size_t pages = block_octets;
  while (pages < octets + key) pages += page_octets;
  return pages == block_octets ? octets : pages - key;
}

}  // namespace

std::uint64_t mark_of(ByteView record) {
  return tree::siphash({}, record);
}

std::vector<PackedRow> placed_rows(const group::PublicDelta& delta, const Placing& placing) {
  std::vector<PackedRow> rows;
  rows.reserve(delta.rows.size());
  for (const group::PublicRow& row : delta.rows) {
    const auto value = row.value ? std::optional<ByteView>(*row.value) : std::nullopt;
    rows.push_back({placing.placed(row.key), value});
  }
  std::sort(rows.begin(), rows.end(),
            [](const PackedRow& a, const PackedRow& b) { return a.key < b.key; });
  return rows;
}

Bytes make_record(const group::PublicDelta& delta, const Placing& placing, std::uint64_t before) {
  codec::Writer out(4096);
  out.integer(before, 8);
  put_number(out, delta.erased.size());
  for (const Bytes& prefix : delta.erased) put_string(out, prefix);
  pack(out, placed_rows(delta, placing));
  return std::move(out).take();
}

void LogEnd::put_slot(ByteView records) {
  const Bytes key = slot_key(group_id_, head_.active_at, head_.active.slots++);
  Bytes value = to_bytes(records);
  value.resize(slot_size(value.size(), key.size()));
  batch_.put(log_space, key, value);
}

void LogEnd::move_tail() {
  if (head_.tail.empty()) return;
  put_slot(head_.tail);
  head_.tail.clear();
}

void LogEnd::append(ByteView record) {
  codec::Writer out(record.size() + 4);
  put_string(out, record);
  head_.end = mark_of(record);
  head_.active.octets += static_cast<std::uint32_t>(out.size());
  const std::size_t apart = of_group(group_id_).octets().size() + encode(head_).size() + 8;
  if (apart + out.size() > block_octets) move_tail();
  if (apart - head_.tail.size() + out.size() > block_octets && head_.tail.empty())
    return put_slot(out.view());
  thicket::append(head_.tail, out.view());
}

void LogEnd::freeze() {
  move_tail();
  head_.active_at = static_cast<std::uint8_t>(head_.frozen_at());
  head_.frozen = std::exchange(head_.active, {});
  head_.start = std::exchange(head_.frozen_end, head_.end);
}

void Records::read_all_of(ByteView records) {
  codec::Reader in(records);
  while (!in.done()) {
    const ByteView record = read_string(in);
    if (record.empty()) return;  // padding
    const auto before = codec::Reader(record).integer(8);
    if (before && *before == end_) take(to_bytes(record));
  }
}

void Records::read_slots(Pending& disk, ByteView group_id, unsigned segment, std::uint32_t first,
                         std::uint32_t last) {
  for (std::uint32_t number = first; number < last; ++number) {
    const auto slot = disk.row(log_space, slot_key(group_id, segment, number));
    // Slots are dense: beyond one that is missing there is none, however many a damaged head
    // counts.
    if (!slot) return;
    read_all_of(*slot);
  }
}

void Records::take(Bytes record) {
  octets_.push_back(std::move(record));
  codec::Reader in(octets_.back());
  const auto before = in.integer(8);
  if (!before) throw MachineFailure("store: a record of group state is not whole");
  const std::uint64_t prefixes = read_number(in);
  for (std::uint64_t i = 0; i < prefixes; ++i) overlay_.erase_under(read_string(in));
  for (PackedRow& row : unpack(in)) {
    if (row.value) {
      overlay_.put(std::move(row.key), *row.value);
    } else {
      overlay_.erase(std::move(row.key));
    }
  }
  end_ = mark_of(octets_.back());
}

}  // namespace thicket::group_store
