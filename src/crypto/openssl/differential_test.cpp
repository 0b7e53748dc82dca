// The two providers against each other: what one computes the other computes, and what one refuses
// the other refuses with the same rule, on random input and on input that is damaged.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "crypto/awslc/awslc.h"
#include "crypto/encodings.h"
#include "crypto/hostile_list.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/openssl.h"
#include "crypto/seeded_random.h"

namespace thicket::crypto {
namespace {

constexpr DhGroup groups[] = {DhGroup::x25519, DhGroup::x448, DhGroup::p256, DhGroup::p384,
                              DhGroup::p521};
constexpr MlKem sets[] = {MlKem::ml_kem_512, MlKem::ml_kem_768, MlKem::ml_kem_1024};
constexpr SignatureScheme schemes[] = {SignatureScheme::ed25519,
                                       SignatureScheme::ed448,
                                       SignatureScheme::ecdsa_secp256r1_sha256,
                                       SignatureScheme::ecdsa_secp384r1_sha384,
                                       SignatureScheme::ecdsa_secp521r1_sha512,
                                       SignatureScheme::mldsa44,
                                       SignatureScheme::mldsa65,
                                       SignatureScheme::mldsa87};
constexpr AeadId aeads[] = {AeadId::aes128gcm, AeadId::aes256gcm, AeadId::chacha20poly1305};
constexpr HashId hashes[] = {HashId::sha256, HashId::sha384, HashId::sha512, HashId::sha3_256};

// So many cases of each kind; many more in the long run.
std::size_t rounds(std::size_t few) {
  return std::getenv("THICKET_LONG") != nullptr ? 50 * few : few;
}

struct Two {
  explicit Two(std::uint64_t seed) : random(seed) {}
  ~Two() {
    CHECK_FALSE(openssl::errors_are_queued());
    MESSAGE(compared << " comparisons, of them " << accepted << " of what both accept");
  }
  Two(const Two&) = delete;
  Two& operator=(const Two&) = delete;

  std::unique_ptr<Provider> one = make_awslc();
  std::unique_ptr<Provider> other = make_openssl();
  SeededRandom random;
  std::size_t compared = 0;
  std::size_t accepted = 0;

