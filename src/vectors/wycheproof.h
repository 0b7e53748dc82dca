// Project Wycheproof's classical files: AEAD, HMAC, HKDF, X25519 and X448, ECDH, ECDSA, EdDSA.
// https://github.com/C2SP/wycheproof
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "crypto/provider.h"
#include "vectors/report.h"

namespace thicket::vectors {

// Whether `file` has the form of Wycheproof's: to be told by content, not by name.
bool is_wycheproof(const nlohmann::json& file);

// One result a test, in the order of the file. `acceptable` tests of key agreement: a zero shared
// secret or a compressed point must be refused, every other must give the stated result.
Report run_wycheproof(const crypto::Provider& provider, const nlohmann::json& file);

}  // namespace thicket::vectors
