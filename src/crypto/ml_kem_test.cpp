// ML-KEM and its hybrids before hostile keys and ciphertexts. What they compute is held to the
// vectors of hpke-pq, X-Wing and Wycheproof (src/vectors).
#include "crypto/ml_kem.h"

#include <doctest/doctest.h>

#include "crypto/crypto.h"
#include "crypto/encodings.h"
#include "crypto/seeded_random.h"
#include "kit/providers.h"

namespace thicket::crypto {
namespace {

constexpr KemId kems[] = {KemId::ml_kem_512,    KemId::ml_kem_768,     KemId::ml_kem_1024,
                          KemId::mlkem768_p256, KemId::mlkem1024_p384, KemId::mlkem768_x25519};

struct Bench {
  std::unique_ptr<Provider> provider;
  SeededRandom random{31};

  KemPrivateKeyRef key(KemId kem) {
    return derive_key_pair(*provider, kem, random.bytes(kem_seed_size(kem)));
  }
  Result<Encapsulated> seal(KemId kem, ByteView public_key) {
    return encapsulate(*provider, kem, public_key, random.bytes(encapsulation_seed_size(kem)));
  }
  void refused(KemId kem, const Bytes& public_key) {
    CHECK(check_kem_public(*provider, kem, public_key).error().rule == Rule::public_key_encoding);
    CHECK(seal(kem, public_key).error().rule == Rule::public_key_encoding);
  }
};

// Writes the coefficient 3329 in the place of the first of the key.
Bytes unreduced(Bytes key) {
  key[0] = 3329 & 0xff;
  key[1] = static_cast<std::uint8_t>((key[1] & 0xf0) | (3329 >> 8));
  return key;
}

}  // namespace

TEST_CASE("both sides agree, and sizes are those of the tables") {
  for (auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    Bench bench{std::move(provider)};
    for (const KemId kem : kems) {
      CAPTURE(static_cast<int>(kem));
      const KemPrivateKeyRef key = bench.key(kem);
      CHECK(key->public_key().size() == kem_public_size(kem));
      const Encapsulated sent = *bench.seal(kem, key->public_key());
      CHECK(sent.kem_output.size() == kem_output_size(kem));
      const auto received = decapsulate(*bench.provider, *key, sent.kem_output);
      CHECK(equal(received->reveal(), sent.shared_secret.reveal()));
      const auto again = *import_private(*bench.provider, kem, key->reveal());
      CHECK(again->public_key() == key->public_key());
    }
  }
}

TEST_CASE("a key with a coefficient that is not reduced, or of another length, is refused") {
  for (auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    Bench bench{std::move(provider)};
    for (const KemId kem : kems) {
      CAPTURE(static_cast<int>(kem));
      const Bytes good = bench.key(kem)->public_key();
      bench.refused(kem, unreduced(good));
      Bytes high = good;  // the second coefficient of the last three octets: 0xfff
      const std::size_t last = public_key_size(ml_kem::set_of(kem)) - 32 - 1;
      high[last] = 0xff;
      high[last - 1] |= 0xf0;
      bench.refused(kem, high);
      Bytes shorter = good;
      shorter.pop_back();
      bench.refused(kem, shorter);
      Bytes longer = good;
      longer.push_back(0);
      bench.refused(kem, longer);
      bench.refused(kem, {});
    }
  }
}

TEST_CASE("the point of a hybrid's key and of its ciphertext lies on the curve") {
  for (auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    Bench bench{std::move(provider)};
    for (const KemId kem : {KemId::mlkem768_p256, KemId::mlkem1024_p384}) {
      const KemPrivateKeyRef key = bench.key(kem);
      Bytes off = key->public_key();
      off.back() ^= 1;
      bench.refused(kem, off);
      Bytes compressed = key->public_key();
      compressed[public_key_size(ml_kem::set_of(kem))] = 0x02;
      bench.refused(kem, compressed);
      Bytes output = bench.seal(kem, key->public_key())->kem_output;
      output.back() ^= 1;
      const Error error = decapsulate(*bench.provider, *key, output).error();
      CHECK(error.rule == Rule::public_key_encoding);
      CHECK(error.path == "kem_output");
    }
  }
}

TEST_CASE("a ciphertext of another length is a named error") {
  for (auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    Bench bench{std::move(provider)};
    for (const KemId kem : kems) {
      const KemPrivateKeyRef key = bench.key(kem);
      Bytes output = bench.seal(kem, key->public_key())->kem_output;
      output.pop_back();
      const Error error = decapsulate(*bench.provider, *key, output).error();
      CHECK(error.rule == Rule::kem_output_length);
      CHECK(error.path == "kem_output");
    }
  }
}

TEST_CASE("a damaged ciphertext of ML-KEM has a secret that nobody knows, and no other sign") {
  for (auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    Bench bench{std::move(provider)};
    for (const Suite& suite : all_suites()) {
      if (suite.confidentiality() == Strength::classical) continue;
      CAPTURE(suite.name);
      const Crypto crypto(*bench.provider, suite);
      const KemPrivateKeyRef key = crypto.generate_key_pair(bench.random);
      const HpkeInfo info = crypto.hpke_info("UpdatePathNode", view_of("context"));
      HPKECiphertext sealed =
          *crypto.encrypt_with_label(key->public_key(), info, view_of("path secret"), bench.random);
      const auto right = decapsulate(*bench.provider, *key, sealed.kem_output);
      sealed.kem_output[17] ^= 0x20;
      const auto rejected = decapsulate(*bench.provider, *key, sealed.kem_output);
      REQUIRE(rejected.has_value());
      CHECK_FALSE(equal(rejected->reveal(), right->reveal()));
      const auto again = decapsulate(*bench.provider, *key, sealed.kem_output);
      CHECK(equal(again->reveal(), rejected->reveal()));
      const Error error = crypto.decrypt_with_label(*key, info, sealed).error();
      CHECK(error.rule == Rule::hpke_open);
      CHECK(error.path.empty());
      CHECK(error.detail.empty());
    }
  }
}

// concrete-hybrid-kems takes what X25519 gives: whoever refused a zero would fork from the others.
TEST_CASE("a point of low order in an X25519 hybrid is taken, as the draft has it, by both sides") {
  for (auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    Bench bench{std::move(provider)};
    const KemId kem = KemId::mlkem768_x25519;
    const KemPrivateKeyRef key = bench.key(kem);
    Bytes low = key->public_key();
    std::fill(low.end() - 32, low.end(), std::uint8_t{0});
    CHECK(check_kem_public(*bench.provider, kem, low));
    CHECK(bench.seal(kem, low).has_value());
    Bytes output = bench.seal(kem, key->public_key())->kem_output;
    std::fill(output.end() - 32, output.end(), std::uint8_t{0});
    CHECK(decapsulate(*bench.provider, *key, output).has_value());
  }
}

TEST_CASE("a private key of another length is refused") {
  for (auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    Bench bench{std::move(provider)};
    for (const KemId kem : kems) {
      for (const std::size_t size : {kem_seed_size(kem) - 1, kem_seed_size(kem) + 1}) {
        CHECK(import_private(*bench.provider, kem, Bytes(size, 1)).error().rule ==
              Rule::private_key_encoding);
      }
    }
  }
}

}  // namespace thicket::crypto
