// Regular expressions over comments and code. This file names what it forbids, so it is not checked
// itself.
#include "house/words.h"

#include <regex>

namespace thicket::house {
namespace {

struct Ban {
  std::regex pattern;
  std::string what;
};

void find(const Source& source, std::string_view text, const Ban& ban, Findings& found) {
  const std::string whole(text);
  for (std::sregex_iterator at(whole.begin(), whole.end(), ban.pattern), end; at != end; ++at) {
    const std::size_t position = static_cast<std::size_t>(at->position());
    found.push_back({source.path, line_at(whole, position), ban.what + ": " + at->str()});
  }
}

// Unfinished work, wherever it stands.
const std::vector<Ban>& unfinished() {
  static const std::vector<Ban> bans = {
      {std::regex(R"(\b(TODO|FIXME|XXX|HACK)\b)"), "unfinished work"},
      {std::regex(R"(\b[Nn]ot implemented\b)"), "unfinished work"},
  };
  return bans;
}

// Names in code. What follows a dot, an arrow or `::` is a library's name and not ours.
const std::vector<Ban>& empty_names() {
  static const std::vector<Ban> bans = {
      {std::regex(R"(\b[A-Za-z0-9_]*(Manager|Helper|Impl|Utils)(?![a-z])[A-Za-z0-9_]*)"),
       "a name that says nothing"},
      {std::regex(R"((^|[^.>:A-Za-z0-9_])([a-z0-9_]+_)?)"
                  R"((helper|helpers|manager|impl|utils?)(_[a-z0-9_]+)?\b)"),
       "a name that says nothing"},
  };
  return bans;
}

const std::vector<Ban>& banned_in_headers() {
  static const std::vector<Ban> bans = {
      {std::regex(R"(\bstd::(tuple|pair)\b)"), "give it names"},
      {std::regex(R"(\busing namespace\b)"), "a whole namespace in a header"},
      {std::regex(R"((^|[^.>:A-Za-z0-9_])get_(?!executor\b)[a-z0-9_]+)"),
       "a name without its get_ says the same"},
  };
  return bans;
}

// How a path is spelt depends on who calls the compiler, so that programs would differ.
const Ban& path_in_program() {
  static const Ban ban = {std::regex(R"(\b(__FILE__|source_location)\b)"),
                          "__FILE_NAME__ has no path in it"};
  return ban;
}

// CMake lists the names of tests and would take such a one apart.
const Ban& torn_test_name() {
  static const Ban ban = {std::regex(R"-(TEST_CASE\(\s*"[^"]*[;\[\]][^"]*")-"),
                          "a test's name without ; [ ]"};
  return ban;
}

// THICKET_TRY after a comma of the innermost braces: a member that is made before it leaks when it
// returns. Commas between parentheses are a call's, and a call's arguments do not.
void find_torn_initialisers(const Source& source, std::string_view code, Findings& found) {
  constexpr std::string_view macro = "THICKET_TRY";
  for (std::size_t at = code.find(macro); at != code.npos; at = code.find(macro, at + 1)) {
    int closed = 0;
    bool after_comma = false;
    for (std::size_t i = at; i-- > 0;) {
      const char c = code[i];
      if (c == ')' || c == ']' || c == '}') ++closed;
      if (closed == 0 && c == ';') break;
      if (closed == 0 && c == ',') after_comma = true;
      if (c != '(' && c != '[' && c != '{') continue;
      if (closed > 0) {
        --closed;
      } else if (c == '{') {
        if (after_comma)
          found.push_back({source.path, line_at(code, at), "a member made before it is lost"});
        break;
      } else {
        after_comma = false;
      }
    }
  }
}

bool names_itself(const Source& source) {
  return source.path.starts_with("tools/house/");
}

}  // namespace

Findings check_words(const Source& source) {
  Findings found;
  if (!is_cpp(source) || names_itself(source)) return found;
  for (const Ban& ban : unfinished()) find(source, source.text, ban, found);
  find(source, source.text, torn_test_name(), found);
  const std::string code = code_only(source.text);
  for (const Ban& ban : empty_names()) find(source, code, ban, found);
  find(source, source.path, empty_names()[1], found);
  find(source, code, path_in_program(), found);
  find_torn_initialisers(source, code, found);
  if (is_header(source)) {
    for (const Ban& ban : banned_in_headers()) find(source, code, ban, found);
  }
  return found;
}

Findings check_paths(const Source& source) {
  static const Ban machine = {std::regex(R"((^|[^A-Za-z0-9_.\-])/(work|root|home|Users)/[A-Za-z])"),
                              "a path of somebody's machine"};
  Findings found;
  if (!names_itself(source)) find(source, source.text, machine, found);
  return found;
}

}  // namespace thicket::house
