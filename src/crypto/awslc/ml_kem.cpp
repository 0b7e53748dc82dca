// The deterministic key generation and encapsulation are AWS-LC's experimental interface: the
// pinned version has them, and the vectors of FIPS 203 hold them to it.
#include "crypto/awslc/ml_kem.h"

#include <openssl/err.h>
#include <openssl/experimental/kem_deterministic_api.h>
#include <openssl/nid.h>

#include "base/assert.h"
#include "base/machine_failure.h"
#include "crypto/encodings.h"

namespace thicket::crypto::awslc {
namespace {

using KeyContext = bssl::UniquePtr<EVP_PKEY_CTX>;

constexpr std::size_t secret_size = 32;

int nid_of(MlKem set) {
  return set == MlKem::ml_kem_512   ? NID_MLKEM512
         : set == MlKem::ml_kem_768 ? NID_MLKEM768
                                    : NID_MLKEM1024;
}

KeyContext context_of(EVP_PKEY& key) {
  KeyContext context(EVP_PKEY_CTX_new(&key, nullptr));
  if (!context) throw MachineFailure("AWS-LC: EVP_PKEY_CTX_new");
  return context;
}

}  // namespace

MlKemKey ml_kem_private(MlKem set, ByteView seed) {
  THICKET_ASSERT(seed.size() == ml_kem_seed_size);
  const KeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_KEM, nullptr));
  EVP_PKEY* key = nullptr;
  std::size_t size = seed.size();
  if (!context || EVP_PKEY_CTX_kem_set_params(context.get(), nid_of(set)) != 1 ||
      EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_keygen_deterministic(context.get(), &key, seed.data(), &size) != 1) {
    throw MachineFailure("AWS-LC: EVP_PKEY_keygen_deterministic");
  }
  return MlKemKey(key);
}

Result<MlKemKey> ml_kem_public(MlKem set, ByteView encapsulation_key) {
  MlKemKey key(EVP_PKEY_kem_new_raw_public_key(nid_of(set), encapsulation_key.data(),
                                               encapsulation_key.size()));
  if (key) return key;
  ERR_clear_error();
  return broken(Rule::public_key_encoding).because("not a key of ML-KEM");
}

Bytes ml_kem_public_of(MlKem set, EVP_PKEY& key) {
  Bytes out(public_key_size(set));
  std::size_t size = out.size();
  if (EVP_PKEY_get_raw_public_key(&key, out.data(), &size) != 1 || size != out.size()) {
    throw MachineFailure("AWS-LC: EVP_PKEY_get_raw_public_key");
  }
  return out;
}

MlKemEncapsulated ml_kem_encapsulate(MlKem set, EVP_PKEY& key, ByteView m) {
  const KeyContext context = context_of(key);
  MlKemEncapsulated out;
  out.ciphertext.resize(ciphertext_size(set));
  out.shared_secret = MlKemSecret::filled(secret_size, [&](ByteSpan secret) {
    std::size_t ciphertext_octets = out.ciphertext.size();
    std::size_t secret_octets = secret.size();
    std::size_t seed_octets = m.size();
    if (EVP_PKEY_encapsulate_deterministic(context.get(), out.ciphertext.data(), &ciphertext_octets,
                                           secret.data(), &secret_octets, m.data(),
                                           &seed_octets) != 1) {
      throw MachineFailure("AWS-LC: EVP_PKEY_encapsulate_deterministic");
    }
  });
  return out;
}

MlKemSecret ml_kem_decapsulate(MlKem set, EVP_PKEY& key, ByteView ciphertext) {
  THICKET_ASSERT(ciphertext.size() == ciphertext_size(set));
  const KeyContext context = context_of(key);
  return MlKemSecret::filled(secret_size, [&](ByteSpan secret) {
    std::size_t size = secret.size();
    if (EVP_PKEY_decapsulate(context.get(), secret.data(), &size, ciphertext.data(),
                             ciphertext.size()) != 1) {
      throw MachineFailure("AWS-LC: EVP_PKEY_decapsulate");
    }
  });
}

}  // namespace thicket::crypto::awslc
