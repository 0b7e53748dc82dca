// Where each rule, and each line of the checklist of RFC 9420 that no rule stands for, is tested:
// proof.def is the table, and a test holds it equal to the tests that exist.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/rule.h"

namespace thicket {

struct RuleTest {
  Rule rule;
  std::string_view file;  // from the root of the repository
  std::string_view test;  // the name of the test case
};
// In the order of rules.def; a rule may have several.
std::span<const RuleTest> rule_tests();

struct UntestedRule {
  Rule rule;
  std::string_view reason;
};
std::span<const UntestedRule> untested_rules();

// A line that asks for a behaviour.
struct LineTest {
  unsigned line = 0;
  std::string_view behaviour;
  std::string_view file;
  std::string_view test;
};
std::span<const LineTest> line_tests();

// What follows where the check of a rule is left out, other than that its own tests alone fail,
// because what breaks it is accepted: ./dev mutate finds it.
enum class LeftOut : std::uint8_t { masked, shared, kept };
struct LeftOutCheck {
  Rule rule;
  LeftOut how;
  // masked: a rule that stops it, "a crash", "silence", "nothing" or "nothing at a service", where
  // other cases are stopped; else a test.
  std::string_view what;
  std::string_view reason;  // kept: why the check cannot be left out
};
std::span<const LeftOutCheck> left_out_checks();

// "file: test case" of the first test of a rule; "" for an untested one.
std::string test_of(Rule rule);
// Why a rule has no test; "" for one that has.
std::string_view excuse_of(Rule rule);

// docs/conformance.md.
std::string conformance_page();

}  // namespace thicket