  void same(bool mine, bool theirs) {
    ++compared;
    accepted += mine && theirs ? 1 : 0;
    CHECK(mine == theirs);
  }
  void same(const Bytes& mine, const Bytes& theirs) { same(true, mine == theirs); }
  // Both are values, or both are the same rule.
  template <class T>
  bool alike(const Result<T>& mine, const Result<T>& theirs) {
    same(mine.has_value(), theirs.has_value());
    if (mine && theirs) return true;
    if (!mine && !theirs) CHECK(mine.error().rule == theirs.error().rule);
    return false;
  }
  Bytes some(std::size_t at_most) { return random.bytes(random.below(at_most + 1)); }
};

// One way or another not what it was (or, seldom, the same).
Bytes damaged(SeededRandom& random, Bytes octets) {
  const std::size_t at = octets.empty() ? 0 : random.below(octets.size());
  const auto here = octets.begin() + static_cast<std::ptrdiff_t>(at);
  switch (octets.empty() ? 5 : random.below(12)) {
    case 0:
      octets.resize(at);
      break;
    case 1:
      octets[at] = static_cast<std::uint8_t>(random.next());
      break;
    case 2:
      std::fill(here, octets.end(), std::uint8_t{0xff});
      break;
    case 3:
      std::fill(here, octets.end(), std::uint8_t{0});
      break;
    case 4:
      octets.erase(here);
      break;
    case 5:
      octets.push_back(static_cast<std::uint8_t>(random.next()));
      break;
    case 6:
      octets = random.bytes(octets.size());
      break;
    case 7:
      std::rotate(octets.begin(), here, octets.end());
      break;
    default:  // the most telling ones
      octets[at] ^= static_cast<std::uint8_t>(1u << random.below(8));
  }
  return octets;
}

Bytes shared_octets(const Result<DhSecret>& secret) {
  return secret ? to_bytes(secret->reveal()) : Bytes{};
}

// A private key that may be out of range, though seldom.
Bytes some_scalar(Two& two, DhGroup group) {
  Bytes scalar = two.random.bytes(private_key_size(group));
  if (group == DhGroup::p521) scalar[0] &= 1;
  return scalar;
}

void agree_alike(Two& two, DhGroup group, const Bytes& scalar, const Bytes& point) {
  const auto mine = two.one->dh_private(group, scalar);
  const auto theirs = two.other->dh_private(group, scalar);
  if (!two.alike(mine, theirs)) return;
  two.same(two.one->dh_public_of(group, **mine), two.other->dh_public_of(group, **theirs));
  const auto my_peer = two.one->dh_public(group, point);
  const auto their_peer = two.other->dh_public(group, point);
  if (!two.alike(my_peer, their_peer)) return;
  const auto my_secret = two.one->dh(group, **mine, **my_peer);
  const auto their_secret = two.other->dh(group, **theirs, **their_peer);
  if (two.alike(my_secret, their_secret)) {
    two.same(shared_octets(my_secret), shared_octets(their_secret));
  }
}

struct Signer {
  SignatureScheme scheme{};
  std::unique_ptr<const SigningKey> mine;
  std::unique_ptr<const SigningKey> theirs;
  Bytes public_key;
};

Bytes some_seed(Two& two, SignatureScheme scheme) {
  Bytes seed = two.random.bytes(private_key_size(scheme));
  if (scheme == SignatureScheme::ecdsa_secp521r1_sha512) seed[0] &= 1;
  return seed;
}

Signer some_signer(Two& two, SignatureScheme scheme) {
  for (;;) {
    const Bytes seed = some_seed(two, scheme);
    auto mine = two.one->signing_key(scheme, seed);
    auto theirs = two.other->signing_key(scheme, seed);
    if (!two.alike(mine, theirs)) continue;  // a scalar beyond the order, once in 2^32
    Signer out{scheme, std::move(*mine), std::move(*theirs), {}};
    out.public_key = two.one->public_of(scheme, *out.mine);
    two.same(out.public_key, two.other->public_of(scheme, *out.theirs));
    return out;
  }
}

void verify_alike(Two& two, const VerifyJob& job) {
  const auto mine = two.one->verifying_key(job.scheme, job.public_key);
  const auto theirs = two.other->verifying_key(job.scheme, job.public_key);
  if (!two.alike(mine, theirs)) return;
  two.same(two.one->verify(job.scheme, **mine, job.message, job.signature),
           two.other->verify(job.scheme, **theirs, job.message, job.signature));
}

// Points whose order divides the cofactor, as RFC 8032 encodes them: with them a provider that
// multiplies by the cofactor and one that does not tell different tales.
constexpr std::string_view small_25519[] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
};
constexpr std::string_view small_448[] = {
    "0100000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000",
    "feffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "feffffffffffffffffffffffffffffffffffffffffffffffffffffff00",
    "0000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000080",
};

}  // namespace

TEST_CASE("differential: hashes, SHAKE256 and HMAC, in parts of any length") {
  Two two(101);
  for (std::size_t i = 0; i < rounds(300); ++i) {
    const Bytes first = two.some(300);
    const Bytes second = two.some(10);
    const ByteView parts[] = {first, second, {}};
    const Bytes key = two.some(200);
    for (const HashId hash : hashes) {
      Bytes mine(size_of(hash));
      Bytes theirs(size_of(hash));
      two.one->hash(hash, parts, mine);
      two.other->hash(hash, parts, theirs);
      two.same(mine, theirs);
      if (hash == HashId::sha3_256) continue;
      two.one->hmac(hash, key, parts, mine);
      two.other->hmac(hash, key, parts, theirs);
      two.same(mine, theirs);
    }
    Bytes mine(1 + two.random.below(400));
    Bytes theirs(mine.size());
    two.one->shake256(parts, mine);
    two.other->shake256(parts, theirs);
    two.same(mine, theirs);
  }
}

