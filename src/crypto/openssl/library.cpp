// What is fetched, and how the library's failures leave it.
#include "crypto/openssl/library.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include "base/assert.h"
#include "base/machine_failure.h"
#include "crypto/openssl/errors.h"

namespace thicket::crypto::openssl {
namespace {

MessageDigest fetch_digest(OSSL_LIB_CTX* context, const char* name) {
  MessageDigest out(EVP_MD_fetch(context, name, nullptr));
  require(out != nullptr, "EVP_MD_fetch");
  return out;
}

Cipher fetch_cipher(OSSL_LIB_CTX* context, const char* name) {
  Cipher out(EVP_CIPHER_fetch(context, name, nullptr));
  require(out != nullptr, "EVP_CIPHER_fetch");
  return out;
}

MacContext hmac_with(EVP_MAC* mac, std::string digest) {
  MacContext out(EVP_MAC_CTX_new(mac));
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  require(out && EVP_MAC_CTX_set_params(out.get(), params) == 1, "EVP_MAC_CTX_set_params");
  return out;
}

}  // namespace

void fail(std::string_view call) {
  ERR_clear_error();
  throw MachineFailure("OpenSSL: " + std::string(call));
}

void require(bool done, std::string_view call) {
  if (!done) fail(call);
}

bool errors_are_queued() {
  return ERR_peek_error() != 0;
}

Library::Library() : context_(OSSL_LIB_CTX_new()) {
  require(context_ != nullptr, "OSSL_LIB_CTX_new");
  OSSL_LIB_CTX* in = context_.get();
  sha256_ = fetch_digest(in, "SHA2-256");
  sha384_ = fetch_digest(in, "SHA2-384");
  sha512_ = fetch_digest(in, "SHA2-512");
  sha3_256_ = fetch_digest(in, "SHA3-256");
  shake256_ = fetch_digest(in, "SHAKE-256");
  aes128_ = fetch_cipher(in, "AES-128-GCM");
  aes256_ = fetch_cipher(in, "AES-256-GCM");
  chacha20_ = fetch_cipher(in, "ChaCha20-Poly1305");
  mac_.reset(EVP_MAC_fetch(in, "HMAC", nullptr));
  require(mac_ != nullptr, "EVP_MAC_fetch");
  hmac_sha256_ = hmac_with(mac_.get(), "SHA2-256");
  hmac_sha384_ = hmac_with(mac_.get(), "SHA2-384");
  hmac_sha512_ = hmac_with(mac_.get(), "SHA2-512");
}

const EVP_MD* Library::digest(HashId hash) const {
  switch (hash) {
    case HashId::sha256:
      return sha256_.get();
    case HashId::sha384:
      return sha384_.get();
    case HashId::sha512:
      return sha512_.get();
    case HashId::sha3_256:
      return sha3_256_.get();
  }
  return nullptr;
}

const EVP_CIPHER* Library::cipher(AeadId aead) const {
  switch (aead) {
    case AeadId::aes128gcm:
      return aes128_.get();
    case AeadId::aes256gcm:
      return aes256_.get();
    case AeadId::chacha20poly1305:
      return chacha20_.get();
  }
  return nullptr;
}

const EVP_MAC_CTX* Library::hmac(HashId hash) const {
  THICKET_ASSERT(hash != HashId::sha3_256);  // no suite has it
  return hash == HashId::sha256   ? hmac_sha256_.get()
         : hash == HashId::sha384 ? hmac_sha384_.get()
                                  : hmac_sha512_.get();
}

KeyContext Library::context_of(EVP_PKEY& key) const {
  KeyContext out(EVP_PKEY_CTX_new_from_pkey(context(), &key, nullptr));
  require(out != nullptr, "EVP_PKEY_CTX_new_from_pkey");
  return out;
}

}  // namespace thicket::crypto::openssl
