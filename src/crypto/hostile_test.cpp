// The hostile list against every provider: refused by our layer with the right rule, and by the
// provider itself. RFC 9420 5.1.1, 5.1.2.
#include <doctest/doctest.h>

#include "crypto/crypto.h"
#include "crypto/dhkem.h"
#include "crypto/encodings.h"
#include "crypto/hostile_list.h"
#include "crypto/seeded_random.h"
#include "kit/providers.h"

namespace thicket::crypto {
namespace {

constexpr DhGroup dh_groups[] = {DhGroup::x25519, DhGroup::x448, DhGroup::p256, DhGroup::p384,
                                 DhGroup::p521};
constexpr KemId kems[] = {KemId::dhkem_x25519_hkdf_sha256, KemId::dhkem_x448_hkdf_sha512,
                          KemId::dhkem_p256_hkdf_sha256, KemId::dhkem_p384_hkdf_sha384,
                          KemId::dhkem_p521_hkdf_sha512};
constexpr SignatureScheme schemes[] = {
    SignatureScheme::ed25519, SignatureScheme::ed448, SignatureScheme::ecdsa_secp256r1_sha256,
    SignatureScheme::ecdsa_secp384r1_sha384, SignatureScheme::ecdsa_secp521r1_sha512};

bool is_ecdsa(SignatureScheme scheme) {
  return scheme != SignatureScheme::ed25519 && scheme != SignatureScheme::ed448;
}

const Suite& suite_with(SignatureScheme scheme) {
  for (const Suite& suite : all_suites()) {
    if (suite.signature == scheme) return suite;
  }
  FAIL("no suite with this scheme");
  return all_suites()[0];
}

Bytes order_of(SignatureScheme scheme) {
  for (const hostile::Order& order : hostile::orders) {
    if (order.scheme == scheme) return *from_hex(order.octets);
  }
  return {};
}

struct Signed {
  SignaturePrivateKey key;
  Bytes message;
  Bytes signature;
};

Signed sign_something(const Crypto& crypto) {
  SeededRandom random(11);
  Signed out{crypto.generate_signature_key(random), random.bytes(40), {}};
  out.signature = crypto.sign_with_label(out.key, "x", out.message);
  return out;
}

void refuse_dh_key(const Provider& provider, KemId kem, const Bytes& key) {
  CHECK(check_kem_public(provider, kem, key).error().rule == Rule::public_key_encoding);
  CHECK(provider.dh_public(dhkem::group_of(kem), key).error().rule == Rule::public_key_encoding);
}

void refuse_signature_key(const Crypto& crypto, const Signed& good, const Bytes& key) {
  const SignatureScheme scheme = crypto.suite().signature;
  const Provider& provider = crypto.provider();
  CHECK(crypto.check_signature_public(key).error().rule == Rule::public_key_encoding);
  CHECK(provider.verifying_key(scheme, key).error().rule == Rule::public_key_encoding);
  CHECK(crypto.verify_with_label(key, "x", good.message, good.signature, Rule::leaf_signature)
            .error()
            .rule == Rule::public_key_encoding);
}

void refuse_signature(const Crypto& crypto, const Signed& good, const Bytes& signature) {
  const SignatureScheme scheme = crypto.suite().signature;
  const Provider& provider = crypto.provider();
  CHECK(crypto
            .verify_with_label(good.key.public_key, "x", good.message, signature,
                               Rule::leaf_signature)
            .error()
            .rule == Rule::signature_encoding);
  const Bytes content = Crypto::sign_content("x", good.message);
  const auto key = *provider.verifying_key(scheme, good.key.public_key);
  CHECK_FALSE(provider.verify(scheme, *key, content, signature));
  const VerifyJob job{scheme, good.key.public_key, content, signature};
  CHECK_FALSE(provider.verify_many({&job, 1})[0]);
}

// One DER INTEGER at the front of `in`, which is moved behind it.
Bytes take_integer(Bytes& in) {
  const auto size = static_cast<std::ptrdiff_t>(in[1]);
  const Bytes out(in.begin() + 2, in.begin() + 2 + size);
  in.erase(in.begin(), in.begin() + 2 + size);
  return out;
}

}  // namespace

TEST_CASE("hostile DH keys are refused: lengths, forms, points that are not on the curve") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const KemId kem : kems) {
      if (!has(*provider, kem)) continue;
      CAPTURE(static_cast<int>(kem));
      const Bytes good = derive_key_pair(*provider, kem, Bytes(66, 5))->public_key();
      CHECK(check_kem_public(*provider, kem, good));
      CHECK(provider->dh_public(dhkem::group_of(kem), good));
      for (const hostile::Breakage& breakage : hostile::lengths) {
        CAPTURE(breakage.what);
        refuse_dh_key(*provider, kem, breakage.broken(good));
      }
      if (good.size() % 2 == 0) continue;
      for (const hostile::Breakage& breakage : hostile::points) {
        CAPTURE(breakage.what);
        refuse_dh_key(*provider, kem, breakage.broken(good));
      }
    }
  }
}

