// What a cryptographic library must offer: groups, ML-KEM, signatures, AEAD, hash, HMAC,
// randomness, and the workers that independent seals and signature checks are spread over. HPKE,
// HKDF, hybrid KEMs and labels are ours, above it.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/algorithms.h"

namespace thicket::crypto {

// Parsed keys, opaque to everybody but the provider that made them. Immutable; safe from any
// thread.
class DhPrivateKey {
 public:
  virtual ~DhPrivateKey() = default;
};
class DhPublicKey {
 public:
  virtual ~DhPublicKey() = default;
};
class MlKemPrivateKey {
 public:
  virtual ~MlKemPrivateKey() = default;
};
class MlKemPublicKey {
 public:
  virtual ~MlKemPublicKey() = default;
};
class SigningKey {
 public:
  virtual ~SigningKey() = default;
};
class VerifyingKey {
 public:
  virtual ~VerifyingKey() = default;
};

using DhSecret = Secret<struct DhSecretTag>;
using MlKemSecret = Secret<struct MlKemSecretTag>;  // 32 octets

struct MlKemEncapsulated {
  MlKemSecret shared_secret;
  Bytes ciphertext;
};

// One independent piece of work of verify_many.
struct VerifyJob {
  SignatureScheme scheme{};
  ByteView public_key;
  ByteView message;
  ByteView signature;
};

struct HmacJob {
  std::span<const ByteView> parts;
  ByteSpan out;
};

// Safe from any thread at once. Which encodings are accepted is decided by crypto/encodings.h, not
// by the library behind a provider: a provider gets inputs that were checked there, and still
// refuses what it cannot use.
class Provider {
 public:
  virtual ~Provider() = default;

  virtual std::string_view name() const = 0;
  virtual bool has(DhGroup group) const = 0;
  virtual bool has(SignatureScheme scheme) const = 0;
  virtual bool has(MlKem set) const = 0;

  // The operating system's randomness, by way of the library.
  virtual Random& random() const = 0;

  // out.size() == size_of(hash). The parts are hashed one after the other.
  virtual void hash(HashId hash, std::span<const ByteView> parts, ByteSpan out) const = 0;
  // FIPS 202 6.2, out.size() octets of it.
  virtual void shake256(std::span<const ByteView> parts, ByteSpan out) const = 0;
  // Not with SHA3-256.
  virtual void hmac(HashId hash, ByteView key, std::span<const ByteView> parts,
                    ByteSpan out) const = 0;

  // The same of several texts under one key: a provider may work the key in once.
  virtual void hmac_each(HashId hash, ByteView key, std::span<const HmacJob> jobs) const;

  // out.size() == plaintext.size() + tag_size(aead).
  virtual void seal(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView plaintext,
                    ByteSpan out) const = 0;
  // out.size() == ciphertext.size() - tag_size(aead). False, and `out` zeroed, if the tag does not
  // match.
  virtual bool open(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView ciphertext,
                    ByteSpan out) const = 0;

  // `scalar` as RFC 9180 7.1.2 serialises it; for P curves Rule::private_key_encoding unless 0 <
  // scalar < n.
  virtual Result<std::unique_ptr<const DhPrivateKey>> dh_private(DhGroup group,
                                                                 ByteView scalar) const = 0;
  // `point` as RFC 9180 7.1.1 serialises it: uncompressed. Rule::public_key_encoding if it is not
  // on the curve.
  virtual Result<std::unique_ptr<const DhPublicKey>> dh_public(DhGroup group,
                                                               ByteView point) const = 0;
  virtual Bytes dh_public_of(DhGroup group, const DhPrivateKey& key) const = 0;
  // The x coordinate for P curves. Rule::zero_shared_secret for an all-zero X25519 or X448 result.
  virtual Result<DhSecret> dh(DhGroup group, const DhPrivateKey& key,
                              const DhPublicKey& peer) const = 0;

  // FIPS 203 7.1, ML-KEM.KeyGen_internal: `seed` is d || z, 64 octets.
  virtual Result<std::unique_ptr<const MlKemPrivateKey>> ml_kem_private(MlKem set,
                                                                        ByteView seed) const = 0;
  // Rule::public_key_encoding for a wrong length or a coefficient that is not below q (7.2).
  virtual Result<std::unique_ptr<const MlKemPublicKey>> ml_kem_public(
      MlKem set, ByteView encapsulation_key) const = 0;
  virtual Bytes ml_kem_public_of(MlKem set, const MlKemPrivateKey& key) const = 0;
  // FIPS 203 6.2, ML-KEM.Encaps_internal: `m` is 32 octets of randomness.
  virtual MlKemEncapsulated ml_kem_encapsulate(MlKem set, const MlKemPublicKey& key,
                                               ByteView m) const = 0;
  // FIPS 203 7.3. A ciphertext of the right length has a secret always: one that was made for
  // another key, or damaged, one that nobody knows (implicit rejection).
  virtual MlKemSecret ml_kem_decapsulate(MlKem set, const MlKemPrivateKey& key,
                                         ByteView ciphertext) const = 0;

  // `seed`: for EdDSA the RFC 8032 private key (32 or 57 octets), for ECDSA the scalar, big-endian,
  // for ML-DSA the seed of FIPS 204 (xi, 32 octets).
  virtual Result<std::unique_ptr<const SigningKey>> signing_key(SignatureScheme scheme,
                                                                ByteView seed) const = 0;
  virtual Result<std::unique_ptr<const VerifyingKey>> verifying_key(SignatureScheme scheme,
                                                                    ByteView public_key) const = 0;
  virtual Bytes public_of(SignatureScheme scheme, const SigningKey& key) const = 0;
  virtual Bytes sign(SignatureScheme scheme, const SigningKey& key, ByteView message) const = 0;
  virtual bool verify(SignatureScheme scheme, const VerifyingKey& key, ByteView message,
                      ByteView signature) const = 0;

  // Runs work(0) .. work(count - 1), each once, over the provider's workers; returns when all are
  // done. The pieces must not depend on each other. Nothing is random in them, so results do not
  // depend on scheduling.
  virtual void run_many(std::size_t count, const std::function<void(std::size_t)>& work) const = 0;
  // How many of them run at once (1: everything runs on the caller's thread).
  virtual std::size_t workers() const = 0;

  // One answer a job, in order; a key or signature of a bad encoding counts as a failed check.
  // By default the jobs are spread by run_many; a provider with vector lanes overrides it.
  virtual std::vector<bool> verify_many(std::span<const VerifyJob> jobs) const;
};

}  // namespace thicket::crypto
