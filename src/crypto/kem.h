// The KEMs of HPKE: key pairs from seeds, encapsulation.  RFC 9180 4.1, 7.1.
#pragma once

#include <memory>

#include "crypto/hpke_ciphertext.h"
#include "crypto/provider.h"

namespace thicket::crypto {

using KemSecret = Secret<struct KemSecretTag>;
using KemSeed = Secret<struct KemSeedTag>;  // the serialised private key

// A private key with its public one. Immutable and shared: a past epoch or a staged commit keeps
// the same object.
class KemPrivateKey final {
 public:
  KemPrivateKey(KemId kem, KemSeed serialised, std::unique_ptr<const DhPrivateKey> key,
                HPKEPublicKey public_key);
  KemPrivateKey(const KemPrivateKey&) = delete;
  KemPrivateKey& operator=(const KemPrivateKey&) = delete;

  const HPKEPublicKey& public_key() const { return public_key_; }
  // The octets that `import_private` takes.
  ByteView reveal() const { return serialised_.reveal(); }
  const DhPrivateKey& dh() const { return *key_; }
  KemId kem() const { return kem_; }

 private:
  KemId kem_;
  KemSeed serialised_;
  std::unique_ptr<const DhPrivateKey> key_;
  HPKEPublicKey public_key_;
};
using KemPrivateKeyRef = std::shared_ptr<const KemPrivateKey>;

struct Encapsulated {
  KemSecret shared_secret;
  Bytes kem_output;
};

// RFC 9180 7.1.3 DeriveKeyPair. Cannot fail for an `ikm` of at least Nsk octets (P curves: 2^-128
// or less).
KemPrivateKeyRef derive_key_pair(const Provider& provider, KemId kem, ByteView ikm);
// Rule::private_key_encoding.
Result<KemPrivateKeyRef> import_private(const Provider& provider, KemId kem, ByteView serialised);
// Rule::public_key_encoding.
Result<void> check_kem_public(const Provider& provider, KemId kem, ByteView public_key);
// `ephemeral_ikm` is the randomness that the ephemeral key pair is derived from: kem_seed_size(kem)
// octets.
std::size_t kem_seed_size(KemId kem);
DhGroup group_of(KemId kem);
Result<Encapsulated> encapsulate(const Provider& provider, KemId kem, ByteView public_key,
                                 ByteView ephemeral_ikm);
Result<KemSecret> decapsulate(const Provider& provider, const KemPrivateKey& key,
                              ByteView kem_output);

}  // namespace thicket::crypto
