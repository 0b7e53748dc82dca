// The head of a group's state: what of it is where. docs/format.md, "The head".
#pragma once

#include "group_store/pending.h"
#include "group_store/placing.h"
#include "store/key.h"

namespace thicket::group_store {

inline constexpr std::uint8_t format_version = 1;

inline constexpr std::string_view head_space = "group_heads";
inline constexpr std::string_view log_space = "group_log";
inline constexpr std::string_view public_space = "group_blocks";
inline constexpr std::string_view secret_space = "group_secrets";

// The part of a key that names the group.
inline store::Key of_group(ByteView group_id) {
  return store::Key().name(group_id);
}

// One half of the log: slots with records that follow one another.
struct Segment {
  std::uint32_t slots = 0;
  std::uint32_t octets = 0;  // of records
  bool operator==(const Segment&) const = default;
};

struct Head {
  std::uint8_t band_height = Placing::height_max;
  std::uint8_t active_at = 0;    // which of the two segments in the store is the active one
  std::uint64_t start = 0;       // mark before the frozen segment
  std::uint64_t frozen_end = 0;  // mark between frozen and active
  std::uint64_t end = 0;         // mark after the active one and the tail
  Segment frozen;
  Segment active;
  std::uint64_t block_octets = 0;
  Bytes folded_to;  // of the frozen segment
  Bytes tail;       // the newest records, which have no slot yet
  bool operator==(const Head&) const = default;

  Placing placing() const { return Placing(band_height); }
  unsigned frozen_at() const { return 1U - active_at; }
};

Bytes encode(const Head& head);
// Throws MachineFailure, also for another version.
Head decode_head(ByteView octets);

}  // namespace thicket::group_store
