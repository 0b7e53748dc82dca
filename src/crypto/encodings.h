// Which encodings of keys and signatures are accepted, the same for every provider, or providers
// fork a group. RFC 9420 5.1.1 and 5.1.2; RFC 9180 7.1.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/algorithms.h"

namespace thicket::crypto {

std::size_t private_key_size(DhGroup group);
std::size_t public_key_size(DhGroup group);
std::size_t public_key_size(SignatureScheme scheme);
std::size_t private_key_size(SignatureScheme scheme);

// Exact length; for P curves the uncompressed form (0x04); for EdDSA a canonical coordinate (RFC
// 8032 5.1.3, 5.2.3). Being on the curve is the provider's check.
Result<void> check_public_key(DhGroup group, ByteView key);
Result<void> check_public_key(SignatureScheme scheme, ByteView key);
// Exact length and, for P curves, 0 < scalar < n (in constant time). Rule::private_key_encoding.
Result<void> check_private_key(DhGroup group, ByteView key);
Result<void> check_private_key(SignatureScheme scheme, ByteView key);
// EdDSA: exact length and S < L. ECDSA: strict DER, 0 < r, s < n, no octet more.
Result<void> check_signature(SignatureScheme scheme, ByteView signature);
// True if all octets are zero, in constant time.
bool all_zero(ByteView octets);

}  // namespace thicket::crypto
