// Files read whole.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"

namespace thicket::os {

// What stands in each file of a directory; not in those below it.
std::vector<Bytes> files_in(const std::string& directory);

}  // namespace thicket::os
