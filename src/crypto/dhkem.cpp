// DHKEM.  RFC 9180 4.1, 7.1.
#include "crypto/dhkem.h"

#include <array>

#include "base/assert.h"
#include "base/machine_failure.h"
#include "crypto/encodings.h"
#include "crypto/kdf.h"

namespace thicket::crypto::dhkem {
namespace {

// RFC 9180 7.1, table 2.
struct KemRow {
  DhGroup group;
  HashId hash;
  bool by_counter;       // DeriveKeyPair of the P curves tries scalars until one is below the order
  std::uint8_t bitmask;  // of the first octet of a candidate
};

KemRow row_of(KemId kem) {
  switch (kem) {
    case KemId::dhkem_p256_hkdf_sha256:
      return {DhGroup::p256, HashId::sha256, true, 0xff};
    case KemId::dhkem_p384_hkdf_sha384:
      return {DhGroup::p384, HashId::sha384, true, 0xff};
    case KemId::dhkem_p521_hkdf_sha512:
      return {DhGroup::p521, HashId::sha512, true, 0x01};
    case KemId::dhkem_x25519_hkdf_sha256:
      return {DhGroup::x25519, HashId::sha256, false, 0xff};
    case KemId::dhkem_x448_hkdf_sha512:
      return {DhGroup::x448, HashId::sha512, false, 0xff};
    default:
      break;
  }
  assertion_failed("a KEM of the table", __FILE_NAME__, __LINE__);
}

// RFC 9180 4.1: suite_id = concat("KEM", I2OSP(kem_id, 2)).
std::array<std::uint8_t, 5> suite_id_of(KemId kem) {
  const auto id = static_cast<std::uint16_t>(kem);
  return {'K', 'E', 'M', static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
}

struct DerivedScalar {
  KemSeed serialised;
  std::unique_ptr<const DhPrivateKey> key;
};

// RFC 9180 7.1.3 without the public key.
DerivedScalar derive_scalar(const Provider& provider, KemId kem, ByteView ikm) {
  const KemRow row = row_of(kem);
  const auto suite_id = suite_id_of(kem);
  const LabelledKdf kdf{provider, row.hash, suite_id};
  const std::size_t size = private_key_size(row.group);
  const auto prk = Secret<struct DkpPrkTag>::filled(
      size_of(row.hash), [&](ByteSpan out) { kdf.extract({}, "dkp_prk", {ikm}, out); });
  for (unsigned counter = 0; counter < 256; ++counter) {
    const auto octet = static_cast<std::uint8_t>(counter);
    KemSeed scalar = KemSeed::filled(size, [&](ByteSpan out) {
      if (row.by_counter) {
        kdf.expand(prk.reveal(), "candidate", {ByteView(&octet, 1)}, out);
        out[0] &= row.bitmask;
      } else {
        kdf.expand(prk.reveal(), "sk", {}, out);
      }
    });
    auto key = provider.dh_private(row.group, scalar.reveal());
    if (key) return {std::move(scalar), *std::move(key)};
    THICKET_ASSERT(row.by_counter);
  }
  throw MachineFailure("DeriveKeyPair found no scalar in 256 candidates");
}

// RFC 9180 4.1: ExtractAndExpand(dh, concat(enc, pkRm)).
KemSecret extract_and_expand(const Provider& provider, KemId kem, ByteView dh, Parts kem_context) {
  const KemRow row = row_of(kem);
  const auto suite_id = suite_id_of(kem);
  const LabelledKdf kdf{provider, row.hash, suite_id};
  const auto prk = Secret<struct EaePrkTag>::filled(
      size_of(row.hash), [&](ByteSpan out) { kdf.extract({}, "eae_prk", {dh}, out); });
  return KemSecret::filled(size_of(row.hash), [&](ByteSpan out) {
    kdf.expand(prk.reveal(), "shared_secret", kem_context, out);
  });
}

Result<std::unique_ptr<const DhPublicKey>> parse_public(const Provider& provider, DhGroup group,
                                                        ByteView public_key) {
  THICKET_TRY(check_public_key(group, public_key));
  return provider.dh_public(group, public_key);
}

}  // namespace

KemPrivateKeyRef derive_key_pair(const Provider& provider, KemId kem, ByteView ikm) {
  DerivedScalar made = derive_scalar(provider, kem, ikm);
  HPKEPublicKey public_key = provider.dh_public_of(row_of(kem).group, *made.key);
  return std::make_shared<const KemPrivateKey>(kem, std::move(made.serialised),
                                               KemPrivateKey::Parsed{std::move(made.key), nullptr},
                                               std::move(public_key));
}

Result<KemPrivateKeyRef> import_private(const Provider& provider, KemId kem, ByteView serialised) {
  const DhGroup group = row_of(kem).group;
  THICKET_TRY(check_private_key(group, serialised));
  auto key = THICKET_TRY(provider.dh_private(group, serialised));
  HPKEPublicKey public_key = provider.dh_public_of(group, *key);
  return KemPrivateKeyRef(std::make_shared<const KemPrivateKey>(
      kem, KemSeed(serialised), KemPrivateKey::Parsed{std::move(key), nullptr},
      std::move(public_key)));
}

Result<void> check_public(const Provider& provider, KemId kem, ByteView public_key) {
  THICKET_TRY(parse_public(provider, row_of(kem).group, public_key));
  return {};
}

DhGroup group_of(KemId kem) {
  return row_of(kem).group;
}

std::size_t seed_size(KemId kem) {
  return private_key_size(row_of(kem).group);
}

std::size_t public_size(KemId kem) {
  return public_key_size(row_of(kem).group);
}

// RFC 9180 4.1: Encap(pkR).
Result<Encapsulated> encapsulate(const Provider& provider, KemId kem, const Encapsulation& to) {
  const DhGroup group = row_of(kem).group;
  const auto peer = THICKET_TRY(parse_public(provider, group, to.public_key));
  const DerivedScalar ephemeral = derive_scalar(provider, kem, to.randomness);
  const DhSecret dh = THICKET_TRY(provider.dh(group, *ephemeral.key, *peer));
  Bytes enc = provider.dh_public_of(group, *ephemeral.key);
  KemSecret secret = extract_and_expand(provider, kem, dh.reveal(), {enc, to.public_key});
  return Encapsulated{std::move(secret), std::move(enc)};
}

// RFC 9180 4.1: Decap(enc, skR).
Result<KemSecret> decapsulate(const Provider& provider, const KemPrivateKey& key,
                              ByteView kem_output) {
  const DhGroup group = row_of(key.kem()).group;
  const auto peer = THICKET_TRY_AT("kem_output", parse_public(provider, group, kem_output));
  const DhSecret dh = THICKET_TRY_AT("kem_output", provider.dh(group, key.dh(), *peer));
  return extract_and_expand(provider, key.kem(), dh.reveal(), {kem_output, key.public_key()});
}

}  // namespace thicket::crypto::dhkem
