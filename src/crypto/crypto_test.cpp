// Every suite on each provider, through the functions of chapters 5 and 8.  RFC 9420 5,
// 8, 9.1.
#include "crypto/crypto.h"

#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "crypto/counting.h"
#include "crypto/encodings.h"
#include "crypto/seeded_random.h"
#include "kit/providers.h"

namespace thicket::crypto {
namespace {

template <class Each>
void for_each_suite(const Provider& provider, Each&& each) {
  for (const Suite& suite : all_suites()) {
    CAPTURE(suite.name);
    each(Crypto(provider, suite));
  }
}

using Derived = Secret<struct DerivedTag>;

}  // namespace

TEST_CASE("the provider has the KEM and signature scheme of all eighteen suites") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    CHECK(all_suites().size() == 18);
    for (const Suite& suite : all_suites()) {
      CAPTURE(suite.name);
      CHECK(has(*provider, suite));
    }
  }
}

TEST_CASE("a suite is found by number, by name, in decimal and in hexadecimal") {
  CHECK((*suite_of(CipherSuite{2}))->signature == SignatureScheme::ecdsa_secp256r1_sha256);
  CHECK((*suite_named("7"))->hash == HashId::sha384);
  CHECK((*suite_named("0x0003"))->aead == AeadId::chacha20poly1305);
  CHECK((*suite_named("MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448"))->id == CipherSuite{4});
  CHECK(suite_of(CipherSuite{8}).error().rule == Rule::unknown_suite);
  for (const char* text : {"", "0x", "8", "1 ", "0x10001", "-1", "MLS_128"}) {
    CAPTURE(text);
    CHECK(suite_named(text).error().rule == Rule::unknown_suite);
  }
}

TEST_CASE("a signature verifies under its key, label and content only") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    SeededRandom random(1);
    for_each_suite(*provider, [&](const Crypto& crypto) {
      const SignaturePrivateKey key = crypto.generate_signature_key(random);
      CHECK(crypto.check_signature_public(key.public_key));
      const Bytes content = random.bytes(300);
      const Bytes signature = crypto.sign_with_label(key, "LeafNodeTBS", content);
      const auto verify = [&](ByteView public_key, std::string_view label, ByteView said,
                              ByteView signed_by) {
        return crypto.verify_with_label(public_key, label, said, signed_by, Rule::leaf_signature);
      };
      CHECK(verify(key.public_key, "LeafNodeTBS", content, signature));
      CHECK(verify(key.public_key, "KeyPackageTBS", content, signature).error().rule ==
            Rule::leaf_signature);
      Bytes other = content;
      other.back() ^= 1;
      CHECK(verify(key.public_key, "LeafNodeTBS", other, signature).error().rule ==
            Rule::leaf_signature);
      const SignaturePrivateKey stranger = crypto.generate_signature_key(random);
      CHECK(verify(stranger.public_key, "LeafNodeTBS", content, signature).error().rule ==
            Rule::leaf_signature);
      CHECK(verify(key.public_key, "LeafNodeTBS", content, ByteView(signature).first(8))
                .error()
                .rule == Rule::signature_encoding);
      CHECK(verify(ByteView(key.public_key).first(8), "LeafNodeTBS", content, signature)
                .error()
                .rule == Rule::public_key_encoding);
      const SignaturePrivateKey again = *crypto.signature_key_from(key.seed->reveal());
      CHECK(again.public_key == key.public_key);
    });
  }
}

TEST_CASE("what is encrypted to a key opens with it, its label and its context only") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    SeededRandom random(2);
    for_each_suite(*provider, [&](const Crypto& crypto) {
      const KemPrivateKeyRef key = crypto.generate_key_pair(random);
      CHECK(crypto.check_hpke_public(key->public_key()));
      const Bytes plaintext = random.bytes(crypto.hash_size());
      const HpkeInfo info = crypto.hpke_info("UpdatePathNode", to_bytes("context"));
      const HPKECiphertext sealed =
          *crypto.encrypt_with_label(key->public_key(), info, plaintext, random);
      CHECK(equal(crypto.decrypt_with_label(*key, info, sealed)->reveal(), plaintext));
      const HpkeInfo other_info = crypto.hpke_info("UpdatePathNode", to_bytes("contexts"));
      CHECK(crypto.decrypt_with_label(*key, other_info, sealed).error().rule == Rule::hpke_open);
      HPKECiphertext broken_text = sealed;
      broken_text.ciphertext.back() ^= 1;
      CHECK(crypto.decrypt_with_label(*key, info, broken_text).error().rule == Rule::hpke_open);
      broken_text.ciphertext.resize(3);
      CHECK(crypto.decrypt_with_label(*key, info, broken_text).error().rule == Rule::hpke_open);
      broken_text = sealed;
      broken_text.kem_output.pop_back();
      const Error error = crypto.decrypt_with_label(*key, info, broken_text).error();
      CHECK(error.rule == Rule::kem_output_length);
      CHECK(error.path == "kem_output");
      const auto stranger = crypto.generate_key_pair(random);
      CHECK(crypto.decrypt_with_label(*stranger, info, sealed).error().rule == Rule::hpke_open);
    });
  }
}

