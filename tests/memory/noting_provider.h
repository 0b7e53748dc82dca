// A provider that tells of every secret that is derived through it, masked, so that it keeps no
// copy itself: HMAC's outputs (all of HKDF) by their label, what key agreements give, and what a
// hybrid KEM expands and combines.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "crypto/provider.h"

namespace thicket::memory {

constexpr std::uint8_t mask_of(std::size_t at) {
  return static_cast<std::uint8_t>(0xa5 + 29 * at);
}

class NotingProvider final : public crypto::Provider {
 public:
  using Told = std::function<void(std::string_view label, const Bytes& masked)>;
  NotingProvider(const crypto::Provider& inner, Told told)
      : inner_(inner), told_(std::move(told)) {}
  NotingProvider(const NotingProvider&) = delete;
  NotingProvider& operator=(const NotingProvider&) = delete;

  std::string_view name() const override { return inner_.name(); }
  bool has(crypto::DhGroup group) const override { return inner_.has(group); }
  bool has(crypto::MlKem set) const override { return inner_.has(set); }
  bool has(SignatureScheme scheme) const override { return inner_.has(scheme); }
  Random& random() const override { return inner_.random(); }
  void hash(crypto::HashId hash, std::span<const ByteView> parts, ByteSpan out) const override {
    inner_.hash(hash, parts, out);
    // A hybrid KEM's combiner; else nothing is hashed by it.
    if (hash == crypto::HashId::sha3_256) note("combiner", out);
  }
  void shake256(std::span<const ByteView> parts, ByteSpan out) const override {
    inner_.shake256(parts, out);
    note("shake256", out);
  }
  void hmac(crypto::HashId hash, ByteView key, std::span<const ByteView> parts,
            ByteSpan out) const override {
    inner_.hmac(hash, key, parts, out);
    note(label_of(key, parts), out);
  }
  void seal(crypto::AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView plaintext,
            ByteSpan out) const override {
    inner_.seal(aead, key, nonce, aad, plaintext, out);
  }
  bool open(crypto::AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView ciphertext,
            ByteSpan out) const override {
    return inner_.open(aead, key, nonce, aad, ciphertext, out);
  }
  Result<std::unique_ptr<const crypto::DhPrivateKey>> dh_private(crypto::DhGroup group,
                                                                 ByteView scalar) const override {
    return inner_.dh_private(group, scalar);
  }
  Result<std::unique_ptr<const crypto::DhPublicKey>> dh_public(crypto::DhGroup group,
                                                               ByteView point) const override {
    return inner_.dh_public(group, point);
  }
  Bytes dh_public_of(crypto::DhGroup group, const crypto::DhPrivateKey& key) const override {
    return inner_.dh_public_of(group, key);
  }
  Result<crypto::DhSecret> dh(crypto::DhGroup group, const crypto::DhPrivateKey& key,
                              const crypto::DhPublicKey& peer) const override {
    auto out = inner_.dh(group, key, peer);
    if (out) note("dh", out->reveal());
    return out;
  }
  Result<std::unique_ptr<const crypto::MlKemPrivateKey>> ml_kem_private(
      crypto::MlKem set, ByteView seed) const override {
    return inner_.ml_kem_private(set, seed);
  }
  Result<std::unique_ptr<const crypto::MlKemPublicKey>> ml_kem_public(
      crypto::MlKem set, ByteView encapsulation_key) const override {
    return inner_.ml_kem_public(set, encapsulation_key);
  }
  Bytes ml_kem_public_of(crypto::MlKem set, const crypto::MlKemPrivateKey& key) const override {
    return inner_.ml_kem_public_of(set, key);
  }
  crypto::MlKemEncapsulated ml_kem_encapsulate(crypto::MlKem set, const crypto::MlKemPublicKey& key,
                                               ByteView m) const override {
    auto out = inner_.ml_kem_encapsulate(set, key, m);
    note("ml_kem", out.shared_secret.reveal());
    return out;
  }
  crypto::MlKemSecret ml_kem_decapsulate(crypto::MlKem set, const crypto::MlKemPrivateKey& key,
                                         ByteView ciphertext) const override {
    auto out = inner_.ml_kem_decapsulate(set, key, ciphertext);
    note("ml_kem", out.reveal());
    return out;
  }
  Result<std::unique_ptr<const crypto::SigningKey>> signing_key(SignatureScheme scheme,
                                                                ByteView seed) const override {
    return inner_.signing_key(scheme, seed);
  }
  Result<std::unique_ptr<const crypto::VerifyingKey>> verifying_key(
      SignatureScheme scheme, ByteView public_key) const override {
    return inner_.verifying_key(scheme, public_key);
  }
  Bytes public_of(SignatureScheme scheme, const crypto::SigningKey& key) const override {
    return inner_.public_of(scheme, key);
  }
  Bytes sign(SignatureScheme scheme, const crypto::SigningKey& key,
             ByteView message) const override {
    return inner_.sign(scheme, key, message);
  }
  bool verify(SignatureScheme scheme, const crypto::VerifyingKey& key, ByteView message,
              ByteView signature) const override {
    return inner_.verify(scheme, key, message, signature);
  }
  void run_many(std::size_t count, const std::function<void(std::size_t)>& work) const override {
    inner_.run_many(count, work);
  }
  std::size_t workers() const override { return inner_.workers(); }

 private:
  static Bytes masked(ByteView octets) {
    Bytes out(octets.size());
    for (std::size_t i = 0; i < octets.size(); ++i) {
      out[i] = static_cast<std::uint8_t>(octets[i] ^ mask_of(i));
    }
    return out;
  }

  void note(const std::string& label, ByteView secret) const {
    const Bytes out = masked(secret);
    if (label == "confirm" || label == "membership") mac_keys_.insert(out);
    told_(label, out);
  }

  // The label of ExpandWithLabel, or of HPKE's KDF; "tag" for a MAC that is sent.
  std::string label_of(ByteView key, std::span<const ByteView> parts) const {
    // ExpandWithLabel's first block, in one piece or more: length, label<V>, context<V>.
    std::array<std::uint8_t, 64> text{};
    std::size_t size = 0;
    for (const ByteView part : parts) {
      const std::size_t taken = std::min(part.size(), text.size() - size);
      std::copy_n(part.begin(), taken, text.begin() + static_cast<std::ptrdiff_t>(size));
      size += taken;
    }
    const std::string_view prefix = "MLS 1.0 ";
    const ByteView label = ByteView(text).subspan(3, std::min<std::size_t>(text[2], 61));
    std::string name;
    if (label.size() > prefix.size() && equal(label.first(prefix.size()), view_of(prefix)))
      name = to_text(label.subspan(prefix.size()));
    zeroise(text);  // what is extracted from is a secret
    if (!name.empty()) return name;
    for (std::size_t i = 0; i + 2 < parts.size(); ++i) {
      if (equal(parts[i], view_of("HPKE-v1"))) return to_text(parts[i + 2]);
    }
    return mac_keys_.contains(masked(key)) ? "tag" : "extract";
  }

  const crypto::Provider& inner_;
  const Told told_;
  mutable std::set<Bytes> mac_keys_;  // masked
};

}  // namespace thicket::memory
