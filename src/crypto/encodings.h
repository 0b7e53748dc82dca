// Which encodings of keys and signatures are accepted, the same for every provider, or providers
// fork a group. RFC 9420 5.1.1 and 5.1.2; RFC 9180 7.1;
// FIPS 203 7.2, FIPS 204.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/algorithms.h"

namespace thicket::crypto {

std::size_t private_key_size(DhGroup group);
std::size_t public_key_size(DhGroup group);
std::size_t public_key_size(SignatureScheme scheme);
std::size_t private_key_size(SignatureScheme scheme);
// FIPS 203 8, table 3; the private key is the seed d || z.
inline constexpr std::size_t ml_kem_seed_size = 64;
std::size_t public_key_size(MlKem set);
std::size_t ciphertext_size(MlKem set);

// Exact length; for P curves the uncompressed form (0x04); for EdDSA a canonical coordinate (RFC
// 8032 5.1.3, 5.2.3). Being on the curve is the provider's check.
Result<void> check_public_key(DhGroup group, ByteView key);
Result<void> check_public_key(SignatureScheme scheme, ByteView key);
// FIPS 203 7.2, the type and the modulus check: exact length, every coefficient below q = 3329.
Result<void> check_public_key(MlKem set, ByteView key);
// Exact length and, for P curves, 0 < scalar < n (in constant time). Rule::private_key_encoding.
Result<void> check_private_key(DhGroup group, ByteView key);
Result<void> check_private_key(SignatureScheme scheme, ByteView key);
// EdDSA: exact length and S < L. ECDSA: strict DER, 0 < r, s < n, no octet more. ML-DSA: exact
// length (what FIPS 204 says of the hint inside is part of its verification).
Result<void> check_signature(SignatureScheme scheme, ByteView signature);
// True if all octets are zero, in constant time.
bool all_zero(ByteView octets);
// RFC 9180 7.1.4: "recipients MUST check whether the shared secret is the all-zero value", for
// X25519 and X448. `agreed`: the library found nothing amiss. Rule::zero_shared_secret.
Result<void> check_shared_secret(bool agreed, ByteView octets);

}  // namespace thicket::crypto
