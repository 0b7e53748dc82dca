// One delta of one group put into a batch: blocks of a group that is new here, a record of the log,
// a part of the fold, secrets in place. docs/format.md.
#pragma once

#include "group_store/log.h"

namespace thicket::group_store {

// When a log is folded, and how much of it at a time. No part of the format.
struct FoldPolicy {
  // A segment's limit: this part of the blocks' octets, but at least and at most so many octets.
  std::size_t blocks_per_segment = 16;
  std::size_t segment_min = 16 * 1024;
  std::size_t segment_max = 1024 * 1024;
  std::size_t step_octets = 64 * 1024;  // folded by a transition
  std::size_t step_record_min = 1024;   // whose record is as long as that
  std::size_t record_max = 256 * 1024;  // a longer one is folded at once
};

// Frozen segments that are being folded, read once for all transitions that fold a part of them.
// What it holds can be dropped at any time.
class FrozenSegments final {
 public:
  FrozenSegments() = default;
  FrozenSegments(const FrozenSegments&) = delete;
  FrozenSegments& operator=(const FrozenSegments&) = delete;

  const Records& of(Pending& disk, ByteView group_id, const Head& head);
  void drop(ByteView group_id) { held_.erase(to_bytes(group_id)); }

 private:
  struct Held {
    std::uint64_t start = 0;  // marks of the segment
    std::uint64_t end = 0;
    Records records;
  };
  std::map<Bytes, Held> held_;
};

struct Transition {
  store::Store& store;
  store::Batch& batch;
  FrozenSegments& frozen;
  const FoldPolicy& policy;
};
void put(const Transition& to, const group::PublicDelta& delta,
         std::span<const group::SecretRow> secrets);

// The records that are live: frozen, active and tail. Throws MachineFailure if some are not there.
Records live_records(Pending& disk, ByteView group_id, const Head& head);

}  // namespace thicket::group_store
