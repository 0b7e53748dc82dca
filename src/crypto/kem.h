// The KEMs of HPKE: key pairs from seeds, encapsulation. DHKEM: RFC 9180 4.1, 7.1 (dhkem.h);
// ML-KEM and its hybrids: draft-ietf-hpke-pq (ml_kem.h).
#pragma once

#include <memory>

#include "crypto/hpke_ciphertext.h"
#include "crypto/provider.h"

namespace thicket::crypto {

using KemSecret = Secret<struct KemSecretTag>;
using KemSeed = Secret<struct KemSeedTag>;  // the serialised private key: a scalar, or a seed

// A private key with its public one. Immutable and shared: a past epoch or a staged commit keeps
// the same object.
class KemPrivateKey final {
 public:
  // What the KEM computes with: a DHKEM has `dh`, a pure ML-KEM `ml_kem`, a hybrid both.
  struct Parsed {
    std::unique_ptr<const DhPrivateKey> dh;
    std::unique_ptr<const MlKemPrivateKey> ml_kem;
  };
  KemPrivateKey(KemId kem, KemSeed serialised, Parsed parsed, HPKEPublicKey public_key)
      : kem_(kem),
        serialised_(std::move(serialised)),
        parsed_(std::move(parsed)),
        public_key_(std::move(public_key)) {}
  KemPrivateKey(const KemPrivateKey&) = delete;
  KemPrivateKey& operator=(const KemPrivateKey&) = delete;

  const HPKEPublicKey& public_key() const { return public_key_; }
  // The octets that `import_private` takes.
  ByteView reveal() const { return serialised_.reveal(); }
  const DhPrivateKey& dh() const { return *parsed_.dh; }
  const MlKemPrivateKey& ml_kem() const { return *parsed_.ml_kem; }
  KemId kem() const { return kem_; }

 private:
  KemId kem_;
  KemSeed serialised_;
  Parsed parsed_;
  HPKEPublicKey public_key_;
};
using KemPrivateKeyRef = std::shared_ptr<const KemPrivateKey>;

struct Encapsulated {
  KemSecret shared_secret;
  Bytes kem_output;
};

// DeriveKeyPair (RFC 9180 7.1.3; hpke-pq 4). Cannot fail for an `ikm` of at least Nsk octets (P
// curves: 2^-128 or less). `derivation` is of the post-quantum KEMs only.
KemPrivateKeyRef derive_key_pair(const Provider& provider, KemId kem, ByteView ikm,
                                 KemDerivation derivation = KemDerivation::labelled);
// Rule::private_key_encoding.
Result<KemPrivateKeyRef> import_private(const Provider& provider, KemId kem, ByteView serialised);
// Rule::public_key_encoding.
Result<void> check_kem_public(const Provider& provider, KemId kem, ByteView public_key);
// Nsk: octets of a serialised private key, and of the input that a fresh one is derived from.
std::size_t kem_seed_size(KemId kem);
// Octets of the randomness that one encapsulation uses.
std::size_t encapsulation_seed_size(KemId kem);
// Npk and Nenc: octets of a public key, and of a kem_output.
std::size_t kem_public_size(KemId kem);
std::size_t kem_output_size(KemId kem);
bool has(const Provider& provider, KemId kem);

// `randomness`: encapsulation_seed_size(kem) octets. Rules public_key_encoding, and for DHKEM
// zero_shared_secret.
Result<Encapsulated> encapsulate(const Provider& provider, KemId kem, ByteView public_key,
                                 ByteView randomness);
// Rules kem_output_length, public_key_encoding, zero_shared_secret at "kem_output". A ciphertext of
// ML-KEM that was made for another key, or damaged, has a secret that nobody knows: what is then
// opened with it does not open.
Result<KemSecret> decapsulate(const Provider& provider, const KemPrivateKey& key,
                              ByteView kem_output);

}  // namespace thicket::crypto
