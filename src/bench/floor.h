// The floor of an operation: what the primitives that RFC 9420 makes it run cost on the same
// provider, by a closed formula (docs/performance/floor.md), with no codec and no allocation.
#pragma once

#include <map>

#include "crypto/counting.h"
#include "crypto/crypto.h"

namespace thicket::bench {

// The octets that one call works on. Calls of one kind and size are counted together.
enum class CallKind : std::uint8_t {
  hash,           // one digest over `octets`
  hmac,           // one HMAC over `octets`, under a key of Nh octets
  seal,           // AEAD of `octets` of plaintext
  open,           // AEAD of `octets` of plaintext, opened
  keygen,         // a private key from a scalar, and its public key
  agree,          // a public key parsed, and one Diffie-Hellman with it
  keccak,         // SHAKE256, `octets` in and out; SHA3-256 costs the same
  ml_kem_keygen,  // from a seed, with its public key
  encapsulate,    // a public key parsed, and one ML-KEM encapsulation
  decapsulate,
  sign,    // one signature over `octets`
  verify,  // a public key parsed, and one verification over `octets`
};
std::string_view name_of(CallKind kind);

struct CallSize {
  CallKind kind{};
  std::size_t octets = 0;
  auto operator<=>(const CallSize&) const = default;
};

// A multiset of calls, and the derivations of RFC 9420 and RFC 9180 by what they are made of.
class Floor final {
 public:
  explicit Floor(const crypto::Suite& suite) : suite_(suite) {}

  void call(CallKind kind, std::size_t octets, std::size_t times = 1);
  // ExpandWithLabel with a context of so many octets; the label counts as 8.
  void expand(std::size_t times, std::size_t context = 0);
  void extract(std::size_t times = 1);
  // KEM.DeriveKeyPair: dkp_prk, the scalar, the public key (RFC 9180 7.1.3); or the seed, its
  // expansion and the keys of both halves (hpke-pq).
  void derive_key_pair(std::size_t times = 1);
  // What RFC 9180 5.1 hashes of an info, whoever it is sealed to.
  void hpke_info(std::size_t context);
  void hpke_seal(std::size_t plaintext, std::size_t times = 1);
  void hpke_open(std::size_t plaintext, std::size_t times = 1);
  // An export to one (RFC 9180 5.3) of an empty info, at who sends it and who receives it.
  void hpke_send_export();
  void hpke_receive_export();
  // Joiner to Table 4 (RFC 9420 8), psk_secret zero, with the tags of the commit that opens it.
  void epoch(std::size_t context);
  // Confirmed and interim transcript hashes, confirmation_tag.
  void transcript(std::size_t content);
  // Hashes of a leaf and of so many parents above it (7.8), all of one size.
  void tree_hashes(std::size_t leaves, std::size_t leaf_size, std::size_t parents);
  void parent_hashes(std::size_t times);
  // One key and nonce of a ratchet, and its next secret (9.1); the sender data of one message.
  void ratchet_step();
  void ratchet_first(std::size_t depth);
  void sender_data();

  std::size_t hash_size() const { return crypto::size_of(suite_.hash); }
  const std::map<CallSize, std::uint64_t>& calls() const { return calls_; }
  std::uint64_t count(CallKind kind) const;

 private:
  // The shared secret of one encapsulation or decapsulation, once its group and ML-KEM are done.
  void kem_secret(std::size_t times);
  void encapsulated(std::size_t times);
  void decapsulated(std::size_t times);
  // From the shared secret to the AEAD's key (RFC 9180 5.1).
  void hpke_schedule(std::size_t times);

  const crypto::Suite& suite_;
  std::map<CallSize, std::uint64_t> calls_;
};

// Runs every call of a floor once on the provider, on inputs made before, and answers the CPU time
// of it: of this thread, and of all threads together where the provider spreads work.
struct Spent {
  double cpu_us = 0;
  double wall_us = 0;
};
class FloorReplay final {
 public:
  FloorReplay(const crypto::Provider& provider, const crypto::Suite& suite);
  FloorReplay(const FloorReplay&) = delete;
  FloorReplay& operator=(const FloorReplay&) = delete;
  Spent run(const Floor& floor);

 private:
  void call(const CallSize& size);
  void ml_kem_call(CallKind kind);
  void prepare(const Floor& floor);

  const crypto::Provider& provider_;
  const crypto::Suite& suite_;
  std::optional<crypto::DhGroup> group_;  // what the KEM has of the two
  std::optional<crypto::MlKem> ml_kem_;
  Bytes input_;
  Bytes output_;
  Bytes scalar_;
  Bytes public_key_;
  std::unique_ptr<const crypto::DhPrivateKey> private_key_;
  std::unique_ptr<const crypto::MlKemPrivateKey> decapsulation_key_;
  Bytes encapsulation_key_;
  Bytes encapsulated_;
  crypto::SignaturePrivateKey signer_;
  Bytes aead_key_;
  std::map<std::size_t, Bytes> signatures_;
  std::map<std::size_t, Bytes> ciphertexts_;
};

}  // namespace thicket::bench
