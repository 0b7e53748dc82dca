// src/base/proof.def says which tests prove which rules; here the tests that exist are read, and
// the two are held equal. With THICKET_WRITE set, docs/conformance.md is written anew.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "base/proof.h"

namespace thicket {
namespace {

namespace fs = std::filesystem;

const fs::path source = THICKET_SOURCE_DIR;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

// The names of a file's test cases; names that are broken over lines are joined.
std::vector<std::string> test_cases(const fs::path& file) {
  const std::string text = std::regex_replace(content_of(file), std::regex("\"\\s*\n\\s*\""), "");
  const std::regex test("TEST_CASE\\(\\s*\"([^\"]*)\"");
  std::vector<std::string> out;
  for (std::sregex_iterator one(text.begin(), text.end(), test), end; one != end; ++one) {
    out.push_back((*one)[1]);
  }
  return out;
}

struct Proof {
  std::string rule;
  std::string file;
  std::string test;
  auto operator<=>(const Proof&) const = default;
};

// "rule a: ..." and "rule a and b: ..." of every file beside this one.
std::set<Proof> proofs_that_exist() {
  std::set<Proof> out;
  for (const auto& entry : fs::directory_iterator(source / "tests/rules")) {
    if (!entry.path().string().ends_with("_test.cpp")) continue;
    const std::string file = fs::relative(entry.path(), source).generic_string();
    for (const std::string& name : test_cases(entry.path())) {
      if (!name.starts_with("rule ")) continue;
      const auto colon = name.find(':');
      REQUIRE_MESSAGE(colon != std::string::npos, name);
      std::istringstream words(name.substr(5, colon - 5));
      for (std::string word; words >> word;) {
        if (word != "and") out.insert({word, file, name});
      }
    }
  }
  return out;
}

std::set<Proof> proofs_in_the_table() {
  std::set<Proof> out;
  for (const RuleTest& one : rule_tests()) {
    const std::string_view name = text_of(one.rule).name;
    // Tests of other folders are named after what they show.
    if (!one.file.starts_with("tests/rules/")) continue;
    out.insert({std::string(name), std::string(one.file), std::string(one.test)});
  }
  return out;
}

void exists(std::string_view file, std::string_view test) {
  const auto names = test_cases(source / file);
  CHECK_MESSAGE(std::find(names.begin(), names.end(), test) != names.end(),
                file << " has no test \"" << test << "\"");
}

}  // namespace

TEST_CASE("the table of proofs names exactly the tests of rules that exist") {
  const auto there = proofs_that_exist();
  const auto named = proofs_in_the_table();
  for (const Proof& one : there) {
    CHECK_MESSAGE(named.contains(one), "not in proof.def: " << one.rule << ", " << one.test);
  }
  for (const Proof& one : named) {
    CHECK_MESSAGE(there.contains(one), "not in " << one.file << ": " << one.test);
  }
}

TEST_CASE("the table of proofs names tests of other folders that exist") {
  for (const RuleTest& one : rule_tests()) exists(one.file, one.test);
  for (const LineTest& one : line_tests()) exists(one.file, one.test);
}

TEST_CASE("every rule has a test, or a reason why it has none, and not both") {
  std::set<Rule> tested;
  std::set<Rule> excused;
  for (const RuleTest& one : rule_tests()) tested.insert(one.rule);
  for (const UntestedRule& one : untested_rules()) {
    CHECK_FALSE(one.reason.empty());
    CHECK_MESSAGE(excused.insert(one.rule).second, text_of(one.rule).name);
  }
  for (const RuleText& rule : all_rules()) {
    const int ways = (tested.contains(rule.rule) ? 1 : 0) + (excused.contains(rule.rule) ? 1 : 0);
    CHECK_MESSAGE(ways == 1, rule.name << " stands in " << ways << " tables");
  }
}

TEST_CASE("the table of checks left out names rules, and tests that exist") {
  std::set<std::string_view> rules{"a crash", "silence", "nothing", "nothing at a service"};
  std::set<std::string> tests;
  for (const RuleText& rule : all_rules()) rules.insert(rule.name);
  for (const auto& entry : fs::directory_iterator(source / "tests/rules")) {
    for (const std::string& name : test_cases(entry.path())) tests.insert(name);
  }
  for (const LeftOutCheck& one : left_out_checks()) {
    const bool there = one.how == LeftOut::masked ? rules.contains(one.what)
                                                  : tests.contains(std::string(one.what));
    CHECK_MESSAGE(there, text_of(one.rule).name << ": " << one.what);
    CHECK((one.how == LeftOut::kept) == !one.reason.empty());
  }
}

TEST_CASE("every line of the checklist is a rule's or a behaviour's") {
  std::set<unsigned> covered;
  for (const RuleText& rule : all_rules()) {
    std::istringstream lines{std::string(rule.lines)};
    for (unsigned line = 0; lines >> line;) covered.insert(line);
  }
  for (const LineTest& line : line_tests()) covered.insert(line.line);
  constexpr unsigned last_line = 136;
  for (unsigned line = 1; line <= last_line; ++line) CHECK_MESSAGE(covered.contains(line), line);
}

TEST_CASE("the page on conformance is the one that the tables give") {
  const fs::path page = source / "docs/conformance.md";
  if (std::getenv("THICKET_WRITE") != nullptr) std::ofstream(page) << conformance_page();
  CHECK_MESSAGE(content_of(page) == conformance_page(),
                "docs/conformance.md is old: thicket rules --markdown > docs/conformance.md");
}

}  // namespace thicket
