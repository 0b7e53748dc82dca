// The provider: parsed keys, and each call handed to the file of its primitive.
#include "crypto/awslc/awslc.h"

#include <openssl/curve25519.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "base/machine_failure.h"
#include "base/zeroise.h"
#include "crypto/awslc/aead.h"
#include "crypto/awslc/decaf448.h"
#include "crypto/awslc/digest.h"
#include "crypto/awslc/ec.h"
#include "crypto/awslc/ml_dsa.h"
#include "crypto/awslc/ml_kem.h"
#include "crypto/crypto.h"
#include "crypto/encodings.h"
#include "crypto/worker_pool.h"

namespace thicket::crypto {
namespace {

// Each parsed key knows what it is for: one used for anything else is a bug of ours.
struct MontgomeryPrivate final : DhPrivateKey {
  MontgomeryPrivate(DhGroup g, ByteView s) : group(g), scalar(s) {}
  DhGroup group;
  Secret<struct MontgomeryScalarTag> scalar;
};
struct MontgomeryPublic final : DhPublicKey {
  MontgomeryPublic(DhGroup g, ByteView p) : group(g) {
    std::copy(p.begin(), p.end(), point.begin());
  }
  DhGroup group;
  std::array<std::uint8_t, 56> point{};
};
struct EcPrivate final : DhPrivateKey {
  EcPrivate(DhGroup c, awslc::EcKey k) : curve(c), key(std::move(k)) {}
  DhGroup curve;
  awslc::EcKey key;
};
struct EcPublic final : DhPublicKey {
  EcPublic(DhGroup c, awslc::EcKey k) : curve(c), key(std::move(k)) {}
  DhGroup curve;
  awslc::EcKey key;
};
struct MlKemPrivate final : MlKemPrivateKey {
  MlKemPrivate(MlKem s, awslc::MlKemKey k) : set(s), key(std::move(k)) {}
  MlKem set;
  awslc::MlKemKey key;
};
struct MlKemPublic final : MlKemPublicKey {
  MlKemPublic(MlKem s, awslc::MlKemKey k) : set(s), key(std::move(k)) {}
  MlKem set;
  awslc::MlKemKey key;
};
struct Ed25519Signing final : SigningKey {
  explicit Ed25519Signing(ByteView seed) {
    ED25519_keypair_from_seed(public_key.data(), expanded.data(), seed.data());
  }
  ~Ed25519Signing() override { zeroise(expanded); }
  std::array<std::uint8_t, 32> public_key{};
  std::array<std::uint8_t, 64> expanded{};
};
struct Ed448Signing final : SigningKey {
  explicit Ed448Signing(ByteView seed) : pair(seed) {}
  awslc::Ed448KeyPair pair;
};
struct EcdsaSigning final : SigningKey {
  EcdsaSigning(DhGroup c, awslc::EcKey k) : curve(c), key(std::move(k)) {}
  DhGroup curve;
  awslc::EcKey key;
};
struct MlDsaSigning final : SigningKey {
  MlDsaSigning(SignatureScheme s, awslc::MlDsaKey k) : scheme(s), key(std::move(k)) {}
  SignatureScheme scheme;
  awslc::MlDsaKey key;
};
struct MlDsaVerifying final : VerifyingKey {
  MlDsaVerifying(SignatureScheme s, awslc::MlDsaKey k) : scheme(s), key(std::move(k)) {}
  SignatureScheme scheme;
  awslc::MlDsaKey key;
};
struct EdwardsVerifying final : VerifyingKey {
  explicit EdwardsVerifying(ByteView key) : size(key.size()) {
    std::copy(key.begin(), key.end(), octets.begin());
  }
  ByteView view() const { return {octets.data(), size}; }
  std::size_t size;
  std::array<std::uint8_t, 57> octets{};
};
struct EcdsaVerifying final : VerifyingKey {
  EcdsaVerifying(DhGroup c, awslc::EcKey k) : curve(c), key(std::move(k)) {}
  DhGroup curve;
  awslc::EcKey key;
};

template <class Key, class Base>
const Key& as(const Base& key) {
  const auto* own = dynamic_cast<const Key*>(&key);
  THICKET_ASSERT(own != nullptr);
  return *own;
}

struct Ecdsa {
  DhGroup curve;
  HashId hash;
};
std::optional<Ecdsa> ecdsa_of(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ecdsa_secp256r1_sha256:
      return Ecdsa{DhGroup::p256, HashId::sha256};
    case SignatureScheme::ecdsa_secp384r1_sha384:
      return Ecdsa{DhGroup::p384, HashId::sha384};
    case SignatureScheme::ecdsa_secp521r1_sha512:
      return Ecdsa{DhGroup::p521, HashId::sha512};
    case SignatureScheme::ed25519:
    case SignatureScheme::ed448:
    case SignatureScheme::mldsa44:
    case SignatureScheme::mldsa65:
    case SignatureScheme::mldsa87:
      break;
  }
  return std::nullopt;
}

bool is_montgomery(DhGroup group) {
  return group == DhGroup::x25519 || group == DhGroup::x448;
}

Digest digest_of(HashId hash, ByteView message) {
  Digest out;
  out.size = static_cast<std::uint8_t>(size_of(hash));
  awslc::digest(hash, {&message, 1}, ByteSpan(out.octets.data(), out.size));
  return out;
}

class SystemRandom final : public Random {
 public:
  void fill(ByteSpan out) override {
    if (RAND_bytes(out.data(), out.size()) != 1) throw MachineFailure("AWS-LC: RAND_bytes");
  }
};

class AwsLc final : public Provider {
 public:
  explicit AwsLc(const AwsLcOptions& options) : pool_(options.workers) {}

