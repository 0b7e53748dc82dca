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
