// The vectors of RFC 9180, as its appendix and as the accumulated form of the Go project's test
// data give them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "crypto/provider.h"
#include "vectors/report.h"

namespace thicket::vectors {

// Whether `file` has the form of HPKE vectors.
bool is_hpke(const nlohmann::json& file);

// One result a case: key pairs from their seeds, encapsulation, decapsulation, every encryption in
// both directions and every export. Accumulated: inputs drawn from SHAKE128 of nothing, outputs
// condensed by SHAKE128 to 16 octets.
Report run_hpke(const crypto::Provider& provider, const nlohmann::json& file);

}  // namespace thicket::vectors
