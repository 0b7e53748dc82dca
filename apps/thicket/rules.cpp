// thicket rules: the table of rules that a peer, a caller or stored data can break.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/proof.h"
#include "thicket/verbs.h"

namespace thicket::cli {

namespace {

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
    const std::string test = test_of(rule.rule);
    out << separator << "  {\"name\": " << json_string(rule.name)
        << ", \"section\": " << json_string(rule.section)
        << ", \"sentence\": " << json_string(rule.sentence)
        << ", \"blame\": " << json_string(name_of(rule.blame))
        << ", \"seen_by\": " << json_string(name_of(rule.seen_by))
        << ", \"test\": " << (test.empty() ? "null" : json_string(test));
    if (test.empty()) out << ", \"untested\": " << json_string(excuse_of(rule.rule));
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
    const std::string test = test_of(rule.rule);
    out << "    " << (test.empty() ? "no test: " + std::string(excuse_of(rule.rule)) : test)
        << "\n";
  }
}

}  // namespace

void add_rules(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand("rules", "List the rules that can be broken");
  const auto json = std::make_shared<bool>(false);
  verb->add_flag("--json", *json, "print JSON");
  const auto markdown = std::make_shared<bool>(false);
  verb->add_flag("--markdown", *markdown, "print docs/conformance.md")->excludes("--json");
  verb->footer("example:  thicket rules --json");
  verb->callback([json, markdown, &run] {
    if (*markdown) {
      std::cout << conformance_page();
    } else {
      *json ? print_json(std::cout) : print_text(std::cout);
    }
    run.exit_code = fine;
  });
}

}  // namespace thicket::cli
