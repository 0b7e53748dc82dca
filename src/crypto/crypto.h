// A cipher suite on a provider: every function of RFC 9420 chapter 5 and 8 that carries a label.
// A value of two references, passed by const&; no state. What cannot refuse its input returns plain
// values.
#pragma once

#include <array>
#include <string_view>

#include "crypto/kem.h"
#include "crypto/suite.h"

namespace thicket::crypto {

// A digest, in place. size() octets of it are used.
struct Digest {
  std::array<std::uint8_t, 64> octets{};
  std::uint8_t size = 0;
  ByteView view() const { return ByteView(octets.data(), size); }
  Bytes bytes() const { return Bytes(octets.data(), octets.data() + size); }
  bool operator==(const Digest&) const = default;
};

// One of several outputs of one key: at most as long as a hash, from a label and a short context.
struct Expansion {
  static constexpr std::size_t context_max = 64;
  std::string_view label;
  ByteView context;
  ByteSpan out;
};

struct AeadKey {
  Secret<struct AeadKeyTag> key;
  Secret<struct AeadNonceTag> nonce;
};

// A signature key pair: the parsed private key with its public octets. Shared and immutable.
struct SignaturePrivateKey {
  std::shared_ptr<const SigningKey> key;
  SignaturePublicKey public_key;
  std::shared_ptr<const SecretBytes>
      seed;  // what `signature_key_from` takes, for those who store it
};

// One recipient of seal_many.
struct SealJob {
  ByteView public_key;
  ByteView plaintext;
};

// What a label and context make of an HPKE `info`; computed once for many recipients of one
// context, because RFC 9180 5.1 hashes the info (a Welcome's whole encrypted_group_info)
// independently of the recipient.
struct HpkeInfo {
  Bytes schedule_context;
};

class Crypto final {
 public:
  Crypto(const Provider& provider, const Suite& suite) : provider_(&provider), suite_(&suite) {}
  const Provider& provider() const { return *provider_; }
  const Suite& suite() const { return *suite_; }
  std::size_t hash_size() const { return size_of(suite_->hash); }  // KDF.Nh too
  bool operator==(const Crypto&) const = default;

  // 5.1: the suite's hash and MAC.
  Digest hash(std::initializer_list<ByteView> parts) const;
  Digest mac(ByteView key, std::initializer_list<ByteView> parts) const;
  bool verify_mac(ByteView key, ByteView data, ByteView tag) const;  // constant time

  // 5.2: RefHash, labels "MLS 1.0 KeyPackage Reference" and "MLS 1.0 Proposal Reference".
  Bytes ref_hash(std::string_view label, ByteView value) const;

  // 8: KDF.Extract, ExpandWithLabel ("MLS 1.0 " is put before the label), DeriveSecret, and 9.1
  // DeriveTreeSecret.
  template <class S>
  S extract(ByteView salt, ByteView ikm) const {
    return S::filled(hash_size(), [&](ByteSpan out) { extract_into(salt, ikm, out); });
  }
  template <class S>
  S expand_with_label(ByteView secret, std::string_view label, ByteView context,
                      std::size_t size) const {
    return S::filled(size, [&](ByteSpan out) { expand_into(secret, label, context, out); });
  }
  template <class S>
  S derive_secret(ByteView secret, std::string_view label) const {
    return expand_with_label<S>(secret, label, {}, hash_size());
  }
  template <class S>
  S derive_tree_secret(ByteView secret, std::string_view label, Generation generation,
                       std::size_t size) const {
    const std::uint32_t g = generation.value;
    const std::array<std::uint8_t, 4> context{
        static_cast<std::uint8_t>(g >> 24), static_cast<std::uint8_t>(g >> 16),
        static_cast<std::uint8_t>(g >> 8), static_cast<std::uint8_t>(g)};
    return expand_with_label<S>(secret, label, context, size);
  }
  // ExpandWithLabel of one secret several times, the secret worked in once. At most nine.
  void expand_each(ByteView secret, std::initializer_list<Expansion> expansions) const;
  void extract_into(ByteView salt, ByteView ikm, ByteSpan out) const;
  void expand_into(ByteView secret, std::string_view label, ByteView context, ByteSpan out) const;

  // 5.1: AEAD.
  Bytes seal(const AeadKey& key, ByteView aad, ByteView plaintext) const;
  // `rule` is what a failure breaks.
  Result<SecretBytes> open(const AeadKey& key, ByteView aad, ByteView ciphertext, Rule rule) const;

  // 5.1.2: SignWithLabel, VerifyWithLabel. `rule` is what a failure breaks.
  Bytes sign_with_label(const SignaturePrivateKey& key, std::string_view label,
                        ByteView content) const;
  // The same over a SignContent that was written before (write_sign_content, crypto/labels.h).
  Bytes sign_written(const SignaturePrivateKey& key, ByteView sign_content) const;
  Result<void> verify_with_label(ByteView public_key, std::string_view label, ByteView content,
                                 ByteView signature, Rule rule) const;
  // The octets that a signature with `label` covers: for verify_many.
  static Bytes sign_content(std::string_view label, ByteView content);
  SignaturePrivateKey generate_signature_key(Random& random) const;
  Result<SignaturePrivateKey> signature_key_from(ByteView seed) const;

  // 5.1.3: EncryptWithLabel, DecryptWithLabel (HPKE base mode).
  HpkeInfo hpke_info(std::string_view label, ByteView context) const;
  Result<HPKECiphertext> encrypt_with_label(ByteView public_key, const HpkeInfo& info,
                                            ByteView plaintext, Random& random) const;
  // One ciphertext a job, in order. Randomness is drawn in order before the work is spread over the
  // workers.
  Result<std::vector<HPKECiphertext>> seal_many(std::span<const SealJob> jobs, const HpkeInfo& info,
                                                Random& random) const;
  Result<SecretBytes> decrypt_with_label(const KemPrivateKey& key, const HpkeInfo& info,
                                         const HPKECiphertext& ciphertext) const;

  KemPrivateKeyRef derive_key_pair(ByteView ikm) const;
  KemPrivateKeyRef generate_key_pair(Random& random) const;
  // Rule::public_key_encoding for a KEM or signature key that this suite cannot use.
  Result<void> check_hpke_public(ByteView public_key) const;
  Result<void> check_signature_public(ByteView public_key) const;

  // 8.3: HPKE export for external joins: SetupBaseS/R with empty info, then Export(label, Nh).
  struct Exported {
    Bytes kem_output;
    Secret<struct InitSecretTag> init_secret;
  };
  Result<Exported> external_init_sender(ByteView external_pub, Random& random) const;
  Result<Secret<struct InitSecretTag>> external_init_receiver(const KemPrivateKey& external_priv,
                                                              ByteView kem_output) const;

 private:
  const Provider* provider_;
  const Suite* suite_;
};

}  // namespace thicket::crypto
