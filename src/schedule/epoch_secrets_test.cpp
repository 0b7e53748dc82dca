// The key schedule where the official vectors do not look: epoch 0, rows, PSK nonces.  RFC 9420 8.
#include "schedule/epoch_secrets.h"

#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "crypto/seeded_random.h"
#include "schedule/exporter.h"
#include "schedule/psk_secret.h"

namespace thicket::schedule {
namespace {

const crypto::Suite& suite(std::size_t index) {
  return crypto::all_suites()[index];
}

}  // namespace

TEST_CASE("epoch 0 is drawn at random and covers the group context") {
  const auto provider = crypto::make_awslc();
  const crypto::Crypto crypto(*provider, suite(0));
  const auto first = [&](std::uint64_t seed, std::string_view context) {
    crypto::SeededRandom random(seed);
    return derive_first_epoch(crypto, view_of(context), random);
  };
  const EpochSecrets secrets = first(1, "context");
  CHECK(equal(secrets.epoch_authenticator.reveal(),
              first(1, "context").epoch_authenticator.reveal()));
  CHECK_FALSE(equal(secrets.epoch_authenticator.reveal(),
                    first(2, "context").epoch_authenticator.reveal()));
  CHECK_FALSE(
      equal(secrets.epoch_authenticator.reveal(), first(1, "other").epoch_authenticator.reveal()));
}

TEST_CASE("an epoch's secrets come back from their row, without those that were forgotten") {
  const auto provider = crypto::make_awslc();
  for (const crypto::Suite& each : crypto::all_suites()) {
    const crypto::Crypto crypto(*provider, each);
    crypto::SeededRandom random(3);
    EpochSecrets secrets = derive_first_epoch(crypto, view_of("context"), random);
    const Bytes joiner = to_bytes(secrets.joiner_secret.reveal());
    secrets.forget_joining();
    const SecretBytes row = encode(secrets);
    CHECK(std::search(row.reveal().begin(), row.reveal().end(), joiner.begin(), joiner.end()) ==
          row.reveal().end());
    const auto again = decode_epoch_secrets(crypto, row.reveal());
    REQUIRE(again);
    CHECK(equal(encode(*again).reveal(), row.reveal()));
    CHECK(equal(encode(secrets.clone()).reveal(), row.reveal()));
    CHECK(again->joiner_secret.empty());
    CHECK(equal(again->resumption_psk.reveal(), secrets.resumption_psk.reveal()));

    const ByteView octets = row.reveal();
    CHECK(decode_epoch_secrets(crypto, octets.first(octets.size() - 1)).error().rule ==
          Rule::store_row);
    CHECK(decode_epoch_secrets(crypto, concat({octets, Bytes(1)})).error().rule == Rule::store_row);
  }
}

TEST_CASE("a psk_nonce has KDF.Nh octets") {
  const auto provider = crypto::make_awslc();
  const crypto::Crypto crypto(*provider, suite(0));
  crypto::SeededRandom random(4);
  PreSharedKeyID id{ExternalPSK{Bytes{1}}, fresh_psk_nonce(crypto, random)};
  CHECK(check_psk_nonce(crypto, id));
  CHECK(fresh_psk_nonce(crypto, random) != id.psk_nonce);
  id.psk_nonce.push_back(0);
  CHECK(check_psk_nonce(crypto, id).error().rule == Rule::psk_nonce_length);
  id.psk_nonce.clear();
  CHECK(check_psk_nonce(crypto, id).error().path == "psk_nonce");
}

TEST_CASE("no PSK gives the all-zero psk_secret, usage and place of a PSK are part of it") {
  const auto provider = crypto::make_awslc();
  const crypto::Crypto crypto(*provider, suite(0));
  const Bytes psk(32, 7);
  const auto of = [&](ResumptionPSKUsage usage) {
    const PreSharedKeyID id{ResumptionPSK{usage, Bytes{1}, Epoch{2}}, Bytes(32, 1)};
    const PskInput input{id, psk};
    return to_bytes(psk_secret(crypto, {&input, 1}).reveal());
  };
  CHECK(to_bytes(psk_secret(crypto, {}).reveal()) == Bytes(32));
  CHECK(of(ResumptionPSKUsage::application) != of(ResumptionPSKUsage::branch));
  CHECK(of(ResumptionPSKUsage::reinit) != of(ResumptionPSKUsage::branch));
}

TEST_CASE("the exporter separates labels, contexts and lengths") {
  const auto provider = crypto::make_awslc();
  const crypto::Crypto crypto(*provider, suite(0));
  const ExporterSecret key(Bytes(32, 9));
  const auto exported = [&](std::string_view label, std::string_view context, std::size_t size) {
    return to_hex(mls_exporter(crypto, key, {label, view_of(context)}, size).reveal());
  };
  CHECK(exported("a", "", 32) != exported("b", "", 32));
  CHECK(exported("a", "", 32) != exported("a", "x", 32));
  CHECK_FALSE(exported("a", "", 64).starts_with(exported("a", "", 32)));
  CHECK(exported("a", "", 1000).size() == 2000);
}

}  // namespace thicket::schedule
