// Lexing just enough of C++ to tell code from comments, literals and preprocessor lines.
#include "house/source.h"

#include <algorithm>

namespace thicket::house {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::size_t line_at(std::string_view text, std::size_t position) {
  const auto before = text.substr(0, position);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

namespace {

bool is_identifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Walks over a text once; each step says where the piece that starts at `at` ends.
class Lexer final {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::string blanked() {
    std::string out(text_);
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t end = end_of_blank(at);
      for (std::size_t i = at; i < end; ++i) {
        if (out[i] != '\n') out[i] = ' ';
      }
      at = std::max(end, at + 1);
    }
    return out;
  }

 private:
  // The end of the comment, literal or preprocessor line that starts here; `at` itself if none
  // does.
  std::size_t end_of_blank(std::size_t at) const {
    const std::string_view rest = text_.substr(at);
    if (rest.starts_with("//")) return end_of_line(at);
    if (rest.starts_with("/*")) return after("*/", at + 2);
    if (rest.starts_with("R\"") && !after_identifier(at)) return end_of_raw(at);
    if (rest.front() == '"') return end_of_quoted(at, '"');
    if (rest.front() == '\'' && !after_identifier(at)) return end_of_quoted(at, '\'');
    if (rest.front() == '#' && first_of_line(at)) return end_of_directive(at);
    return at;
  }

  bool after_identifier(std::size_t at) const { return at > 0 && is_identifier(text_[at - 1]); }

  bool first_of_line(std::size_t at) const {
    while (at > 0 && (text_[at - 1] == ' ' || text_[at - 1] == '\t')) --at;
    return at == 0 || text_[at - 1] == '\n';
  }

  std::size_t end_of_line(std::size_t at) const {
    return std::min(text_.find('\n', at), text_.size());
  }

  std::size_t after(std::string_view closing, std::size_t at) const {
    const std::size_t found = text_.find(closing, at);
    return found == std::string_view::npos ? text_.size() : found + closing.size();
  }

  std::size_t end_of_directive(std::size_t at) const {
    std::size_t end = end_of_line(at);
    while (end < text_.size() && text_[end - 1] == '\\') end = end_of_line(end + 1);
    return end;
  }

  std::size_t end_of_raw(std::size_t at) const {
    const std::size_t open = text_.find('(', at);
    if (open == std::string_view::npos) return text_.size();
    const std::string delimiter(text_.substr(at + 2, open - at - 2));
    return after(")" + delimiter + "\"", open);
  }

  std::size_t end_of_quoted(std::size_t at, char quote) const {
    for (++at; at < text_.size() && text_[at] != '\n'; ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == quote) {
        return at + 1;
      }
    }
    return at;
  }

  std::string_view text_;
};

}  // namespace

std::string code_only(std::string_view text) {
  return Lexer(text).blanked();
}

bool is_header(const Source& source) {
  return source.path.ends_with(".h");
}

bool is_cpp(const Source& source) {
  return is_header(source) || source.path.ends_with(".cpp");
}

bool is_test(const Source& source) {
  return source.path.ends_with("_test.cpp") || source.path.starts_with("tests/");
}

}  // namespace thicket::house
