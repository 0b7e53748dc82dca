// Which of the ways a delta goes to the disk.
#include "group_store/transition.h"

#include <algorithm>

#include "base/assert.h"
#include "base/machine_failure.h"
#include "group_store/own_key_packages.h"

namespace thicket::group_store {
namespace {

[[noreturn]] void torn_log() {
  throw MachineFailure("store: the log of a group is not whole");
}

constexpr std::size_t held_max = 8;
// A block of a group that is new here has room for what its rows will grow by.
constexpr std::size_t first_fill = block_octets / 8 * 7;

class PublicRows final {
 public:
  PublicRows(const Transition& to, const group::PublicDelta& delta)
      : to_(to),
        delta_(delta),
        id_(delta.group_id),
        disk_(to.store, to.batch),
        blocks_(public_space, id_, Padding::none) {}

  void put() {
    if (delta_.erased.empty() && delta_.rows.empty()) return;
    const Bytes key = of_group(id_).octets();
    const auto stored = disk_.row(head_space, key);
    to_.batch.expect(head_space, key, to_.store.get(head_space, key));
    const bool whole = std::any_of(delta_.erased.begin(), delta_.erased.end(),
                                   [](const Bytes& prefix) { return prefix.empty(); });
    if (whole || !stored) {
      begin(whole);
    } else {
      head_ = decode_head(*stored);
      go_on();
    }
    if (is_there_) to_.batch.put(head_space, key, encode(head_));
  }

 private:
  // A group that is new here, or that is gone.
  void begin(bool erase) {
    if (erase) {
      const Bytes prefix = of_group(id_).octets();
      for (const std::string_view space : {head_space, log_space, public_space, secret_space})
        to_.batch.erase_under(space, prefix);
      to_.frozen.drop(id_);
    }
    std::size_t node_octets = 0;
    std::size_t nodes = 0;
    for (const group::PublicRow& row : delta_.rows) {
      if (row.key.front() != 'n' || !row.value) continue;
      node_octets += row.value->size();
      ++nodes;
    }
    const Placing placing = Placing::fitting(nodes == 0 ? 0 : node_octets / nodes);
    std::vector<PackedRow> rows = placed_rows(delta_, placing);
    std::erase_if(rows, [](const PackedRow& row) { return !row.value; });
    if (rows.empty()) return;
    is_there_ = true;
    head_.band_height = static_cast<std::uint8_t>(placing.band_height());
    // Another life of this group under the same id has other rows, and so another mark.
    codec::Writer names_it;
    for (const PackedRow& row : rows) {
      if (row.key.front() != 'n' && row.key.front() != 'i') names_it.raw(*row.value);
    }
    head_.start = head_.frozen_end = head_.end = mark_of(names_it.view());
    head_.block_octets = blocks_.write(to_.batch, rows, beyond_all(), first_fill);
  }

  void go_on() {
    is_there_ = true;
    Bytes record = make_record(delta_, head_.placing(), head_.end);
    if (record.size() > to_.policy.record_max) return fold_all(std::move(record));
    LogEnd log(to_.batch, id_, head_);
    log.append(record);
    const bool full = head_.active.octets >= limit();
    if (head_.frozen.slots == 0) {
      if (full) log.freeze();
    } else if (full || record.size() >= to_.policy.step_record_min) {
      fold_step();
    }
  }

  std::size_t limit() const {
    return std::clamp(static_cast<std::size_t>(head_.block_octets) / to_.policy.blocks_per_segment,
                      to_.policy.segment_min, to_.policy.segment_max);
  }

  void fold_step() {
    const Records& frozen = to_.frozen.of(disk_, id_, head_);
    const Overlay& changes = frozen.overlay();
    // Twice what a record brings: a segment is folded when the other is half full.
    const std::size_t pace = 2 * (changes.rows().size() / frozen.count() + 1);
    const Folded folded =
        fold(disk_, to_.batch, blocks_, changes, head_.folded_to, {to_.policy.step_octets, pace});
    note(folded);
    if (!folded.done) {
      head_.folded_to = folded.to;
      return;
    }
    head_.frozen = {};
    head_.start = head_.frozen_end;
    head_.folded_to.clear();
    to_.frozen.drop(id_);
  }

  // The log and a record that is too long for it, in this one transition.
  void fold_all(Bytes record) {
    Records all = live_records(disk_, id_, head_);
    all.take(std::move(record));
    note(fold(disk_, to_.batch, blocks_, all.overlay(), {}, {}));
    to_.frozen.drop(id_);
    head_.start = head_.frozen_end = head_.end = all.end();
    head_.frozen = head_.active = {};
    head_.tail.clear();
    head_.folded_to.clear();
  }

  void note(const Folded& folded) {
    head_.block_octets = static_cast<std::uint64_t>(static_cast<std::int64_t>(head_.block_octets) +
                                                    folded.octets_more);
  }

  const Transition& to_;
  const group::PublicDelta& delta_;
  const Bytes& id_;
  Pending disk_;
  Blocks blocks_;
  Head head_;
  bool is_there_ = false;
};

void put_secrets(const Transition& to, const group::PublicDelta& delta,
                 std::span<const group::SecretRow> secrets) {
  Overlay changes;
  for (const Bytes& prefix : delta.erased) {
    if (!prefix.empty()) changes.erase_under(prefix);
  }
  for (const group::SecretRow& row : secrets) {
    if (row.value) {
      changes.put(row.key, row.value->reveal());
    } else {
      changes.erase(row.key);
    }
  }
  if (changes.empty()) return;
  Pending disk(to.store, to.batch);
  const Blocks blocks(secret_space, delta.group_id, Padding::to_pages);
  fold(disk, to.batch, blocks, changes, {}, {});
}

}  // namespace

Records live_records(Pending& disk, ByteView group_id, const Head& head) {
  Records out(head.start);
  out.read_slots(disk, group_id, head.frozen_at(), 0, head.frozen.slots);
  if (out.end() != head.frozen_end) torn_log();
  out.read_slots(disk, group_id, head.active_at, 0, head.active.slots);
  out.read_all_of(head.tail);
  if (out.end() != head.end) torn_log();
  return out;
}

const Records& FrozenSegments::of(Pending& disk, ByteView group_id, const Head& head) {
  const auto found = held_.find(to_bytes(group_id));
  if (found != held_.end() && found->second.start == head.start &&
      found->second.end == head.frozen_end)
    return found->second.records;
  Records records(head.start);
  records.read_slots(disk, group_id, head.frozen_at(), 0, head.frozen.slots);
  if (records.end() != head.frozen_end) torn_log();
  if (held_.size() >= held_max) held_.clear();
  Held held{head.start, head.frozen_end, std::move(records)};
  return held_.insert_or_assign(to_bytes(group_id), std::move(held)).first->second.records;
}

void put(const Transition& to, const group::PublicDelta& delta,
         std::span<const group::SecretRow> secrets) {
  PublicRows(to, delta).put();
  put_secrets(to, delta, secrets);
  for (const Bytes& reference : delta.consumed_key_packages)
    to.batch.erase(key_package_space, reference);
}

}  // namespace thicket::group_store
