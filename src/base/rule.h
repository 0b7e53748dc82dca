// The rules that a peer, a caller or stored data can break, each once: rules.def is the table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace thicket {

// malformed: not in the language. invalid: well formed, but against the protocol. stale: valid at
// another time. misuse: our caller asked for what cannot be. unloaded: a part of the state must be
// supplied first.
enum class Blame : std::uint8_t { malformed, invalid, stale, misuse, unloaded };

// Who can see that a rule is broken. service: whoever has the public group. member: any member.
// addressed: only those a secret was sent to. owner: only the client itself.
enum class SeenBy : std::uint8_t { service, member, addressed, owner };

enum class Rule : std::uint16_t {
#define RULE(name, blame, section, seen_by, lines, sentence) name,
#include "base/rules.def"
#undef RULE
};

struct RuleText {
  Rule rule;
  std::string_view name;
  Blame blame;
  std::string_view section;  // of RFC 9420, or another document by name
  SeenBy seen_by;
  std::string_view lines;     // of the checklist of docs/conformance.md, "" for our own
  std::string_view sentence;  // what holds when the rule is kept
};

std::span<const RuleText> all_rules();
const RuleText& text_of(Rule rule);
std::string_view name_of(Blame blame);
std::string_view name_of(SeenBy seen_by);

}  // namespace thicket