TEST_CASE("seal_many seals as a loop would, with any number of workers") {
  const auto alone = make_awslc();
  const auto pool = make_awslc({.workers = 3});
  CHECK(alone->workers() == 1);
  CHECK(pool->workers() == 3);
  for_each_suite(*alone, [&](const Crypto& crypto) {
    SeededRandom random(3);
    const KemPrivateKeyRef key = crypto.generate_key_pair(random);
    const Bytes plaintext = random.bytes(32);
    const HpkeInfo info = crypto.hpke_info("Welcome", to_bytes("encrypted group info"));
    const std::vector<SealJob> jobs(9, SealJob{key->public_key(), plaintext});
    SeededRandom first(4);
    SeededRandom second(4);
    std::vector<HPKECiphertext> loop;
    for (const SealJob& job : jobs) {
      loop.push_back(*crypto.encrypt_with_label(job.public_key, info, job.plaintext, first));
    }
    const Crypto many(*pool, crypto.suite());
    CHECK(*many.seal_many(jobs, info, second) == loop);
    std::vector<SealJob> bad = jobs;
    bad[5].public_key = ByteView(key->public_key()).first(5);
    const Error error = many.seal_many(bad, info, second).error();
    CHECK(error.rule == Rule::public_key_encoding);
    CHECK(error.path == "[5]");
  });
}

TEST_CASE("DeriveKeyPair follows from its input alone, and its private key can be imported") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for_each_suite(*provider, [&](const Crypto& crypto) {
      const Bytes ikm(crypto.hash_size(), 0x17);
      const KemPrivateKeyRef one = crypto.derive_key_pair(ikm);
      const KemPrivateKeyRef two = crypto.derive_key_pair(ikm);
      CHECK(one->public_key() == two->public_key());
      const auto imported = *import_private(*provider, crypto.suite().kem, one->reveal());
      CHECK(imported->public_key() == one->public_key());
      CHECK(import_private(*provider, crypto.suite().kem, ByteView(ikm).first(31)).error().rule ==
            Rule::private_key_encoding);
    });
  }
}

TEST_CASE("both sides of an external init agree on the init secret") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    SeededRandom random(5);
    for_each_suite(*provider, [&](const Crypto& crypto) {
      const KemPrivateKeyRef key = crypto.generate_key_pair(random);
      const auto sent = *crypto.external_init_sender(key->public_key(), random);
      const auto received = *crypto.external_init_receiver(*key, sent.kem_output);
      CHECK(received.size() == crypto.hash_size());
      CHECK(equal(received.reveal(), sent.init_secret.reveal()));
    });
  }
}

TEST_CASE("an AEAD opens with its key, nonce and additional data only") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    SeededRandom random(6);
    for_each_suite(*provider, [&](const Crypto& crypto) {
      const AeadKey key{decltype(AeadKey::key)(random.bytes(key_size(crypto.suite().aead))),
                        decltype(AeadKey::nonce)(random.bytes(12))};
      const Bytes text = random.bytes(100);
      const Bytes sealed = crypto.seal(key, to_bytes("aad"), text);
      CHECK(sealed.size() == text.size() + 16);
      const Rule rule = Rule::private_message_open;
      CHECK(equal(crypto.open(key, to_bytes("aad"), sealed, rule)->reveal(), text));
      CHECK(crypto.open(key, to_bytes("aae"), sealed, rule).error().rule == rule);
      CHECK(crypto.open(key, to_bytes("aad"), ByteView(sealed).first(15), rule).error().rule ==
            rule);
      Bytes other = sealed;
      other[0] ^= 1;
      CHECK(crypto.open(key, to_bytes("aad"), other, rule).error().rule == rule);
    });
  }
}

