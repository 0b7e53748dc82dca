// A group that was just created is wide: nobody has committed, no parent has a key, and a first
// commit seals to everybody. Commits make it warm; whose, and in which order, decides what that
// costs together. docs/performance/warming.md has the measurements.
#pragma once

#include <optional>

#include "tree/ratchet_tree.h"

namespace thicket::group {

struct WarmingPolicy {
  // Between one commit and the next, of all members together: so there are no storms.
  std::uint64_t spacing_seconds = 10;
  // Parents above fewer members are left to the updates that come anyway.
  std::uint32_t members_min = 8;
};

// In how many seconds this member should commit with a path, if nobody has filled its parents by
// then; nothing if it is not its turn. Asked at each new epoch: the answer of an earlier one stands
// while the turn is the same, and is void when it is another or none. Every member comes to its own
// answer from the tree alone, and no two to the same.
std::optional<std::uint64_t> seconds_to_update(const tree::PathHealth& health,
                                               const WarmingPolicy& policy);

}  // namespace thicket::group
