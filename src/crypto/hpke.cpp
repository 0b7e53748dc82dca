// HPKE base mode.  RFC 9180 5.
#include "crypto/hpke.h"

#include <array>

#include "base/assert.h"

namespace thicket::crypto {
namespace {

// RFC 9180 5.1: suite_id = concat("HPKE", I2OSP(kem_id, 2), I2OSP(kdf_id, 2), I2OSP(aead_id, 2)).
std::array<std::uint8_t, 10> suite_id_of(const HpkeSuite& suite) {
  const auto kem = static_cast<std::uint16_t>(suite.kem);
  const auto kdf = static_cast<std::uint16_t>(suite.kdf);
  const auto aead = static_cast<std::uint16_t>(suite.aead);
  const auto high = [](std::uint16_t id) { return static_cast<std::uint8_t>(id >> 8); };
  const auto low = [](std::uint16_t id) { return static_cast<std::uint8_t>(id); };
  return {'H', 'P', 'K', 'E', high(kem), low(kem), high(kdf), low(kdf), high(aead), low(aead)};
}

}  // namespace

HashId hash_of(KdfId kdf) {
  switch (kdf) {
    case KdfId::hkdf_sha256:
      return HashId::sha256;
    case KdfId::hkdf_sha384:
      return HashId::sha384;
    case KdfId::hkdf_sha512:
      return HashId::sha512;
  }
  assertion_failed("a KDF of the table", __FILE_NAME__, __LINE__);
}

Bytes hpke_schedule_context(const Provider& provider, const HpkeSuite& suite, Parts info) {
  const auto suite_id = suite_id_of(suite);
  const LabelledKdf kdf{provider, hash_of(suite.kdf), suite_id};
  const std::size_t size = size_of(kdf.hash);
  Bytes out(1 + 2 * size);
  out[0] = 0x00;  // mode_base
  kdf.extract({}, "psk_id_hash", {}, ByteSpan(out).subspan(1, size));
  kdf.extract({}, "info_hash", info, ByteSpan(out).subspan(1 + size, size));
  return out;
}

HpkeContext::HpkeContext(const Provider& provider, const HpkeSuite& suite,
                         const KemSecret& shared_secret, ByteView schedule_context)
    : provider_(provider), suite_(suite), schedule_context_(schedule_context) {
  const auto suite_id = suite_id_of(suite);
  const LabelledKdf kdf{provider, hash_of(suite.kdf), suite_id};
  secret_ = decltype(secret_)::filled(size_of(kdf.hash), [&](ByteSpan out) {
    kdf.extract(shared_secret.reveal(), "secret", {}, out);
  });
}

void HpkeContext::expand(std::string_view label, ByteSpan out) const {
  const auto suite_id = suite_id_of(suite_);
  LabelledKdf{provider_, hash_of(suite_.kdf), suite_id}.expand(secret_.reveal(), label,
                                                               {schedule_context_}, out);
}

void HpkeContext::make_keys() {
  if (!key_.empty()) return;
  key_ = decltype(key_)::filled(key_size(suite_.aead), [&](ByteSpan out) { expand("key", out); });
  base_nonce_ = decltype(base_nonce_)::filled(nonce_size(suite_.aead),
                                              [&](ByteSpan out) { expand("base_nonce", out); });
}

// RFC 9180 5.2: ComputeNonce. A sequence number never comes near its limit of 2^96 - 1.
HpkeContext::Nonce HpkeContext::next_nonce() const {
  Nonce nonce{};
  const ByteView base = base_nonce_.reveal();
  for (std::size_t i = 0; i < nonce.octets.size(); ++i) {
    const std::size_t shift = 8 * (nonce.octets.size() - 1 - i);
    const auto octet = shift < 64 ? static_cast<std::uint8_t>(sequence_ >> shift) : std::uint8_t{0};
    nonce.octets[i] = base[i] ^ octet;
  }
  return nonce;
}

void HpkeContext::seal(ByteView aad, ByteView plaintext, ByteSpan out) {
  make_keys();
  provider_.seal(suite_.aead, key_.reveal(), next_nonce().octets, aad, plaintext, out);
  ++sequence_;
}

Result<SecretBytes> HpkeContext::open(ByteView aad, ByteView ciphertext) {
  const std::size_t tag = tag_size(suite_.aead);
  if (ciphertext.size() < tag) return broken(Rule::hpke_open).because("shorter than a tag");
  make_keys();
  SecretBytes plaintext{Bytes(ciphertext.size() - tag)};
  if (!provider_.open(suite_.aead, key_.reveal(), next_nonce().octets, aad, ciphertext,
                      plaintext.reveal())) {
    return broken(Rule::hpke_open);
  }
  ++sequence_;
  return plaintext;
}

void HpkeContext::export_secret(ByteView exporter_context, ByteSpan out) const {
  const auto suite_id = suite_id_of(suite_);
  const LabelledKdf kdf{provider_, hash_of(suite_.kdf), suite_id};
  const auto exporter = Secret<struct HpkeExporterTag>::filled(
      size_of(kdf.hash), [&](ByteSpan octets) { expand("exp", octets); });
  kdf.expand(exporter.reveal(), "sec", {exporter_context}, out);
}

}  // namespace thicket::crypto
