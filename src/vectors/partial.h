// The test vectors of draft-ietf-mls-partial. Only the kind message-syntax is run yet.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "vectors/report.h"

namespace thicket::vectors {

// By content: some kinds have file names that the MLS working group's kinds have, too.
bool is_partial(const nlohmann::json& file);
// One result a case, in the order of the file; of a kind without a runner each has failed.
Report run_partial(const nlohmann::json& file);

}  // namespace thicket::vectors
