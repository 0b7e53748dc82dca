// Each KEM by its family.
#include "crypto/kem.h"

#include "crypto/dhkem.h"
#include "crypto/ml_kem.h"

namespace thicket::crypto {

KemPrivateKeyRef derive_key_pair(const Provider& provider, KemId kem, ByteView ikm,
                                 KemDerivation derivation) {
  return is_ml_kem(kem) ? ml_kem::derive_key_pair(provider, {kem, derivation}, ikm)
                        : dhkem::derive_key_pair(provider, kem, ikm);
}

Result<KemPrivateKeyRef> import_private(const Provider& provider, KemId kem, ByteView serialised) {
  return is_ml_kem(kem) ? ml_kem::import_private(provider, kem, serialised)
                        : dhkem::import_private(provider, kem, serialised);
}

Result<void> check_kem_public(const Provider& provider, KemId kem, ByteView public_key) {
  return is_ml_kem(kem) ? ml_kem::check_public(provider, kem, public_key)
                        : dhkem::check_public(provider, kem, public_key);
}

std::size_t kem_seed_size(KemId kem) {
  return is_ml_kem(kem) ? ml_kem::seed_size(kem) : dhkem::seed_size(kem);
}

std::size_t encapsulation_seed_size(KemId kem) {
  return is_ml_kem(kem) ? ml_kem::encapsulation_seed_size(kem) : dhkem::seed_size(kem);
}

std::size_t kem_public_size(KemId kem) {
  return is_ml_kem(kem) ? ml_kem::public_size(kem) : dhkem::public_size(kem);
}

std::size_t kem_output_size(KemId kem) {
  return is_ml_kem(kem) ? ml_kem::output_size(kem) : dhkem::public_size(kem);
}

bool has(const Provider& provider, KemId kem) {
  return is_ml_kem(kem) ? ml_kem::has(provider, kem) : provider.has(dhkem::group_of(kem));
}

Result<Encapsulated> encapsulate(const Provider& provider, KemId kem, ByteView public_key,
                                 ByteView randomness) {
  return is_ml_kem(kem) ? ml_kem::encapsulate(provider, kem, {public_key, randomness})
                        : dhkem::encapsulate(provider, kem, {public_key, randomness});
}

Result<KemSecret> decapsulate(const Provider& provider, const KemPrivateKey& key,
                              ByteView kem_output) {
  if (kem_output.size() != kem_output_size(key.kem())) {
    return broken(Rule::kem_output_length)
        .at("kem_output")
        .because(std::to_string(kem_output.size()) + " octets, not " +
                 std::to_string(kem_output_size(key.kem())));
  }
  return is_ml_kem(key.kem()) ? ml_kem::decapsulate(provider, key, kem_output)
                              : dhkem::decapsulate(provider, key, kem_output);
}

}  // namespace thicket::crypto