  std::string_view name() const override { return "AWS-LC"; }
  bool has(DhGroup group) const override {
    return group != DhGroup::x448 || awslc::decaf448_is_there();
  }
  bool has(SignatureScheme scheme) const override {
    return scheme != SignatureScheme::ed448 || awslc::decaf448_is_there();
  }
  bool has(MlKem) const override { return true; }
  Random& random() const override { return random_; }

  void hash(HashId hash, std::span<const ByteView> parts, ByteSpan out) const override {
    awslc::digest(hash, parts, out);
  }
  void shake256(std::span<const ByteView> parts, ByteSpan out) const override {
    awslc::shake256(parts, out);
  }
  void hmac(HashId hash, ByteView key, std::span<const ByteView> parts,
            ByteSpan out) const override {
    const HmacJob job{parts, out};
    awslc::hmac(hash, key, {&job, 1});
  }
  void hmac_each(HashId hash, ByteView key, std::span<const HmacJob> jobs) const override {
    awslc::hmac(hash, key, jobs);
  }
  void seal(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView plaintext,
            ByteSpan out) const override {
    awslc::seal(aead, key, nonce, aad, plaintext, out);
  }
  bool open(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView ciphertext,
            ByteSpan out) const override {
    return awslc::open(aead, key, nonce, aad, ciphertext, out);
  }

  Result<std::unique_ptr<const DhPrivateKey>> dh_private(DhGroup group,
                                                         ByteView scalar) const override;
  Result<std::unique_ptr<const DhPublicKey>> dh_public(DhGroup group,
                                                       ByteView point) const override;
  Bytes dh_public_of(DhGroup group, const DhPrivateKey& key) const override;
  Result<DhSecret> dh(DhGroup group, const DhPrivateKey& key,
                      const DhPublicKey& peer) const override;
  Result<std::unique_ptr<const MlKemPrivateKey>> ml_kem_private(MlKem set,
                                                                ByteView seed) const override;
  Result<std::unique_ptr<const MlKemPublicKey>> ml_kem_public(
      MlKem set, ByteView encapsulation_key) const override;
  Bytes ml_kem_public_of(MlKem set, const MlKemPrivateKey& key) const override;
  MlKemEncapsulated ml_kem_encapsulate(MlKem set, const MlKemPublicKey& key,
                                       ByteView m) const override;
  MlKemSecret ml_kem_decapsulate(MlKem set, const MlKemPrivateKey& key,
                                 ByteView ciphertext) const override;
  Result<std::unique_ptr<const SigningKey>> signing_key(SignatureScheme scheme,
                                                        ByteView seed) const override;
  Result<std::unique_ptr<const VerifyingKey>> verifying_key(SignatureScheme scheme,
                                                            ByteView public_key) const override;
  Bytes public_of(SignatureScheme scheme, const SigningKey& key) const override;
  Bytes sign(SignatureScheme scheme, const SigningKey& key, ByteView message) const override;
  bool verify(SignatureScheme scheme, const VerifyingKey& key, ByteView message,
              ByteView signature) const override;

  void run_many(std::size_t count, const std::function<void(std::size_t)>& work) const override {
    pool_.run(count, work);
  }
  std::size_t workers() const override { return pool_.workers(); }

