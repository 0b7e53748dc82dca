// Signing draws randomness of its own (FIPS 204 5.2, hedged): two signatures of one message differ.
#include "crypto/awslc/ml_dsa.h"

#include <openssl/err.h>
#include <openssl/nid.h>

#include "base/assert.h"
#include "base/machine_failure.h"
#include "crypto/encodings.h"

namespace thicket::crypto::awslc {
namespace {

int nid_of(SignatureScheme scheme) {
  THICKET_ASSERT(is_mldsa(scheme));
  return scheme == SignatureScheme::mldsa44   ? NID_MLDSA44
         : scheme == SignatureScheme::mldsa65 ? NID_MLDSA65
                                              : NID_MLDSA87;
}

}  // namespace

MlDsaKey ml_dsa_private(SignatureScheme scheme, ByteView seed) {
  MlDsaKey key(EVP_PKEY_pqdsa_new_raw_private_key(nid_of(scheme), seed.data(), seed.size()));
  if (!key) throw MachineFailure("AWS-LC: EVP_PKEY_pqdsa_new_raw_private_key");
  return key;
}

Result<MlDsaKey> ml_dsa_public(SignatureScheme scheme, ByteView public_key) {
  MlDsaKey key(
      EVP_PKEY_pqdsa_new_raw_public_key(nid_of(scheme), public_key.data(), public_key.size()));
  if (key) return key;
  ERR_clear_error();
  return broken(Rule::public_key_encoding).because("not a key of ML-DSA");
}

Bytes ml_dsa_public_of(SignatureScheme scheme, const EVP_PKEY& key) {
  Bytes out(public_key_size(scheme));
  std::size_t size = out.size();
  if (EVP_PKEY_get_raw_public_key(&key, out.data(), &size) != 1 || size != out.size()) {
    throw MachineFailure("AWS-LC: EVP_PKEY_get_raw_public_key");
  }
  return out;
}

Bytes ml_dsa_sign(EVP_PKEY& key, ByteView message) {
  bssl::ScopedEVP_MD_CTX context;
  std::size_t size = 0;
  Bytes out;
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, &key) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1) {
    out.resize(size);
    if (EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) == 1 &&
        size == out.size()) {
      return out;
    }
  }
  throw MachineFailure("AWS-LC: EVP_DigestSign of ML-DSA");
}

bool ml_dsa_verify(EVP_PKEY& key, ByteView message, ByteView signature) {
  bssl::ScopedEVP_MD_CTX context;
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, &key) == 1 &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                       message.size()) == 1) {
    return true;
  }
  ERR_clear_error();
  return false;
}

}  // namespace thicket::crypto::awslc
