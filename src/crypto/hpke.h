// HPKE in base mode: the key schedule from a KEM's shared secret, seal, open and export.  RFC
// 9180 5.1, 5.2, 5.3.
#pragma once

#include <array>

#include "crypto/kdf.h"
#include "crypto/kem.h"

namespace thicket::crypto {

// The three algorithms of an HPKE suite: every combination of them, not only those of the MLS
// suites.
struct HpkeSuite {
  KemId kem;
  KdfId kdf;
  AeadId aead;
  bool operator==(const HpkeSuite&) const = default;
};

HashId hash_of(KdfId kdf);

// RFC 9180 5.1: key_schedule_context, for mode_base and an empty psk_id. The parts of `info` are
// hashed in order. It depends on no recipient: computed once for many.
Bytes hpke_schedule_context(const Provider& provider, const HpkeSuite& suite, Parts info);

// One direction between a sender and a recipient, from the KEM's secret on. Not safe from several
// threads.
class HpkeContext final {
 public:
  HpkeContext(const Provider& provider, const HpkeSuite& suite, const KemSecret& shared_secret,
              ByteView schedule_context);
  HpkeContext(const HpkeContext&) = delete;
  HpkeContext& operator=(const HpkeContext&) = delete;

  // 5.2: the next message. `out` has the tag's octets more than `plaintext`.
  void seal(ByteView aad, ByteView plaintext, ByteSpan out);
  // 5.2: the next message, which stays the next one if it does not open: Rule::hpke_open.
  Result<SecretBytes> open(ByteView aad, ByteView ciphertext);
  // 5.3: at most hkdf_expand_max octets.
  void export_secret(ByteView exporter_context, ByteSpan out) const;

 private:
  struct Nonce {
    std::array<std::uint8_t, 12> octets;
  };
  void make_keys();  // of the AEAD, at first use: an export needs none
  Nonce next_nonce() const;
  void expand(std::string_view label, ByteSpan out) const;

  const Provider& provider_;
  HpkeSuite suite_;
  ByteView schedule_context_;
  Secret<struct HpkeSecretTag> secret_;
  Secret<struct HpkeKeyTag> key_;
  Secret<struct HpkeNonceTag> base_nonce_;
  std::uint64_t sequence_ = 0;
};

}  // namespace thicket::crypto
