// ML-DSA on AWS-LC's EVP_PKEY_PQDSA: pure, with an empty context, hedged. FIPS 204.
#pragma once

#include <openssl/evp.h>

#include "crypto/provider.h"

namespace thicket::crypto::awslc {

using MlDsaKey = bssl::UniquePtr<EVP_PKEY>;

// `seed` is xi.
MlDsaKey ml_dsa_private(SignatureScheme scheme, ByteView seed);
// The octets have passed check_public_key.
Result<MlDsaKey> ml_dsa_public(SignatureScheme scheme, ByteView public_key);
Bytes ml_dsa_public_of(SignatureScheme scheme, const EVP_PKEY& key);
Bytes ml_dsa_sign(EVP_PKEY& key, ByteView message);
bool ml_dsa_verify(EVP_PKEY& key, ByteView message, ByteView signature);

}  // namespace thicket::crypto::awslc
