// The runners see what they claim to check: with any one value of a case altered, the case fails.
// Every value is altered, also those that a format calls inputs; what cannot be seen is listed.
#include <nlohmann/json.hpp>
#include <regex>

#include "crypto/awslc/awslc.h"
#include "kit/official.h"
#include "vectors/run.h"

namespace thicket::vectors {
namespace {

using nlohmann::json;

// Values whose alteration the format itself cannot see.
struct Unseen {
  std::string_view kind;
  std::string_view pointer;  // a regular expression over the JSON pointer
  std::string_view reason;
};
constexpr Unseen unseen[] = {
    {"tree-operations", "/proposal_sender",
     "Add and Remove do to the tree what they do whoever sends them"},
    {"passive-client", "/ratchet_tree", "null says that the tree is in the Welcome"},
};

bool is_listed(std::string_view kind, const std::string& pointer, const json& value) {
  for (const Unseen& one : unseen) {
    const bool excused = one.kind != "passive-client" || value.is_null();
    if (one.kind == kind && excused &&
        std::regex_match(pointer, std::regex(std::string(one.pointer)))) {
      return true;
    }
  }
  return false;
}

std::string with_last_bit_flipped(std::string text) {
  if (text.empty()) return "00";
  const auto digit = from_hex("0" + text.substr(text.size() - 1));
  text.back() = digit ? to_hex(Bytes{static_cast<std::uint8_t>((*digit)[0] ^ 1)})[1]
                      : static_cast<char>(text.back() ^ 1);
  return text;
}

// Of the middle octet, the top bit of its low half.
std::string with_middle_bit_flipped(std::string text) {
  if (text.size() < 8) return with_last_bit_flipped(std::move(text));
  char& middle = text[(text.size() / 4) * 2 + 1];
  const auto digit = from_hex(std::string("0") + middle);
  middle = digit ? to_hex(Bytes{static_cast<std::uint8_t>((*digit)[0] ^ 8)})[1]
                 : static_cast<char>(middle ^ 8);
  return text;
}

std::vector<json> alterations_of(const json& value) {
  if (value.is_string()) {
    const auto text = value.get<std::string>();
    return {with_last_bit_flipped(text), with_middle_bit_flipped(text)};
  }
  if (value.is_number_unsigned()) return {value.get<std::uint64_t>() ^ 1};
  if (value.is_null()) return {0, "00"};
  return {};
}

// One case a cipher suite: the smallest that has all fields.
std::vector<json> chosen_cases(const json& cases) {
  std::map<std::uint64_t, std::pair<std::size_t, json>> smallest;
  const auto fields = [](const json& test) {
    std::size_t filled = 0;
    for (const auto& [name, value] : test.items()) filled += !value.empty();
    return filled;
  };
  std::size_t most = 0;
  for (const json& test : cases) most = std::max(most, fields(test));
  for (const json& test : cases) {
    if (fields(test) < most) continue;
    const std::uint64_t suite = test.value("cipher_suite", std::uint64_t{0});
    const std::size_t size = test.dump().size();
    const auto found = smallest.find(suite);
    if (found == smallest.end() || size < found->second.first) smallest[suite] = {size, test};
  }
  std::vector<json> out;
  for (auto& [suite, chosen] : smallest) out.push_back(std::move(chosen.second));
  return out;
}

bool passes(const crypto::Provider& provider, const std::string& kind, const json& test) {
  const std::string content = json::array({test}).dump();
  return run(provider, {"altered", to_bytes(content), kind}).at(0).verdict == CaseResult::passed;
}

struct Count {
  std::size_t altered = 0;
  std::size_t listed = 0;
};

void alter(const crypto::Provider& provider, const std::string& kind, const json& test,
           Count& count) {
  REQUIRE(passes(provider, kind, test));
  const json flat = test.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    if (is_listed(kind, pointer, value)) {
      ++count.listed;
      continue;
    }
    for (const json& other : alterations_of(value)) {
      json altered = test;
      altered[json::json_pointer(pointer)] = other;
      ++count.altered;
      if (passes(provider, kind, altered)) FAIL_CHECK(pointer << " altered to " << other.dump());
    }
  }
}

void alter_each(const std::string& kind, const std::string& file) {
  const auto content = kit::official_file("mls/" + file + ".json");
  if (!content) return;
  const auto provider = crypto::make_awslc();
  Count count;
  for (const json& test : chosen_cases(json::parse(*content))) {
    alter(*provider, kind, test, count);
  }
  CHECK(count.altered > 0);
  MESSAGE(file << ": " << count.altered << " alterations, each makes its case fail; "
               << count.listed << " values listed as unseen");
}

}  // namespace

TEST_CASE("altered vectors fail: tree-math") {
  alter_each("tree-math", "tree-math");
}
TEST_CASE("altered vectors fail: crypto-basics") {
  alter_each("crypto-basics", "crypto-basics");
}
TEST_CASE("altered vectors fail: deserialization") {
  alter_each("deserialization", "deserialization");
}
TEST_CASE("altered vectors fail: secret-tree") {
  alter_each("secret-tree", "secret-tree");
}
TEST_CASE("altered vectors fail: message-protection") {
  alter_each("message-protection", "message-protection");
}
TEST_CASE("altered vectors fail: key-schedule") {
  alter_each("key-schedule", "key-schedule");
}
TEST_CASE("altered vectors fail: psk_secret") {
  alter_each("psk_secret", "psk_secret");
}
TEST_CASE("altered vectors fail: transcript-hashes") {
  alter_each("transcript-hashes", "transcript-hashes");
}

// The octets of a message are its own expectation: damaged, the case fails.
TEST_CASE("damaged messages fail") {
  const auto content = kit::official_file("mls/messages.json");
  if (!content) return;
  const auto provider = crypto::make_awslc();
  const json test = json::parse(*content).at(0);
  REQUIRE(passes(*provider, "messages", test));
  std::size_t damages = 0;
  const auto fails = [&](const std::string& name, const std::string& hex) {
    json damaged = test;
    damaged[name] = hex;
    ++damages;
    if (passes(*provider, "messages", damaged)) FAIL_CHECK(name << " as " << hex);
  };
  for (const auto& [name, value] : test.items()) {
    const auto hex = value.get<std::string>();
    fails(name, hex.substr(0, hex.size() - 2));
    fails(name, hex + "00");
    fails(name, "");
    const bool message =
        name.starts_with("mls_") || name.starts_with("public_") || name.starts_with("private_");
    if (message) {
      fails(name, "0002" + hex.substr(4));
      fails(name, hex.substr(0, 4) + "0009" + hex.substr(8));
      fails(name, hex.substr(0, 4) + "000" + (hex[7] == '5' ? "1" : "5") + hex.substr(8));
    }
  }
  MESSAGE("messages: " << damages << " damages, each makes its case fail");
}

}  // namespace thicket::vectors
