// Rates times the costs of one act.
#include "compare/plan.h"

namespace thicket::compare {
namespace {

constexpr double day_seconds = 86'400;

// What a member writes when another acts: the new state of the group, or of each session and key.
double rows_of(const Scheme& scheme, Act act, const Habits& habits) {
  if (scheme.name == pairwise_name) return act == Act::leave ? 0 : 1;
  if (scheme.name != sender_keys_name) return 1;
  // A sender key beside the session; at a leave one of each other member.
  return act == Act::leave ? 2.0 * (habits.members - 1) : 2;
}

}  // namespace

Day a_day(const Scheme& scheme, const Habits& habits) {
  const double members = habits.members;
  const double half = habits.changes_per_day / 2;
  const double updates = day_seconds / habits.update_every_seconds;  // of one member
  const double others = (members - 1) * updates;
  const Cost& join = scheme[Act::join];
  const Cost& leave = scheme[Act::leave];
  const Cost& update = scheme[Act::update];
  Day out;
  out.name = scheme.name;
  const double changes_octets = half * static_cast<double>(join.member_octets) +
                                half * static_cast<double>(leave.member_octets);
  // Of updates at one a day.
  const double daily_octets = static_cast<double>(update.actor_octets) +
                              (members - 1) * static_cast<double>(update.member_octets);
  out.member_octets = changes_octets + updates * daily_octets;
  out.member_cpu_us = half * (join.member_cpu_us + leave.member_cpu_us) +
                      updates * update.actor_cpu_us + others * update.member_cpu_us;
  out.member_rows =
      half * (rows_of(scheme, Act::join, habits) + rows_of(scheme, Act::leave, habits)) +
      (updates + others) * rows_of(scheme, Act::update, habits);
  out.server_octets = half * static_cast<double>(join.delivered + leave.delivered) +
                      members * updates * static_cast<double>(update.delivered);
  out.server_rows = half * static_cast<double>(join.messages + leave.messages) +
                    members * updates * static_cast<double>(update.messages);
  const double left = habits.budget_octets_per_day - changes_octets;
  if (left > 0) out.shortest_update_seconds = day_seconds * daily_octets / left;
  return out;
}

}  // namespace thicket::compare
