// DHKEM on the groups of RFC 9180 7.1.  RFC 9180 4.1.
#pragma once

#include "crypto/kem.h"

namespace thicket::crypto {

// To whom, and with what randomness.
struct Encapsulation {
  ByteView public_key;
  ByteView randomness;
};

}  // namespace thicket::crypto

namespace thicket::crypto::dhkem {

DhGroup group_of(KemId kem);
std::size_t seed_size(KemId kem);
std::size_t public_size(KemId kem);
KemPrivateKeyRef derive_key_pair(const Provider& provider, KemId kem, ByteView ikm);
Result<KemPrivateKeyRef> import_private(const Provider& provider, KemId kem, ByteView serialised);
Result<void> check_public(const Provider& provider, KemId kem, ByteView public_key);
// The ephemeral key pair is derived from the randomness.
Result<Encapsulated> encapsulate(const Provider& provider, KemId kem, const Encapsulation& to);
Result<KemSecret> decapsulate(const Provider& provider, const KemPrivateKey& key,
                              ByteView kem_output);

}  // namespace thicket::crypto::dhkem
