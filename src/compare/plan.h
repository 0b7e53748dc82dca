// What a group costs its members and its server a day, from how often it changes and its members
// update, and how often they can afford to. docs/performance/plan.md explains the trade.
#pragma once

#include <optional>

#include "compare/costs.h"

namespace thicket::compare {

struct Habits {
  std::uint32_t members = 0;
  double changes_per_day = 0;        // one half joins, the other leaves
  double update_every_seconds = 0;   // each member renews its keys so often
  double budget_octets_per_day = 0;  // of a member, up and down
};

struct Day {
  std::string name;          // of the scheme
  double member_octets = 0;  // up and down
  double member_cpu_us = 0;
  double member_rows = 0;    // written to the member's store: one a transition of group or session
  double server_octets = 0;  // that leave the server
  double server_rows = 0;    // stored messages
  // The shortest interval of updates within the budget; none: the changes alone are beyond it.
  std::optional<double> shortest_update_seconds;
  bool operator==(const Day&) const = default;
};

Day a_day(const Scheme& scheme, const Habits& habits);

}  // namespace thicket::compare
