// A sender's hash ratchet.  RFC 9420 9.1. A step makes the key and nonce of a generation and the
// secret of the next; the secret it came from is then consumed (9.2).
#pragma once

#include "messages/framing.h"
#include "schedule/secrets.h"

namespace thicket::schedule {

// Each leaf has two ratchets: one for proposals and commits, one for application messages.
enum class RatchetKind : std::uint8_t { handshake = 0, application = 1 };
constexpr RatchetKind ratchet_of(ContentType content_type) {
  return content_type == ContentType::application ? RatchetKind::application
                                                  : RatchetKind::handshake;
}

// ratchet_secret_[N]_[j]: the first generation that was not used, and the secret it comes from.
struct Ratchet {
  // 2^32 when every generation is used: then `secret` is empty.
  std::uint64_t generation = 0;
  RatchetSecret secret;
  std::uint64_t sealed_blocks = 0;    // sent in this ratchet, in blocks of 16 octets
  std::uint32_t forgotten_below = 0;  // skipped generations below this may have been given up

  bool exhausted() const { return generation > 0xffffffffu; }
  Ratchet clone() const {
    return Ratchet{generation, secret.clone(), sealed_blocks, forgotten_below};
  }
};

// The key and nonce of the ratchet's generation. Not exhausted.
crypto::AeadKey key_of(const crypto::Crypto& crypto, const Ratchet& ratchet);
// The same, and the generation consumed.
crypto::AeadKey take_key(const crypto::Crypto& crypto, Ratchet& ratchet);
// Consumes the generation.
void step(const crypto::Crypto& crypto, Ratchet& ratchet);

}  // namespace thicket::schedule
