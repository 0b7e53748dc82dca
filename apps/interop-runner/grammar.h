// What the actions of scripts are: their fields, who must be where before them, and what they make.
// A script is held against it as a whole before anybody is called.
#pragma once

#include "interop-runner/script.h"

namespace thicket::interop {

// Everybody who acts or is acted for, each once, in the order of appearance.
std::vector<std::string> actors_of(const Script& script);

// Throws BadScript, with step and field. Fields that no action has are let be, as the working
// group's runner does, and named: scripts carry remarks, and may have typing errors.
std::vector<std::string> check(const Script& script);

}  // namespace thicket::interop
