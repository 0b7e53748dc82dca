// Sender data keys, and the keys of every leaf's two ratchets: as a receiver looks them up and as a
// sender steps to them.  RFC 9420 6.3.2, 9.
#include "schedule/secret_tree.h"

#include "framing/sender_data.h"
#include "tree/math.h"
#include "vectors/kinds.h"
#include "vectors/secrets.h"

namespace thicket::vectors {

namespace {

using schedule::RatchetKind;
using schedule::SecretTree;

// Vectors look far ahead; nothing is received from anybody.
constexpr schedule::RatchetLimits no_limits{.forward_max = UINT32_MAX};

struct KeyNames {
  RatchetKind kind;
  std::string_view key;
  std::string_view nonce;
};
constexpr KeyNames key_names[] = {
    {RatchetKind::handshake, "handshake_key", "handshake_nonce"},
    {RatchetKind::application, "application_key", "application_nonce"}};

SecretTree tree_for(const crypto::Crypto& crypto, ByteView encryption_secret, std::size_t leaves) {
  const LeafIndex last{static_cast<std::uint32_t>(leaves - 1)};
  return SecretTree(crypto, schedule::EncryptionSecret(encryption_secret), tree::fitting(last),
                    no_limits);
}

void check_sender_data(const crypto::Crypto& crypto, const Field& test) {
  const auto secret = secret_of<schedule::SenderDataSecret>(test["sender_data_secret"]);
  const auto key = framing::sender_data_key(crypto, secret, test["ciphertext"].octets());
  test["key"].equals(key.key.reveal());
  test["nonce"].equals(key.nonce.reveal());
}

// As a receiver: every generation by itself, from a tree that does not move.
void check_received(const crypto::Crypto& crypto, const SecretTree& tree, LeafIndex leaf,
                    const Field& test) {
  const Generation generation{static_cast<std::uint32_t>(test["generation"].number(UINT32_MAX))};
  for (const KeyNames& names : key_names) {
    const auto found = test.accepted(tree.peek(crypto, leaf, names.kind, generation));
    test[names.key].equals(found.key().key.reveal());
    test[names.nonce].equals(found.key().nonce.reveal());
  }
}

// As the sender of `leaf`: step by step.
void check_sent(const crypto::Crypto& crypto, SecretTree& tree, LeafIndex leaf,
                const std::vector<Field>& entries) {
  for (const KeyNames& names : key_names) {
    std::optional<SecretTree::SendingKey> key;
    for (const Field& test : entries) {
      const std::uint64_t generation = test["generation"].number(UINT32_MAX);
      test["generation"].holds(!key || key->generation.value <= generation, "not ascending");
      while (!key || key->generation.value < generation) {
        key = test.accepted(tree.next_key(crypto, leaf, names.kind, 16));
      }
      test[names.key].equals(key->key.key.reveal());
      test[names.nonce].equals(key->key.nonce.reveal());
    }
  }
}

}  // namespace

void check_secret_tree(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  check_sender_data(crypto, test["sender_data"]);
  const auto secret = secret_of<schedule::EncryptionSecret>(test["encryption_secret"]);
  const auto leaves = test["leaves"].elements();
  test["leaves"].holds(!leaves.empty(), "no leaves");
  const SecretTree receiving = tree_for(crypto, secret.reveal(), leaves.size());
  SecretTree sending = tree_for(crypto, secret.reveal(), leaves.size());
  for (std::uint32_t i = 0; i < leaves.size(); ++i) {
    const auto entries = leaves[i].elements();
    for (const Field& entry : entries) check_received(crypto, receiving, LeafIndex{i}, entry);
    check_sent(crypto, sending, LeafIndex{i}, entries);
  }
}

Json generate_secret_tree(const Source& source) {
  const crypto::Crypto crypto = source.crypto();
  Json cases = Json::array();
  for (std::uint32_t count : {1u, 8u, 32u}) {
    const Bytes secret = source.random.bytes(crypto.hash_size());
    const Bytes ciphertext = source.random.bytes(77);
    const Bytes encryption_secret = source.random.bytes(crypto.hash_size());
    const auto sender =
        framing::sender_data_key(crypto, schedule::SenderDataSecret(secret), ciphertext);
    Json test;
    test["cipher_suite"] = static_cast<unsigned>(crypto.suite().id);
    test["encryption_secret"] = hex(encryption_secret);
    test["sender_data"] = {{"sender_data_secret", hex(secret)},
                           {"ciphertext", hex(ciphertext)},
                           {"key", hex(sender.key.reveal())},
                           {"nonce", hex(sender.nonce.reveal())}};
    const SecretTree tree = tree_for(crypto, encryption_secret, count);
    for (std::uint32_t leaf = 0; leaf < count; ++leaf) {
      Json entries = Json::array();
      for (std::uint32_t generation : {0u, 15u}) {
        Json entry = {{"generation", generation}};
        for (const KeyNames& names : key_names) {
          const auto found =
              tree.peek(crypto, LeafIndex{leaf}, names.kind, Generation{generation}).value();
          entry[names.key] = hex(found.key().key.reveal());
          entry[names.nonce] = hex(found.key().nonce.reveal());
        }
        entries.push_back(std::move(entry));
      }
      test["leaves"].push_back(std::move(entries));
    }
    cases.push_back(std::move(test));
  }
  return cases;
}

}  // namespace thicket::vectors
