// The test vectors of draft-connolly-cfrg-xwing-kem: a seed, a key, one encapsulation.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "crypto/provider.h"
#include "vectors/report.h"

namespace thicket::vectors {

bool is_xwing(const nlohmann::json& file);
// One result a case, in the order of the file.
Report run_xwing(const crypto::Provider& provider, const nlohmann::json& file);

}  // namespace thicket::vectors