 private:
  mutable SystemRandom random_;
  mutable WorkerPool pool_;
};

Result<std::unique_ptr<const DhPrivateKey>> AwsLc::dh_private(DhGroup group,
                                                              ByteView scalar) const {
  using Key = std::unique_ptr<const DhPrivateKey>;
  THICKET_TRY(check_private_key(group, scalar));
  if (is_montgomery(group)) return Key(std::make_unique<MontgomeryPrivate>(group, scalar));
  return Key(std::make_unique<EcPrivate>(group, THICKET_TRY(awslc::ec_private(group, scalar))));
}

Result<std::unique_ptr<const DhPublicKey>> AwsLc::dh_public(DhGroup group, ByteView point) const {
  using Key = std::unique_ptr<const DhPublicKey>;
  THICKET_TRY(check_public_key(group, point));
  if (is_montgomery(group)) return Key(std::make_unique<MontgomeryPublic>(group, point));
  return Key(std::make_unique<EcPublic>(group, THICKET_TRY(awslc::ec_public(group, point))));
}

Bytes AwsLc::dh_public_of(DhGroup group, const DhPrivateKey& key) const {
  if (!is_montgomery(group)) {
    const auto& own = as<EcPrivate>(key);
    THICKET_ASSERT(own.curve == group);
    return awslc::ec_public_of(*own.key);
  }
  const auto& own = as<MontgomeryPrivate>(key);
  THICKET_ASSERT(own.group == group);
  Bytes out(public_key_size(group));
  if (group == DhGroup::x25519) {
    X25519_public_from_private(out.data(), own.scalar.reveal().data());
  } else {
    awslc::x448_public(own.scalar.reveal(), out);
  }
  return out;
}

Result<DhSecret> AwsLc::dh(DhGroup group, const DhPrivateKey& key, const DhPublicKey& peer) const {
  Result<void> agreed;
  DhSecret out = DhSecret::filled(private_key_size(group), [&](ByteSpan octets) {
    if (!is_montgomery(group)) {
      const auto& own = as<EcPrivate>(key);
      const auto& other = as<EcPublic>(peer);
      THICKET_ASSERT(own.curve == group && other.curve == group);
      agreed = awslc::ec_dh(*own.key, *other.key, octets);
      return;
    }
    const auto& own = as<MontgomeryPrivate>(key);
    const auto& other = as<MontgomeryPublic>(peer);
    THICKET_ASSERT(own.group == group && other.group == group);
    const ByteView scalar = own.scalar.reveal();
    const ByteView point(other.point.data(), public_key_size(group));
    const bool library = group == DhGroup::x25519
                             ? X25519(octets.data(), scalar.data(), point.data()) == 1
                             : awslc::x448(scalar, point, octets);
    agreed = check_shared_secret(library, octets);
  });
  THICKET_TRY(std::move(agreed));
  return out;
}

Result<std::unique_ptr<const MlKemPrivateKey>> AwsLc::ml_kem_private(MlKem set,
                                                                     ByteView seed) const {
  if (seed.size() != ml_kem_seed_size) {
    return broken(Rule::private_key_encoding).because("wrong length");
  }
  return std::unique_ptr<const MlKemPrivateKey>(
      std::make_unique<MlKemPrivate>(set, awslc::ml_kem_private(set, seed)));
}

Result<std::unique_ptr<const MlKemPublicKey>> AwsLc::ml_kem_public(
    MlKem set, ByteView encapsulation_key) const {
  THICKET_TRY(check_public_key(set, encapsulation_key));
  return std::unique_ptr<const MlKemPublicKey>(std::make_unique<MlKemPublic>(
      set, THICKET_TRY(awslc::ml_kem_public(set, encapsulation_key))));
}

Bytes AwsLc::ml_kem_public_of(MlKem set, const MlKemPrivateKey& key) const {
  const auto& own = as<MlKemPrivate>(key);
  THICKET_ASSERT(own.set == set);
  return awslc::ml_kem_public_of(set, *own.key);
}

MlKemEncapsulated AwsLc::ml_kem_encapsulate(MlKem set, const MlKemPublicKey& key,
                                            ByteView m) const {
  const auto& own = as<MlKemPublic>(key);
  THICKET_ASSERT(own.set == set);
  return awslc::ml_kem_encapsulate(set, *own.key, m);
}

MlKemSecret AwsLc::ml_kem_decapsulate(MlKem set, const MlKemPrivateKey& key,
                                      ByteView ciphertext) const {
  const auto& own = as<MlKemPrivate>(key);
  THICKET_ASSERT(own.set == set);
  return awslc::ml_kem_decapsulate(set, *own.key, ciphertext);
}

Result<std::unique_ptr<const SigningKey>> AwsLc::signing_key(SignatureScheme scheme,
                                                             ByteView seed) const {
  using Key = std::unique_ptr<const SigningKey>;
  THICKET_TRY(check_private_key(scheme, seed));
  if (scheme == SignatureScheme::ed25519) return Key(std::make_unique<Ed25519Signing>(seed));
  if (scheme == SignatureScheme::ed448) return Key(std::make_unique<Ed448Signing>(seed));
  if (is_mldsa(scheme)) {
    return Key(std::make_unique<MlDsaSigning>(scheme, awslc::ml_dsa_private(scheme, seed)));
  }
  const DhGroup curve = ecdsa_of(scheme)->curve;
  return Key(std::make_unique<EcdsaSigning>(curve, THICKET_TRY(awslc::ec_private(curve, seed))));
}

Result<std::unique_ptr<const VerifyingKey>> AwsLc::verifying_key(SignatureScheme scheme,
                                                                 ByteView public_key) const {
  using Key = std::unique_ptr<const VerifyingKey>;
  THICKET_TRY(check_public_key(scheme, public_key));
  if (is_mldsa(scheme)) {
    return Key(std::make_unique<MlDsaVerifying>(
        scheme, THICKET_TRY(awslc::ml_dsa_public(scheme, public_key))));
  }
  const std::optional<Ecdsa> ecdsa = ecdsa_of(scheme);
  if (!ecdsa) return Key(std::make_unique<EdwardsVerifying>(public_key));
  return Key(std::make_unique<EcdsaVerifying>(
      ecdsa->curve, THICKET_TRY(awslc::ec_public(ecdsa->curve, public_key))));
}

Bytes AwsLc::public_of(SignatureScheme scheme, const SigningKey& key) const {
  if (scheme == SignatureScheme::ed25519) {
    return to_bytes(ByteView(as<Ed25519Signing>(key).public_key));
  }
  if (scheme == SignatureScheme::ed448) return to_bytes(as<Ed448Signing>(key).pair.public_key());
  if (is_mldsa(scheme)) {
    const auto& own = as<MlDsaSigning>(key);
    THICKET_ASSERT(own.scheme == scheme);
    return awslc::ml_dsa_public_of(scheme, *own.key);
  }
  return awslc::ec_public_of(*as<EcdsaSigning>(key).key);
}

Bytes AwsLc::sign(SignatureScheme scheme, const SigningKey& key, ByteView message) const {
  if (scheme == SignatureScheme::ed25519) {
    Bytes out(ED25519_SIGNATURE_LEN);
    if (ED25519_sign(out.data(), message.data(), message.size(),
                     as<Ed25519Signing>(key).expanded.data()) != 1) {
      throw MachineFailure("AWS-LC: ED25519_sign");
    }
    return out;
  }
  if (scheme == SignatureScheme::ed448) return as<Ed448Signing>(key).pair.sign(message);
  if (is_mldsa(scheme)) {
    const auto& own = as<MlDsaSigning>(key);
    THICKET_ASSERT(own.scheme == scheme);
    return awslc::ml_dsa_sign(*own.key, message);
  }
  const Ecdsa ecdsa = *ecdsa_of(scheme);
  const auto& own = as<EcdsaSigning>(key);
  THICKET_ASSERT(own.curve == ecdsa.curve);
  return awslc::ecdsa_sign(*own.key, digest_of(ecdsa.hash, message).view());
}

bool AwsLc::verify(SignatureScheme scheme, const VerifyingKey& key, ByteView message,
                   ByteView signature) const {
  if (!check_signature(scheme, signature)) return false;
  const std::optional<Ecdsa> ecdsa = ecdsa_of(scheme);
  if (ecdsa) {
    const auto& own = as<EcdsaVerifying>(key);
    THICKET_ASSERT(own.curve == ecdsa->curve);
    return awslc::ecdsa_verify(*own.key, digest_of(ecdsa->hash, message).view(), signature);
  }
  if (is_mldsa(scheme)) {
    const auto& own = as<MlDsaVerifying>(key);
    THICKET_ASSERT(own.scheme == scheme);
    return awslc::ml_dsa_verify(*own.key, message, signature);
  }
  const ByteView octets = as<EdwardsVerifying>(key).view();
  THICKET_ASSERT(octets.size() == public_key_size(scheme));
  if (scheme == SignatureScheme::ed448) return awslc::ed448_verify(octets, message, signature);
  if (ED25519_verify(message.data(), message.size(), signature.data(), octets.data()) == 1) {
    return true;
  }
  ERR_clear_error();
  return false;
}

}  // namespace

std::unique_ptr<Provider> make_awslc(AwsLcOptions options) {
  return std::make_unique<AwsLc>(options);
}

}  // namespace thicket::crypto
