// The working group's vectors of chapters 8 and 9: key-schedule, psk_secret, transcript-hashes,
// secret-tree; and that they would notice.
#include "kit/official.h"

#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "messages/wire.h"
#include "schedule/epoch_secrets.h"
#include "schedule/exporter.h"
#include "schedule/psk_secret.h"
#include "schedule/secret_tree.h"
#include "schedule/transcript.h"

namespace thicket::schedule {
namespace {

using crypto::Crypto;
using kit::octets;
using kit::secret;
using nlohmann::json;

Crypto crypto_of(const crypto::Provider& provider, const json& object) {
  return Crypto(provider, **crypto::suite_of(CipherSuite{object.at("cipher_suite")}));
}

GroupContext context_of(const json& object, const json& epoch, std::uint64_t number) {
  GroupContext context;
  context.cipher_suite = CipherSuite{object.at("cipher_suite")};
  context.group_id = octets(object, "group_id");
  context.epoch = Epoch{number};
  context.tree_hash = octets(epoch, "tree_hash");
  context.confirmed_transcript_hash = octets(epoch, "confirmed_transcript_hash");
  return context;
}

void check_epoch(const Crypto& crypto, const json& epoch, const EpochSecrets& secrets) {
  const auto same = [&](const char* field, ByteView got) {
    INFO(field);
    CHECK(to_hex(got) == epoch.at(field).get<std::string>());
  };
  same("joiner_secret", secrets.joiner_secret.reveal());
  same("welcome_secret", secrets.welcome_secret.reveal());
  same("init_secret", secrets.init_secret.reveal());
  same("sender_data_secret", secrets.sender_data_secret.reveal());
  same("encryption_secret", secrets.encryption_secret.reveal());
  same("exporter_secret", secrets.exporter_secret.reveal());
  same("epoch_authenticator", secrets.epoch_authenticator.reveal());
  same("external_secret", secrets.external_secret.reveal());
  same("confirmation_key", secrets.confirmation_key.reveal());
  same("membership_key", secrets.membership_key.reveal());
  same("resumption_psk", secrets.resumption_psk.reveal());
  same("external_pub", external_key_pair(crypto, secrets.external_secret)->public_key());
  const json& exporter = epoch.at("exporter");
  const auto label = exporter.at("label").get<std::string>();
  const Bytes context = octets(exporter, "context");
  CHECK(mls_exporter(crypto, secrets.exporter_secret, {label, context}, exporter.at("length"))
            .reveal()
            .size() == exporter.at("length"));
  CHECK(
      to_hex(mls_exporter(crypto, secrets.exporter_secret, {label, context}, exporter.at("length"))
                 .reveal()) == exporter.at("secret").get<std::string>());
}

struct Expected {
  const json& generation;
  const char* key;
  const char* nonce;
};

void check_key(const crypto::AeadKey& got, const Expected& expected) {
  CHECK(to_hex(got.key.reveal()) == expected.generation.at(expected.key).get<std::string>());
  CHECK(to_hex(got.nonce.reveal()) == expected.generation.at(expected.nonce).get<std::string>());
}

}  // namespace

TEST_CASE("the official key schedules come out, epoch after epoch") {
  const auto provider = crypto::make_awslc();
  kit::for_each_official("mls/key-schedule.json", 7, [&](const json& object) {
    const Crypto crypto = crypto_of(*provider, object);
    auto init = secret<InitSecret>(object, "initial_init_secret");
    std::uint64_t number = 0;
    for (const json& epoch : object.at("epochs")) {
      const Bytes context = codec::encode(context_of(object, epoch, number++));
      CHECK(to_hex(context) == epoch.at("group_context").get<std::string>());
      const auto psk = secret<PskSecret>(epoch, "psk_secret");
      JoinerSecret joiner =
          joiner_secret(crypto, init, secret<CommitSecret>(epoch, "commit_secret"), context);
      CHECK(equal(welcome_secret(crypto, joiner, psk).reveal(), octets(epoch, "welcome_secret")));
      EpochSecrets secrets = derive_epoch(crypto, std::move(joiner), psk, context);
      check_epoch(crypto, epoch, secrets);
      init = std::move(secrets.init_secret);
    }
  });
}

TEST_CASE("the official PSKs are chained to their psk_secret") {
  const auto provider = crypto::make_awslc();
  kit::for_each_official("mls/psk_secret.json", 77, [&](const json& object) {
    const Crypto crypto = crypto_of(*provider, object);
    std::vector<PreSharedKeyID> ids;
    std::vector<Bytes> keys;
    for (const json& psk : object.at("psks")) {
      ids.push_back({ExternalPSK{octets(psk, "psk_id")}, octets(psk, "psk_nonce")});
      keys.push_back(octets(psk, "psk"));
    }
    std::vector<PskInput> inputs;
    for (std::size_t i = 0; i < ids.size(); ++i) inputs.push_back({ids[i], keys[i]});
    CHECK(equal(psk_secret(crypto, inputs).reveal(), octets(object, "psk_secret")));
    if (inputs.size() < 2) return;
    std::swap(keys.front(), keys.back());
    inputs.front().psk = keys.front();
    inputs.back().psk = keys.back();
    CHECK_FALSE(equal(psk_secret(crypto, inputs).reveal(), octets(object, "psk_secret")));
  });
}

TEST_CASE("the official transcripts are hashed, and their confirmation tags hold") {
  const auto provider = crypto::make_awslc();
  kit::for_each_official("mls/transcript-hashes.json", 7, [&](const json& object) {
    const Crypto crypto = crypto_of(*provider, object);
    const auto content =
        codec::decode<AuthenticatedContent>(octets(object, "authenticated_content"));
    REQUIRE(content);
    REQUIRE(content->auth.confirmation_tag);
    const Bytes head =
        concat({codec::encode(content->wire_format), codec::encode(content->content)});
    const Bytes confirmed = confirmed_transcript_hash(
        crypto, octets(object, "interim_transcript_hash_before"), {head, content->auth.signature});
    CHECK(confirmed == octets(object, "confirmed_transcript_hash_after"));
    const MAC& tag = *content->auth.confirmation_tag;
    CHECK(interim_transcript_hash(crypto, confirmed, tag) ==
          octets(object, "interim_transcript_hash_after"));
    const auto key = secret<ConfirmationKey>(object, "confirmation_key");
    CHECK(confirmation_tag(crypto, key, confirmed) == tag);
    CHECK(check_confirmation_tag(crypto, key, confirmed, tag));
    MAC other = tag;
    other.back() ^= 1;
    CHECK(check_confirmation_tag(crypto, key, confirmed, other).error().rule ==
          Rule::confirmation_tag);
    CHECK(check_confirmation_tag(crypto, key, confirmed, {}).error().rule ==
          Rule::confirmation_tag);
  });
}

TEST_CASE("the official secret trees give their keys, in whatever order they are asked for") {
  const auto provider = crypto::make_awslc();
  kit::for_each_official("mls/secret-tree.json", 21, [&](const json& object) {
    const Crypto crypto = crypto_of(*provider, object);
    const json& leaves = object.at("leaves");
    const auto count = static_cast<std::uint32_t>(leaves.size());
    SecretTree tree(crypto, secret<EncryptionSecret>(object, "encryption_secret"),
                    LeafCount{count});
    for (std::uint32_t i = count; i-- > 0;) {
      std::vector<json> generations(leaves[i].begin(), leaves[i].end());
      std::reverse(generations.begin(), generations.end());
      for (const json& generation : generations) {
        const Generation g{generation.at("generation").get<std::uint32_t>()};
        auto handshake = tree.peek(crypto, LeafIndex{i}, RatchetKind::handshake, g);
        REQUIRE(handshake);
        check_key(handshake->key(), {generation, "handshake_key", "handshake_nonce"});
        CHECK(tree.commit(crypto, *std::move(handshake)));
        auto application = tree.peek(crypto, LeafIndex{i}, RatchetKind::application, g);
        REQUIRE(application);
        check_key(application->key(), {generation, "application_key", "application_nonce"});
        CHECK(tree.commit(crypto, *std::move(application)));
      }
    }
  });
}

}  // namespace thicket::schedule