TEST_CASE("differential: AEADs seal alike, and open what is whole and nothing that is damaged") {
  Two two(102);
  for (std::size_t i = 0; i < rounds(300); ++i) {
    for (const AeadId aead : aeads) {
      const Bytes key = two.random.bytes(key_size(aead));
      const Bytes nonce = two.random.bytes(nonce_size(aead));
      const Bytes aad = two.some(70);
      const Bytes plaintext = two.some(300);
      Bytes mine(plaintext.size() + tag_size(aead));
      Bytes theirs(mine.size());
      two.one->seal(aead, key, nonce, aad, plaintext, mine);
      two.other->seal(aead, key, nonce, aad, plaintext, theirs);
      two.same(mine, theirs);
      const Bytes hostile = i % 3 == 0 ? mine : damaged(two.random, mine);
      if (hostile.size() < tag_size(aead)) continue;
      const Bytes other_aad = i % 5 == 0 ? damaged(two.random, aad) : aad;
      Bytes my_text(hostile.size() - tag_size(aead), 1);
      Bytes their_text(my_text.size(), 2);
      two.same(two.one->open(aead, key, nonce, other_aad, hostile, my_text),
               two.other->open(aead, key, nonce, other_aad, hostile, their_text));
      two.same(my_text, their_text);
    }
  }
}

TEST_CASE("differential: Diffie-Hellman, with peers and private keys that are whole or damaged") {
  Two two(103);
  for (const DhGroup group : groups) {
    if (!two.one->has(group)) continue;
    CAPTURE(static_cast<int>(group));
    for (std::size_t i = 0; i < rounds(150); ++i) {
      const Bytes scalar = some_scalar(two, group);
      Bytes peer_scalar = some_scalar(two, group);
      const auto peer = two.one->dh_private(group, peer_scalar);
      if (!peer) continue;
      const Bytes point = two.one->dh_public_of(group, **peer);
      agree_alike(two, group, scalar, point);
      agree_alike(two, group, scalar, damaged(two.random, point));
      agree_alike(two, group, damaged(two.random, scalar), point);
      agree_alike(two, group, scalar, two.random.bytes(point.size()));
      for (const hostile::Breakage& breakage : hostile::points) {
        if (point.size() % 2 == 1 && i % 10 == 0) {
          agree_alike(two, group, scalar, breakage.broken(point));
        }
      }
    }
  }
  for (const hostile::LowOrderPoint& point : hostile::low_order_points) {
    if (!two.one->has(point.group)) continue;
    agree_alike(two, point.group, some_scalar(two, point.group), *from_hex(point.octets));
  }
  for (const hostile::UnreducedPoint& point : hostile::unreduced_points) {
    const Bytes y = *from_hex(point.y);
    const Bytes scalar = some_scalar(two, point.group);
    agree_alike(two, point.group, scalar, concat({Bytes{4}, Bytes(y.size(), 0), y}));
    agree_alike(two, point.group, scalar, concat({Bytes{4}, *from_hex(point.p), y}));
  }
  for (const hostile::Order& order : hostile::orders) {
    if (is_eddsa(order.scheme)) continue;
    Bytes n = *from_hex(order.octets);
    const std::uint8_t last = n.back();
    for (const int step : {-2, -1, 0, 1}) {
      n.back() = static_cast<std::uint8_t>(last + step);
      two.alike(two.one->signing_key(order.scheme, n), two.other->signing_key(order.scheme, n));
    }
  }
}

TEST_CASE("differential: ML-KEM, with keys and ciphertexts that are whole or damaged") {
  Two two(104);
  for (const MlKem set : sets) {
    CAPTURE(static_cast<int>(set));
    for (std::size_t i = 0; i < rounds(150); ++i) {
      const Bytes seed = two.random.bytes(ml_kem_seed_size);
      const auto mine = two.one->ml_kem_private(set, seed);
      const auto theirs = two.other->ml_kem_private(set, seed);
      REQUIRE(two.alike(mine, theirs));
      const Bytes whole = two.one->ml_kem_public_of(set, **mine);
      two.same(whole, two.other->ml_kem_public_of(set, **theirs));
      const bool reduced = i % 8 != 3;
      Bytes public_key = i % 2 == 0 || !reduced ? whole : damaged(two.random, whole);
      if (!reduced) public_key[2 + 3 * two.random.below(200)] = 0xd0;  // one at or above q
      const auto my_key = two.one->ml_kem_public(set, public_key);
      const auto their_key = two.other->ml_kem_public(set, public_key);
      const Bytes wrong_seed = damaged(two.random, seed);
      two.alike(two.one->ml_kem_private(set, wrong_seed),
                two.other->ml_kem_private(set, wrong_seed));
      if (!two.alike(my_key, their_key)) continue;
      const Bytes m = two.random.bytes(32);
      const MlKemEncapsulated sent = two.one->ml_kem_encapsulate(set, **my_key, m);
      const MlKemEncapsulated also = two.other->ml_kem_encapsulate(set, **their_key, m);
      two.same(sent.ciphertext, also.ciphertext);
      two.same(equal(sent.shared_secret.reveal(), also.shared_secret.reveal()), true);
      Bytes ciphertext = i % 4 == 0 ? sent.ciphertext : damaged(two.random, sent.ciphertext);
      ciphertext.resize(ciphertext_size(set));
      // Implicit rejection, too, gives both the same secret.
      two.same(to_bytes(two.one->ml_kem_decapsulate(set, **mine, ciphertext).reveal()),
               to_bytes(two.other->ml_kem_decapsulate(set, **theirs, ciphertext).reveal()));
    }
  }
}

