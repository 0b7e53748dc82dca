// Identifiers of algorithms as RFC 9180 and RFC 9420 number them.  RFC 9420 5.1, 17.1.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thicket {

// RFC 9420 17.1. An open enumeration: values that we do not know survive in capabilities.
enum class CipherSuite : std::uint16_t {
  MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519 = 0x0001,
  MLS_128_DHKEMP256_AES128GCM_SHA256_P256 = 0x0002,
  MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519 = 0x0003,
  MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448 = 0x0004,
  MLS_256_DHKEMP521_AES256GCM_SHA512_P521 = 0x0005,
  MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448 = 0x0006,
  MLS_256_DHKEMP384_AES256GCM_SHA384_P384 = 0x0007,
};

// The TLS registry's SignatureScheme values (RFC 9420 5.1).
enum class SignatureScheme : std::uint16_t {
  ecdsa_secp256r1_sha256 = 0x0403,
  ecdsa_secp384r1_sha384 = 0x0503,
  ecdsa_secp521r1_sha512 = 0x0603,
  ed25519 = 0x0807,
  ed448 = 0x0808,
  // draft-ietf-tls-mldsa: FIPS 204's pure ML-DSA with an empty context.
  mldsa44 = 0x0904,
  mldsa65 = 0x0905,
  mldsa87 = 0x0906,
};

constexpr bool is_eddsa(SignatureScheme scheme) {
  return scheme == SignatureScheme::ed25519 || scheme == SignatureScheme::ed448;
}
constexpr bool is_mldsa(SignatureScheme scheme) {
  return scheme == SignatureScheme::mldsa44 || scheme == SignatureScheme::mldsa65 ||
         scheme == SignatureScheme::mldsa87;
}

}  // namespace thicket

namespace thicket::crypto {

// SHA3-256 is in the combiner of the hybrid KEMs only: no suite hashes or derives with it.
enum class HashId : std::uint8_t { sha256, sha384, sha512, sha3_256 };

// Octets of a digest, which is also KDF.Nh.
constexpr std::size_t size_of(HashId hash) {
  return hash == HashId::sha384 ? 48 : hash == HashId::sha512 ? 64 : 32;
}

// RFC 9180 7.3.
enum class AeadId : std::uint16_t { aes128gcm = 1, aes256gcm = 2, chacha20poly1305 = 3 };

constexpr std::size_t key_size(AeadId aead) {
  return aead == AeadId::aes128gcm ? 16 : 32;
}
constexpr std::size_t nonce_size(AeadId) {
  return 12;
}
constexpr std::size_t tag_size(AeadId) {
  return 16;
}

// RFC 9180 7.2.
enum class KdfId : std::uint16_t { hkdf_sha256 = 1, hkdf_sha384 = 2, hkdf_sha512 = 3 };

// RFC 9180 7.1; from ml_kem_512 on draft-ietf-hpke-pq.
enum class KemId : std::uint16_t {
  dhkem_p256_hkdf_sha256 = 0x0010,
  dhkem_p384_hkdf_sha384 = 0x0011,
  dhkem_p521_hkdf_sha512 = 0x0012,
  dhkem_x25519_hkdf_sha256 = 0x0020,
  dhkem_x448_hkdf_sha512 = 0x0021,
  ml_kem_512 = 0x0040,
  ml_kem_768 = 0x0041,
  ml_kem_1024 = 0x0042,
  mlkem768_p256 = 0x0050,
  mlkem1024_p384 = 0x0051,
  mlkem768_x25519 = 0x647a,  // X-Wing
};

// How DeriveKeyPair of a post-quantum KEM makes a seed of the input: draft-ietf-hpke-pq's labelled
// SHAKE256, or the plain one of implementations that came before it. Members of one group must
// agree.
enum class KemDerivation : std::uint8_t { labelled, plain };

// The groups in which a provider does Diffie-Hellman.
enum class DhGroup : std::uint8_t { x25519, x448, p256, p384, p521 };

// FIPS 203's parameter sets.
enum class MlKem : std::uint8_t { ml_kem_512, ml_kem_768, ml_kem_1024 };

}  // namespace thicket::crypto
