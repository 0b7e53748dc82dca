// The table of rules as data.
#include "base/rule.h"

#include <array>

namespace thicket {

namespace {

constexpr RuleText table[] = {
#define RULE(name, blame, section, seen_by, lines, sentence) \
  {Rule::name, #name, Blame::blame, section, SeenBy::seen_by, lines, sentence},
#include "base/rules.def"
#undef RULE
};

}  // namespace

std::span<const RuleText> all_rules() {
  return table;
}

const RuleText& text_of(Rule rule) {
  return table[static_cast<std::size_t>(rule)];
}

std::string_view name_of(Blame blame) {
  constexpr std::array<std::string_view, 5> names{"malformed", "invalid", "stale", "misuse",
                                                  "unloaded"};
  return names[static_cast<std::size_t>(blame)];
}

std::string_view name_of(SeenBy seen_by) {
  constexpr std::array<std::string_view, 4> names{"service", "member", "addressed", "owner"};
  return names[static_cast<std::size_t>(seen_by)];
}

}  // namespace thicket
