// The figure of RFC 9420 8, from the top to the bottom.
#include "schedule/epoch_secrets.h"

#include "codec/reader.h"
#include "codec/writer.h"
#include "schedule/psk_secret.h"

namespace thicket::schedule {
namespace {

using MemberSecret = Secret<struct MemberSecretTag>;

// The unnamed secret between joiner_secret and epoch_secret.
MemberSecret member_secret(const crypto::Crypto& crypto, const JoinerSecret& joiner_secret,
                           const PskSecret& psk_secret) {
  return crypto.extract<MemberSecret>(joiner_secret.reveal(), psk_secret.reveal());
}

// Every secret that outlives derive_epoch, in the order of its row.
template <class Secrets, class Visit>
void for_each_secret(Secrets& secrets, Visit&& visit) {
  visit(secrets.joiner_secret);
  visit(secrets.welcome_secret);
  visit(secrets.init_secret);
  visit(secrets.sender_data_secret);
  visit(secrets.encryption_secret);
  visit(secrets.exporter_secret);
  visit(secrets.external_secret);
  visit(secrets.confirmation_key);
  visit(secrets.membership_key);
  visit(secrets.resumption_psk);
  visit(secrets.epoch_authenticator);
}

}  // namespace

void EpochSecrets::forget_joining() {
  joiner_secret.wipe();
  welcome_secret.wipe();
}

EpochSecrets EpochSecrets::clone() const {
  return EpochSecrets{
      joiner_secret.clone(),      welcome_secret.clone(),     init_secret.clone(),
      sender_data_secret.clone(), encryption_secret.clone(),  exporter_secret.clone(),
      external_secret.clone(),    confirmation_key.clone(),   membership_key.clone(),
      resumption_psk.clone(),     epoch_authenticator.clone()};
}

JoinerSecret joiner_secret(const crypto::Crypto& crypto, const InitSecret& init_secret,
                           const CommitSecret& commit_secret, ByteView group_context) {
  const auto extracted =
      crypto.extract<Secret<struct JoinerInputTag>>(init_secret.reveal(), commit_secret.reveal());
  return crypto.expand_with_label<JoinerSecret>(extracted.reveal(), "joiner", group_context,
                                                crypto.hash_size());
}

CommitSecret zero_commit_secret(const crypto::Crypto& crypto) {
  return CommitSecret(Bytes(crypto.hash_size()));
}

WelcomeSecret welcome_secret(const crypto::Crypto& crypto, const JoinerSecret& joiner_secret,
                             const PskSecret& psk_secret) {
  return crypto.derive_secret<WelcomeSecret>(
      member_secret(crypto, joiner_secret, psk_secret).reveal(), "welcome");
}

crypto::AeadKey welcome_key_nonce(const crypto::Crypto& crypto,
                                  const WelcomeSecret& welcome_secret) {
  using Key = decltype(crypto::AeadKey::key);
  using Nonce = decltype(crypto::AeadKey::nonce);
  const crypto::AeadId aead = crypto.suite().aead;
  return crypto::AeadKey{
      crypto.expand_with_label<Key>(welcome_secret.reveal(), "key", {}, crypto::key_size(aead)),
      crypto.expand_with_label<Nonce>(welcome_secret.reveal(), "nonce", {},
                                      crypto::nonce_size(aead))};
}

EpochSecrets derive_epoch(const crypto::Crypto& crypto, JoinerSecret joiner_secret,
                          const PskSecret& psk_secret, ByteView group_context) {
  const MemberSecret member = member_secret(crypto, joiner_secret, psk_secret);
  const auto epoch_secret = crypto.expand_with_label<EpochSecret>(
      member.reveal(), "epoch", group_context, crypto.hash_size());
  const std::size_t size = crypto.hash_size();
  EpochSecrets out;
  out.joiner_secret = std::move(joiner_secret);
  out.welcome_secret = crypto.derive_secret<WelcomeSecret>(member.reveal(), "welcome");
  crypto.expand_each(epoch_secret.reveal(),
                     {{"init", {}, out.init_secret.fill(size)},
                      {"sender data", {}, out.sender_data_secret.fill(size)},
                      {"encryption", {}, out.encryption_secret.fill(size)},
                      {"exporter", {}, out.exporter_secret.fill(size)},
                      {"external", {}, out.external_secret.fill(size)},
                      {"confirm", {}, out.confirmation_key.fill(size)},
                      {"membership", {}, out.membership_key.fill(size)},
                      {"resumption", {}, out.resumption_psk.fill(size)},
                      {"authentication", {}, out.epoch_authenticator.fill(size)}});
  return out;
}

EpochSecrets derive_first_epoch(const crypto::Crypto& crypto, ByteView group_context,
                                Random& random) {
  const auto init_secret =
      InitSecret::filled(crypto.hash_size(), [&](ByteSpan out) { random.fill(out); });
  return derive_epoch(crypto,
                      joiner_secret(crypto, init_secret, zero_commit_secret(crypto), group_context),
                      zero_psk_secret(crypto), group_context);
}

crypto::KemPrivateKeyRef external_key_pair(const crypto::Crypto& crypto,
                                           const ExternalSecret& external_secret) {
  return crypto.derive_key_pair(external_secret.reveal());
}

SecretBytes encode(const EpochSecrets& secrets) {
  // Reserved once: a buffer that grows would leave copies behind.
  std::size_t size = 0;
  for_each_secret(secrets, [&](const auto& secret) { size += 2 + secret.size(); });
  codec::Writer out(size);
  for_each_secret(secrets, [&](const auto& secret) { out.opaque(secret.reveal()); });
  return SecretBytes(std::move(out).take());
}

Result<EpochSecrets> decode_epoch_secrets(const crypto::Crypto& crypto, ByteView row) {
  codec::Reader in(row);
  EpochSecrets out;
  bool right = true;
  for_each_secret(out, [&](auto& secret) {
    const Result<ByteView> octets = in.opaque();
    right = right && octets && (octets->empty() || octets->size() == crypto.hash_size());
    if (right) secret = std::remove_reference_t<decltype(secret)>(*octets);
  });
  if (!right || !in.done()) return broken(Rule::store_row).at("epoch_secrets");
  return out;
}

}  // namespace thicket::schedule