TEST_CASE("hostile DH keys are refused: a coordinate that is not less than p") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const hostile::UnreducedPoint& point : hostile::unreduced_points) {
      const Bytes y = *from_hex(point.y);
      const Bytes reduced = concat({Bytes{4}, Bytes(y.size(), 0), y});
      const Bytes unreduced = concat({Bytes{4}, *from_hex(point.p), y});
      CHECK(provider->dh_public(point.group, reduced));
      CHECK(provider->dh_public(point.group, unreduced).error().rule == Rule::public_key_encoding);
    }
  }
}

TEST_CASE("hostile DH keys are refused: points of low order, whose shared secret is zero") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const hostile::LowOrderPoint& point : hostile::low_order_points) {
      CAPTURE(point.octets);
      const bool small = point.group == DhGroup::x25519;
      const KemId kem = small ? KemId::dhkem_x25519_hkdf_sha256 : KemId::dhkem_x448_hkdf_sha512;
      const KemPrivateKeyRef key = derive_key_pair(*provider, kem, Bytes(56, 6));
      const KemPrivateKeyRef peer = derive_key_pair(*provider, kem, Bytes(56, 7));
      const Bytes octets = *from_hex(point.octets);
      const Bytes ikm(56, 8);
      CHECK(decapsulate(*provider, *key, peer->public_key()));
      CHECK(decapsulate(*provider, *key, octets).error().rule == Rule::zero_shared_secret);
      CHECK(encapsulate(*provider, kem, octets, ikm).error().rule == Rule::zero_shared_secret);
    }
  }
}

TEST_CASE("hostile private keys are refused: lengths, zero, and what is not less than n") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const DhGroup group : dh_groups) {
      const Bytes good(private_key_size(group), 1);
      REQUIRE(provider->dh_private(group, good));
      for (const hostile::Breakage& breakage : hostile::lengths) {
        CAPTURE(breakage.what);
        CHECK(provider->dh_private(group, breakage.broken(good)).error().rule ==
              Rule::private_key_encoding);
      }
    }
    for (const SignatureScheme scheme : schemes) {
      const Bytes good(private_key_size(scheme), 1);
      REQUIRE(provider->signing_key(scheme, good));
      for (const hostile::Breakage& breakage : hostile::lengths) {
        CAPTURE(breakage.what);
        CHECK(provider->signing_key(scheme, breakage.broken(good)).error().rule ==
              Rule::private_key_encoding);
      }
      if (!is_ecdsa(scheme)) continue;
      const Bytes n = order_of(scheme);
      Bytes below = n;
      below.back() -= 1;
      Bytes above = n;
      above.back() += 1;
      CHECK(provider->signing_key(scheme, below));
      for (const Bytes& bad : {n, above, Bytes(n.size(), 0), Bytes(n.size(), 0xff)}) {
        CHECK(provider->signing_key(scheme, bad).error().rule == Rule::private_key_encoding);
      }
    }
  }
}

