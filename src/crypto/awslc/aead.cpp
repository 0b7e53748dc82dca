// One context a call, on the stack and wiped: in MLS nearly every message has a key of its own.
#include "crypto/awslc/aead.h"

#include <openssl/aead.h>
#include <openssl/err.h>

#include "base/assert.h"
#include "base/machine_failure.h"
#include "base/zeroise.h"

namespace thicket::crypto::awslc {
namespace {

const EVP_AEAD* algorithm(AeadId aead) {
  switch (aead) {
    case AeadId::aes128gcm:
      return EVP_aead_aes_128_gcm();
    case AeadId::aes256gcm:
      return EVP_aead_aes_256_gcm();
    case AeadId::chacha20poly1305:
      return EVP_aead_chacha20_poly1305();
  }
  return nullptr;
}

class Context final {
 public:
  Context(AeadId aead, ByteView key) {
    THICKET_ASSERT(key.size() == key_size(aead));
    if (EVP_AEAD_CTX_init(&context_, algorithm(aead), key.data(), key.size(),
                          EVP_AEAD_DEFAULT_TAG_LENGTH, nullptr) != 1) {
      throw MachineFailure("AWS-LC: EVP_AEAD_CTX_init");
    }
  }
  ~Context() {
    EVP_AEAD_CTX_cleanup(&context_);
    zeroise(ByteSpan(reinterpret_cast<std::uint8_t*>(&context_), sizeof(context_)));
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  const EVP_AEAD_CTX* operator()() const { return &context_; }

 private:
  EVP_AEAD_CTX context_;
};

}  // namespace

void seal(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView plaintext,
          ByteSpan out) {
  THICKET_ASSERT(nonce.size() == nonce_size(aead));
  THICKET_ASSERT(out.size() == plaintext.size() + tag_size(aead));
  const Context context(aead, key);
  std::size_t size = 0;
  if (EVP_AEAD_CTX_seal(context(), out.data(), &size, out.size(), nonce.data(), nonce.size(),
                        plaintext.data(), plaintext.size(), aad.data(), aad.size()) != 1 ||
      size != out.size()) {
    throw MachineFailure("AWS-LC: EVP_AEAD_CTX_seal");
  }
}

bool open(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView ciphertext,
          ByteSpan out) {
  THICKET_ASSERT(nonce.size() == nonce_size(aead));
  THICKET_ASSERT(ciphertext.size() == out.size() + tag_size(aead));
  const Context context(aead, key);
  std::size_t size = 0;
  if (EVP_AEAD_CTX_open(context(), out.data(), &size, out.size(), nonce.data(), nonce.size(),
                        ciphertext.data(), ciphertext.size(), aad.data(), aad.size()) == 1 &&
      size == out.size()) {
    return true;
  }
  ERR_clear_error();
  zeroise(out);
  return false;
}

}  // namespace thicket::crypto::awslc
