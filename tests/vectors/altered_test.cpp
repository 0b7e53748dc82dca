// The runners see what they claim to check: with any one value of a case altered, the case fails.
// Every value is altered, also those that a format calls inputs; what cannot be seen is listed.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "crypto/awslc/awslc.h"
#include "kit/official.h"
#include "vectors/run.h"

namespace thicket::vectors {
namespace {

using nlohmann::json;

// Values whose alteration the format itself cannot see.
struct Unseen {
  std::string_view kind;
  std::string_view pointer;
  std::string_view reason;
  bool (*excused)(const json& value, const json& altered);
};
constexpr Unseen unseen[] = {
    {"tree-operations", "/proposal_sender",
     "Add and Remove do to the tree what they do whoever sends them",
     [](const json&, const json&) { return true; }},
    {"passive-client", "/ratchet_tree", "null says that the tree is in the Welcome",
     [](const json& value, const json&) { return value.is_null(); }},
    {"secret-tree", "/sender_data/ciphertext",
     "RFC 9420 6.3.2: only its first KDF.Nh octets are sampled",
     [](const json& value, const json& altered) {
       return value.get<std::string>().substr(0, 64) == altered.get<std::string>().substr(0, 64);
     }},
};

bool is_listed(std::string_view kind, const std::string& pointer, const json& value,
               const json& altered) {
  for (const Unseen& one : unseen) {
    if (one.kind == kind && one.pointer == pointer && one.excused(value, altered)) return true;
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

// Of the first octet, and of the middle one, the top bit of its low half.
std::string with_bit_flipped_at(std::string text, std::size_t octet) {
  if (text.size() < 8) return with_last_bit_flipped(std::move(text));
  char& digit = text[octet * 2 + 1];
  const auto value = from_hex(std::string("0") + digit);
  digit = value ? to_hex(Bytes{static_cast<std::uint8_t>((*value)[0] ^ 8)})[1]
                : static_cast<char>(digit ^ 8);
  return text;
}

std::vector<json> alterations_of(const std::string& pointer, const json& value) {
  // The suite four numbers away has another hash.
  if (pointer == "/cipher_suite") return {value.get<std::uint64_t>() ^ 4};
  if (value.is_string()) {
    const auto text = value.get<std::string>();
    return {with_last_bit_flipped(text), with_bit_flipped_at(text, text.size() / 4),
            with_bit_flipped_at(text, 0)};
  }
  if (value.is_number_unsigned()) return {value.get<std::uint64_t>() ^ 1};
  if (value.is_null()) return {0, "00"};
  return {};
}

// One case a cipher suite: the smallest of those with all fields; of the first suite the one in the
// middle too. Of kinds without suites all that are small. With THICKET_LONG larger ones too.
std::vector<json> chosen_cases(const json& cases) {
  const auto fields = [](const json& test) {
    std::size_t filled = 0;
    for (const auto& [name, value] : test.items()) filled += !value.empty();
    return filled;
  };
  std::size_t most = 0;
  for (const json& test : cases) most = std::max(most, fields(test));
  std::map<std::uint64_t, std::vector<std::string>> by_suite;
  for (const json& test : cases) {
    if (fields(test) == most) by_suite[test.value("cipher_suite", 0u)].push_back(test.dump());
  }
  const bool more = std::getenv("THICKET_LONG") != nullptr;
  std::vector<json> out;
  for (auto& [suite, tests] : by_suite) {
    std::sort(tests.begin(), tests.end(),
              [](const auto& a, const auto& b) { return a.size() < b.size(); });
    if (suite > 0) {
      const std::size_t count = tests.size();
      std::vector<std::string> some = {tests.front()};
      if (more || suite == 1) some.push_back(tests[count / 2]);
      if (more) some.push_back(tests[count * 3 / 4]);
      tests = std::move(some);
    }
    for (const std::string& test : tests) {
      if (suite > 0 || test.size() < 3000) out.push_back(json::parse(test));
    }
  }
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
    for (const json& other : alterations_of(pointer, value)) {
      if (is_listed(kind, pointer, value, other)) {
        ++count.listed;
        continue;
      }
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
               << count.listed << " listed as unseen");
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

TEST_CASE("altered vectors fail: welcome") {
  alter_each("welcome", "welcome");
}
TEST_CASE("altered vectors fail: tree-operations") {
  alter_each("tree-operations", "tree-operations");
}
TEST_CASE("altered vectors fail: tree-validation") {
  alter_each("tree-validation", "tree-validation");
}
TEST_CASE("altered vectors fail: treekem") {
  alter_each("treekem", "treekem");
}
TEST_CASE("altered vectors fail: passive-client-welcome") {
  alter_each("passive-client", "passive-client-welcome");
}
TEST_CASE("altered vectors fail: passive-client-handling-commit") {
  alter_each("passive-client", "passive-client-handling-commit");
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
