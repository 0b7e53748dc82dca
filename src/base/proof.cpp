// The table of proofs as data, and as a page for people.
#include "base/proof.h"

namespace thicket {

namespace {

#define MASKED(rule, other) {Rule::rule, LeftOut::masked, other, {}},
#define SHARED(rule, test) {Rule::rule, LeftOut::shared, test, {}},
#define KEPT(rule, test, reason) {Rule::rule, LeftOut::kept, test, reason},
constexpr LeftOutCheck left_out[] = {
#include "base/left_out.def"
};
#undef MASKED
#undef SHARED
#undef KEPT

#define TESTED(rule, file, test)
#define UNTESTED(rule, reason)
#define LINE(number, behaviour, file, test)

constexpr RuleTest tested[] = {
#undef TESTED
#define TESTED(rule, file, test) {Rule::rule, file, test},
#include "base/proof.def"
#undef TESTED
#define TESTED(rule, file, test)
};

constexpr UntestedRule untested[] = {
#undef UNTESTED
#define UNTESTED(rule, reason) {Rule::rule, reason},
#include "base/proof.def"
#undef UNTESTED
#define UNTESTED(rule, reason)
};

constexpr LineTest lines[] = {
#undef LINE
#define LINE(number, behaviour, file, test) {number, behaviour, file, test},
#include "base/proof.def"
#undef LINE
};

#undef TESTED
#undef UNTESTED

constexpr std::string_view head =
    "# Conformance to RFC 9420\n"
    "\n"
    "Written by `thicket rules --markdown`, and held equal to it by a test. Sections are those of "
    "RFC "
    "9420 unless\nthey name another document; lines are those of the checklist that the tests "
    "follow, one check or behaviour a line.\n"
    "\n"
    "Blame: *malformed* is not in the language; *invalid* is well formed, but against the "
    "protocol; "
    "*stale* is\nvalid at another time; *misuse* is what a caller asks for and cannot be; "
    "*unloaded* must be supplied first.\nSeen by: a *service* sees it in what is public; a "
    "*member* "
    "needs the group's secrets; those *addressed* need\nthe secret that was sent to them; the "
    "*owner* is the client itself.\n";

// One cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return " " + out + " |";
}

std::string row(std::initializer_list<std::string_view> cells) {
  std::string out = "|";
  for (const std::string_view one : cells) out += cell(one);
  return out + "\n";
}

std::string tests_of(Rule rule) {
  std::string out;
  for (const RuleTest& one : tested) {
    if (one.rule != rule) continue;
    if (!out.empty()) out += "<br>";
    out += one.test;
  }
  return out;
}

std::string rules_section() {
  std::string out =
      "\n## Rules\n\n"
      "What a peer, a caller or a store can break: each is broken by a test, alone, and refused by "
      "its name.\n\n";
  out += row({"rule", "section", "what holds", "blame", "seen by", "lines", "tests"});
  out += "|---|---|---|---|---|---|---|\n";
  for (const RuleText& rule : all_rules()) {
    const std::string tests = tests_of(rule.rule);
    if (tests.empty()) continue;
    out += row({"`" + std::string(rule.name) + "`", rule.section, rule.sentence,
                name_of(rule.blame), name_of(rule.seen_by), rule.lines, tests});
  }
  return out;
}

std::string lines_section() {
  std::string out =
      "\n## Behaviour\n\nLines that ask what an implementation does, not what it refuses.\n\n";
  out += row({"line", "behaviour", "test", "in"});
  out += "|---|---|---|---|\n";
  for (const LineTest& line : lines) {
    out += row({std::to_string(line.line), line.behaviour, line.test, line.file});
  }
  return out;
}

std::string what_follows(const LeftOutCheck& one) {
  switch (one.how) {
    case LeftOut::masked:
      if (one.what == "a crash") return "what follows relies on it, and the program ends";
      if (one.what == "silence") return "what follows takes longer than anybody waits";
      if (one.what == "nothing") return "some of what breaks it is accepted";
      if (one.what == "nothing at a service") return "a service accepts some of it; members do not";
      return "what breaks it is stopped by `" + std::string(one.what) + "`";
    case LeftOut::shared:
      return "this fails too: " + std::string(one.what);
    case LeftOut::kept:
      return "it cannot be: " + std::string(one.reason) + " (" + std::string(one.what) + ")";
  }
  return {};
}

std::string left_out_section() {
  std::string out =
      "\n## Checks left out\n\n"
      "`./dev mutate` builds the sources once more, so that any one rule's check can be left out, "
      "and "
      "runs the tests of rules without it. Of a rule that is not in this table exactly its own "
      "tests "
      "fail then, because what breaks it is accepted. A rule may be broken in ways that different "
      "rules would stop, and a service sees less than members do.\n\n";
  out += row({"rule", "with its check left out"});
  out += "|---|---|\n";
  for (const LeftOutCheck& one : left_out) {
    out += row({"`" + std::string(text_of(one.rule).name) + "`", what_follows(one)});
  }
  return out;
}

std::string untested_section() {
  std::string out = "\n## Rules without a test here, and why\n\n";
  out += row({"rule", "section", "what holds", "blame", "seen by", "lines", "why"});
  out += "|---|---|---|---|---|---|---|\n";
  for (const UntestedRule& one : untested) {
    const RuleText& rule = text_of(one.rule);
    out += row({"`" + std::string(rule.name) + "`", rule.section, rule.sentence,
                name_of(rule.blame), name_of(rule.seen_by), rule.lines, one.reason});
  }
  return out;
}

}  // namespace

std::span<const RuleTest> rule_tests() {
  return tested;
}
std::span<const UntestedRule> untested_rules() {
  return untested;
}
std::span<const LeftOutCheck> left_out_checks() {
  return left_out;
}
std::span<const LineTest> line_tests() {
  return lines;
}

std::string test_of(Rule rule) {
  for (const RuleTest& one : tested) {
    if (one.rule == rule) return std::string(one.file) + ": " + std::string(one.test);
  }
  return {};
}

std::string_view excuse_of(Rule rule) {
  for (const UntestedRule& one : untested) {
    if (one.rule == rule) return one.reason;
  }
  return {};
}

std::string conformance_page() {
  return std::string(head) + rules_section() + left_out_section() + lines_section() +
         untested_section();
}

}  // namespace thicket
