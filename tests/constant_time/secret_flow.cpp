// One use of secrets, run under valgrind: the secrets are undefined memory to it, so that it
// reports every branch and every address that depends on one. What is public by then is declared
// so.
#include <valgrind/memcheck.h>

#include <functional>
#include <iostream>
#include <map>

#include "crypto/awslc/awslc.h"
#include "crypto/hpke.h"
#include "crypto/seeded_random.h"
#include "framing/public_message.h"
#include "schedule/epoch_secrets.h"
#include "schedule/psk_secret.h"
#include "schedule/secret_tree.h"
#include "schedule/transcript.h"

namespace {

using namespace thicket;
using crypto::Crypto;

void hide(ByteView octets) {
  VALGRIND_MAKE_MEM_UNDEFINED(octets.data(), octets.size());
}
// Of what everybody may see: a ciphertext, a tag that is sent.
void publish(ByteView octets) {
  VALGRIND_MAKE_MEM_DEFINED(octets.data(), octets.size());
}
// Whether a check failed is said aloud, and nothing else of what it looked at.
bool published(bool outcome) {
  VALGRIND_MAKE_MEM_DEFINED(&outcome, sizeof(outcome));
  return outcome;
}

[[noreturn]] void wrong(const char* what) {
  std::cerr << "secret_flow: " << what << "\n";
  std::_Exit(3);
}
void expect(bool condition, const char* what) {
  if (!condition) wrong(what);
}

// Drawn, then hidden.
template <class S>
S hidden(crypto::SeededRandom& random, std::size_t size) {
  S out(random.bytes(size));
  hide(out.reveal());
  return out;
}

// As a compiler could make it, or a hurried author: out at the first difference.
[[gnu::noinline]] bool leaky_equal(ByteView a, ByteView b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

void leaky_compare(const Crypto&, crypto::SeededRandom& random) {
  Bytes secret = random.bytes(32);
  const Bytes guess = secret;
  hide(secret);
  expect(leaky_equal(secret, guess), "equal octets differ");
}

// A table whose line in the cache tells the secret.
void leaky_lookup(const Crypto&, crypto::SeededRandom& random) {
  const Bytes table = random.bytes(256);
  Bytes secret = random.bytes(1);
  hide(secret);
  const volatile std::uint8_t looked_up = table.data()[secret[0]];
  static_cast<void>(looked_up);
}

void compare(const Crypto& crypto, crypto::SeededRandom& random) {
  Bytes secret = random.bytes(crypto.hash_size());
  Bytes same = secret;
  Bytes other = secret;
  other.back() ^= 1;
  for (Bytes* octets : {&secret, &same, &other}) hide(*octets);
  expect(published(equal_ct(secret, same)), "equal octets differ");
  expect(!published(equal_ct(secret, other)), "other octets are equal");
}

void tags(const Crypto& crypto, crypto::SeededRandom& random) {
  const std::size_t size = crypto.hash_size();
  const Bytes data = random.bytes(200);
  const auto key = hidden<schedule::MembershipKey>(random, size);
  // The right tag is as secret as the key until it is sent; so is how far a wrong one is right.
  Bytes tag = crypto.mac(key.reveal(), {data}).bytes();
  expect(published(crypto.verify_mac(key.reveal(), data, tag)), "a right tag is refused");
  tag[0] ^= 1;
  expect(!published(crypto.verify_mac(key.reveal(), data, tag)), "a wrong tag is taken");
  const auto confirmation = hidden<schedule::ConfirmationKey>(random, size);
  static_cast<void>(schedule::confirmation_tag(crypto, confirmation, data));
  static_cast<void>(schedule::membership_tag(crypto, key, data, {Bytes(64), Bytes(size)}));
}

void key_schedule(const Crypto& crypto, crypto::SeededRandom& random) {
  const std::size_t size = crypto.hash_size();
  const Bytes context = random.bytes(150);
  const Bytes psk = random.bytes(32);
  hide(psk);
  const PreSharedKeyID id{ExternalPSK{to_bytes("psk")}, random.bytes(size)};
  const std::vector<schedule::PskInput> psks{{id, psk}};
  const auto psk_secret = schedule::psk_secret(crypto, psks);
  auto joiner = schedule::joiner_secret(crypto, hidden<schedule::InitSecret>(random, size),
                                        hidden<CommitSecret>(random, size), context);
  const auto welcome = schedule::welcome_secret(crypto, joiner, psk_secret);
  static_cast<void>(schedule::welcome_key_nonce(crypto, welcome));
  const auto epoch = schedule::derive_epoch(crypto, std::move(joiner), psk_secret, context);
  static_cast<void>(schedule::encode(epoch));
}

// Who sent how many messages is public; what is derived for them is not.
void secret_tree(const Crypto& crypto, crypto::SeededRandom& random) {
  const auto root = [&] { return hidden<schedule::EncryptionSecret>(random, crypto.hash_size()); };
  const auto kind = schedule::RatchetKind::application;
  schedule::SecretTree sender(crypto, root(), LeafCount{8});
  for (int i = 0; i < 3; ++i) {
    expect(sender.next_key(crypto, LeafIndex{5}, kind, 100).has_value(), "no key to send with");
  }
  schedule::SecretTree reader(crypto, root(), LeafCount{8});
  for (const std::uint32_t generation : {2U, 0U}) {
    auto candidate = reader.peek(crypto, LeafIndex{5}, kind, Generation{generation});
    expect(candidate.has_value(), "no key to read with");
    expect(reader.commit(crypto, *std::move(candidate)).has_value(), "a key is not consumed");
  }
  static_cast<void>(reader.all_rows());
}

void aead(const Crypto& crypto, crypto::SeededRandom& random) {
  const crypto::AeadKey key{
      hidden<decltype(crypto::AeadKey::key)>(random, key_size(crypto.suite().aead)),
      hidden<decltype(crypto::AeadKey::nonce)>(random, 12)};
  Bytes plaintext = random.bytes(100);
  hide(plaintext);
  Bytes sealed = crypto.seal(key, view_of("aad"), plaintext);
  publish(sealed);
  expect(crypto.open(key, view_of("aad"), sealed, Rule::hpke_open).has_value(), "it does not open");
  sealed.back() ^= 1;
  expect(!crypto.open(key, view_of("aad"), sealed, Rule::hpke_open).has_value(), "it opens");
}

// From the recipient's private key to the plaintext, and from the sender's randomness.
void hpke(const Crypto& crypto, crypto::SeededRandom& random) {
  class Hidden final : public Random {
   public:
    explicit Hidden(crypto::SeededRandom& drawn) : drawn_(drawn) {}
    void fill(ByteSpan out) override {
      drawn_.fill(out);
      hide(out);
    }

   private:
    crypto::SeededRandom& drawn_;
  };
  Hidden secret_random(random);
  Bytes ikm = random.bytes(kem_seed_size(crypto.suite().kem));
  hide(ikm);
  const auto key = crypto.derive_key_pair(ikm);
  publish(key->public_key());
  Bytes plaintext = random.bytes(48);
  hide(plaintext);
  const auto info = crypto.hpke_info("label", view_of("context"));
  auto sealed = crypto.encrypt_with_label(key->public_key(), info, plaintext, secret_random);
  expect(sealed.has_value(), "it does not seal");
  publish(sealed->kem_output);
  publish(sealed->ciphertext);
  expect(crypto.decrypt_with_label(*key, info, *sealed).has_value(), "it does not open");
  const auto exported = crypto.external_init_sender(key->public_key(), secret_random);
  expect(exported.has_value(), "no init_secret");
  publish(exported->kem_output);
  expect(crypto.external_init_receiver(*key, exported->kem_output).has_value(), "no init_secret");
}

using Flow = void (*)(const Crypto&, crypto::SeededRandom&);
const std::map<std::string, Flow> flows = {
    {"aead", aead},
    {"compare", compare},
    {"hpke", hpke},
    {"key_schedule", key_schedule},
    {"leaky_compare", leaky_compare},
    {"leaky_lookup", leaky_lookup},
    {"secret_tree", secret_tree},
    {"tags", tags},
};

}  // namespace

int main(int count, char** arguments) {
  const auto flow = count == 3 ? flows.find(arguments[1]) : flows.end();
  const auto suite = count == 3 ? crypto::suite_named(arguments[2]) : crypto::suite_named("");
  if (flow == flows.end() || !suite) {
    std::cerr << "usage: secret_flow FLOW SUITE\n";
    return 2;
  }
  if (RUNNING_ON_VALGRIND == 0) wrong("not under valgrind, which alone could see anything");
  const auto provider = crypto::make_awslc();
  crypto::SeededRandom random(8);
  flow->second(Crypto(*provider, **suite), random);
  return 0;
}