TEST_CASE("expand_with_label gives any length, each a function of length, label and context") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for_each_suite(*provider, [&](const Crypto& crypto) {
      const Bytes secret(crypto.hash_size(), 0x2a);
      const auto expand = [&](std::string_view label, ByteView context, std::size_t size) {
        return to_bytes(crypto.expand_with_label<Derived>(secret, label, context, size).reveal());
      };
      const std::size_t size = crypto.hash_size();
      CHECK(expand("a", {}, size) == to_bytes(crypto.derive_secret<Derived>(secret, "a").reveal()));
      for (const std::size_t octets : {std::size_t{12}, std::size_t{16}, size, std::size_t{72}}) {
        CHECK(expand("a", {}, octets).size() == octets);
      }
      CHECK(expand("a", {}, size) != expand("b", {}, size));
      CHECK(expand("a", {}, size) != expand("a", Bytes{0}, size));
      CHECK(Bytes(16, 0) != expand("a", {}, 16));
      CHECK(to_bytes(ByteView(expand("a", {}, size)).first(12)) != expand("a", {}, 12));
      CHECK(to_bytes(
                crypto.derive_tree_secret<Derived>(secret, "key", Generation{258}, 16).reveal()) ==
            expand("key", Bytes{0, 0, 1, 2}, 16));
    });
  }
}

TEST_CASE("verify_many gives each job its own verdict") {
  for (const std::size_t workers : {std::size_t{1}, std::size_t{4}}) {
    const auto provider = make_awslc({.workers = workers});
    SeededRandom random(7);
    std::vector<Bytes> kept;
    kept.reserve(1000);
    std::vector<VerifyJob> jobs;
    std::vector<bool> expected;
    for_each_suite(*provider, [&](const Crypto& crypto) {
      const SignaturePrivateKey key = crypto.generate_signature_key(random);
      for (unsigned i = 0; i < 10; ++i) {
        const Bytes& message = kept.emplace_back(random.bytes(50));
        const Bytes& public_key = kept.emplace_back(key.public_key);
        const SignatureScheme scheme = crypto.suite().signature;
        Bytes& signature = kept.emplace_back(provider->sign(scheme, *key.key, message));
        const bool good = i % 3 != 0;
        if (!good) signature[signature.size() - 1 - i] ^= 0x04;
        jobs.push_back({scheme, public_key, message, signature});
        expected.push_back(good);
      }
    });
    CHECK(provider->verify_many(jobs) == expected);
    CHECK(provider->verify_many({}).empty());
  }
}

TEST_CASE("a counting provider counts what passes through it, and changes no result") {
  const auto provider = make_awslc({.workers = 2});
  CountingProvider counting(*provider);
  const Crypto crypto(counting, **suite_of(CipherSuite{1}));
  SeededRandom random(8);
  const KemPrivateKeyRef key = crypto.generate_key_pair(random);
  CHECK(counting.counts() ==
        CallCounts{.hmacs = 2, .hmac_octets = counting.counts().hmac_octets, .key_generations = 1});
  const HpkeInfo info = crypto.hpke_info("label", {});
  const CallCounts before = counting.counts();
  const Bytes plaintext(32, 1);
  const std::vector<SealJob> jobs(8, SealJob{key->public_key(), plaintext});
  REQUIRE(crypto.seal_many(jobs, info, random));
  const CallCounts spent = counting.counts() - before;
  CHECK(spent.key_generations == 8);
  CHECK(spent.agreements == 8);
  CHECK(spent.seals == 8);
  CHECK(spent.seal_octets == 8 * 32);
  CHECK(spent.hmacs ==
        8 * 7);  // two for the ephemeral key, two for the KEM, three for the schedule
  counting.reset();
  crypto.hash({to_bytes("abc"), to_bytes("de")});
  CHECK(counting.counts() == CallCounts{.hashes = 1, .hash_octets = 5});
}

TEST_CASE("a MAC verifies with its key and data only") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for_each_suite(*provider, [&](const Crypto& crypto) {
      const Bytes key(crypto.hash_size(), 3);
      const Digest tag = crypto.mac(key, {to_bytes("on"), to_bytes("e")});
      CHECK(crypto.verify_mac(key, to_bytes("one"), tag.view()));
      CHECK_FALSE(crypto.verify_mac(key, to_bytes("two"), tag.view()));
      CHECK_FALSE(crypto.verify_mac(key, to_bytes("one"), tag.view().first(16)));
      CHECK_FALSE(crypto.verify_mac(Bytes(crypto.hash_size(), 4), to_bytes("one"), tag.view()));
    });
  }
}

TEST_CASE("a seeded random repeats itself, and differs from that of another seed") {
  SeededRandom one(9);
  SeededRandom two(9);
  SeededRandom three(10);
  const Bytes long_run = one.bytes(200);
  Bytes in_pieces = two.bytes(7);
  append(in_pieces, two.bytes(100));
  append(in_pieces, two.bytes(93));
  CHECK(long_run == in_pieces);
  CHECK(long_run != three.bytes(200));
  // RFC 8439 A.1, test vector 1: the key stream of the zero key, nonce and counter.
  CHECK(to_hex(SeededRandom(0).bytes(16)) == "76b8e0ada0f13d90405d6ae55386bd28");
}

}  // namespace thicket::crypto
