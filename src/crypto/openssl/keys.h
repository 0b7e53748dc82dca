// Keys as OpenSSL parses them, and what is done with them: agreement, ML-KEM, signatures.
// Encodings have passed crypto/encodings.h.
#pragma once

#include "base/bytes.h"
#include "crypto/openssl/library.h"
#include "crypto/provider.h"

namespace thicket::crypto::openssl {

const char* name_of(DhGroup group);
const char* name_of(MlKem set);
const char* name_of(SignatureScheme scheme);  // the key's type; of ECDSA its curve
bool is_curve(DhGroup group);
// Of ECDSA.
DhGroup curve_of(SignatureScheme scheme);

// Keys that are octets: X25519, X448, Ed25519, Ed448, and public ones of ML-KEM and ML-DSA.
Key raw_private(const Library& library, const char* name, ByteView octets);
// Null if the library refuses it.
Key raw_public(const Library& library, const char* name, ByteView octets);
Bytes raw_public_of(EVP_PKEY& key, std::size_t size);
// From a seed, by the name of its parameter.
struct Seeded {
  const char* name;
  const char* parameter;
  ByteView seed;
};
Key from_seed(const Library& library, const Seeded& seeded);

// A private key of a P curve, with its public key computed.
struct CurveKey {
  Key key;
  Bytes point;
};
Result<CurveKey> curve_private(const Library& library, DhGroup curve, ByteView scalar);
Result<Key> curve_public(const Library& library, DhGroup curve, ByteView point);

// False where the library finds a result of zeros.
bool agree(const Library& library, EVP_PKEY& key, EVP_PKEY& peer, ByteSpan out);

MlKemEncapsulated encapsulate(const Library& library, MlKem set, EVP_PKEY& key, ByteView m);
MlKemSecret decapsulate(const Library& library, EVP_PKEY& key, ByteView ciphertext);

Bytes sign(const Library& library, SignatureScheme scheme, EVP_PKEY& key, ByteView message);
bool verify(const Library& library, SignatureScheme scheme, EVP_PKEY& key, ByteView message,
            ByteView signature);

}  // namespace thicket::crypto::openssl
