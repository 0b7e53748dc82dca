// Hash, MAC, key derivation, AEAD and signatures of a suite, with the labels of RFC 9420 5.1, 5.2,
// 8 and 9.1.
#include "crypto/crypto.h"

#include <algorithm>

#include "base/zeroise.h"
#include "crypto/encodings.h"
#include "crypto/kdf.h"
#include "crypto/labels.h"

namespace thicket::crypto {

Digest Crypto::hash(Parts parts) const {
  Digest out;
  out.size = static_cast<std::uint8_t>(hash_size());
  provider_->hash(suite_->hash, {parts.begin(), parts.size()}, {out.octets.data(), out.size});
  return out;
}

Digest Crypto::mac(ByteView key, Parts parts) const {
  Digest out;
  out.size = static_cast<std::uint8_t>(hash_size());
  provider_->hmac(suite_->hash, key, {parts.begin(), parts.size()}, {out.octets.data(), out.size});
  return out;
}

bool Crypto::verify_mac(ByteView key, ByteView data, ByteView tag) const {
  return equal_ct(mac(key, {data}).view(), tag);
}

// RFC 9420 5.2: RefHashInput { opaque label<V>; opaque value<V>; }.
Bytes Crypto::ref_hash(std::string_view label, ByteView value) const {
  const VectorHeader label_size(label.size());
  const VectorHeader value_size(value.size());
  return hash({label_size.view(), view_of(label), value_size.view(), value}).bytes();
}

void Crypto::extract_into(ByteView salt, ByteView ikm, ByteSpan out) const {
  hkdf_extract(*provider_, suite_->hash, salt, {ikm}, out);
}

// RFC 9420 8: KDFLabel { uint16 length; opaque label<V> = "MLS 1.0 " + Label; opaque context<V>; }.
void Crypto::expand_into(ByteView secret, std::string_view label, ByteView context,
                         ByteSpan out) const {
  THICKET_ASSERT(out.size() < 65536);
  const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(out.size() >> 8),
                                           static_cast<std::uint8_t>(out.size())};
  const VectorHeader label_size(label_prefix.size() + label.size());
  const VectorHeader context_size(context.size());
  hkdf_expand(*provider_, suite_->hash, secret,
              {length, label_size.view(), view_of(label_prefix), view_of(label),
               context_size.view(), context},
              out);
}

namespace {

// KDFLabel, and after it the 0x01 with which the first block of HKDF-Expand ends (RFC 5869 2.3).
class FirstBlock final {
 public:
  void write(const Expansion& expansion) {
    const VectorHeader label_size(label_prefix.size() + expansion.label.size());
    const VectorHeader context_size(expansion.context.size());
    const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(expansion.out.size() >> 8),
                                             static_cast<std::uint8_t>(expansion.out.size())};
    for (const ByteView part : {ByteView(length), label_size.view(), view_of(label_prefix),
                                view_of(expansion.label), context_size.view(), expansion.context}) {
      put(part);
    }
    put(std::array<std::uint8_t, 1>{1});
    view_ = ByteView(octets_.data(), size_);
  }
  std::span<const ByteView> parts() const { return {&view_, 1}; }

 private:
  void put(ByteView part) {
    THICKET_ASSERT(part.size() <= octets_.size() - size_);
    std::copy(part.begin(), part.end(), octets_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += part.size();
  }
  std::array<std::uint8_t, Expansion::context_max + 48> octets_;
  std::size_t size_ = 0;
  ByteView view_;
};

}  // namespace

void Crypto::expand_each(ByteView secret, std::initializer_list<Expansion> expansions) const {
  constexpr std::size_t most = 9;
  std::array<FirstBlock, most> texts;
  std::array<std::array<std::uint8_t, 64>, most> blocks;
  std::array<HmacJob, most> jobs;
  THICKET_ASSERT(expansions.size() <= most);
  const std::size_t size = hash_size();
  std::size_t count = 0;
  for (const Expansion& expansion : expansions) {
    THICKET_ASSERT(expansion.out.size() <= size);
    texts[count].write(expansion);
    const bool whole = expansion.out.size() == size;
    jobs[count] = {texts[count].parts(),
                   whole ? expansion.out : ByteSpan(blocks[count]).first(size)};
    ++count;
  }
  provider_->hmac_each(suite_->hash, secret, {jobs.data(), count});
  for (std::size_t i = 0; i < count; ++i) {
    const Expansion& expansion = expansions.begin()[i];
    if (expansion.out.size() == size) continue;
    std::copy_n(blocks[i].begin(), expansion.out.size(), expansion.out.begin());
    zeroise(blocks[i]);
  }
}

