// Plays the scenes and prints what comes of them, for people or for programs.
#pragma once

#include <iosfwd>

#include "demo/world.h"

namespace thicket::demo {

inline constexpr std::uint32_t members_min = 4;
// Every member holds the whole tree: memory grows with the square.
inline constexpr std::uint32_t members_max = 4096;

// True if every scene holds and all agree at the end. Throws MachineFailure.
bool play_for_people(const crypto::Provider& provider, const WorldPlan& plan, std::ostream& out);
// One JSON object a line: `scene, ok, ms, detail` for each scene, then `ok, suite, members,
// epoch, epoch_authenticator`.
bool play_for_programs(const crypto::Provider& provider, const WorldPlan& plan, std::ostream& out);

}  // namespace thicket::demo
