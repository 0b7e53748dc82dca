// What HPKE sealed for one key.  RFC 9420 7.6.
#pragma once

#include "base/bytes.h"

namespace thicket {

struct HPKECiphertext {
  Bytes kem_output;
  Bytes ciphertext;
  bool operator==(const HPKECiphertext&) const = default;
};

// Public keys as they stand on the wire: opaque<V>.
using HPKEPublicKey = Bytes;
using SignaturePublicKey = Bytes;

}  // namespace thicket
