// One file of the project as the house checks see it: its text, its lines, and its code without
// comments and literals. STYLE.md holds the rules that the checks enforce.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace thicket::house {

struct Source {
  std::string path;  // relative to the project's root, with '/'
  std::string text;
};

// A rule broken at a place. Lines count from one.
struct Finding {
  std::string path;
  std::size_t line = 0;
  std::string what;
  bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

// The lines of a text, without their ends.
std::vector<std::string_view> lines_of(std::string_view text);

// The line that holds a position of the text.
std::size_t line_at(std::string_view text, std::size_t position);

// The text with every comment, string, character and preprocessor line turned into blanks; line
// ends stay.
std::string code_only(std::string_view text);

bool is_header(const Source& source);
bool is_cpp(const Source& source);   // headers too
bool is_test(const Source& source);  // *_test.cpp, and what lies under tests/

}  // namespace thicket::house
