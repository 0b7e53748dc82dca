// psk_secret: the PSKs chained together.  RFC 9420 8.4.
#include "schedule/psk_secret.h"

#include "messages/wire.h"

namespace thicket::schedule {

using ExtractedPsk = Secret<struct ExtractedPskTag>;
using PskStep = Secret<struct PskStepTag>;

PskSecret zero_psk_secret(const crypto::Crypto& crypto) {
  return PskSecret(Bytes(crypto.hash_size()));
}

PskSecret psk_secret(const crypto::Crypto& crypto, std::span<const PskInput> psks) {
  THICKET_ASSERT(psks.size() <= 0xffff);
  const Bytes zero(crypto.hash_size());
  PskSecret out = zero_psk_secret(crypto);
  for (std::size_t i = 0; i < psks.size(); ++i) {
    const PSKLabel label{psks[i].id, static_cast<std::uint16_t>(i),
                         static_cast<std::uint16_t>(psks.size())};
    const auto extracted = crypto.extract<ExtractedPsk>(zero, psks[i].psk);
    const auto input = crypto.expand_with_label<PskStep>(extracted.reveal(), "derived psk",
                                                         codec::encode(label), crypto.hash_size());
    out = crypto.extract<PskSecret>(input.reveal(), out.reveal());
  }
  return out;
}

Result<void> check_psk_nonce(const crypto::Crypto& crypto, const PreSharedKeyID& id) {
  if (id.psk_nonce.size() == crypto.hash_size()) return {};
  return broken(Rule::psk_nonce_length)
      .at("psk_nonce")
      .because(std::to_string(id.psk_nonce.size()) + " octets");
}

Bytes fresh_psk_nonce(const crypto::Crypto& crypto, Random& random) {
  return random.bytes(crypto.hash_size());
}

}  // namespace thicket::schedule
