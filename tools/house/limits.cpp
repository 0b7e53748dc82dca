// Counting lines, columns and the lines of functions. A function is a brace at the level of a
// namespace or class whose head holds a parenthesis; brace initialisers, which follow their name
// without a space, are none.
#include "house/limits.h"

#include <algorithm>
#include <array>

namespace thicket::house {
namespace {

std::size_t columns(std::string_view line) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  return line.size() - static_cast<std::size_t>(std::count_if(line.begin(), line.end(), continues));
}

bool holds_word(std::string_view text, std::string_view word) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || !letter(text[at - 1]);
    if (starts && (end == text.size() || !letter(text[end]))) return true;
  }
  return false;
}

// The head of a declaration without `template <...>`, whose parameters may say `class`.
std::string_view without_template(std::string_view head) {
  const std::size_t start = head.find("template");
  if (start == std::string_view::npos) return head;
  std::size_t depth = 0;
  for (std::size_t at = head.find('<', start); at < head.size(); ++at) {
    if (head[at] == '<') ++depth;
    if (head[at] == '>' && --depth == 0) return head.substr(at + 1);
  }
  return head;
}

enum class Brace { container, function, initialiser };

Brace kind_of(std::string_view whole_head, bool inside_function) {
  const bool attached = !whole_head.empty() && whole_head.back() != ' ' &&
                        whole_head.back() != '\n' && whole_head.back() != ')';
  if (attached || inside_function) return Brace::initialiser;
  const std::string_view head = without_template(whole_head);
  const bool called = head.find('(') != std::string_view::npos;
  if (holds_word(head, "namespace") || (holds_word(head, "extern") && !called)) {
    return Brace::container;
  }
  const std::array<std::string_view, 4> types = {"class", "struct", "union", "enum"};
  const bool type = std::any_of(types.begin(), types.end(),
                                [&](std::string_view word) { return holds_word(head, word); });
  if (type && !called) return Brace::container;
  return called ? Brace::function : Brace::initialiser;
}

struct Open {
  Brace kind;
  std::size_t head;  // where the declaration starts
};

// Walks over the braces of a file's code and reports the functions that are too long.
class Functions final {
 public:
  explicit Functions(const Source& source) : source_(source), code_(code_only(source.text)) {}

  Findings long_ones() {
    for (std::size_t at = 0; at < code_.size(); ++at) {
      if (code_[at] == '{') open(at);
      if (code_[at] == '}') close(at);
      if (code_[at] == ';') head_ = at + 1;
    }
    return std::move(found_);
  }

 private:
  void open(std::size_t at) {
    const bool inside = !open_.empty() && open_.back().kind != Brace::container;
    const Brace kind = kind_of(std::string_view(code_).substr(head_, at - head_), inside);
    open_.push_back({kind, head_});
    if (kind == Brace::container) head_ = at + 1;
  }

  void close(std::size_t at) {
    if (open_.empty()) return;
    const Open last = open_.back();
    open_.pop_back();
    if (last.kind == Brace::initialiser) return;
    head_ = at + 1;
    if (last.kind != Brace::function) return;
    const std::size_t start = code_.find_first_not_of(" \n\t", last.head);
    const std::size_t first = line_at(code_, start);
    const std::size_t length = line_at(code_, at) - first + 1;
    if (length > function_lines_max) {
      found_.push_back({source_.path, first,
                        "a function of " + std::to_string(length) + " lines, over " +
                            std::to_string(function_lines_max)});
    }
  }

  const Source& source_;
  std::string code_;
  std::size_t head_ = 0;
  std::vector<Open> open_;
  Findings found_;
};

}  // namespace

Findings check_limits(const Source& source) {
  if (!is_cpp(source)) return {};
  Findings found = Functions(source).long_ones();
  const auto lines = lines_of(source.text);
  const bool test = source.path.ends_with("_test.cpp");
  const std::size_t most = test ? test_lines_max : file_lines_max;
  if (lines.size() > most) {
    found.push_back({source.path, lines.size(),
                     "a file of " + std::to_string(lines.size()) + " lines, over " +
                         std::to_string(most) + ": split it by concept"});
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (columns(lines[i]) <= columns_max) continue;
    found.push_back({source.path, i + 1,
                     "a line of " + std::to_string(columns(lines[i])) + " columns, over " +
                         std::to_string(columns_max)});
  }
  std::size_t head = 0;
  while (head < lines.size() && lines[head].starts_with("//")) ++head;
  if (head == 0) found.push_back({source.path, 1, "no head: say what this file is"});
  if (head > head_lines_max) {
    found.push_back(
        {source.path, head, "a head of " + std::to_string(head) + " lines, over three"});
  }
  if (is_header(source) && source.text.find("\n#pragma once\n") == std::string::npos) {
    found.push_back({source.path, 1, "a header without #pragma once"});
  }
  return found;
}

}  // namespace thicket::house
