// The message: id, iteration, ciphertext, signature over all of it.
#include "compare/sender_key.h"

#include "codec/writer.h"

namespace thicket::compare {
namespace {

constexpr auto scheme = SignatureScheme::ed25519;
constexpr std::size_t id_octets = 4;
constexpr std::size_t key_octets = 32;
constexpr std::size_t head_octets = id_octets + 4;
constexpr std::size_t signature_octets = 64;

Bytes random_octets(const crypto::Provider& provider, std::size_t size) {
  Bytes out(size);
  provider.random().fill(out);
  return out;
}

}  // namespace

std::optional<SenderKeyCopy> SenderKeyCopy::from(const crypto::Provider& provider,
                                                 ByteView handed_out) {
  if (handed_out.size() != head_octets + 2 * key_octets) return std::nullopt;
  auto verifier = provider.verifying_key(scheme, handed_out.subspan(head_octets + key_octets));
  if (!verifier) return std::nullopt;
  SenderKeyCopy out(provider);
  out.id_ = to_bytes(handed_out.first(id_octets));
  out.chain_ = SessionSecret(handed_out.subspan(head_octets, key_octets));
  out.verifier_ = std::move(*verifier);
  return out;
}

std::optional<Bytes> SenderKeyCopy::open(ByteView message) {
  if (message.size() < head_octets + signature_octets) return std::nullopt;
  const ByteView signed_part = message.first(message.size() - signature_octets);
  if (!equal(message.first(id_octets), id_) ||
      !provider_->verify(scheme, *verifier_, signed_part, message.last(signature_octets)))
    return std::nullopt;
  const SessionSecret message_key = chain_link(*provider_, chain_);
  return open_once(*provider_, message_key, signed_part.first(head_octets),
                   signed_part.subspan(head_octets));
}

SenderKey::SenderKey(const crypto::Provider& provider)
    : provider_(&provider),
      id_(random_octets(provider, id_octets)),
      chain_(SessionSecret(random_octets(provider, key_octets))),
      signer_(provider.signing_key(scheme, random_octets(provider, key_octets)).value()),
      signing_key_(provider.public_of(scheme, *signer_)) {}

Bytes SenderKey::handed_out() const {
  codec::Writer out;
  out.raw(id_);
  out.integer(iteration_, 4);
  out.raw(chain_.reveal());
  out.raw(signing_key_);
  return std::move(out).take();
}

Bytes SenderKey::seal(ByteView plaintext) {
  const SessionSecret message_key = chain_link(*provider_, chain_);
  codec::Writer out;
  out.raw(id_);
  out.integer(iteration_++, 4);
  const Bytes head = to_bytes(out.view());
  out.raw(seal_once(*provider_, message_key, head, plaintext));
  out.raw(provider_->sign(scheme, *signer_, out.view()));
  return std::move(out).take();
}

}  // namespace thicket::compare
