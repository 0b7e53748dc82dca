// Who sent a PrivateMessage and with which generation, encrypted.  RFC 9420 6.3.2.
#pragma once

#include "messages/schedule_inputs.h"
#include "schedule/secrets.h"

namespace thicket::framing {

// sender_data_key and sender_data_nonce, from the first Nh octets of the content's ciphertext (or
// all, if there are fewer).
crypto::AeadKey sender_data_key(const crypto::Crypto& crypto,
                                const schedule::SenderDataSecret& secret, ByteView ciphertext);

// What the sender data is bound to.
struct SenderDataFrame {
  ByteView aad;         // encoded SenderDataAAD
  ByteView ciphertext;  // of the content
};

Bytes seal_sender_data(const crypto::Crypto& crypto, const schedule::SenderDataSecret& secret,
                       const SenderDataFrame& frame, const SenderData& sender_data);
// Rule::sender_data.
Result<SenderData> open_sender_data(const crypto::Crypto& crypto,
                                    const schedule::SenderDataSecret& secret,
                                    const SenderDataFrame& frame, ByteView encrypted_sender_data);

}  // namespace thicket::framing
