// Reading just enough of Markdown: table rows, links and fenced blocks.
#include "house/documents.h"

#include <filesystem>
#include <regex>
#include <sstream>

namespace thicket::house {
namespace {

std::set<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> words;
  for (std::string word; in >> word;) words.insert(word);
  return words;
}

// The names of a file's tests; literals that stand one after the other are one.
std::set<std::string> tests_in(const std::string& text) {
  static const std::regex test(R"-(TEST_CASE\(\s*((?:"[^"]*"\s*)+)\))-");
  static const std::regex literal(R"-("([^"]*)")-");
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), test), end; at != end; ++at) {
    const std::string literals = (*at)[1];
    std::string name;
    for (std::sregex_iterator part(literals.begin(), literals.end(), literal); part != end; ++part)
      name += (*part)[1];
    names.insert(name);
  }
  return names;
}

}  // namespace

Findings check_architecture(const Source& document, const Layers& layers) {
  static const std::regex row(R"(^\| `([a-z0-9_/]+)` \|.*\|([^|]*)\|$)");
  Findings found;
  std::set<std::string> seen;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(document.text)) {
    ++number;
    std::smatch match;
    const std::string text(line);
    if (!std::regex_match(text, match, row)) continue;
    const std::string name = match[1];
    const auto layer = layers.uses.find(name);
    if (layer == layers.uses.end()) {
      found.push_back({document.path, number, "layers.txt has no layer " + name});
    } else if (words_of(match[2]) != layer->second) {
      found.push_back({document.path, number, "layers.txt says otherwise what " + name + " uses"});
    }
    seen.insert(name);
  }
  for (const auto& [name, uses] : layers.uses) {
    if (!seen.contains(name)) found.push_back({document.path, 1, "no row for layer " + name});
  }
  return found;
}

Findings check_links(const Source& document,
                     const std::function<bool(const std::string&)>& exists) {
  static const std::regex link(R"(\]\(([^)#\s]+)[^)]*\))");
  Findings found;
  const std::filesystem::path folder = std::filesystem::path(document.path).parent_path();
  for (std::sregex_iterator at(document.text.begin(), document.text.end(), link), end; at != end;
       ++at) {
    const std::string target = (*at)[1];
    if (target.find(':') != std::string::npos) continue;  // another site
    if (exists((folder / target).lexically_normal().generic_string())) continue;
    found.push_back({document.path,
                     line_at(document.text, static_cast<std::size_t>(at->position())),
                     "a link to nothing: " + target});
  }
  return found;
}

Findings check_code(const Source& document, const std::vector<Source>& examples) {
  static const std::string open = "```cpp\n";
  Findings found;
  for (std::size_t at = document.text.find(open); at != std::string::npos;
       at = document.text.find(open, at + 1)) {
    const std::size_t start = at + open.size();
    const std::string block = document.text.substr(start, document.text.find("```", start) - start);
    bool compiled = false;
    for (const Source& example : examples) {
      compiled = compiled || example.text.find(block) != std::string::npos;
    }
    if (!compiled) {
      found.push_back({document.path, line_at(document.text, at), "C++ that stands in no example"});
    }
  }
  return found;
}

Findings check_cited_tests(const Source& document, const std::vector<Source>& sources) {
  static const std::regex cited(R"(\[([^\]`]+)\]\(([^)#\s]+_test\.cpp)\))");
  Findings found;
  const std::filesystem::path folder = std::filesystem::path(document.path).parent_path();
  for (std::sregex_iterator at(document.text.begin(), document.text.end(), cited), end; at != end;
       ++at) {
    const std::string name = (*at)[1];
    const std::string file = (folder / (*at)[2].str()).lexically_normal().generic_string();
    bool there = false;
    for (const Source& source : sources) {
      there = there || (source.path == file && tests_in(source.text).contains(name));
    }
    if (there) continue;
    found.push_back({document.path,
                     line_at(document.text, static_cast<std::size_t>(at->position())),
                     file + " has no test " + name});
  }
  return found;
}

}  // namespace thicket::house
