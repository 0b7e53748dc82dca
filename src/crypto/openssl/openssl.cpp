// The provider: parsed keys, and each call handed to the file of its primitive.
#include "crypto/openssl/openssl.h"

#include <openssl/core_names.h>
#include <openssl/rand.h>

#include "crypto/encodings.h"
#include "crypto/openssl/keys.h"
#include "crypto/openssl/symmetric.h"
#include "crypto/worker_pool.h"

namespace thicket::crypto {
namespace {

// Each parsed key knows what it is for: one used for anything else is a bug of ours. `point` is the
// public key of a P curve, which OpenSSL would compute again.
template <class Base, class For>
struct Parsed final : Base {
  Parsed(For f, openssl::Key k, Bytes p = {}) : of(f), key(std::move(k)), point(std::move(p)) {}
  For of;
  openssl::Key key;
  Bytes point;
};

template <class Base, class For>
const Parsed<Base, For>& as(const Base& key, For of) {
  const auto* own = dynamic_cast<const Parsed<Base, For>*>(&key);
  THICKET_ASSERT(own != nullptr && own->of == of);
  return *own;
}

template <class Base, class For>
std::unique_ptr<const Base> made(For of, openssl::Key key, Bytes point = {}) {
  return std::make_unique<Parsed<Base, For>>(of, std::move(key), std::move(point));
}

bool is_ecdsa(SignatureScheme scheme) {
  return !is_eddsa(scheme) && !is_mldsa(scheme);
}

class SystemRandom final : public Random {
 public:
  explicit SystemRandom(const openssl::Library& library) : library_(library) {}
  void fill(ByteSpan out) override {
    openssl::require(RAND_priv_bytes_ex(library_.context(), out.data(), out.size(), 0) == 1,
                     "RAND_priv_bytes_ex");
  }

 private:
  const openssl::Library& library_;
};

class OpenSsl final : public Provider {
 public:
  explicit OpenSsl(const OpenSslOptions& options) : random_(library_), pool_(options.workers) {}

  std::string_view name() const override { return "OpenSSL"; }
  bool has(DhGroup) const override { return true; }
  bool has(SignatureScheme) const override { return true; }
  bool has(MlKem) const override { return true; }
  Random& random() const override { return random_; }

