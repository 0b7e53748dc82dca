// X3DH (revision 1) and the Double Ratchet (revision 1) as Signal describes them.
#include "compare/session.h"

#include <array>
#include <utility>

#include "base/assert.h"
#include "codec/writer.h"
#include "crypto/kdf.h"

namespace thicket::compare {
namespace {

constexpr auto group = crypto::DhGroup::x25519;
constexpr auto scheme = SignatureScheme::ed25519;
constexpr auto sha256 = crypto::HashId::sha256;
constexpr auto aead = crypto::AeadId::aes128gcm;
constexpr std::size_t key_octets = 32;
constexpr std::size_t tag_octets = 16;
constexpr std::size_t head_octets = key_octets + 4 + 4;

Bytes fresh_scalar(const crypto::Provider& provider) {
  Bytes scalar(key_octets);
  provider.random().fill(scalar);
  return scalar;
}

KeyPair fresh_pair(const crypto::Provider& provider) {
  KeyPair out;
  out.secret = provider.dh_private(group, fresh_scalar(provider)).value();
  out.public_key = provider.dh_public_of(group, *out.secret);
  return out;
}

// AES-128 key and nonce of one message.
struct MessageKeys {
  std::array<std::uint8_t, 16 + 12> octets{};
  ByteView key() const { return ByteView(octets).first(16); }
  ByteView nonce() const { return ByteView(octets).subspan(16); }
};
MessageKeys keys_of(const crypto::Provider& provider, const SessionSecret& message_key) {
  MessageKeys out;
  std::array<std::uint8_t, key_octets> prk{};
  crypto::hkdf_extract(provider, sha256, {}, {message_key.reveal()}, prk);
  crypto::hkdf_expand(provider, sha256, prk, {view_of("message")}, out.octets);
  return out;
}

}  // namespace

std::size_t size_of(const PrekeyBundle& bundle) {
  return bundle.identity_key.size() + bundle.signing_key.size() + bundle.signed_prekey.size() +
         bundle.signature.size() + bundle.one_time_prekey.size();
}

Bytes seal_once(const crypto::Provider& provider, const SessionSecret& message_key, ByteView head,
                ByteView plaintext) {
  const MessageKeys keys = keys_of(provider, message_key);
  Bytes out(plaintext.size() + tag_octets);
  provider.seal(aead, keys.key(), keys.nonce(), head, plaintext, out);
  return out;
}

std::optional<Bytes> open_once(const crypto::Provider& provider, const SessionSecret& message_key,
                               ByteView head, ByteView ciphertext) {
  if (ciphertext.size() < tag_octets) return std::nullopt;
  const MessageKeys keys = keys_of(provider, message_key);
  Bytes out(ciphertext.size() - tag_octets);
  if (!provider.open(aead, keys.key(), keys.nonce(), head, ciphertext, out)) return std::nullopt;
  return out;
}

SessionSecret chain_link(const crypto::Provider& provider, SessionSecret& chain) {
  const auto derive = [&](std::uint8_t which) {
    return SessionSecret::filled(key_octets, [&](ByteSpan out) {
      const ByteView part(&which, 1);
      provider.hmac(sha256, chain.reveal(), std::span(&part, 1), out);
    });
  };
  SessionSecret message_key = derive(1);
  chain = derive(2);
  return message_key;
}

Device::Device(const crypto::Provider& provider)
    : provider_(provider),
      identity_(fresh_pair(provider)),
      signer_(provider.signing_key(scheme, fresh_scalar(provider)).value()),
      signing_key_(provider.public_of(scheme, *signer_)),
      signed_prekey_(fresh_pair(provider)) {}

PrekeyBundle Device::bundle() {
  one_time_prekey_ = fresh_pair(provider_);
  return {identity_.public_key, signing_key_, signed_prekey_.public_key,
          provider_.sign(scheme, *signer_, signed_prekey_.public_key), one_time_prekey_.public_key};
}

std::optional<SessionSecret> Session::agree(const KeyPair& own, ByteView peer) const {
  const auto key = provider_->dh_public(group, peer);
  if (!key) return std::nullopt;
  auto shared = provider_->dh(group, *own.secret, **key);
  if (!shared) return std::nullopt;
  return shared->renamed<struct SessionSecretTag>();
}

namespace {

// X3DH's KDF: F is 32 octets of 0xff, then what was agreed.
SessionSecret x3dh_secret(const crypto::Provider& provider, std::span<const SessionSecret> agreed) {
  const Bytes f(key_octets, 0xff);
  THICKET_ASSERT(agreed.size() == 4);
  std::array<std::uint8_t, key_octets> prk{};
  crypto::hkdf_extract(
      provider, sha256, {},
      {f, agreed[0].reveal(), agreed[1].reveal(), agreed[2].reveal(), agreed[3].reveal()}, prk);
  return SessionSecret::filled(key_octets, [&](ByteSpan out) {
    crypto::hkdf_expand(provider, sha256, prk, {view_of("X3DH")}, out);
  });
}

}  // namespace

std::optional<Session> Session::begin(const Device& own, const PrekeyBundle& peer) {
  const crypto::Provider& provider = own.provider_;
  const auto verifier = provider.verifying_key(scheme, peer.signing_key);
  if (!verifier || !provider.verify(scheme, **verifier, peer.signed_prekey, peer.signature))
    return std::nullopt;
  Session out(provider);
  const KeyPair ephemeral = fresh_pair(provider);
  auto dh1 = out.agree(own.identity_, peer.signed_prekey);
  auto dh2 = out.agree(ephemeral, peer.identity_key);
  auto dh3 = out.agree(ephemeral, peer.signed_prekey);
  auto dh4 = out.agree(ephemeral, peer.one_time_prekey);
  if (!dh1 || !dh2 || !dh3 || !dh4) return std::nullopt;
  const SessionSecret agreed[] = {std::move(*dh1), std::move(*dh2), std::move(*dh3),
                                  std::move(*dh4)};
  out.root_ = x3dh_secret(provider, agreed);
  out.own_ = fresh_pair(provider);
  if (!out.root_step(peer.signed_prekey, out.sending_)) return std::nullopt;
  out.peer_ = peer.signed_prekey;
  codec::Writer head;
  head.raw(own.identity_.public_key);
  head.raw(ephemeral.public_key);
  head.integer(1, 4);  // which signed prekey, which one-time prekey
  head.integer(1, 4);
  out.first_head_ = std::move(head).take();
  return out;
}

std::optional<Session::Answered> Session::answer(const Device& own, ByteView first_message) {
  if (first_message.size() < first_head_octets + head_octets + tag_octets) return std::nullopt;
  const ByteView identity = first_message.first(key_octets);
  const ByteView ephemeral = first_message.subspan(key_octets, key_octets);
  const ByteView ratchet_key = first_message.subspan(first_head_octets, key_octets);
  Session out(own.provider_);
  auto dh1 = out.agree(own.signed_prekey_, identity);
  auto dh2 = out.agree(own.identity_, ephemeral);
  auto dh3 = out.agree(own.signed_prekey_, ephemeral);
  auto dh4 = out.agree(own.one_time_prekey_, ephemeral);
  // The ratchet begins at the signed prekey.
  const auto first = out.agree(own.signed_prekey_, ratchet_key);
  if (!dh1 || !dh2 || !dh3 || !dh4 || !first) return std::nullopt;
  const SessionSecret agreed[] = {std::move(*dh1), std::move(*dh2), std::move(*dh3),
                                  std::move(*dh4)};
  out.root_ = x3dh_secret(own.provider_, agreed);
  out.mix(*first, out.receiving_);
  out.peer_ = to_bytes(ratchet_key);
  out.own_ = fresh_pair(own.provider_);
  if (!out.root_step(ratchet_key, out.sending_)) return std::nullopt;
  auto plaintext = out.open_next(first_message, first_head_octets);
  if (!plaintext) return std::nullopt;
  return Answered{std::move(out), std::move(*plaintext)};
}

void Session::mix(const SessionSecret& agreed, SessionSecret& chain) {
  std::array<std::uint8_t, key_octets> prk{};
  std::array<std::uint8_t, 2 * key_octets> next{};
  crypto::hkdf_extract(*provider_, sha256, root_.reveal(), {agreed.reveal()}, prk);
  crypto::hkdf_expand(*provider_, sha256, prk, {view_of("ratchet")}, next);
  root_ = SessionSecret(ByteView(next).first(key_octets));
  chain = SessionSecret(ByteView(next).subspan(key_octets));
}

bool Session::root_step(ByteView peer, SessionSecret& chain) {
  const auto agreed = agree(own_, peer);
  if (!agreed) return false;
  mix(*agreed, chain);
  return true;
}

Bytes Session::seal(ByteView plaintext) {
  const SessionSecret message_key = chain_link(*provider_, sending_);
  codec::Writer out(first_head_.size() + head_octets + plaintext.size() + tag_octets);
  out.raw(std::exchange(first_head_, {}));
  out.raw(own_.public_key);
  out.integer(sent_before_, 4);
  out.integer(sent_++, 4);
  const Bytes head = to_bytes(out.view());
  out.raw(seal_once(*provider_, message_key, head, plaintext));
  return std::move(out).take();
}

std::optional<Bytes> Session::open(ByteView message) {
  if (message.size() < head_octets + tag_octets) return std::nullopt;
  const ByteView ratchet_key = message.first(key_octets);
  if (!equal(ratchet_key, peer_)) {
    // A step of the Diffie-Hellman ratchet: their new key, then a new one of ours.
    if (!root_step(ratchet_key, receiving_)) return std::nullopt;
    peer_ = to_bytes(ratchet_key);
    own_ = fresh_pair(*provider_);
    if (!root_step(ratchet_key, sending_)) return std::nullopt;
    sent_before_ = std::exchange(sent_, 0);
  }
  return open_next(message, 0);
}

std::optional<Bytes> Session::open_next(ByteView message, std::size_t start) {
  const SessionSecret message_key = chain_link(*provider_, receiving_);
  const std::size_t head = start + head_octets;
  return open_once(*provider_, message_key, message.first(head), message.subspan(head));
}

}  // namespace thicket::compare
