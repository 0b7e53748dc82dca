// Calls to the operating system stand in few folders, so that all else runs wherever C++ does:
// src/base/os, src/store, src/transport, and the programs of apps.
#pragma once

#include "house/source.h"

namespace thicket::house {

// Sources of src/ but those folders and tests: no header of POSIX, Linux or Windows, none of the
// standard ones that open files or install signals, no clock and no environment.
Findings check_system(const Source& source);

}  // namespace thicket::house
