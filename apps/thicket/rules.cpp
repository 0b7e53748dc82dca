// thicket rules: the table of rules that a peer, a caller or stored data can break, with the test
// of each; also as the page docs/conformance.md.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/rule.h"
#include "thicket/verbs.h"

namespace thicket::cli {

namespace {

// Where the proof of a rule is, as found in the sources of the tests.
struct Proof {
  std::string_view rule;
  std::string_view file;
  std::string_view test;
};
constexpr Proof proofs[] = {
#define RULE_TEST(rule, file, test) {#rule, file, test},
#define RULE_UNTESTED(rule, reason)
#include "rule_tests.inc"
#undef RULE_TEST
#undef RULE_UNTESTED
    {},
};

struct Excuse {
  std::string_view rule;
  std::string_view reason;
};
constexpr Excuse excuses[] = {
#define RULE_TEST(rule, file, test)
#define RULE_UNTESTED(rule, reason) {#rule, reason},
#include "rule_tests.inc"
#undef RULE_TEST
#undef RULE_UNTESTED
    {},
};

std::string test_of(const RuleText& rule) {
  for (const Proof& proof : proofs) {
    if (proof.rule == rule.name) return std::string(proof.file) + ": " + std::string(proof.test);
  }
  return {};
}

std::string_view excuse_of(const RuleText& rule) {
  for (const Excuse& excuse : excuses) {
    if (excuse.rule == rule.name) return excuse.reason;
  }
  return {};
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

void print_json(std::ostream& out) {
  out << "[";
  std::string_view separator = "\n";
  for (const RuleText& rule : all_rules()) {
    const std::string test = test_of(rule);
    out << separator << "  {\"name\": " << json_string(rule.name)
        << ", \"section\": " << json_string(rule.section)
        << ", \"sentence\": " << json_string(rule.sentence)
        << ", \"blame\": " << json_string(name_of(rule.blame))
        << ", \"seen_by\": " << json_string(name_of(rule.seen_by))
        << ", \"test\": " << (test.empty() ? "null" : json_string(test));
    if (!excuse_of(rule).empty()) out << ", \"untested\": " << json_string(excuse_of(rule));
    out << "}";
    separator = ",\n";
  }
  out << "\n]\n";
}

void print_text(std::ostream& out) {
  for (const RuleText& rule : all_rules()) {
    out << rule.name << " (" << (rule.section.empty() ? "ours" : rule.section) << ", "
        << name_of(rule.blame) << ", seen by " << name_of(rule.seen_by) << "): " << rule.sentence
        << "\n";
    const std::string test = test_of(rule);
    if (!test.empty()) out << "    " << test << "\n";
    if (!excuse_of(rule).empty()) out << "    no test: " << excuse_of(rule) << "\n";
  }
}

std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

void print_markdown(std::ostream& out) {
  out << "# Conformance\n\n"
         "Every rule that a peer, a caller or stored data can break, from `src/base/rules.def`, "
         "with the test that breaks\nit. Sections are those of RFC 9420 unless they say another "
         "document.\nThis page is what `thicket rules --markdown` prints, and a test holds it "
         "so.\n\n"
         "Blame: *malformed* is not in the language; *invalid* is well formed, but against the "
         "protocol; *stale* is\nvalid at another time; *misuse* is what a caller asks for and "
         "cannot "
         "be; *unloaded* must be supplied first.\nSeen by: a *service* sees it in what is public; "
         "a "
         "*member* needs the group's secrets; those *addressed* need\nthe secret that was sent to "
         "them; the *owner* is the client itself.\n\n"
         "| rule | section | what holds | blame | seen by | test |\n|---|---|---|---|---|---|\n";
  for (const RuleText& rule : all_rules()) {
    const std::string test = test_of(rule);
    const std::string_view excuse = excuse_of(rule);
    out << "| `" << rule.name << "` | " << rule.section << " | " << cell(rule.sentence) << " | "
        << name_of(rule.blame) << " | " << name_of(rule.seen_by) << " | "
        << (!test.empty()    ? cell(test)
            : excuse.empty() ? ""
                             : "none: " + cell(excuse))
        << " |\n";
  }
}

struct Options {
  bool json = false;
  bool markdown = false;
};

}  // namespace

void add_rules(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand("rules", "List the rules that can be broken");
  const auto options = std::make_shared<Options>();
  const auto json = verb->add_flag("--json", options->json, "print JSON");
  verb->add_flag("--markdown", options->markdown, "print the page docs/conformance.md")
      ->excludes(json);
  verb->footer("example:  thicket rules --json");
  verb->callback([options, &run] {
    options->json       ? print_json(std::cout)
    : options->markdown ? print_markdown(std::cout)
                        : print_text(std::cout);
    run.exit_code = fine;
  });
}

}  // namespace thicket::cli
