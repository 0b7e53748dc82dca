// The table of cipher suites.  RFC 9420 17.1, table 6; draft-ietf-mls-pq-ciphersuites-06, table 1.
#include "crypto/suite.h"

#include <array>

#include "crypto/kem.h"
#include "crypto/wire_profile.h"

namespace thicket::crypto {
namespace {

using enum CipherSuite;

// A row of the draft: KDF, hash and MAC are those of one SHA-2.
constexpr Suite draft(std::uint16_t id, std::string_view name, KemId kem, AeadId aead, HashId hash,
                      SignatureScheme signature) {
  const KdfId kdf = hash == HashId::sha256 ? KdfId::hkdf_sha256 : KdfId::hkdf_sha384;
  return {CipherSuite{id}, name, kem, kdf, aead, hash, signature};
}

constexpr std::array<Suite, 18> suites{{
    {MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519, "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
     KemId::dhkem_x25519_hkdf_sha256, KdfId::hkdf_sha256, AeadId::aes128gcm, HashId::sha256,
     SignatureScheme::ed25519},
    {MLS_128_DHKEMP256_AES128GCM_SHA256_P256, "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
     KemId::dhkem_p256_hkdf_sha256, KdfId::hkdf_sha256, AeadId::aes128gcm, HashId::sha256,
     SignatureScheme::ecdsa_secp256r1_sha256},
    {MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
     "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519", KemId::dhkem_x25519_hkdf_sha256,
     KdfId::hkdf_sha256, AeadId::chacha20poly1305, HashId::sha256, SignatureScheme::ed25519},
    {MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448, "MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448",
     KemId::dhkem_x448_hkdf_sha512, KdfId::hkdf_sha512, AeadId::aes256gcm, HashId::sha512,
     SignatureScheme::ed448},
    {MLS_256_DHKEMP521_AES256GCM_SHA512_P521, "MLS_256_DHKEMP521_AES256GCM_SHA512_P521",
     KemId::dhkem_p521_hkdf_sha512, KdfId::hkdf_sha512, AeadId::aes256gcm, HashId::sha512,
     SignatureScheme::ecdsa_secp521r1_sha512},
    {MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448,
     "MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448", KemId::dhkem_x448_hkdf_sha512,
     KdfId::hkdf_sha512, AeadId::chacha20poly1305, HashId::sha512, SignatureScheme::ed448},
    {MLS_256_DHKEMP384_AES256GCM_SHA384_P384, "MLS_256_DHKEMP384_AES256GCM_SHA384_P384",
     KemId::dhkem_p384_hkdf_sha384, KdfId::hkdf_sha384, AeadId::aes256gcm, HashId::sha384,
     SignatureScheme::ecdsa_secp384r1_sha384},
    draft(0xf101, "MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519", KemId::mlkem768_x25519,
          AeadId::aes128gcm, HashId::sha256, SignatureScheme::ed25519),
    draft(0xf102, "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519", KemId::mlkem768_x25519,
          AeadId::aes256gcm, HashId::sha384, SignatureScheme::ed25519),
    draft(0xf103, "MLS_128_MLKEM768P256_AES128GCM_SHA256_P256", KemId::mlkem768_p256,
          AeadId::aes128gcm, HashId::sha256, SignatureScheme::ecdsa_secp256r1_sha256),
    draft(0xf104, "MLS_128_MLKEM768P256_AES256GCM_SHA384_P256", KemId::mlkem768_p256,
          AeadId::aes256gcm, HashId::sha384, SignatureScheme::ecdsa_secp256r1_sha256),
    draft(0xf105, "MLS_192_MLKEM1024P384_AES256GCM_SHA384_P384", KemId::mlkem1024_p384,
          AeadId::aes256gcm, HashId::sha384, SignatureScheme::ecdsa_secp384r1_sha384),
    draft(0xf106, "MLS_128_MLKEM768_AES256GCM_SHA384_Ed25519", KemId::ml_kem_768, AeadId::aes256gcm,
          HashId::sha384, SignatureScheme::ed25519),
    draft(0xf107, "MLS_128_MLKEM768_AES256GCM_SHA384_P256", KemId::ml_kem_768, AeadId::aes256gcm,
          HashId::sha384, SignatureScheme::ecdsa_secp256r1_sha256),
    draft(0xf108, "MLS_192_MLKEM1024_AES256GCM_SHA384_P384", KemId::ml_kem_1024, AeadId::aes256gcm,
          HashId::sha384, SignatureScheme::ecdsa_secp384r1_sha384),
    draft(0xf109, "MLS_128_MLKEM768X25519_CHACHA20POLY1305_SHA384_MLDSA44", KemId::mlkem768_x25519,
          AeadId::chacha20poly1305, HashId::sha384, SignatureScheme::mldsa44),
    draft(0xf10a, "MLS_192_MLKEM768_AES256GCM_SHA384_MLDSA65", KemId::ml_kem_768, AeadId::aes256gcm,
          HashId::sha384, SignatureScheme::mldsa65),
    draft(0xf10b, "MLS_256_MLKEM1024_AES256GCM_SHA384_MLDSA87", KemId::ml_kem_1024,
          AeadId::aes256gcm, HashId::sha384, SignatureScheme::mldsa87),
}};

}  // namespace

std::span<const Suite> all_suites() {
  return suites;
}

Result<const Suite*> suite_of(CipherSuite id) {
  return default_profile().suite_of(id);
}

Result<const Suite*> suite_named(std::string_view text) {
  return default_profile().suite_named(text);
}

bool has(const Provider& provider, const Suite& suite) {
  return has(provider, suite.kem) && provider.has(suite.signature);
}

Strength Suite::confidentiality() const {
  switch (kem) {
    case KemId::ml_kem_512:
    case KemId::ml_kem_768:
    case KemId::ml_kem_1024:
      return Strength::post_quantum;
    case KemId::mlkem768_p256:
    case KemId::mlkem1024_p384:
    case KemId::mlkem768_x25519:
      return Strength::hybrid;
    default:
      return Strength::classical;
  }
}

Strength Suite::authentication() const {
  return is_mldsa(signature) ? Strength::post_quantum : Strength::classical;
}

std::string_view name_of(Strength strength) {
  switch (strength) {
    case Strength::classical:
      return "classical";
    case Strength::hybrid:
      return "hybrid";
    case Strength::post_quantum:
      return "post-quantum";
  }
  return "";
}

}  // namespace thicket::crypto
