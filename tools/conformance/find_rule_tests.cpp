// Finds the test of every rule: the first test case that names it as Rule::name, those below
// tests/rules before others. Writes RULE_TEST(rule, "file", "test case"), and RULE_UNTESTED(rule,
// "reason") for each line "rule: reason" of a file untested.txt.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Place {
  std::string file;
  std::string test;
};
using Tests = std::map<std::string, Place>;

std::string content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool is_word(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// The adjacent string literals from `at` on, as they stand between their quotes.
std::string literal_at(const std::string& text, std::size_t at) {
  std::string out;
  while (at < text.size()) {
    at = text.find_first_not_of(" \n", at);
    if (at == std::string::npos || text[at] != '"') break;
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\') out += text[at++];
      out += text[at];
    }
    ++at;
  }
  return out;
}

void read_test(const Place& place, const std::string& body, Tests& tests) {
  constexpr std::string_view mark = "Rule::";
  for (std::size_t at = body.find(mark); at != std::string::npos; at = body.find(mark, at)) {
    at += mark.size();
    std::size_t end = at;
    while (end < body.size() && is_word(body[end])) ++end;
    tests.try_emplace(body.substr(at, end - at), place);
  }
}

// The house's format closes a test case by a brace in the first column.
void read_file(const std::string& root, const std::string& file, Tests& tests) {
  const std::string text = content_of(root + "/" + file);
  constexpr std::string_view mark =
      "TEST_"
      "CASE(";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    const std::size_t end = std::min(text.find("\n}", at), text.size());
    read_test({file, literal_at(text, at + mark.size())}, text.substr(at, end - at), tests);
    at = end;
  }
}

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string table_of(const Tests& tests, const std::string& untested) {
  std::ostringstream out;
  for (const auto& [rule, place] : tests) {
    out << "RULE_TEST(" << rule << ", \"" << place.file << "\", \"" << escaped(place.test)
        << "\")\n";
  }
  std::istringstream lines(untested);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("#") || colon == std::string::npos) continue;
    out << "RULE_UNTESTED(" << line.substr(0, colon) << ", \"" << escaped(line.substr(colon + 2))
        << "\")\n";
  }
  return out.str();
}

}  // namespace

// find_rule_tests OUT ROOT FILE... (below ROOT)
int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::vector<std::string> files(argv + 3, argv + argc);
  std::stable_sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
    const auto later = [](const std::string& file) { return !file.starts_with("tests/rules/"); };
    return later(a) != later(b) ? later(b) : a < b;
  });
  const std::string root = argv[2];
  Tests tests;
  for (const std::string& file : files) read_file(root, file, tests);
  std::ofstream(argv[1]) << table_of(tests, content_of(root + "/tests/rules/untested.txt"));
  return 0;
}
