// Ways in which a group that was just created becomes warm, played on a tree with real hashes and
// drawn keys: what the commits seal together, and how wide the tree still is for the next one.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "crypto/suite.h"

namespace thicket::bench {

enum class WarmingOrder : std::uint8_t {
  nothing,         // updates that come anyway, by members drawn from the seed
  one_by_one,      // each member updates when it has joined, in the order of the leaves
  scheduled,       // group/warming.h alone, to the last parent
  scheduled_then,  // the same for parents above members_min and more, then as `nothing`
  waves  // the group is not created at once: a wave is added when the one before it is warm
};
std::string_view name_of(WarmingOrder order);

struct WarmingPoint {
  std::uint64_t commits = 0;
  std::uint64_t ciphertexts = 0;      // sealed by all of them
  double mean_ciphertexts = 0;        // of a commit of any member now
  std::uint64_t ciphertexts_max = 0;  // of the widest so far
};

struct WarmingPlan {
  std::uint32_t members = 0;
  std::uint64_t commits = 0;
  std::uint64_t seed = 1;
  std::uint32_t wave = 0;  // members added together, with `waves`; 0: a sixteenth of all
};
// At 0, 1, 2, 4, 8 ... commits, and at the last. O(members + commits log members).
std::vector<WarmingPoint> warm(const crypto::Provider& provider, WarmingOrder order,
                               const WarmingPlan& plan);

}  // namespace thicket::bench