Bytes Crypto::seal(const AeadKey& key, ByteView aad, ByteView plaintext) const {
  Bytes out(plaintext.size() + tag_size(suite_->aead));
  provider_->seal(suite_->aead, key.key.reveal(), key.nonce.reveal(), aad, plaintext, out);
  return out;
}

Result<SecretBytes> Crypto::open(const AeadKey& key, ByteView aad, ByteView ciphertext,
                                 Rule rule) const {
  const std::size_t tag = tag_size(suite_->aead);
  if (ciphertext.size() < tag) return broken(rule).because("shorter than a tag");
  SecretBytes plaintext{Bytes(ciphertext.size() - tag)};
  if (!provider_->open(suite_->aead, key.key.reveal(), key.nonce.reveal(), aad, ciphertext,
                       plaintext.reveal())) {
    return broken(rule);
  }
  return plaintext;
}

// RFC 9420 5.1.2: SignContent { opaque label<V> = "MLS 1.0 " + Label; opaque content<V>; }.
Bytes Crypto::sign_content(std::string_view label, ByteView content) {
  const VectorHeader label_size(label_prefix.size() + label.size());
  const VectorHeader content_size(content.size());
  return concat(
      {label_size.view(), view_of(label_prefix), view_of(label), content_size.view(), content});
}

Bytes Crypto::sign_with_label(const SignaturePrivateKey& key, std::string_view label,
                              ByteView content) const {
  return provider_->sign(suite_->signature, *key.key, sign_content(label, content));
}

Bytes Crypto::sign_written(const SignaturePrivateKey& key, ByteView sign_content) const {
  return provider_->sign(suite_->signature, *key.key, sign_content);
}

Result<void> Crypto::verify_with_label(ByteView public_key, std::string_view label,
                                       ByteView content, ByteView signature, Rule rule) const {
  THICKET_TRY(check_public_key(suite_->signature, public_key));
  THICKET_TRY(check_signature(suite_->signature, signature));
  const auto key = THICKET_TRY(provider_->verifying_key(suite_->signature, public_key));
  if (provider_->verify(suite_->signature, *key, sign_content(label, content), signature)) {
    return {};
  }
  return broken(rule);
}

SignaturePrivateKey Crypto::generate_signature_key(Random& random) const {
  SecretBytes seed{Bytes(private_key_size(suite_->signature))};
  for (;;) {
    random.fill(seed.reveal());
    // A P-521 scalar has 521 bits of its 528: without the mask one draw in 128 would do.
    if (suite_->signature == SignatureScheme::ecdsa_secp521r1_sha512) seed.reveal()[0] &= 0x01;
    if (Result<SignaturePrivateKey> key = signature_key_from(seed.reveal())) return *std::move(key);
    THICKET_ASSERT(!is_eddsa(suite_->signature));
  }
}

Result<SignaturePrivateKey> Crypto::signature_key_from(ByteView seed) const {
  THICKET_TRY(check_private_key(suite_->signature, seed));
  SignaturePrivateKey out;
  out.key = THICKET_TRY(provider_->signing_key(suite_->signature, seed));
  out.public_key = provider_->public_of(suite_->signature, *out.key);
  out.seed = std::make_shared<const SecretBytes>(seed);
  return out;
}

Result<void> Crypto::check_hpke_public(ByteView public_key) const {
  return check_kem_public(*provider_, suite_->kem, public_key);
}

Result<void> Crypto::check_signature_public(ByteView public_key) const {
  THICKET_TRY(check_public_key(suite_->signature, public_key));
  THICKET_TRY(provider_->verifying_key(suite_->signature, public_key));
  return {};
}

}  // namespace thicket::crypto
