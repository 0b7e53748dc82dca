// X448 and Ed448, which AWS-LC does not have, by libdecaf.  RFC 7748 5; RFC 8032 5.2.
// Built without libdecaf, none of these may be called: suites 4 and 6 are then not there.
#pragma once

#include <array>

#include "base/bytes.h"

namespace thicket::crypto::awslc {

bool decaf448_is_there();

// Inputs and outputs of 56 octets.
void x448_public(ByteView scalar, ByteSpan out);
// False for a result of zeros.
bool x448(ByteView scalar, ByteView point, ByteSpan out);

// The private key of 57 octets with its public one. Wiped at its end.
class Ed448KeyPair final {
 public:
  explicit Ed448KeyPair(ByteView seed);
  ~Ed448KeyPair();
  Ed448KeyPair(const Ed448KeyPair&) = delete;
  Ed448KeyPair& operator=(const Ed448KeyPair&) = delete;
  ByteView public_key() const { return ByteView(octets_).subspan(57); }
  Bytes sign(ByteView message) const;

 private:
  std::array<std::uint8_t, 114> octets_{};
};

bool ed448_verify(ByteView public_key, ByteView message, ByteView signature);

}  // namespace thicket::crypto::awslc
