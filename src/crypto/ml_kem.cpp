// Seeds, their expansion, and the combiner of the hybrids.
#include "crypto/ml_kem.h"

#include <array>

#include "base/assert.h"
#include "base/machine_failure.h"
#include "crypto/encodings.h"

namespace thicket::crypto::ml_kem {
namespace {

constexpr std::size_t hybrid_seed_size = 32;
constexpr std::size_t randomness_size = 32;  // m of ML-KEM.Encaps
constexpr std::size_t shared_secret_size = 32;

// draft-irtf-cfrg-concrete-hybrid-kems 3, 4. A pure ML-KEM has no group.
struct Row {
  MlKem set;
  std::optional<DhGroup> group;
  std::size_t group_seed_size;  // Nseed of the group
  std::string_view label;
};

Row row_of(KemId kem) {
  switch (kem) {
    case KemId::ml_kem_512:
      return {MlKem::ml_kem_512, std::nullopt, 0, {}};
    case KemId::ml_kem_768:
      return {MlKem::ml_kem_768, std::nullopt, 0, {}};
    case KemId::ml_kem_1024:
      return {MlKem::ml_kem_1024, std::nullopt, 0, {}};
    case KemId::mlkem768_p256:
      return {MlKem::ml_kem_768, DhGroup::p256, 128, "MLKEM768-P256"};
    case KemId::mlkem1024_p384:
      return {MlKem::ml_kem_1024, DhGroup::p384, 48, "MLKEM1024-P384"};
    case KemId::mlkem768_x25519:
      return {MlKem::ml_kem_768, DhGroup::x25519, 32, R"(\.//^\)"};
    default:
      break;
  }
  assertion_failed("a KEM with ML-KEM in it", __FILE_NAME__, __LINE__);
}

// draft-ietf-hpke-pq: LabeledDerive(ikm, label, context, L) for a one-stage KDF, here SHAKE256:
// ikm || "HPKE-v1" || suite_id || label with its length || I2OSP(L, 2) || context; suite_id =
// "KEM" || I2OSP(kem_id, 2), label = "DeriveKeyPair", and the context is empty.
void derive_seed(const Provider& provider, const Derived& how, ByteView ikm, ByteSpan out) {
  if (how.derivation == KemDerivation::plain) return provider.shake256({&ikm, 1}, out);
  constexpr std::string_view label = "DeriveKeyPair";
  const auto id = static_cast<std::uint16_t>(how.kem);
  const std::array<std::uint8_t, 4> id_and_label_size{static_cast<std::uint8_t>(id >> 8),
                                                      static_cast<std::uint8_t>(id), 0,
                                                      static_cast<std::uint8_t>(label.size())};
  const std::array<std::uint8_t, 2> size{0, static_cast<std::uint8_t>(out.size())};
  const std::array<ByteView, 5> parts{ikm, view_of("HPKE-v1KEM"), id_and_label_size, view_of(label),
                                      size};
  provider.shake256(parts, out);
}

// RandomScalar of the group: the seed itself, or the first window of it that is in range.
Result<std::unique_ptr<const DhPrivateKey>> scalar_from(const Provider& provider, DhGroup group,
                                                        ByteView seed) {
  const std::size_t size = private_key_size(group);
  for (std::size_t start = 0; start + size <= seed.size(); start += size) {
    auto key = provider.dh_private(group, seed.subspan(start, size));
    if (key) return key;
  }
  // Below 2^-128, for a seed that is random.
  return broken(Rule::private_key_encoding).because("no window of the seed is a scalar");
}

// The key of a seed: FIPS 203's own for a pure ML-KEM, else SHAKE256's expansion, cut in two.
Result<KemPrivateKeyRef> key_from(const Provider& provider, KemId kem, KemSeed seed) {
  const Row row = row_of(kem);
  KemPrivateKey::Parsed parsed;
  HPKEPublicKey public_key;
  if (!row.group) {
    parsed.ml_kem = THICKET_TRY(provider.ml_kem_private(row.set, seed.reveal()));
    public_key = provider.ml_kem_public_of(row.set, *parsed.ml_kem);
  } else {
    SecretBytes expanded{Bytes(ml_kem_seed_size + row.group_seed_size)};
    const ByteView short_seed = seed.reveal();
    provider.shake256({&short_seed, 1}, expanded.reveal());
    const ByteView octets = expanded.reveal();
    parsed.ml_kem = THICKET_TRY(provider.ml_kem_private(row.set, octets.first(ml_kem_seed_size)));
    parsed.dh = THICKET_TRY(scalar_from(provider, *row.group, octets.subspan(ml_kem_seed_size)));
    public_key = provider.ml_kem_public_of(row.set, *parsed.ml_kem);
    const Bytes point = provider.dh_public_of(*row.group, *parsed.dh);
    public_key.insert(public_key.end(), point.begin(), point.end());
  }
  return KemPrivateKeyRef(std::make_shared<const KemPrivateKey>(
      kem, std::move(seed), std::move(parsed), std::move(public_key)));
}

// A public key, and likewise a kem_output, is the part of ML-KEM, then that of the group.
struct Halves {
  ByteView ml_kem;
  ByteView group;
};
Halves cut(ByteView octets, std::size_t ml_kem_size) {
  return {octets.first(ml_kem_size), octets.subspan(ml_kem_size)};
}

struct PublicKey {
  Halves octets;
  std::unique_ptr<const MlKemPublicKey> ml_kem;
  std::unique_ptr<const DhPublicKey> dh;
};

Result<PublicKey> parse_public(const Provider& provider, const Row& row, ByteView key) {
  const std::size_t size =
      public_key_size(row.set) + (row.group ? public_key_size(*row.group) : std::size_t{0});
  if (key.size() != size) {
    return broken(Rule::public_key_encoding)
        .because(std::to_string(key.size()) + " octets, not " + std::to_string(size));
  }
  PublicKey out{cut(key, public_key_size(row.set)), nullptr, nullptr};
  THICKET_TRY(check_public_key(row.set, out.octets.ml_kem));
  out.ml_kem = THICKET_TRY(provider.ml_kem_public(row.set, out.octets.ml_kem));
  if (row.group) {
    THICKET_TRY(check_public_key(*row.group, out.octets.group));
    out.dh = THICKET_TRY(provider.dh_public(*row.group, out.octets.group));
  }
  return out;
}

// The group's part of the secret. concrete-hybrid-kems 3.1.2 takes the result of X25519 as it is:
// a zero is no error here, or members who follow the draft would fork from us; what is left then
// is ML-KEM's security.
Result<DhSecret> group_secret(const Provider& provider, DhGroup group, const DhPrivateKey& key,
                              const DhPublicKey& peer) {
  auto secret = provider.dh(group, key, peer);
  if (!secret && secret.error().rule == Rule::zero_shared_secret) {
    return DhSecret::filled(private_key_size(group), [](ByteSpan) {});
  }
  return secret;
}

// hybrid-kems, C2PRICombiner: KDF(ss_PQ || ss_T || ct_T || ek_T || Label), with SHA3-256.
KemSecret combine(const Provider& provider, const MlKemSecret& ml_kem, const DhSecret& group,
                  std::initializer_list<ByteView> ciphertext_key_label) {
  std::array<ByteView, 5> parts{ml_kem.reveal(), group.reveal()};
  std::copy(ciphertext_key_label.begin(), ciphertext_key_label.end(), parts.begin() + 2);
  return KemSecret::filled(shared_secret_size,
                           [&](ByteSpan out) { provider.hash(HashId::sha3_256, parts, out); });
}

}  // namespace

MlKem set_of(KemId kem) {
  return row_of(kem).set;
}

std::optional<DhGroup> group_of(KemId kem) {
  return row_of(kem).group;
}

std::size_t seed_size(KemId kem) {
  return row_of(kem).group ? hybrid_seed_size : ml_kem_seed_size;
}

std::size_t encapsulation_seed_size(KemId kem) {
  return randomness_size + row_of(kem).group_seed_size;
}

std::size_t public_size(KemId kem) {
  const Row row = row_of(kem);
  return public_key_size(row.set) + (row.group ? public_key_size(*row.group) : 0);
}

std::size_t output_size(KemId kem) {
  const Row row = row_of(kem);
  return ciphertext_size(row.set) + (row.group ? public_key_size(*row.group) : 0);
}

bool has(const Provider& provider, KemId kem) {
  const Row row = row_of(kem);
  return provider.has(row.set) && (!row.group || provider.has(*row.group));
}

KemPrivateKeyRef derive_key_pair(const Provider& provider, const Derived& how, ByteView ikm) {
  KemSeed seed = KemSeed::filled(seed_size(how.kem),
                                 [&](ByteSpan out) { derive_seed(provider, how, ikm, out); });
  auto key = key_from(provider, how.kem, std::move(seed));
  if (!key) throw MachineFailure("DeriveKeyPair found no scalar");
  return *std::move(key);
}

Result<KemPrivateKeyRef> import_private(const Provider& provider, KemId kem, ByteView serialised) {
  if (serialised.size() != seed_size(kem)) {
    return broken(Rule::private_key_encoding).because("wrong length");
  }
  return key_from(provider, kem, KemSeed(serialised));
}

Result<void> check_public(const Provider& provider, KemId kem, ByteView public_key) {
  THICKET_TRY(parse_public(provider, row_of(kem), public_key));
  return {};
}

Result<Encapsulated> encapsulate(const Provider& provider, KemId kem, const Encapsulation& to) {
  const Row row = row_of(kem);
  const PublicKey peer = THICKET_TRY(parse_public(provider, row, to.public_key));
  const Halves randomness = cut(to.randomness, randomness_size);
  MlKemEncapsulated ml_kem = provider.ml_kem_encapsulate(row.set, *peer.ml_kem, randomness.ml_kem);
  if (!row.group) {
    return Encapsulated{ml_kem.shared_secret.renamed<KemSecretTag>(), std::move(ml_kem.ciphertext)};
  }
  const auto ephemeral = THICKET_TRY(scalar_from(provider, *row.group, randomness.group));
  const Bytes ct = provider.dh_public_of(*row.group, *ephemeral);
  const DhSecret dh = THICKET_TRY(group_secret(provider, *row.group, *ephemeral, *peer.dh));
  Encapsulated out{
      combine(provider, ml_kem.shared_secret, dh, {ct, peer.octets.group, view_of(row.label)}),
      std::move(ml_kem.ciphertext)};
  out.kem_output.insert(out.kem_output.end(), ct.begin(), ct.end());
  return out;
}

Result<KemSecret> decapsulate(const Provider& provider, const KemPrivateKey& key,
                              ByteView kem_output) {
  const Row row = row_of(key.kem());
  const Halves ct = cut(kem_output, ciphertext_size(row.set));
  if (!row.group) {
    return provider.ml_kem_decapsulate(row.set, key.ml_kem(), ct.ml_kem).renamed<KemSecretTag>();
  }
  THICKET_TRY_AT("kem_output", check_public_key(*row.group, ct.group));
  const auto peer = THICKET_TRY_AT("kem_output", provider.dh_public(*row.group, ct.group));
  const DhSecret dh =
      THICKET_TRY_AT("kem_output", group_secret(provider, *row.group, key.dh(), *peer));
  const MlKemSecret ml_kem = provider.ml_kem_decapsulate(row.set, key.ml_kem(), ct.ml_kem);
  const ByteView own = ByteView(key.public_key()).subspan(public_key_size(row.set));
  return combine(provider, ml_kem, dh, {ct.group, own, view_of(row.label)});
}

}  // namespace thicket::crypto::ml_kem
