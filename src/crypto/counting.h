// A provider that counts the calls made through it and passes them on: for the tests of O(log n)
// and `bench --explain`.
#pragma once

#include <atomic>

#include "crypto/provider.h"

namespace thicket::crypto {

struct CallCounts {
  std::uint64_t hashes = 0;
  std::uint64_t hash_octets = 0;
  std::uint64_t hmacs = 0;
  std::uint64_t hmac_octets = 0;  // of the data, without the key
  std::uint64_t seals = 0;
  std::uint64_t seal_octets = 0;  // plaintext and additional data; likewise for opens
  std::uint64_t opens = 0;
  std::uint64_t open_octets = 0;
  // Base-point multiplications: dh_public_of, signing_key of EdDSA, public_of of ECDSA; and
  // signing_key of ML-DSA.
  std::uint64_t key_generations = 0;
  std::uint64_t agreements = 0;     // dh
  std::uint64_t keccaks = 0;        // SHAKE256 and SHA3-256, which is not among the hashes
  std::uint64_t keccak_octets = 0;  // in and out
  std::uint64_t ml_kem_generations = 0;
  std::uint64_t encapsulations = 0;  // of ML-KEM, as decapsulations
  std::uint64_t decapsulations = 0;
  std::uint64_t signatures = 0;
  std::uint64_t verifications = 0;
  bool operator==(const CallCounts&) const = default;
};

// What was counted between two readings.
CallCounts operator-(const CallCounts& later, const CallCounts& earlier);

// Keys pass through: one made by `inner` works here, and the other way round.
class CountingProvider final : public Provider {
 public:
  explicit CountingProvider(const Provider& inner) : inner_(inner) {}
  CountingProvider(const CountingProvider&) = delete;
  CountingProvider& operator=(const CountingProvider&) = delete;

  // Calls that have returned on all threads that joined, by run_many or otherwise, before this one.
  CallCounts counts() const;
  void reset();

  std::string_view name() const override { return inner_.name(); }
  bool has(DhGroup group) const override { return inner_.has(group); }
  bool has(SignatureScheme scheme) const override { return inner_.has(scheme); }
  bool has(MlKem set) const override { return inner_.has(set); }
  Random& random() const override { return inner_.random(); }
  void hash(HashId hash, std::span<const ByteView> parts, ByteSpan out) const override;
  void shake256(std::span<const ByteView> parts, ByteSpan out) const override;
  void hmac(HashId hash, ByteView key, std::span<const ByteView> parts,
            ByteSpan out) const override;
  void hmac_each(HashId hash, ByteView key, std::span<const HmacJob> jobs) const override;
  void seal(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView plaintext,
            ByteSpan out) const override;
  bool open(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView ciphertext,
            ByteSpan out) const override;
  Result<std::unique_ptr<const DhPrivateKey>> dh_private(DhGroup group,
                                                         ByteView scalar) const override;
  Result<std::unique_ptr<const DhPublicKey>> dh_public(DhGroup group,
                                                       ByteView point) const override;
  Bytes dh_public_of(DhGroup group, const DhPrivateKey& key) const override;
  Result<DhSecret> dh(DhGroup group, const DhPrivateKey& key,
                      const DhPublicKey& peer) const override;
  Result<std::unique_ptr<const MlKemPrivateKey>> ml_kem_private(MlKem set,
                                                                ByteView seed) const override;
  Result<std::unique_ptr<const MlKemPublicKey>> ml_kem_public(
      MlKem set, ByteView encapsulation_key) const override;
  Bytes ml_kem_public_of(MlKem set, const MlKemPrivateKey& key) const override;
  MlKemEncapsulated ml_kem_encapsulate(MlKem set, const MlKemPublicKey& key,
                                       ByteView m) const override;
  MlKemSecret ml_kem_decapsulate(MlKem set, const MlKemPrivateKey& key,
                                 ByteView ciphertext) const override;
  Result<std::unique_ptr<const SigningKey>> signing_key(SignatureScheme scheme,
                                                        ByteView seed) const override;
  Result<std::unique_ptr<const VerifyingKey>> verifying_key(SignatureScheme scheme,
                                                            ByteView public_key) const override;
  Bytes public_of(SignatureScheme scheme, const SigningKey& key) const override;
  Bytes sign(SignatureScheme scheme, const SigningKey& key, ByteView message) const override;
  bool verify(SignatureScheme scheme, const VerifyingKey& key, ByteView message,
              ByteView signature) const override;
  void run_many(std::size_t count, const std::function<void(std::size_t)>& work) const override {
    inner_.run_many(count, work);
  }
  std::size_t workers() const override { return inner_.workers(); }
  std::vector<bool> verify_many(std::span<const VerifyJob> jobs) const override;

 private:
  using Counter = std::atomic<std::uint64_t>;
  const Provider& inner_;
  mutable Counter hashes_{0};
  mutable Counter hash_octets_{0};
  mutable Counter hmacs_{0};
  mutable Counter hmac_octets_{0};
  mutable Counter seals_{0};
  mutable Counter seal_octets_{0};
  mutable Counter opens_{0};
  mutable Counter open_octets_{0};
  mutable Counter key_generations_{0};
  mutable Counter agreements_{0};
  mutable Counter keccaks_{0};
  mutable Counter keccak_octets_{0};
  mutable Counter ml_kem_generations_{0};
  mutable Counter encapsulations_{0};
  mutable Counter decapsulations_{0};
  mutable Counter signatures_{0};
  mutable Counter verifications_{0};
};

}  // namespace thicket::crypto
