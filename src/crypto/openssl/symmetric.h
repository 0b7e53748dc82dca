// Hash, SHAKE256, HMAC and AEAD on OpenSSL's fetched algorithms.  RFC 6234; FIPS 202; RFC 5116.
#pragma once

#include <span>

#include "base/bytes.h"
#include "crypto/openssl/library.h"

namespace thicket::crypto::openssl {

void hash(const Library& library, HashId hash, std::span<const ByteView> parts, ByteSpan out);
void shake256(const Library& library, std::span<const ByteView> parts, ByteSpan out);
struct Keyed {
  HashId hash;
  ByteView key;
};
void hmac(const Library& library, const Keyed& with, std::span<const ByteView> parts, ByteSpan out);

struct AeadCall {
  AeadId aead;
  ByteView key;
  ByteView nonce;
  ByteView aad;
};
void seal(const Library& library, const AeadCall& call, ByteView plaintext, ByteSpan out);
// False, and `out` zeroed, if the tag does not match.
bool open(const Library& library, const AeadCall& call, ByteView ciphertext, ByteSpan out);

}  // namespace thicket::crypto::openssl
