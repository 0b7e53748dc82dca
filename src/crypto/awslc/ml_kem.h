// ML-KEM on AWS-LC's EVP_PKEY_KEM, and the deterministic calls that DeriveKeyPair needs. FIPS 203.
#pragma once

#include <openssl/evp.h>

#include "crypto/provider.h"

namespace thicket::crypto::awslc {

using MlKemKey = bssl::UniquePtr<EVP_PKEY>;

// `seed` is d || z.
MlKemKey ml_kem_private(MlKem set, ByteView seed);
// The octets have passed check_public_key.
Result<MlKemKey> ml_kem_public(MlKem set, ByteView encapsulation_key);
Bytes ml_kem_public_of(MlKem set, EVP_PKEY& key);
MlKemEncapsulated ml_kem_encapsulate(MlKem set, EVP_PKEY& key, ByteView m);
MlKemSecret ml_kem_decapsulate(MlKem set, EVP_PKEY& key, ByteView ciphertext);

}  // namespace thicket::crypto::awslc
