// The log of a group: records of public rows, one a transition, in two segments. docs/format.md,
// "The log".
#pragma once

#include <deque>

#include "group/delta.h"
#include "group_store/blocks.h"

namespace thicket::group_store {

// Rows and prefixes of a delta, as a record that follows one with the mark `before`.
Bytes make_record(const group::PublicDelta& delta, const Placing& placing, std::uint64_t before);
std::uint64_t mark_of(ByteView record);

// The public rows of a delta, in order of placed key. Views into the delta.
std::vector<PackedRow> placed_rows(const group::PublicDelta& delta, const Placing& placing);

// The end of a log, where records are appended: to the head's tail as long as they fit there, else
// the tail goes to a slot of the active segment.
class LogEnd final {
 public:
  LogEnd(store::Batch& batch, ByteView group_id, Head& head)
      : batch_(batch), group_id_(group_id), head_(head) {}
  LogEnd(const LogEnd&) = delete;
  LogEnd& operator=(const LogEnd&) = delete;
  void append(ByteView record);
  // The active segment becomes the frozen one, which is empty.
  void freeze();

 private:
  void move_tail();
  void put_slot(ByteView records);
  store::Batch& batch_;
  ByteView group_id_;
  Head& head_;
};

// Records that were read, and what they say together.
class Records final {
 public:
  explicit Records(std::uint64_t start) : end_(start) {}
  Records(Records&&) = default;
  Records& operator=(Records&&) = default;

  // Takes those that follow what was taken, and passes over others.
  void read_slots(Pending& disk, ByteView group_id, unsigned segment, std::uint32_t first,
                  std::uint32_t last);
  void read_all_of(ByteView records);  // of a slot or tail
  // One that is not stored.
  void take(Bytes record);

  std::uint64_t end() const { return end_; }  // mark
  std::size_t count() const { return octets_.size(); }
  const Overlay& overlay() const { return overlay_; }

 private:
  std::uint64_t end_;
  std::deque<Bytes> octets_;  // the overlay's values lie in them
  Overlay overlay_;
};

}  // namespace thicket::group_store
