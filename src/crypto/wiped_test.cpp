// Nothing secret stays in memory that was used on the way: each operation runs on a stack that is
// searched afterwards.
#include <doctest/doctest.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>

#include "crypto/crypto.h"
#include "crypto/hpke.h"
#include "crypto/seeded_random.h"
#include "kit/providers.h"

namespace thicket::crypto {
namespace {

constexpr std::size_t stack_size = std::size_t{1} << 20;

// The stack that `operation` ran on, as it was left.
Bytes stack_after(const std::function<void()>& operation) {
  void* memory = std::aligned_alloc(4096, stack_size);
  REQUIRE(memory != nullptr);
  auto* octets = static_cast<std::uint8_t*>(memory);
  std::fill_n(octets, stack_size, std::uint8_t{0xa5});
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  REQUIRE(pthread_attr_setstack(&attributes, memory, stack_size) == 0);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, run,
                         const_cast<std::function<void()>*>(&operation)) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  Bytes left(octets, octets + stack_size);
  std::free(memory);
  return left;
}

// Whether any eight octets in a row of `secret` stand in `memory`.
bool has_any_of(const Bytes& memory, ByteView secret) {
  for (std::size_t at = 0; at + 8 <= secret.size(); at += 8) {
    const ByteView piece = secret.subspan(at, 8);
    if (std::search(memory.begin(), memory.end(), piece.begin(), piece.end()) != memory.end()) {
      return true;
    }
  }
  return false;
}

using Any = Secret<struct AnyTag>;

}  // namespace

TEST_CASE("the search finds a secret that was left on the stack") {
  const Bytes secret = SeededRandom(20).bytes(32);
  const Bytes stack = stack_after([&] {
    std::array<std::uint8_t, 16384> copy{};  // deep enough that the thread's end does not cover it
    std::copy(secret.begin(), secret.end(), copy.begin());
    asm volatile("" : : "r"(copy.data()) : "memory");  // so that the copy is really made
  });
  CHECK(has_any_of(stack, secret));
  CHECK_FALSE(has_any_of(stack_after([] {}), secret));
}

TEST_CASE("key derivation leaves neither its secrets nor its results on the stack") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const Suite& suite : all_suites()) {
      CAPTURE(suite.name);
      const Crypto crypto(*provider, suite);
      const Bytes secret = SeededRandom(21).bytes(crypto.hash_size());
      const Bytes extracted = to_bytes(crypto.extract<Any>(secret, secret).reveal());
      const Bytes expanded =
          to_bytes(crypto.expand_with_label<Any>(secret, "label", {}, 44).reveal());
      const Bytes stack = stack_after([&] {
        crypto.extract<Any>(secret, secret);
        crypto.expand_with_label<Any>(secret, "label", {}, 44);
        crypto.verify_mac(secret, view_of("tagged"), secret);
      });
      CHECK_FALSE(has_any_of(stack, secret));
      CHECK_FALSE(has_any_of(stack, extracted));
      CHECK_FALSE(has_any_of(stack, expanded));
    }
  }
}

TEST_CASE("HPKE leaves neither the private key nor shared secret nor plaintext on the stack") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const Suite& suite : all_suites()) {
      CAPTURE(suite.name);
      const Crypto crypto(*provider, suite);
      SeededRandom random(22);
      const KemPrivateKeyRef key = crypto.generate_key_pair(random);
      const Bytes plaintext = random.bytes(64);
      const HpkeInfo info = crypto.hpke_info("label", {});
      const HPKECiphertext sealed =
          *crypto.encrypt_with_label(key->public_key(), info, plaintext, random);
      const Bytes shared = to_bytes(decapsulate(*provider, *key, sealed.kem_output)->reveal());
      const Bytes ikm = random.bytes(kem_seed_size(suite.kem));
      const Bytes derived = to_bytes(crypto.derive_key_pair(ikm)->reveal());
      const Bytes opening = stack_after([&] {
        const auto opened = crypto.decrypt_with_label(*key, info, sealed);
        if (!opened) std::abort();
      });
      CHECK_FALSE(has_any_of(opening, shared));
      CHECK_FALSE(has_any_of(opening, plaintext));
      CHECK_FALSE(has_any_of(opening, key->reveal()));
      const Bytes deriving = stack_after([&] { crypto.derive_key_pair(ikm); });
      CHECK_FALSE(has_any_of(deriving, ikm));
      CHECK_FALSE(has_any_of(deriving, derived));
    }
  }
}

TEST_CASE("signing leaves no private key on the stack") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const Suite& suite : all_suites()) {
      CAPTURE(suite.name);
      const Crypto crypto(*provider, suite);
      SeededRandom random(23);
      const SignaturePrivateKey key = crypto.generate_signature_key(random);
      const Bytes message = random.bytes(50);
      const Bytes stack = stack_after([&] {
        const auto again = crypto.signature_key_from(key.seed->reveal());
        crypto.sign_with_label(*again, "label", message);
      });
      CHECK_FALSE(has_any_of(stack, key.seed->reveal()));
    }
  }
}

}  // namespace thicket::crypto