  void hash(HashId hash, std::span<const ByteView> parts, ByteSpan out) const override {
    openssl::hash(library_, hash, parts, out);
  }
  void shake256(std::span<const ByteView> parts, ByteSpan out) const override {
    openssl::shake256(library_, parts, out);
  }
  void hmac(HashId hash, ByteView key, std::span<const ByteView> parts,
            ByteSpan out) const override {
    openssl::hmac(library_, {hash, key}, parts, out);
  }
  void seal(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView plaintext,
            ByteSpan out) const override {
    openssl::seal(library_, {aead, key, nonce, aad}, plaintext, out);
  }
  bool open(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView ciphertext,
            ByteSpan out) const override {
    return openssl::open(library_, {aead, key, nonce, aad}, ciphertext, out);
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
  Bytes ml_kem_public_of(MlKem set, const MlKemPrivateKey& key) const override {
    return openssl::raw_public_of(*as(key, set).key, public_key_size(set));
  }
  MlKemEncapsulated ml_kem_encapsulate(MlKem set, const MlKemPublicKey& key,
                                       ByteView m) const override {
    return openssl::encapsulate(library_, set, *as(key, set).key, m);
  }
  MlKemSecret ml_kem_decapsulate(MlKem set, const MlKemPrivateKey& key,
                                 ByteView ciphertext) const override {
    THICKET_ASSERT(ciphertext.size() == ciphertext_size(set));
    return openssl::decapsulate(library_, *as(key, set).key, ciphertext);
  }
  Result<std::unique_ptr<const SigningKey>> signing_key(SignatureScheme scheme,
                                                        ByteView seed) const override;
  Result<std::unique_ptr<const VerifyingKey>> verifying_key(SignatureScheme scheme,
                                                            ByteView public_key) const override;
  Bytes public_of(SignatureScheme scheme, const SigningKey& key) const override;
  Bytes sign(SignatureScheme scheme, const SigningKey& key, ByteView message) const override {
    return openssl::sign(library_, scheme, *as(key, scheme).key, message);
  }
  bool verify(SignatureScheme scheme, const VerifyingKey& key, ByteView message,
              ByteView signature) const override {
    return check_signature(scheme, signature) &&
           openssl::verify(library_, scheme, *as(key, scheme).key, message, signature);
  }

  void run_many(std::size_t count, const std::function<void(std::size_t)>& work) const override {
    pool_.run(count, work);
  }
  std::size_t workers() const override { return pool_.workers(); }

 private:
  openssl::Library library_;
  mutable SystemRandom random_;
  mutable WorkerPool pool_;
};

Result<std::unique_ptr<const DhPrivateKey>> OpenSsl::dh_private(DhGroup group,
                                                                ByteView scalar) const {
  THICKET_TRY(check_private_key(group, scalar));
  if (!openssl::is_curve(group)) {
    return made<DhPrivateKey>(group,
                              openssl::raw_private(library_, openssl::name_of(group), scalar));
  }
  auto key = THICKET_TRY(openssl::curve_private(library_, group, scalar));
  return made<DhPrivateKey>(group, std::move(key.key), std::move(key.point));
}

Result<std::unique_ptr<const DhPublicKey>> OpenSsl::dh_public(DhGroup group, ByteView point) const {
  THICKET_TRY(check_public_key(group, point));
  if (openssl::is_curve(group)) {
    return made<DhPublicKey>(group, THICKET_TRY(openssl::curve_public(library_, group, point)));
  }
  openssl::Key key = openssl::raw_public(library_, openssl::name_of(group), point);
  if (!key) return broken(Rule::public_key_encoding);
  return made<DhPublicKey>(group, std::move(key));
}

Bytes OpenSsl::dh_public_of(DhGroup group, const DhPrivateKey& key) const {
  const auto& own = as(key, group);
  return openssl::is_curve(group) ? own.point
                                  : openssl::raw_public_of(*own.key, public_key_size(group));
}

Result<DhSecret> OpenSsl::dh(DhGroup group, const DhPrivateKey& key,
                             const DhPublicKey& peer) const {
  bool agreed = false;
  DhSecret out = DhSecret::filled(private_key_size(group), [&](ByteSpan octets) {
    agreed = openssl::agree(library_, *as(key, group).key, *as(peer, group).key, octets);
  });
  // On a P curve no point that was parsed gives zero.
  if (!openssl::is_curve(group)) THICKET_TRY(check_shared_secret(agreed, out.reveal()));
  if (!agreed) return broken(Rule::public_key_encoding).because("not a point of the curve");
  return out;
}

Result<std::unique_ptr<const MlKemPrivateKey>> OpenSsl::ml_kem_private(MlKem set,
                                                                       ByteView seed) const {
  if (seed.size() != ml_kem_seed_size) {
    return broken(Rule::private_key_encoding).because("wrong length");
  }
  return made<MlKemPrivateKey>(
      set,
      openssl::from_seed(library_, {openssl::name_of(set), OSSL_PKEY_PARAM_ML_KEM_SEED, seed}));
}

Result<std::unique_ptr<const MlKemPublicKey>> OpenSsl::ml_kem_public(
    MlKem set, ByteView encapsulation_key) const {
  THICKET_TRY(check_public_key(set, encapsulation_key));
  openssl::Key key = openssl::raw_public(library_, openssl::name_of(set), encapsulation_key);
  if (!key) return broken(Rule::public_key_encoding).because("not a key of ML-KEM");
  return made<MlKemPublicKey>(set, std::move(key));
}

Result<std::unique_ptr<const SigningKey>> OpenSsl::signing_key(SignatureScheme scheme,
                                                               ByteView seed) const {
  THICKET_TRY(check_private_key(scheme, seed));
  const char* name = openssl::name_of(scheme);
  if (is_mldsa(scheme)) {
    return made<SigningKey>(
        scheme, openssl::from_seed(library_, {name, OSSL_PKEY_PARAM_ML_DSA_SEED, seed}));
  }
  if (is_eddsa(scheme)) {
    return made<SigningKey>(scheme, openssl::raw_private(library_, name, seed));
  }
  auto key = THICKET_TRY(openssl::curve_private(library_, openssl::curve_of(scheme), seed));
  return made<SigningKey>(scheme, std::move(key.key), std::move(key.point));
}

Result<std::unique_ptr<const VerifyingKey>> OpenSsl::verifying_key(SignatureScheme scheme,
                                                                   ByteView public_key) const {
  THICKET_TRY(check_public_key(scheme, public_key));
  if (is_ecdsa(scheme)) {
    return made<VerifyingKey>(scheme, THICKET_TRY(openssl::curve_public(
                                          library_, openssl::curve_of(scheme), public_key)));
  }
  openssl::Key key = openssl::raw_public(library_, openssl::name_of(scheme), public_key);
  if (!key) return broken(Rule::public_key_encoding);
  return made<VerifyingKey>(scheme, std::move(key));
}

Bytes OpenSsl::public_of(SignatureScheme scheme, const SigningKey& key) const {
  const auto& own = as(key, scheme);
  return is_ecdsa(scheme) ? own.point : openssl::raw_public_of(*own.key, public_key_size(scheme));
}

}  // namespace

std::unique_ptr<Provider> make_openssl(OpenSslOptions options) {
  return std::make_unique<OpenSsl>(options);
}

}  // namespace thicket::crypto
