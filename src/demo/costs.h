// What adding and removing one person and a message cost here, measured in the demo's own group.
#pragma once

#include "compare/costs.h"
#include "demo/world.h"

namespace thicket::demo {

// Adds one, has it say something, and removes it again. All agree before and after. Of each cost:
// messages, octets up and down, and the CPU time of all clients together.
compare::Scheme measure_here(World& world);

}  // namespace thicket::demo
