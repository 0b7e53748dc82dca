// The steps of a hash ratchet.  RFC 9420 9.1.
#include "schedule/ratchet.h"

namespace thicket::schedule {
namespace {

Generation current(const Ratchet& ratchet) {
  THICKET_ASSERT(!ratchet.exhausted());
  return Generation{static_cast<std::uint32_t>(ratchet.generation)};
}

}  // namespace

crypto::AeadKey key_of(const crypto::Crypto& crypto, const Ratchet& ratchet) {
  using Key = decltype(crypto::AeadKey::key);
  using Nonce = decltype(crypto::AeadKey::nonce);
  const crypto::AeadId aead = crypto.suite().aead;
  const Generation j = current(ratchet);
  return crypto::AeadKey{
      crypto.derive_tree_secret<Key>(ratchet.secret.reveal(), "key", j, crypto::key_size(aead)),
      crypto.derive_tree_secret<Nonce>(ratchet.secret.reveal(), "nonce", j,
                                       crypto::nonce_size(aead))};
}

// Three outputs of one secret: worked in once.
crypto::AeadKey take_key(const crypto::Crypto& crypto, Ratchet& ratchet) {
  const std::uint32_t j = current(ratchet).value;
  const std::array<std::uint8_t, 4> generation{
      static_cast<std::uint8_t>(j >> 24), static_cast<std::uint8_t>(j >> 16),
      static_cast<std::uint8_t>(j >> 8), static_cast<std::uint8_t>(j)};
  const crypto::AeadId aead = crypto.suite().aead;
  crypto::AeadKey out;
  RatchetSecret next;
  crypto.expand_each(ratchet.secret.reveal(),
                     {{"key", generation, out.key.fill(crypto::key_size(aead))},
                      {"nonce", generation, out.nonce.fill(crypto::nonce_size(aead))},
                      {"secret", generation, next.fill(crypto.hash_size())}});
  ++ratchet.generation;
  ratchet.secret = std::move(next);
  if (ratchet.exhausted()) ratchet.secret.wipe();
  return out;
}

void step(const crypto::Crypto& crypto, Ratchet& ratchet) {
  const Generation j = current(ratchet);
  ++ratchet.generation;
  if (ratchet.exhausted()) {
    ratchet.secret.wipe();
    return;
  }
  ratchet.secret = crypto.derive_tree_secret<RatchetSecret>(ratchet.secret.reveal(), "secret", j,
                                                            crypto.hash_size());
}

}  // namespace thicket::schedule
