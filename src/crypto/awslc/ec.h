// Keys on the P curves: parsing, public keys, ECDH, ECDSA.  RFC 9180 7.1; FIPS 186-5 6.
#pragma once

#include <openssl/ec_key.h>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/algorithms.h"

namespace thicket::crypto::awslc {

using EcKey = bssl::UniquePtr<EC_KEY>;

// Rule::private_key_encoding unless 0 < scalar < n. The public key is not computed.
Result<EcKey> ec_private(DhGroup curve, ByteView scalar);
// Rule::public_key_encoding unless an uncompressed point on the curve.
Result<EcKey> ec_public(DhGroup curve, ByteView point);
Bytes ec_public_of(const EC_KEY& key);
// The x coordinate, of as many octets as `out` has. Rule::public_key_encoding if the library
// refuses the point.
Result<void> ec_dh(const EC_KEY& key, const EC_KEY& peer, ByteSpan out);
// Strict DER.
Bytes ecdsa_sign(const EC_KEY& key, ByteView digest);
bool ecdsa_verify(const EC_KEY& key, ByteView digest, ByteView signature);

}  // namespace thicket::crypto::awslc
