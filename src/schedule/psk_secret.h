// Pre-shared keys into psk_secret.  RFC 9420 8.4.
#pragma once

#include <span>

#include "messages/psk.h"
#include "schedule/secrets.h"

namespace thicket::schedule {

// A PSK with its name. `psk` views what the application, or a kept epoch's resumption_psk, holds.
struct PskInput {
  const PreSharedKeyID& id;
  ByteView psk;
};

// In the order of the commit's proposals, or of GroupSecrets.psks; none gives the all-zero vector.
// At most 65535 of them.
PskSecret psk_secret(const crypto::Crypto& crypto, std::span<const PskInput> psks);
PskSecret zero_psk_secret(const crypto::Crypto& crypto);

// 8.4: "the psk_nonce of its PreSharedKeyID MUST be set to a fresh random value of length KDF.Nh".
// Rule::psk_nonce_length.
Result<void> check_psk_nonce(const crypto::Crypto& crypto, const PreSharedKeyID& id);
Bytes fresh_psk_nonce(const crypto::Crypto& crypto, Random& random);

}  // namespace thicket::schedule
