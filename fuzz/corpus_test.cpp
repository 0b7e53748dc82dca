// The corpus of bad input: every official message cut at 48 lengths (--long: at each), and
// damaged by damage.h.
// It is worth most under the sanitizers: ./dev fuzz, or ./dev test --sanitize corpus.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "damage.h"
#include "kit/official.h"
#include "messages/wire.h"

namespace {

using namespace thicket;
using nlohmann::json;

struct Outcome {
  bool accepted = false;
  bool same = false;      // what was accepted encodes to the input
  std::string complaint;  // what was refused, said in words
};

template <class T>
Outcome decode_as(ByteView input) {
  const Result<T> value = codec::decode<T>(input);
  if (!value) return {false, false, describe(value.error())};
  const Bytes again = codec::encode(*value);
  return {true, std::equal(again.begin(), again.end(), input.begin(), input.end()), ""};
}

using Decoder = Outcome (*)(ByteView);

// The fields of a case of messages.json.
const std::map<std::string, Decoder>& decoders() {
  static const std::map<std::string, Decoder> all = {
      {"mls_welcome", decode_as<MLSMessage>},
      {"mls_group_info", decode_as<MLSMessage>},
      {"mls_key_package", decode_as<MLSMessage>},
      {"ratchet_tree", decode_as<RatchetTreeExtension>},
      {"group_secrets", decode_as<GroupSecrets>},
      {"add_proposal", decode_as<Add>},
      {"update_proposal", decode_as<Update>},
      {"remove_proposal", decode_as<Remove>},
      {"pre_shared_key_proposal", decode_as<PreSharedKey>},
      {"re_init_proposal", decode_as<ReInit>},
      {"external_init_proposal", decode_as<ExternalInit>},
      {"group_context_extensions_proposal", decode_as<GroupContextExtensions>},
      {"commit", decode_as<Commit>},
      {"public_message_application", decode_as<MLSMessage>},
      {"public_message_proposal", decode_as<MLSMessage>},
      {"public_message_commit", decode_as<MLSMessage>},
      {"private_message", decode_as<MLSMessage>},
  };
  return all;
}

struct Sample {
  std::string field;
  Bytes message;
};

// The official messages; none where the file, which is no part of the source, is missing.
std::vector<Sample> samples() {
  std::vector<Sample> all;
  kit::for_each_official("mls/messages.json", 300, [&](const json& one) {
    for (const auto& [field, value] : one.items()) {
      REQUIRE_MESSAGE(decoders().contains(field), field);
      all.push_back({field, kit::octets(one, field.c_str())});
    }
  });
  return all;
}

// Refused by rule and field, or accepted as the one encoding of what it says. An octet too many
// stands behind all fields, and a ratchet tree is a vector without one.
bool sound(const Sample& sample, const Outcome& outcome) {
  if (outcome.accepted) return outcome.same;
  const bool field = outcome.complaint.find(" broken at ") != std::string::npos ||
                     outcome.complaint.starts_with("rule trailing_bytes ") != std::string::npos ||
                     sample.field == "ratchet_tree";
  return field && outcome.complaint.find("; RFC 9420 ") != std::string::npos;
}

}  // namespace

TEST_CASE("corpus: every official message is accepted whole, and refused at every shorter length") {
  for (const Sample& sample : samples()) {
    const Decoder decode = decoders().at(sample.field);
    CAPTURE(sample.field);
    CHECK(decode(sample.message).same);
    const std::size_t step = fuzz::long_run() ? 1 : 1 + sample.message.size() / 48;
    for (std::size_t left = 0; left < sample.message.size(); left += step) {
      const Outcome outcome = decode(ByteView(sample.message).first(left));
      if (!outcome.accepted && sound(sample, outcome)) continue;
      FAIL_CHECK("cut to ", left, " of ", sample.message.size(), ": ", outcome.complaint);
    }
  }
}

TEST_CASE("corpus: a damaged message is refused by rule and field, or is a message of its own") {
  fuzz::Damage damage(9420);
  std::size_t refused = 0;
  std::size_t accepted = 0;
  for (const Sample& sample : samples()) {
    const Decoder decode = decoders().at(sample.field);
    CAPTURE(sample.field);
    for (std::size_t i = 0; i < fuzz::rounds(48); ++i) {
      const Bytes message = i % 2 == 0 ? damage.flipped(sample.message) : damage.of(sample.message);
      const Outcome outcome = decode(message);
      (outcome.accepted ? accepted : refused) += 1;
      if (!sound(sample, outcome)) FAIL_CHECK("round ", i, ": ", outcome.complaint);
    }
  }
  // Both sides are met, so the damage is neither too wild nor without effect.
  if (refused + accepted > 0) CHECK((refused > 1000 && accepted > 1000));
  MESSAGE(refused, " refused, ", accepted, " accepted");
}
