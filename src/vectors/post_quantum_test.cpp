// Wycheproof's ML-KEM and ML-DSA files, hpke-pq, X-Wing and the syntax of partial MLS, with the
// number of cases that ran, and each file spoilt.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "crypto/awslc/awslc.h"
#include "kit/official.h"
#include "kit/providers.h"
#include "vectors/run.h"

namespace thicket::vectors {
namespace {

using nlohmann::json;

struct Counts {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t outside = 0;
  bool operator==(const Counts&) const = default;
};

struct File {
  const char* name;
  Counts counts;
  // Fields that say what is expected: each case fails with any one of them altered.
  std::vector<const char*> expected;
};

const std::vector<File>& files() {
  static const std::vector<File> all{
      {"wycheproof/mlkem_768", {193, 0, 0}, {"K"}},
      {"wycheproof/mlkem_1024", {193, 0, 0}, {"K"}},
      {"wycheproof/mlkem_768_encaps", {265, 0, 0}, {"c", "K"}},
      {"wycheproof/mlkem_1024_encaps", {269, 0, 0}, {"c", "K"}},
      {"wycheproof/mlkem_768_keygen_seed", {100, 0, 0}, {"ek", "dk"}},
      {"wycheproof/mlkem_1024_keygen_seed", {100, 0, 0}, {"ek", "dk"}},
      {"wycheproof/mldsa_44_verify", {173, 0, 7}, {"sig"}},
      {"wycheproof/mldsa_65_verify", {203, 0, 7}, {"sig"}},
      {"wycheproof/mldsa_87_verify", {234, 0, 7}, {"sig"}},
      {"wycheproof/mldsa_44_sign_seed", {74, 0, 12}, {"sig"}},
      {"wycheproof/mldsa_65_sign_seed", {84, 0, 21}, {"sig"}},
      {"wycheproof/mldsa_87_sign_seed", {75, 0, 21}, {"sig"}},
      {"hpke/hpke-pq", {6, 0, 4}, {"skRm", "pkRm", "enc", "shared_secret"}},
      {"xwing/test-vectors", {3, 0, 0}, {"ss", "sk", "pk", "ct"}},
      {"partial/message-syntax", {10, 0, 0}, {}},
  };
  return all;
}

Report run_file(const crypto::Provider& provider, const File& file, const json& content) {
  return run(provider, {.name = std::string(file.name) + ".json",
                        .content = to_bytes(content.dump()),
                        .kind = std::nullopt});
}

Counts counts_of(const Report& report) {
  Counts counts;
  for (const CaseResult& one : report) {
    if (one.verdict == CaseResult::passed) ++counts.passed;
    if (one.verdict == CaseResult::outside) ++counts.outside;
    if (one.verdict == CaseResult::failed) {
      ++counts.failed;
      MESSAGE(one.name, ": ", one.detail);
    }
  }
  return counts;
}

// All cases of a file, wherever they stand in it.
std::vector<json*> cases_of(json& file) {
  std::vector<json*> out;
  if (file.is_array()) {
    for (json& one : file) out.push_back(&one);
    return out;
  }
  for (json& group : file["testGroups"]) {
    for (json& one : group["tests"]) out.push_back(&one);
  }
  return out;
}

bool is_invalid(const json& test) {
  return test.value("result", "valid") == "invalid";
}

// The last hexadecimal digit changed.
void alter(json& field) {
  std::string text = field.get<std::string>();
  text.back() = text.back() == '0' ? '1' : '0';
  field = text;
}

}  // namespace

TEST_CASE("every post-quantum file passes, with as many cases as there are") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const File& file : files()) {
      CAPTURE(file.name);
      const auto content = kit::official_file(std::string(file.name) + ".json");
      if (!content) return;
      CHECK(counts_of(run_file(*provider, file, json::parse(*content))) == file.counts);
    }
  }
}

TEST_CASE("with an expected value altered, every valid case of a post-quantum file fails") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    std::size_t spoilt = 0;
    for (const File& file : files()) {
      const auto content = kit::official_file(std::string(file.name) + ".json");
      if (!content) return;
      for (const char* field : file.expected) {
        CAPTURE(file.name);
        CAPTURE(field);
        json altered = json::parse(*content);
        const Report before = run_file(*provider, file, altered);
        const std::vector<json*> tests = cases_of(altered);
        REQUIRE(tests.size() == before.size());
        for (json* test : tests) {
          if (!is_invalid(*test) && test->contains(field) && (*test)[field] != "") {
            alter((*test)[field]);
          }
        }
        const Report after = run_file(*provider, file, altered);
        for (std::size_t i = 0; i < tests.size(); ++i) {
          const bool runs = before[i].verdict == CaseResult::passed || file.name[0] == 'h';
          if (is_invalid(*tests[i]) || !runs || !tests[i]->contains(field)) continue;
          CHECK_MESSAGE(after[i].verdict == CaseResult::failed, after[i].name);
          ++spoilt;
        }
      }
    }
    MESSAGE(spoilt << " cases spoilt");
  }
}

TEST_CASE("with the verdict turned round, every case of Wycheproof's post-quantum files fails") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const File& file : files()) {
      CAPTURE(file.name);
      const auto content = kit::official_file(std::string(file.name) + ".json");
      if (!content) return;
      json altered = json::parse(*content);
      if (altered.is_array()) continue;
      for (json* test : cases_of(altered))
        (*test)["result"] = is_invalid(*test) ? "valid" : "invalid";
      for (const CaseResult& one : run_file(*provider, file, altered)) {
        CHECK_MESSAGE(one.verdict != CaseResult::passed, one.name);
      }
    }
  }
}

TEST_CASE("a struct of partial MLS that is cut, or has an octet too many, fails its case") {
  const auto provider = crypto::make_awslc();
  const auto content = kit::official_file("partial/message-syntax.json");
  if (!content) return;
  const File& file = files().back();
  const json all = json::parse(*content);
  for (const auto& [name, value] : all[0].items()) {
    if (!value.is_string()) continue;
    CAPTURE(name);
    for (const bool longer : {false, true}) {
      json one = json::array({all[0]});
      const std::string text = value.get<std::string>();
      one[0][name] = longer ? text + "00" : text.substr(0, text.size() - 2);
      CHECK(run_file(*provider, file, one).front().verdict == CaseResult::failed);
    }
  }
}

TEST_CASE("a kind of partial MLS that has no runner yet fails, whatever its file is called") {
  const auto provider = crypto::make_awslc();
  for (const char* name : {"partial/tree-operations.json", "partial/passive-client-scenarios.json",
                           "partial/membership-proofs.json"}) {
    const auto content = kit::official_file(name);
    if (!content) return;
    const Report report =
        run(*provider, {.name = name, .content = to_bytes(*content), .kind = std::nullopt});
    REQUIRE_FALSE(report.empty());
    for (const CaseResult& one : report) {
      CHECK(one.verdict == CaseResult::failed);
      CHECK(one.detail.find("no runner") == 0);
    }
  }
}

}  // namespace thicket::vectors