TEST_CASE("differential: each verifies the other's signatures, and refuses the same damaged ones") {
  Two two(105);
  for (const SignatureScheme scheme : schemes) {
    if (!two.one->has(scheme)) continue;
    CAPTURE(static_cast<int>(scheme));
    for (std::size_t i = 0; i < rounds(40); ++i) {
      const Signer signer = some_signer(two, scheme);
      const Bytes message = two.some(200);
      const Bytes mine = two.one->sign(scheme, *signer.mine, message);
      const Bytes theirs = two.other->sign(scheme, *signer.theirs, message);
      if (is_eddsa(scheme)) two.same(mine, theirs);
      const std::size_t accepted = two.accepted;
      verify_alike(two, {scheme, signer.public_key, message, mine});
      verify_alike(two, {scheme, signer.public_key, message, theirs});
      CHECK(two.accepted == accepted + 4);
      for (int k = 0; k < 5; ++k) {
        verify_alike(two, {scheme, signer.public_key, message, damaged(two.random, mine)});
        verify_alike(two, {scheme, signer.public_key, message, damaged(two.random, theirs)});
      }
      verify_alike(two, {scheme, signer.public_key, damaged(two.random, message), mine});
      verify_alike(two, {scheme, damaged(two.random, signer.public_key), message, mine});
      const Bytes seed = damaged(two.random, some_seed(two, scheme));
      two.alike(two.one->signing_key(scheme, seed), two.other->signing_key(scheme, seed));
    }
  }
}

// FIPS 204 7.1, HintBitUnpack: the last omega + k octets, in which order and padding are checked.
TEST_CASE("differential: ML-DSA signatures with a damaged hint") {
  Two two(106);
  constexpr std::size_t hint_sizes[] = {80 + 4, 55 + 6, 75 + 8};
  for (std::size_t which = 0; which < 3; ++which) {
    const SignatureScheme scheme = schemes[5 + which];
    const Signer signer = some_signer(two, scheme);
    const Bytes message = two.some(100);
    const Bytes good = two.other->sign(scheme, *signer.theirs, message);
    const auto hint = static_cast<std::ptrdiff_t>(hint_sizes[which]);
    for (std::size_t i = 0; i < rounds(100); ++i) {
      Bytes bad = good;
      const auto at =
          bad.end() - 1 - static_cast<std::ptrdiff_t>(two.random.below(hint_sizes[which]));
      switch (i % 4) {
        case 0:
          *at = static_cast<std::uint8_t>(*at + 1);
          break;
        case 1:
          std::iter_swap(at, bad.end() - hint);
          break;
        case 2:
          *at = *(bad.end() - hint);
          break;
        default:
          *at = static_cast<std::uint8_t>(two.random.next());
      }
      verify_alike(two, {scheme, signer.public_key, message, bad});
    }
  }
}

TEST_CASE("differential: EdDSA keys and commitments of small order") {
  Two two(107);
  const auto all = [&](SignatureScheme scheme, std::span<const std::string_view> points) {
    if (!two.one->has(scheme)) return;
    for (const std::string_view key : points) {
      for (const std::string_view commitment : points) {
        for (std::size_t i = 0; i < rounds(16); ++i) {
          const Bytes a = *from_hex(key);
          const Bytes zero(a.size(), 0);
          const Bytes message = two.random.bytes(20);
          verify_alike(two, {scheme, a, message, concat({*from_hex(commitment), zero})});
        }
      }
    }
  };
  all(SignatureScheme::ed25519, small_25519);
  all(SignatureScheme::ed448, small_448);
}

}  // namespace thicket::crypto
