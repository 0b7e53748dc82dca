// A context a call: OpenSSL wipes each when it is freed.
#include "crypto/openssl/symmetric.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/zeroise.h"

namespace thicket::crypto::openssl {
namespace {

int int_of(std::size_t size) {
  THICKET_ASSERT(size < (std::size_t{1} << 31));
  return static_cast<int>(size);
}

DigestContext absorbed(const EVP_MD* function, std::span<const ByteView> parts) {
  DigestContext context(EVP_MD_CTX_new());
  require(context && EVP_DigestInit_ex2(context.get(), function, nullptr) == 1,
          "EVP_DigestInit_ex2");
  for (const ByteView part : parts) {
    require(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1, "EVP_DigestUpdate");
  }
  return context;
}

// The key, nonce and additional data of a call, taken.
CipherContext begun(const Library& library, const AeadCall& call, bool sealing) {
  THICKET_ASSERT(call.key.size() == key_size(call.aead));
  THICKET_ASSERT(call.nonce.size() == nonce_size(call.aead));
  CipherContext context(EVP_CIPHER_CTX_new());
  int written = 0;
  require(context &&
              EVP_CipherInit_ex2(context.get(), library.cipher(call.aead), call.key.data(),
                                 call.nonce.data(), sealing ? 1 : 0, nullptr) == 1 &&
              (call.aad.empty() || EVP_CipherUpdate(context.get(), nullptr, &written,
                                                    call.aad.data(), int_of(call.aad.size())) == 1),
          "EVP_CipherInit_ex2");
  return context;
}

}  // namespace

void hash(const Library& library, HashId hash, std::span<const ByteView> parts, ByteSpan out) {
  THICKET_ASSERT(out.size() == size_of(hash));
  const DigestContext context = absorbed(library.digest(hash), parts);
  require(EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1, "EVP_DigestFinal_ex");
}

void shake256(const Library& library, std::span<const ByteView> parts, ByteSpan out) {
  const DigestContext context = absorbed(library.shake256(), parts);
  require(EVP_DigestFinalXOF(context.get(), out.data(), out.size()) == 1, "EVP_DigestFinalXOF");
}

void hmac(const Library& library, const Keyed& with, std::span<const ByteView> parts,
          ByteSpan out) {
  THICKET_ASSERT(out.size() == size_of(with.hash));
  const MacContext context(EVP_MAC_CTX_dup(library.hmac(with.hash)));
  // A null key would stand for the one before: an empty one has an address, too.
  const std::uint8_t none = 0;
  const std::uint8_t* key = with.key.empty() ? &none : with.key.data();
  require(context && EVP_MAC_init(context.get(), key, with.key.size(), nullptr) == 1,
          "EVP_MAC_init");
  for (const ByteView part : parts) {
    require(EVP_MAC_update(context.get(), part.data(), part.size()) == 1, "EVP_MAC_update");
  }
  std::size_t size = 0;
  require(EVP_MAC_final(context.get(), out.data(), &size, out.size()) == 1 && size == out.size(),
          "EVP_MAC_final");
}

void seal(const Library& library, const AeadCall& call, ByteView plaintext, ByteSpan out) {
  const std::size_t tag = tag_size(call.aead);
  THICKET_ASSERT(out.size() == plaintext.size() + tag);
  const CipherContext context = begun(library, call, true);
  int written = 0;
  std::uint8_t rest[32];
  const bool done =
      (plaintext.empty() || EVP_CipherUpdate(context.get(), out.data(), &written, plaintext.data(),
                                             int_of(plaintext.size())) == 1) &&
      EVP_CipherFinal_ex(context.get(), rest, &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, int_of(tag),
                          out.data() + plaintext.size()) == 1;
  require(done, "EVP_CipherFinal_ex");
}

bool open(const Library& library, const AeadCall& call, ByteView ciphertext, ByteSpan out) {
  const std::size_t tag = tag_size(call.aead);
  THICKET_ASSERT(ciphertext.size() == out.size() + tag);
  const CipherContext context = begun(library, call, false);
  std::array<std::uint8_t, 16> expected{};
  THICKET_ASSERT(tag == expected.size());
  std::copy(ciphertext.end() - static_cast<std::ptrdiff_t>(tag), ciphertext.end(),
            expected.begin());
  int written = 0;
  std::uint8_t rest[32];
  const bool opened =
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, int_of(tag), expected.data()) ==
          1 &&
      (out.empty() || EVP_CipherUpdate(context.get(), out.data(), &written, ciphertext.data(),
                                       int_of(out.size())) == 1) &&
      EVP_CipherFinal_ex(context.get(), rest, &written) == 1;
  if (opened) return true;
  ERR_clear_error();
  zeroise(out);
  return false;
}

}  // namespace thicket::crypto::openssl
