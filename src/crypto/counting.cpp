// Counts, and passes on.
#include "crypto/counting.h"

namespace thicket::crypto {
namespace {

using Counter = std::atomic<std::uint64_t>;

void count(Counter& counter, std::uint64_t by = 1) {
  counter.fetch_add(by, std::memory_order_relaxed);
}

std::uint64_t read(const Counter& counter) {
  return counter.load(std::memory_order_relaxed);
}

std::size_t octets_of(std::span<const ByteView> parts) {
  std::size_t size = 0;
  for (const ByteView part : parts) size += part.size();
  return size;
}

}  // namespace

CallCounts operator-(const CallCounts& later, const CallCounts& earlier) {
  return {.hashes = later.hashes - earlier.hashes,
          .hash_octets = later.hash_octets - earlier.hash_octets,
          .hmacs = later.hmacs - earlier.hmacs,
          .hmac_octets = later.hmac_octets - earlier.hmac_octets,
          .seals = later.seals - earlier.seals,
          .seal_octets = later.seal_octets - earlier.seal_octets,
          .opens = later.opens - earlier.opens,
          .open_octets = later.open_octets - earlier.open_octets,
          .key_generations = later.key_generations - earlier.key_generations,
          .agreements = later.agreements - earlier.agreements,
          .keccaks = later.keccaks - earlier.keccaks,
          .keccak_octets = later.keccak_octets - earlier.keccak_octets,
          .ml_kem_generations = later.ml_kem_generations - earlier.ml_kem_generations,
          .encapsulations = later.encapsulations - earlier.encapsulations,
          .decapsulations = later.decapsulations - earlier.decapsulations,
          .signatures = later.signatures - earlier.signatures,
          .verifications = later.verifications - earlier.verifications};
}

CallCounts CountingProvider::counts() const {
  return {.hashes = read(hashes_),
          .hash_octets = read(hash_octets_),
          .hmacs = read(hmacs_),
          .hmac_octets = read(hmac_octets_),
          .seals = read(seals_),
          .seal_octets = read(seal_octets_),
          .opens = read(opens_),
          .open_octets = read(open_octets_),
          .key_generations = read(key_generations_),
          .agreements = read(agreements_),
          .keccaks = read(keccaks_),
          .keccak_octets = read(keccak_octets_),
          .ml_kem_generations = read(ml_kem_generations_),
          .encapsulations = read(encapsulations_),
          .decapsulations = read(decapsulations_),
          .signatures = read(signatures_),
          .verifications = read(verifications_)};
}

void CountingProvider::reset() {
  for (Counter* counter :
       {&hashes_, &hash_octets_, &hmacs_, &hmac_octets_, &seals_, &seal_octets_, &opens_,
        &open_octets_, &key_generations_, &agreements_, &keccaks_, &keccak_octets_,
        &ml_kem_generations_, &encapsulations_, &decapsulations_, &signatures_, &verifications_}) {
    counter->store(0, std::memory_order_relaxed);
  }
}

void CountingProvider::hash(HashId hash, std::span<const ByteView> parts, ByteSpan out) const {
  const bool sha3 = hash == HashId::sha3_256;
  count(sha3 ? keccaks_ : hashes_);
  count(sha3 ? keccak_octets_ : hash_octets_, octets_of(parts));
  inner_.hash(hash, parts, out);
}

void CountingProvider::shake256(std::span<const ByteView> parts, ByteSpan out) const {
  count(keccaks_);
  count(keccak_octets_, octets_of(parts) + out.size());
  inner_.shake256(parts, out);
}

void CountingProvider::hmac(HashId hash, ByteView key, std::span<const ByteView> parts,
                            ByteSpan out) const {
  count(hmacs_);
  count(hmac_octets_, octets_of(parts));
  inner_.hmac(hash, key, parts, out);
}

void CountingProvider::hmac_each(HashId hash, ByteView key, std::span<const HmacJob> jobs) const {
  for (const HmacJob& job : jobs) {
    count(hmacs_);
    count(hmac_octets_, octets_of(job.parts));
  }
  inner_.hmac_each(hash, key, jobs);
}

void CountingProvider::seal(AeadId aead, ByteView key, ByteView nonce, ByteView aad,
                            ByteView plaintext, ByteSpan out) const {
  count(seals_);
  count(seal_octets_, aad.size() + plaintext.size());
  inner_.seal(aead, key, nonce, aad, plaintext, out);
}

bool CountingProvider::open(AeadId aead, ByteView key, ByteView nonce, ByteView aad,
                            ByteView ciphertext, ByteSpan out) const {
  count(opens_);
  count(open_octets_, aad.size() + out.size());
  return inner_.open(aead, key, nonce, aad, ciphertext, out);
}

Result<std::unique_ptr<const DhPrivateKey>> CountingProvider::dh_private(DhGroup group,
                                                                         ByteView scalar) const {
  return inner_.dh_private(group, scalar);
}

Result<std::unique_ptr<const DhPublicKey>> CountingProvider::dh_public(DhGroup group,
                                                                       ByteView point) const {
  return inner_.dh_public(group, point);
}

Bytes CountingProvider::dh_public_of(DhGroup group, const DhPrivateKey& key) const {
  count(key_generations_);
  return inner_.dh_public_of(group, key);
}

Result<DhSecret> CountingProvider::dh(DhGroup group, const DhPrivateKey& key,
                                      const DhPublicKey& peer) const {
  count(agreements_);
  return inner_.dh(group, key, peer);
}

Result<std::unique_ptr<const MlKemPrivateKey>> CountingProvider::ml_kem_private(
    MlKem set, ByteView seed) const {
  count(ml_kem_generations_);
  return inner_.ml_kem_private(set, seed);
}

Result<std::unique_ptr<const MlKemPublicKey>> CountingProvider::ml_kem_public(
    MlKem set, ByteView encapsulation_key) const {
  return inner_.ml_kem_public(set, encapsulation_key);
}

Bytes CountingProvider::ml_kem_public_of(MlKem set, const MlKemPrivateKey& key) const {
  return inner_.ml_kem_public_of(set, key);
}

MlKemEncapsulated CountingProvider::ml_kem_encapsulate(MlKem set, const MlKemPublicKey& key,
                                                       ByteView m) const {
  count(encapsulations_);
  return inner_.ml_kem_encapsulate(set, key, m);
}

MlKemSecret CountingProvider::ml_kem_decapsulate(MlKem set, const MlKemPrivateKey& key,
                                                 ByteView ciphertext) const {
  count(decapsulations_);
  return inner_.ml_kem_decapsulate(set, key, ciphertext);
}

Result<std::unique_ptr<const SigningKey>> CountingProvider::signing_key(SignatureScheme scheme,
                                                                        ByteView seed) const {
  if (is_eddsa(scheme) || is_mldsa(scheme)) count(key_generations_);
  return inner_.signing_key(scheme, seed);
}

Result<std::unique_ptr<const VerifyingKey>> CountingProvider::verifying_key(
    SignatureScheme scheme, ByteView public_key) const {
  return inner_.verifying_key(scheme, public_key);
}

Bytes CountingProvider::public_of(SignatureScheme scheme, const SigningKey& key) const {
  if (!is_eddsa(scheme) && !is_mldsa(scheme)) count(key_generations_);
  return inner_.public_of(scheme, key);
}

Bytes CountingProvider::sign(SignatureScheme scheme, const SigningKey& key,
                             ByteView message) const {
  count(signatures_);
  return inner_.sign(scheme, key, message);
}

bool CountingProvider::verify(SignatureScheme scheme, const VerifyingKey& key, ByteView message,
                              ByteView signature) const {
  count(verifications_);
  return inner_.verify(scheme, key, message, signature);
}

std::vector<bool> CountingProvider::verify_many(std::span<const VerifyJob> jobs) const {
  count(verifications_, jobs.size());
  return inner_.verify_many(jobs);
}

}  // namespace thicket::crypto
