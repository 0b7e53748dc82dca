// OpenSSL as one value: a library context of our own, which reads no configuration of the machine,
// and the algorithms fetched once.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string_view>

#include "base/result.h"
#include "crypto/algorithms.h"

namespace thicket::crypto::openssl {

template <auto Free>
struct FreeBy {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
using LibraryContext = std::unique_ptr<OSSL_LIB_CTX, FreeBy<OSSL_LIB_CTX_free>>;
using MessageDigest = std::unique_ptr<EVP_MD, FreeBy<EVP_MD_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, FreeBy<EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeBy<EVP_CIPHER_CTX_free>>;
using Mac = std::unique_ptr<EVP_MAC, FreeBy<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeBy<EVP_MAC_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeBy<EVP_PKEY_CTX_free>>;

// Throws MachineFailure, with nothing left in the library's queue of errors.
[[noreturn]] void fail(std::string_view call);
// fail(call) unless `done`.
void require(bool done, std::string_view call);

class Library final {
 public:
  Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  OSSL_LIB_CTX* context() const { return context_.get(); }
  const EVP_MD* digest(HashId hash) const;
  const EVP_MD* shake256() const { return shake256_.get(); }
  const EVP_CIPHER* cipher(AeadId aead) const;
  // Keyless, to be copied for each call.
  const EVP_MAC_CTX* hmac(HashId hash) const;
  KeyContext context_of(EVP_PKEY& key) const;

 private:
  LibraryContext context_;
  MessageDigest sha256_;
  MessageDigest sha384_;
  MessageDigest sha512_;
  MessageDigest sha3_256_;
  MessageDigest shake256_;
  Cipher aes128_;
  Cipher aes256_;
  Cipher chacha20_;
  Mac mac_;
  MacContext hmac_sha256_;
  MacContext hmac_sha384_;
  MacContext hmac_sha512_;
};

}  // namespace thicket::crypto::openssl
