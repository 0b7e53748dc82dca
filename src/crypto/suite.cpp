// The table of cipher suites.  RFC 9420 17.1, table 6.
#include "crypto/suite.h"

#include <array>
#include <charconv>
#include <string>

namespace thicket::crypto {
namespace {

using enum CipherSuite;

constexpr std::array<Suite, 7> suites{{
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
}};

}  // namespace

std::span<const Suite> all_suites() {
  return suites;
}

Result<const Suite*> suite_of(CipherSuite id) {
  for (const Suite& suite : suites) {
    if (suite.id == id) return &suite;
  }
  return broken(Rule::unknown_suite)
      .because("cipher suite " + std::to_string(static_cast<std::uint16_t>(id)));
}

Result<const Suite*> suite_named(std::string_view text) {
  for (const Suite& suite : suites) {
    if (suite.name == text) return &suite;
  }
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view digits = hexadecimal ? text.substr(2) : text;
  std::uint16_t number = 0;
  const auto read =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, hexadecimal ? 16 : 10);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) {
    return broken(Rule::unknown_suite).because("cipher suite \"" + std::string(text) + "\"");
  }
  return suite_of(CipherSuite{number});
}

}  // namespace thicket::crypto
