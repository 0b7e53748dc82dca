// The order is the tree's; the policy says how fast, and where to stop.
#include "group/warming.h"

namespace thicket::group {

std::optional<std::uint64_t> seconds_to_update(const tree::PathHealth& health,
                                               const WarmingPolicy& policy) {
  if (!health.turn || health.turn->members < policy.members_min) return std::nullopt;
  return health.turn->rank * policy.spacing_seconds;
}

}  // namespace thicket::group