TEST_CASE("hostile signature keys are refused: lengths, forms, points that are not on the curve") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const SignatureScheme scheme : schemes) {
      if (!provider->has(scheme)) continue;
      const Crypto crypto(*provider, suite_with(scheme));
      CAPTURE(crypto.suite().name);
      const Signed good = sign_something(crypto);
      CHECK(crypto.check_signature_public(good.key.public_key));
      for (const hostile::Breakage& breakage : hostile::lengths) {
        CAPTURE(breakage.what);
        refuse_signature_key(crypto, good, breakage.broken(good.key.public_key));
      }
      if (!is_ecdsa(scheme)) continue;
      for (const hostile::Breakage& breakage : hostile::points) {
        CAPTURE(breakage.what);
        refuse_signature_key(crypto, good, breakage.broken(good.key.public_key));
      }
    }
  }
}

TEST_CASE("hostile signature keys are refused: EdDSA coordinates that are not canonical") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const hostile::UncanonicalKey& key : hostile::uncanonical_keys) {
      if (!provider->has(key.scheme)) continue;
      CAPTURE(key.what);
      const Crypto crypto(*provider, suite_with(key.scheme));
      CHECK(crypto.check_signature_public(*from_hex(key.twin)));
      refuse_signature_key(crypto, sign_something(crypto), *from_hex(key.octets));
    }
  }
}

TEST_CASE("hostile ECDSA signatures are refused: everything but strict DER of r and s below n") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const SignatureScheme scheme : schemes) {
      if (!is_ecdsa(scheme)) continue;
      const Crypto crypto(*provider, suite_with(scheme));
      CAPTURE(crypto.suite().name);
      Signed good = sign_something(crypto);
      hostile::Ecdsa parts;
      parts.n = order_of(scheme);
      do {  // until r's INTEGER needs its zero in front: one signature in two or four
        good.message[0] += 1;  // another one, where signatures are deterministic
        good.signature = crypto.sign_with_label(good.key, "x", good.message);
        Bytes rest(good.signature.begin() + (good.signature[1] == 0x81 ? 3 : 2),
                   good.signature.end());
        parts.r = take_integer(rest);
        parts.s = take_integer(rest);
      } while (parts.r[0] != 0);
      REQUIRE(hostile::signature(parts.r, parts.s) == good.signature);
      CHECK(crypto.verify_with_label(good.key.public_key, "x", good.message, good.signature,
                                     Rule::leaf_signature));
      for (const hostile::EcdsaBreakage& breakage : hostile::ecdsa_signatures) {
        CAPTURE(breakage.what);
        refuse_signature(crypto, good, breakage.broken(parts));
      }
    }
  }
}

TEST_CASE("hostile EdDSA signatures are refused: lengths, and S that is not less than L") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const SignatureScheme scheme : schemes) {
      if (is_ecdsa(scheme) || !provider->has(scheme)) continue;
      const Crypto crypto(*provider, suite_with(scheme));
      CAPTURE(crypto.suite().name);
      const Signed good = sign_something(crypto);
      CHECK(crypto.verify_with_label(good.key.public_key, "x", good.message, good.signature,
                                     Rule::leaf_signature));
      for (const hostile::Breakage& breakage : hostile::lengths) {
        CAPTURE(breakage.what);
        refuse_signature(crypto, good, breakage.broken(good.signature));
      }
      const Bytes order = order_of(scheme);
      const auto half = static_cast<std::ptrdiff_t>(order.size());
      Bytes sum = good.signature;  // S + L, which is S to those who reduce it
      unsigned carry = 0;
      for (std::size_t i = 0; i < order.size(); ++i) {
        carry += unsigned{sum[order.size() + i]} + order[i];
        sum[order.size() + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
      }
      refuse_signature(crypto, good, sum);
      const Bytes r(good.signature.begin(), good.signature.begin() + half);
      refuse_signature(crypto, good, concat({r, order}));
      refuse_signature(crypto, good, concat({r, Bytes(order.size(), 0xff)}));
      Bytes top_bit = good.signature;
      top_bit.back() |= 0x80;
      refuse_signature(crypto, good, top_bit);
    }
  }
}

}  // namespace thicket::crypto
