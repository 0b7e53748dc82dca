// ECDSA and ML-DSA sign deterministically here (RFC 6979; FIPS 204 3.4): two signatures of one
// message are equal, and a broken source of randomness gives no key away.
#include "crypto/openssl/keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include "base/assert.h"
#include "crypto/encodings.h"

namespace thicket::crypto::openssl {
namespace {

using Number = std::unique_ptr<BIGNUM, FreeBy<BN_clear_free>>;
using Group = std::unique_ptr<EC_GROUP, FreeBy<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, FreeBy<EC_POINT_clear_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, FreeBy<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, FreeBy<OSSL_PARAM_free>>;

constexpr std::size_t kem_secret_size = 32;

struct Import {
  const char* name;
  int selection;
};
// Null if the library refuses what `params` say.
Key import_key(const Library& library, const Import& what, OSSL_PARAM* params) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(library.context(), what.name, nullptr));
  require(context && EVP_PKEY_fromdata_init(context.get()) == 1, "EVP_PKEY_fromdata_init");
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, what.selection, params) != 1) ERR_clear_error();
  return Key(key);
}

OSSL_PARAM octets_param(const char* name, ByteView octets) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(octets.data()),
                                           octets.size());
}

OSSL_PARAM text_param(const char* name, const char* text) {
  return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(text), 0);
}

Group group_of(const Library& library, DhGroup curve) {
  const int nid = curve == DhGroup::p256   ? NID_X9_62_prime256v1
                  : curve == DhGroup::p384 ? NID_secp384r1
                                           : NID_secp521r1;
  Group group(EC_GROUP_new_by_curve_name_ex(library.context(), nullptr, nid));
  require(group != nullptr, "EC_GROUP_new_by_curve_name_ex");
  return group;
}

Bytes point_of(const Library& library, DhGroup curve, const BIGNUM* scalar) {
  const Group group = group_of(library, curve);
  const Point point(EC_POINT_new(group.get()));
  Bytes out(public_key_size(curve));
  require(point && EC_POINT_mul(group.get(), point.get(), scalar, nullptr, nullptr, nullptr) == 1 &&
              EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                 out.data(), out.size(), nullptr) == out.size(),
          "EC_POINT_mul");
  return out;
}

const char* hash_name(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ecdsa_secp256r1_sha256:
      return "SHA2-256";
    case SignatureScheme::ecdsa_secp384r1_sha384:
      return "SHA2-384";
    case SignatureScheme::ecdsa_secp521r1_sha512:
      return "SHA2-512";
    default:
      return nullptr;  // the scheme hashes by itself
  }
}

}  // namespace

const char* name_of(DhGroup group) {
  switch (group) {
    case DhGroup::x25519:
      return "X25519";
    case DhGroup::x448:
      return "X448";
    case DhGroup::p256:
      return "P-256";
    case DhGroup::p384:
      return "P-384";
    case DhGroup::p521:
      return "P-521";
  }
  return "";
}

const char* name_of(MlKem set) {
  return set == MlKem::ml_kem_512   ? "ML-KEM-512"
         : set == MlKem::ml_kem_768 ? "ML-KEM-768"
                                    : "ML-KEM-1024";
}

const char* name_of(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ed25519:
      return "ED25519";
    case SignatureScheme::ed448:
      return "ED448";
    case SignatureScheme::mldsa44:
      return "ML-DSA-44";
    case SignatureScheme::mldsa65:
      return "ML-DSA-65";
    case SignatureScheme::mldsa87:
      return "ML-DSA-87";
    default:
      return name_of(curve_of(scheme));
  }
}

bool is_curve(DhGroup group) {
  return group == DhGroup::p256 || group == DhGroup::p384 || group == DhGroup::p521;
}

DhGroup curve_of(SignatureScheme scheme) {
  THICKET_ASSERT(hash_name(scheme) != nullptr);
  return scheme == SignatureScheme::ecdsa_secp256r1_sha256   ? DhGroup::p256
         : scheme == SignatureScheme::ecdsa_secp384r1_sha384 ? DhGroup::p384
                                                             : DhGroup::p521;
}

Key raw_private(const Library& library, const char* name, ByteView octets) {
  Key key(EVP_PKEY_new_raw_private_key_ex(library.context(), name, nullptr, octets.data(),
                                          octets.size()));
  require(key != nullptr, "EVP_PKEY_new_raw_private_key_ex");
  return key;
}

Key raw_public(const Library& library, const char* name, ByteView octets) {
  Key key(EVP_PKEY_new_raw_public_key_ex(library.context(), name, nullptr, octets.data(),
                                         octets.size()));
  if (!key) ERR_clear_error();
  return key;
}

Bytes raw_public_of(EVP_PKEY& key, std::size_t size) {
  Bytes out(size);
  require(EVP_PKEY_get_raw_public_key(&key, out.data(), &size) == 1 && size == out.size(),
          "EVP_PKEY_get_raw_public_key");
  return out;
}

// Generation, not import: OpenSSL tries an imported key of ML-KEM on an encapsulation of its own,
// which costs more than the key. Its own copy of the seed is wiped.
Key from_seed(const Library& library, const Seeded& seeded) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(library.context(), seeded.name, nullptr));
  const OSSL_PARAM params[] = {octets_param(seeded.parameter, seeded.seed),
                               OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  require(context && EVP_PKEY_keygen_init(context.get()) == 1 &&
              EVP_PKEY_CTX_set_params(context.get(), params) == 1 &&
              EVP_PKEY_generate(context.get(), &key) == 1,
          "EVP_PKEY_generate");
  return Key(key);
}

