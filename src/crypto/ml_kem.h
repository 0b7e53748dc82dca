// ML-KEM and its hybrids with a group as KEMs of HPKE: draft-ietf-hpke-pq 4, on
// draft-irtf-cfrg-hybrid-kems (framework CG) and draft-irtf-cfrg-concrete-hybrid-kems. Private keys
// are seeds.
#pragma once

#include "crypto/dhkem.h"

namespace thicket::crypto {

constexpr bool is_ml_kem(KemId kem) {
  return (kem >= KemId::ml_kem_512 && kem <= KemId::mlkem1024_p384) ||
         kem == KemId::mlkem768_x25519;
}

}  // namespace thicket::crypto

namespace thicket::crypto::ml_kem {

struct Derived {
  KemId kem;
  KemDerivation derivation;
};

// The parts of a KEM; a pure ML-KEM has no group.
MlKem set_of(KemId kem);
std::optional<DhGroup> group_of(KemId kem);

std::size_t seed_size(KemId kem);
std::size_t encapsulation_seed_size(KemId kem);
std::size_t public_size(KemId kem);
std::size_t output_size(KemId kem);
bool has(const Provider& provider, KemId kem);
KemPrivateKeyRef derive_key_pair(const Provider& provider, const Derived& how, ByteView ikm);
Result<KemPrivateKeyRef> import_private(const Provider& provider, KemId kem, ByteView serialised);
Result<void> check_public(const Provider& provider, KemId kem, ByteView public_key);
Result<Encapsulated> encapsulate(const Provider& provider, KemId kem, const Encapsulation& to);
// `kem_output` has its length.
Result<KemSecret> decapsulate(const Provider& provider, const KemPrivateKey& key,
                              ByteView kem_output);

}  // namespace thicket::crypto::ml_kem
