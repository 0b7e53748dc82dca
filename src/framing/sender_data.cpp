// Sender data under a key that depends on the ciphertext it goes with.  RFC 9420 6.3.2.
#include "framing/sender_data.h"

#include <algorithm>

#include "codec/reader.h"

namespace thicket::framing {
namespace {

constexpr std::size_t encoded_size = 12;

}  // namespace

crypto::AeadKey sender_data_key(const crypto::Crypto& crypto,
                                const schedule::SenderDataSecret& secret, ByteView ciphertext) {
  const ByteView sample = ciphertext.first(std::min(ciphertext.size(), crypto.hash_size()));
  const crypto::AeadId aead = crypto.suite().aead;
  crypto::AeadKey out;
  crypto.expand_each(secret.reveal(),
                     {{"key", sample, out.key.fill(crypto::key_size(aead))},
                      {"nonce", sample, out.nonce.fill(crypto::nonce_size(aead))}});
  return out;
}

Bytes seal_sender_data(const crypto::Crypto& crypto, const schedule::SenderDataSecret& secret,
                       const SenderDataFrame& frame, const SenderData& sender_data) {
  std::array<std::uint8_t, encoded_size> plaintext{};
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
      plaintext[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    }
  };
  put(0, sender_data.leaf_index.value);
  put(4, sender_data.generation.value);
  std::copy(sender_data.reuse_guard.begin(), sender_data.reuse_guard.end(), plaintext.begin() + 8);
  return crypto.seal(sender_data_key(crypto, secret, frame.ciphertext), frame.aad, plaintext);
}

Result<SenderData> open_sender_data(const crypto::Crypto& crypto,
                                    const schedule::SenderDataSecret& secret,
                                    const SenderDataFrame& frame, ByteView encrypted_sender_data) {
  if (encrypted_sender_data.size() != encoded_size + crypto::tag_size(crypto.suite().aead)) {
    return broken(Rule::sender_data).at("encrypted_sender_data").because("not of its size");
  }
  const SecretBytes plaintext = THICKET_TRY_AT(
      "encrypted_sender_data", crypto.open(sender_data_key(crypto, secret, frame.ciphertext),
                                           frame.aad, encrypted_sender_data, Rule::sender_data));
  codec::Reader in(plaintext.reveal());
  SenderData out;
  out.leaf_index = LeafIndex{static_cast<std::uint32_t>(THICKET_TRY(in.integer(4)))};
  out.generation = Generation{static_cast<std::uint32_t>(THICKET_TRY(in.integer(4)))};
  const ByteView guard = THICKET_TRY(in.take(4));
  std::copy(guard.begin(), guard.end(), out.reuse_guard.begin());
  return out;
}

}  // namespace thicket::framing
