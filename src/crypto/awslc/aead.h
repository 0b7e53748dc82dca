// AES-GCM and ChaCha20-Poly1305 with 12 octets of nonce and 16 of tag.  RFC 5116; RFC 8439.
#pragma once

#include "base/bytes.h"
#include "crypto/algorithms.h"

namespace thicket::crypto::awslc {

void seal(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView plaintext,
          ByteSpan out);
bool open(AeadId aead, ByteView key, ByteView nonce, ByteView aad, ByteView ciphertext,
          ByteSpan out);

}  // namespace thicket::crypto::awslc