Result<CurveKey> curve_private(const Library& library, DhGroup curve, ByteView scalar) {
  const Number number(BN_secure_new());
  require(number && BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), number.get()),
          "BN_bin2bn");
  CurveKey out{nullptr, point_of(library, curve, number.get())};
  const Builder builder(OSSL_PARAM_BLD_new());
  require(builder &&
              OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                              name_of(curve), 0) == 1 &&
              OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) == 1 &&
              OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                               out.point.data(), out.point.size()) == 1,
          "OSSL_PARAM_BLD_push");
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  require(params != nullptr, "OSSL_PARAM_BLD_to_param");
  out.key = import_key(library, {"EC", EVP_PKEY_KEYPAIR}, params.get());
  if (out.key) return out;
  return broken(Rule::private_key_encoding);
}

Result<Key> curve_public(const Library& library, DhGroup curve, ByteView point) {
  OSSL_PARAM params[] = {text_param(OSSL_PKEY_PARAM_GROUP_NAME, name_of(curve)),
                         octets_param(OSSL_PKEY_PARAM_PUB_KEY, point), OSSL_PARAM_construct_end()};
  Key key = import_key(library, {"EC", EVP_PKEY_PUBLIC_KEY}, params);
  if (key) return key;
  return broken(Rule::public_key_encoding).because("not a point of the curve");
}

bool agree(const Library& library, EVP_PKEY& key, EVP_PKEY& peer, ByteSpan out) {
  const KeyContext context = library.context_of(key);
  require(EVP_PKEY_derive_init(context.get()) == 1 &&
              EVP_PKEY_derive_set_peer_ex(context.get(), &peer, 0) == 1,
          "EVP_PKEY_derive_set_peer_ex");
  std::size_t size = out.size();
  if (EVP_PKEY_derive(context.get(), out.data(), &size) == 1 && size == out.size()) return true;
  ERR_clear_error();
  return false;
}

MlKemEncapsulated encapsulate(const Library& library, MlKem set, EVP_PKEY& key, ByteView m) {
  const KeyContext context = library.context_of(key);
  const OSSL_PARAM params[] = {octets_param(OSSL_KEM_PARAM_IKME, m), OSSL_PARAM_construct_end()};
  require(EVP_PKEY_encapsulate_init(context.get(), params) == 1, "EVP_PKEY_encapsulate_init");
  MlKemEncapsulated out;
  out.ciphertext.resize(ciphertext_size(set));
  out.shared_secret = MlKemSecret::filled(kem_secret_size, [&](ByteSpan secret) {
    std::size_t ciphertext_octets = out.ciphertext.size();
    std::size_t secret_octets = secret.size();
    require(EVP_PKEY_encapsulate(context.get(), out.ciphertext.data(), &ciphertext_octets,
                                 secret.data(), &secret_octets) == 1 &&
                ciphertext_octets == out.ciphertext.size() && secret_octets == secret.size(),
            "EVP_PKEY_encapsulate");
  });
  zeroise_stack_below();
  return out;
}

MlKemSecret decapsulate(const Library& library, EVP_PKEY& key, ByteView ciphertext) {
  const KeyContext context = library.context_of(key);
  require(EVP_PKEY_decapsulate_init(context.get(), nullptr) == 1, "EVP_PKEY_decapsulate_init");
  MlKemSecret out = MlKemSecret::filled(kem_secret_size, [&](ByteSpan secret) {
    std::size_t size = secret.size();
    require(EVP_PKEY_decapsulate(context.get(), secret.data(), &size, ciphertext.data(),
                                 ciphertext.size()) == 1 &&
                size == secret.size(),
            "EVP_PKEY_decapsulate");
  });
  zeroise_stack_below();  // OpenSSL leaves a copy of the secret in its frames
  return out;
}

Bytes sign(const Library& library, SignatureScheme scheme, EVP_PKEY& key, ByteView message) {
  unsigned rfc6979 = 1;
  int deterministic = 1;
  const char* hash = hash_name(scheme);
  OSSL_PARAM params[] = {OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
  if (hash != nullptr) {
    params[0] = OSSL_PARAM_construct_uint(OSSL_SIGNATURE_PARAM_NONCE_TYPE, &rfc6979);
  } else if (is_mldsa(scheme)) {
    params[0] = OSSL_PARAM_construct_int(OSSL_SIGNATURE_PARAM_DETERMINISTIC, &deterministic);
  }
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  require(context &&
              EVP_DigestSignInit_ex(context.get(), nullptr, hash, library.context(), nullptr, &key,
                                    params) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1,
          "EVP_DigestSignInit_ex");
  Bytes out(size);
  require(EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) == 1,
          "EVP_DigestSign");
  out.resize(size);  // DER may be shorter than its bound
  return out;
}

bool verify(const Library& library, SignatureScheme scheme, EVP_PKEY& key, ByteView message,
            ByteView signature) {
  const DigestContext context(EVP_MD_CTX_new());
  require(context && EVP_DigestVerifyInit_ex(context.get(), nullptr, hash_name(scheme),
                                             library.context(), nullptr, &key, nullptr) == 1,
          "EVP_DigestVerifyInit_ex");
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                       message.size()) == 1) {
    return true;
  }
  ERR_clear_error();
  return false;
}

}  // namespace thicket::crypto::openssl
