// The labelled functions of a cipher suite, signatures and encryption in both directions.  RFC
// 9420 5.1, 5.2, 8, 9.1.
#include "vectors/kinds.h"

namespace thicket::vectors {

namespace {

using Derived = Secret<struct DerivedTag>;

void check_sign_with_label(const crypto::Crypto& crypto, const Field& test) {
  const Bytes pub = test["pub"].octets();
  const Bytes content = test["content"].octets();
  const std::string label = test["label"].text();
  const auto verify = [&](ByteView signature) {
    return crypto.verify_with_label(pub, label, content, signature, Rule::signature_invalid);
  };
  test["signature"].accepted(verify(test["signature"].octets()));
  const auto key = signer_of(crypto, test["priv"], pub);
  test["priv"].accepted(verify(crypto.sign_with_label(key, label, content)));
}

void check_encrypt_with_label(const crypto::Crypto& crypto, const Field& test) {
  const Bytes pub = test["pub"].octets();
  const Bytes plaintext = test["plaintext"].octets();
  const auto key = kem_key_of(crypto, test["priv"], pub);
  const auto info = crypto.hpke_info(test["label"].text(), test["context"].octets());
  const HPKECiphertext given{test["kem_output"].octets(), test["ciphertext"].octets()};
  const auto opened = test["ciphertext"].accepted(crypto.decrypt_with_label(*key, info, given));
  test["plaintext"].equals(opened.reveal());
  const auto made = test["pub"].accepted(
      crypto.encrypt_with_label(pub, info, plaintext, crypto.provider().random()));
  const auto again = test["priv"].accepted(crypto.decrypt_with_label(*key, info, made));
  test["plaintext"].equals(again.reveal());
}

}  // namespace

void check_crypto_basics(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  const Field ref = test["ref_hash"];
  ref["out"].equals(crypto.ref_hash(ref["label"].text(), ref["value"].octets()));

  const Field expand = test["expand_with_label"];
  const std::size_t length = expand["length"].size(Derived::capacity);
  const auto expanded = crypto.expand_with_label<Derived>(
      expand["secret"].octets(), expand["label"].text(), expand["context"].octets(), length);
  expand["out"].equals(expanded.reveal());

  const Field derive = test["derive_secret"];
  const auto derived =
      crypto.derive_secret<Derived>(derive["secret"].octets(), derive["label"].text());
  derive["out"].equals(derived.reveal());

  const Field tree = test["derive_tree_secret"];
  const Generation generation{static_cast<std::uint32_t>(tree["generation"].number(UINT32_MAX))};
  const auto tree_secret =
      crypto.derive_tree_secret<Derived>(tree["secret"].octets(), tree["label"].text(), generation,
                                         tree["length"].size(Derived::capacity));
  tree["out"].equals(tree_secret.reveal());

  check_sign_with_label(crypto, test["sign_with_label"]);
  check_encrypt_with_label(crypto, test["encrypt_with_label"]);
}

Json generate_crypto_basics(const Source& source) {
  const crypto::Crypto crypto = source.crypto();
  const std::size_t size = crypto.hash_size();
  crypto::SeededRandom& random = source.random;
  Json test;
  test["cipher_suite"] = static_cast<unsigned>(crypto.suite().id);

  const Bytes value = random.bytes(size);
  test["ref_hash"] = {
      {"label", "RefHash"}, {"value", hex(value)}, {"out", hex(crypto.ref_hash("RefHash", value))}};

  const Bytes secret = random.bytes(size);
  const Bytes context = random.bytes(size);
  const std::string label = "ExpandWithLabel";
  test["expand_with_label"] = {
      {"secret", hex(secret)},
      {"label", label},
      {"context", hex(context)},
      {"length", 32},
      {"out", hex(crypto.expand_with_label<Derived>(secret, label, context, 32).reveal())}};
  test["derive_secret"] = {
      {"secret", hex(secret)},
      {"label", "DeriveSecret"},
      {"out", hex(crypto.derive_secret<Derived>(secret, "DeriveSecret").reveal())}};
  const Generation generation{static_cast<std::uint32_t>(random.below(UINT32_MAX))};
  const auto tree =
      crypto.derive_tree_secret<Derived>(secret, "DeriveTreeSecret", generation, size);
  test["derive_tree_secret"] = {{"secret", hex(secret)},
                                {"label", "DeriveTreeSecret"},
                                {"generation", generation.value},
                                {"length", size},
                                {"out", hex(tree.reveal())}};

  const auto signer = crypto.generate_signature_key(random);
  test["sign_with_label"] = {
      {"priv", hex(signer.seed->reveal())},
      {"pub", hex(signer.public_key)},
      {"content", hex(value)},
      {"label", "SignWithLabel"},
      {"signature", hex(crypto.sign_with_label(signer, "SignWithLabel", value))}};

  const auto key = crypto.generate_key_pair(random);
  const auto info = crypto.hpke_info("EncryptWithLabel", context);
  const auto sealed = crypto.encrypt_with_label(key->public_key(), info, value, random).value();
  test["encrypt_with_label"] = {{"priv", hex(key->reveal())},
                                {"pub", hex(key->public_key())},
                                {"label", "EncryptWithLabel"},
                                {"context", hex(context)},
                                {"plaintext", hex(value)},
                                {"kem_output", hex(sealed.kem_output)},
                                {"ciphertext", hex(sealed.ciphertext)}};
  return Json::array({test});
}

}  // namespace thicket::vectors
