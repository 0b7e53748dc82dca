// Words and names that do not stand in this house: unfinished work, names that say nothing, tuples
// in headers, and paths of somebody's machine.
#pragma once

#include "house/source.h"

namespace thicket::house {

// C++ sources: code and comments.
Findings check_words(const Source& source);

// Any text file: no path of a machine.
Findings check_paths(const Source& source);

}  // namespace thicket::house
