// The key schedule over several epochs.  RFC 9420 8.
#include "messages/wire.h"
#include "schedule/epoch_secrets.h"
#include "schedule/exporter.h"
#include "schedule/psk_secret.h"
#include "vectors/kinds.h"
#include "vectors/secrets.h"

namespace thicket::vectors {

namespace {

using schedule::EpochSecrets;

// What a vector lists of an epoch, by name.
struct Listed {
  std::string_view name;
  ByteView (*of)(const EpochSecrets&);
};
constexpr Listed listed[] = {
    {"init_secret", [](const EpochSecrets& e) { return e.init_secret.reveal(); }},
    {"sender_data_secret", [](const EpochSecrets& e) { return e.sender_data_secret.reveal(); }},
    {"encryption_secret", [](const EpochSecrets& e) { return e.encryption_secret.reveal(); }},
    {"exporter_secret", [](const EpochSecrets& e) { return e.exporter_secret.reveal(); }},
    {"epoch_authenticator", [](const EpochSecrets& e) { return e.epoch_authenticator.reveal(); }},
    {"external_secret", [](const EpochSecrets& e) { return e.external_secret.reveal(); }},
    {"confirmation_key", [](const EpochSecrets& e) { return e.confirmation_key.reveal(); }},
    {"membership_key", [](const EpochSecrets& e) { return e.membership_key.reveal(); }},
    {"resumption_psk", [](const EpochSecrets& e) { return e.resumption_psk.reveal(); }},
};

void check_exporter(const crypto::Crypto& crypto, const EpochSecrets& epoch, const Field& test) {
  const std::size_t most = std::min<std::size_t>(255 * crypto.hash_size(), 65535);
  const std::string label = test["label"].text();
  const Bytes context = test["context"].octets();
  const auto secret = schedule::mls_exporter(crypto, epoch.exporter_secret, {label, context},
                                             test["length"].size(most));
  test["secret"].equals(secret.reveal());
}

}  // namespace

void check_key_schedule(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  auto init = secret_of<schedule::InitSecret>(test["initial_init_secret"]);
  GroupContext context;
  context.cipher_suite = crypto.suite().id;
  context.group_id = test["group_id"].octets();
  for (const Field& epoch : test["epochs"].elements()) {
    context.tree_hash = epoch["tree_hash"].octets();
    context.confirmed_transcript_hash = epoch["confirmed_transcript_hash"].octets();
    const Bytes encoded = codec::encode(context);
    epoch["group_context"].equals(encoded);

    const auto commit = secret_of<CommitSecret>(epoch["commit_secret"]);
    const auto psk = secret_of<schedule::PskSecret>(epoch["psk_secret"]);
    auto joiner = schedule::joiner_secret(crypto, init, commit, encoded);
    epoch["joiner_secret"].equals(joiner.reveal());
    epoch["welcome_secret"].equals(schedule::welcome_secret(crypto, joiner, psk).reveal());
    const EpochSecrets secrets = schedule::derive_epoch(crypto, std::move(joiner), psk, encoded);
    for (const Listed& one : listed) epoch[one.name].equals(one.of(secrets));
    const auto external = schedule::external_key_pair(crypto, secrets.external_secret);
    epoch["external_pub"].equals(external->public_key());
    check_exporter(crypto, secrets, epoch["exporter"]);

    init = secrets.init_secret.clone();
    context.epoch = context.epoch.next();
  }
}

Json generate_key_schedule(const Source& source) {
  const crypto::Crypto crypto = source.crypto();
  const std::size_t size = crypto.hash_size();
  GroupContext context;
  context.cipher_suite = crypto.suite().id;
  context.group_id = source.random.bytes(size);
  auto init = random_secret<schedule::InitSecret>(crypto, source.random);
  Json test;
  test["cipher_suite"] = static_cast<unsigned>(crypto.suite().id);
  test["group_id"] = hex(context.group_id);
  test["initial_init_secret"] = hex(init.reveal());
  for (int i = 0; i < 5; ++i) {
    context.tree_hash = source.random.bytes(size);
    context.confirmed_transcript_hash = source.random.bytes(size);
    const auto commit = random_secret<CommitSecret>(crypto, source.random);
    const auto psk = i == 0 ? schedule::zero_psk_secret(crypto)
                            : random_secret<schedule::PskSecret>(crypto, source.random);
    const Bytes encoded = codec::encode(context);
    const auto joiner = schedule::joiner_secret(crypto, init, commit, encoded);
    const EpochSecrets secrets = schedule::derive_epoch(crypto, joiner.clone(), psk, encoded);
    Json epoch = {{"tree_hash", hex(context.tree_hash)},
                  {"commit_secret", hex(commit.reveal())},
                  {"psk_secret", hex(psk.reveal())},
                  {"confirmed_transcript_hash", hex(context.confirmed_transcript_hash)},
                  {"group_context", hex(encoded)},
                  {"joiner_secret", hex(joiner.reveal())},
                  {"welcome_secret", hex(schedule::welcome_secret(crypto, joiner, psk).reveal())}};
    for (const Listed& one : listed) epoch[one.name] = hex(one.of(secrets));
    const auto external = schedule::external_key_pair(crypto, secrets.external_secret);
    epoch["external_pub"] = hex(external->public_key());
    const std::string label = to_hex(source.random.bytes(size));
    const Bytes input = source.random.bytes(size);
    const auto exported =
        schedule::mls_exporter(crypto, secrets.exporter_secret, {label, input}, size);
    epoch["exporter"] = {{"label", label},
                         {"context", hex(input)},
                         {"length", size},
                         {"secret", hex(exported.reveal())}};
    test["epochs"].push_back(std::move(epoch));
    init = secrets.init_secret.clone();
    context.epoch = context.epoch.next();
  }
  return Json::array({test});
}

}  // namespace thicket::vectors
