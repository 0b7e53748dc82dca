// The closed formula's parts, and its replay.
#include "bench/floor.h"

#include "bench/stopwatch.h"
#include "crypto/encodings.h"
#include "crypto/ml_kem.h"

namespace thicket::bench {

namespace {

// "MLS 1.0 " and a label of 8, two lengths, uint16, and the counter octet of HKDF-Expand.
constexpr std::size_t label_octets = 22;
// "HPKE-v1", suite_id and a label.
constexpr std::size_t hpke_label_octets = 24;

const Bytes ml_kem_seed(crypto::ml_kem_seed_size, 0x17);

// What the group's scalar is drawn from: all that an encapsulation draws but ML-KEM's 32 octets.
std::size_t group_seed_size(crypto::KemId kem) {
  return crypto::encapsulation_seed_size(kem) - 32;
}

// A scalar in range for every group: the first octet is zero, the last is not.
Bytes some_scalar(crypto::DhGroup group) {
  Bytes scalar(crypto::private_key_size(group), 0x42);
  scalar.front() = 0;
  return scalar;
}

}  // namespace

std::string_view name_of(CallKind kind) {
  constexpr std::array<std::string_view, 12> names{
      "hash",   "hmac",          "seal",        "open",        "keygen", "agree",
      "keccak", "ml_kem_keygen", "encapsulate", "decapsulate", "sign",   "verify"};
  return names[static_cast<std::size_t>(kind)];
}

void Floor::call(CallKind kind, std::size_t octets, std::size_t times) {
  if (times > 0) calls_[CallSize{kind, octets}] += times;
}

void Floor::expand(std::size_t times, std::size_t context) {
  call(CallKind::hmac, label_octets + context, times);
}

void Floor::extract(std::size_t times) {
  call(CallKind::hmac, crypto::size_of(suite_.hash), times);
}

void Floor::derive_key_pair(std::size_t times) {
  const std::size_t hash_size = crypto::size_of(suite_.hash);
  if (crypto::is_ml_kem(suite_.kem)) {
    const std::size_t seed = crypto::kem_seed_size(suite_.kem);
    call(CallKind::keccak, hash_size + hpke_label_octets + seed, times);
    call(CallKind::ml_kem_keygen, 0, times);
    if (!crypto::ml_kem::group_of(suite_.kem)) return;
    call(CallKind::keccak, seed + crypto::ml_kem_seed_size + group_seed_size(suite_.kem), times);
    return call(CallKind::keygen, 0, times);
  }
  const crypto::DhGroup group = crypto::dhkem::group_of(suite_.kem);
  const std::size_t blocks = (crypto::private_key_size(group) + hash_size - 1) / hash_size;
  call(CallKind::hmac, hpke_label_octets + hash_size, times);
  call(CallKind::hmac, hpke_label_octets, times * blocks);
  call(CallKind::keygen, 0, times);
}

void Floor::hpke_info(std::size_t context) {
  call(CallKind::hmac, hpke_label_octets);            // psk_id_hash, of the empty psk_id
  call(CallKind::hmac, hpke_label_octets + context);  // info_hash
}

void Floor::encapsulated(std::size_t times) {
  if (!crypto::is_ml_kem(suite_.kem)) {
    derive_key_pair(times);  // the ephemeral one
  } else {
    call(CallKind::encapsulate, 0, times);
    if (crypto::ml_kem::group_of(suite_.kem)) call(CallKind::keygen, 0, times);
  }
  kem_secret(times);
}

void Floor::decapsulated(std::size_t times) {
  if (crypto::is_ml_kem(suite_.kem)) call(CallKind::decapsulate, 0, times);
  kem_secret(times);
}

void Floor::hpke_seal(std::size_t plaintext, std::size_t times) {
  encapsulated(times);
  hpke_schedule(times);
  call(CallKind::seal, plaintext, times);
}

void Floor::hpke_open(std::size_t plaintext, std::size_t times) {
  decapsulated(times);
  hpke_schedule(times);
  call(CallKind::open, plaintext, times);
}

void Floor::hpke_send_export() {
  encapsulated(1);
  hpke_info(0);
  call(CallKind::hmac, hpke_label_octets, 3);  // secret, exporter_secret, the export
}

void Floor::hpke_receive_export() {
  decapsulated(1);
  hpke_info(0);
  call(CallKind::hmac, hpke_label_octets, 3);
}

void Floor::kem_secret(std::size_t times) {
  if (!crypto::is_ml_kem(suite_.kem)) {
    const std::size_t point = crypto::kem_public_size(suite_.kem);
    call(CallKind::agree, 0, times);
    call(CallKind::hmac, hpke_label_octets + point, times);      // eae_prk
    call(CallKind::hmac, hpke_label_octets + 2 * point, times);  // shared_secret
  } else if (const auto group = crypto::ml_kem::group_of(suite_.kem)) {
    call(CallKind::agree, 0, times);
    // SHA3-256 over both secrets, ct_T, ek_T and the label.
    call(CallKind::keccak,
         32 + crypto::private_key_size(*group) + 2 * crypto::public_key_size(*group) + 14, times);
  }
}

void Floor::hpke_schedule(std::size_t times) {
  const std::size_t hash_size = crypto::size_of(suite_.hash);
  call(CallKind::hmac, hpke_label_octets, times);                          // secret
  call(CallKind::hmac, hpke_label_octets + 1 + 2 * hash_size, 2 * times);  // key, base_nonce
}

void Floor::epoch(std::size_t context) {
  extract(2);          // of init_secret with commit_secret, of joiner_secret with psk_secret
  expand(2, context);  // joiner_secret, epoch_secret
  expand(9);           // Table 4 and init_secret
}

void Floor::transcript(std::size_t content) {
  const std::size_t hash_size = crypto::size_of(suite_.hash);
  call(CallKind::hash, content + hash_size);
  call(CallKind::hash, 2 * hash_size + 1);
  call(CallKind::hmac, hash_size);
}

void Floor::tree_hashes(std::size_t leaves, std::size_t leaf_size, std::size_t parents) {
  const std::size_t hash_size = crypto::size_of(suite_.hash);
  const std::size_t point = crypto::kem_public_size(suite_.kem);
  call(CallKind::hash, 6 + leaf_size, leaves);
  call(CallKind::hash, 7 + point + 3 * hash_size, parents);
}

void Floor::parent_hashes(std::size_t times) {
  const std::size_t point = crypto::kem_public_size(suite_.kem);
  call(CallKind::hash, 3 + point + 2 * crypto::size_of(suite_.hash), times);
}

void Floor::ratchet_step() {
  expand(3, 4);
}

void Floor::ratchet_first(std::size_t depth) {
  expand(2 * depth + 2, 5);
}

void Floor::sender_data() {
  expand(2, crypto::size_of(suite_.hash));
}

std::uint64_t Floor::count(CallKind kind) const {
  std::uint64_t total = 0;
  for (const auto& [size, times] : calls_) {
    if (size.kind == kind) total += times;
  }
  return total;
}

FloorReplay::FloorReplay(const crypto::Provider& provider, const crypto::Suite& suite)
    : provider_(provider), suite_(suite), output_(64) {
  if (crypto::is_ml_kem(suite.kem)) {
    ml_kem_ = crypto::ml_kem::set_of(suite.kem);
    group_ = crypto::ml_kem::group_of(suite.kem);
    decapsulation_key_ = provider.ml_kem_private(*ml_kem_, ml_kem_seed).value();
    encapsulation_key_ = provider.ml_kem_public_of(*ml_kem_, *decapsulation_key_);
    const auto peer = provider.ml_kem_public(*ml_kem_, encapsulation_key_).value();
    encapsulated_ =
        provider.ml_kem_encapsulate(*ml_kem_, *peer, ByteView(ml_kem_seed).first(32)).ciphertext;
  } else {
    group_ = crypto::dhkem::group_of(suite.kem);
  }
  if (group_) {
    scalar_ = some_scalar(*group_);
    private_key_ = provider.dh_private(*group_, scalar_).value();
    public_key_ = provider.dh_public_of(*group_, *private_key_);
  }
  signer_ = crypto::Crypto(provider, suite).generate_signature_key(provider.random());
  aead_key_ = Bytes(crypto::key_size(suite.aead), 7);
}

// Inputs, signatures and ciphertexts of every size that the floor has; not part of its time.
void FloorReplay::prepare(const Floor& floor) {
  const Bytes nonce(crypto::nonce_size(suite_.aead), 1);
  for (const auto& [size, times] : floor.calls()) {
    if (input_.size() < size.octets) input_.resize(size.octets, 0x5a);
    const std::size_t sealed = size.octets + crypto::tag_size(suite_.aead);
    if (output_.size() < sealed) output_.resize(sealed);
    const ByteView message = ByteView(input_).first(size.octets);
    if (size.kind == CallKind::verify && !signatures_.contains(size.octets)) {
      signatures_[size.octets] = provider_.sign(suite_.signature, *signer_.key, message);
    }
    if (size.kind == CallKind::open && !ciphertexts_.contains(size.octets)) {
      Bytes ciphertext(sealed);
      provider_.seal(suite_.aead, aead_key_, nonce, {}, message, ciphertext);
      ciphertexts_[size.octets] = std::move(ciphertext);
    }
  }
}

void FloorReplay::call(const CallSize& size) {
  const ByteView message = ByteView(input_).first(size.octets);
  const std::array<ByteView, 1> parts{message};
  const std::array<std::uint8_t, 12> nonce{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  const std::size_t hash_size = crypto::size_of(suite_.hash);
  switch (size.kind) {
    case CallKind::hash:
      return provider_.hash(suite_.hash, parts, ByteSpan(output_).first(hash_size));
    case CallKind::hmac:
      return provider_.hmac(suite_.hash, ByteView(aead_key_).first(16), parts,
                            ByteSpan(output_).first(hash_size));
    case CallKind::seal:
      return provider_.seal(suite_.aead, aead_key_, nonce, {}, message,
                            ByteSpan(output_).first(size.octets + crypto::tag_size(suite_.aead)));
    case CallKind::open:
      THICKET_ASSERT(provider_.open(suite_.aead, aead_key_, nonce, {}, ciphertexts_[size.octets],
                                    ByteSpan(output_).first(size.octets)));
      return;
    case CallKind::keygen: {
      const auto key = provider_.dh_private(*group_, scalar_);
      static_cast<void>(provider_.dh_public_of(*group_, *key.value()));
      return;
    }
    case CallKind::agree: {
      const auto peer = provider_.dh_public(*group_, public_key_);
      THICKET_ASSERT(provider_.dh(*group_, *private_key_, *peer.value()).has_value());
      return;
    }
    case CallKind::keccak:
      return provider_.shake256(parts, ByteSpan(output_).first(hash_size));
    case CallKind::ml_kem_keygen:
    case CallKind::encapsulate:
    case CallKind::decapsulate:
      return ml_kem_call(size.kind);
    case CallKind::sign:
      static_cast<void>(provider_.sign(suite_.signature, *signer_.key, message));
      return;
    case CallKind::verify: {
      const auto key = provider_.verifying_key(suite_.signature, signer_.public_key);
      THICKET_ASSERT(
          provider_.verify(suite_.signature, *key.value(), message, signatures_[size.octets]));
      return;
    }
  }
}

void FloorReplay::ml_kem_call(CallKind kind) {
  if (kind == CallKind::ml_kem_keygen) {
    const auto key = provider_.ml_kem_private(*ml_kem_, ml_kem_seed).value();
    static_cast<void>(provider_.ml_kem_public_of(*ml_kem_, *key));
  } else if (kind == CallKind::encapsulate) {
    const auto peer = provider_.ml_kem_public(*ml_kem_, encapsulation_key_).value();
    static_cast<void>(
        provider_.ml_kem_encapsulate(*ml_kem_, *peer, ByteView(ml_kem_seed).first(32)));
  } else {
    static_cast<void>(provider_.ml_kem_decapsulate(*ml_kem_, *decapsulation_key_, encapsulated_));
  }
}

Spent FloorReplay::run(const Floor& floor) {
  prepare(floor);
  const Stopwatch watch;
  for (const auto& [size, times] : floor.calls()) {
    for (std::uint64_t i = 0; i < times; ++i) call(size);
  }
  return Spent{watch.cpu_us(), watch.wall_us()};
}

}  // namespace thicket::bench
