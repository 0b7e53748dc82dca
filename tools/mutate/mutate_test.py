"""How checks are rewritten, and how tests are read."""
import unittest

from mutate import rewrite
from mutate.__main__ import outcomes


def left_out(text):
    """The source with `mutated` in short, and the rules that were kept."""
    new, kept = rewrite.rewritten(text)
    return new.replace("::thicket::mutated", "M"), kept


class Rewriting(unittest.TestCase):
    def test_a_condition_is_not_enough_by_itself_any_more(self):
        new, kept = left_out('  if (a(")") != b) return broken(Rule::x).at("y");\n')
        self.assertEqual(
            new, '  if ((a(")") != b) && !M(Rule::x)) return broken(Rule::x).at("y");\n')
        self.assertEqual(kept, [])

    def test_what_the_condition_declares_stays_there_for_the_block(self):
        new, _ = left_out("if (const auto lacking = f(type)) {\n"
                          "  return broken(Rule::x).of(*lacking);\n}")
        self.assertIn("if (const auto lacking = f(type); lacking && !M(Rule::x)) {", new)
        new, _ = left_out("if (auto id = f(); !id) { log(); return broken(rule); }")
        self.assertIn("if (auto id = f(); (!id) && !M(rule)) {", new)

    def test_a_last_return_is_passed_over_where_there_is_no_value_to_answer(self):
        new, kept = left_out("Result<void> f() {\n  for (;;) {}\n  return broken(Rule::x);\n}\n")
        self.assertIn("if (M(Rule::x)) return ::thicket::Result<void>();\n"
                      "  return broken(Rule::x);", new)
        self.assertEqual(kept, [])
        new, kept = left_out("Result<int> f() {\n  g();\n  return broken(Rule::x);\n}\n")
        self.assertNotIn("M(", new)
        self.assertEqual(kept, ["Rule::x"])

    def test_a_value_that_was_found_good_is_answered_otherwise_too(self):
        new, kept = left_out("Result<int> f() {\n"
                             "  if (good(v)) return v;\n  return broken(Rule::x);\n}\n")
        self.assertIn("if ((good(v)) || M(Rule::x)) return v;", new)
        self.assertEqual(kept, [])
        _, kept = left_out("Result<int> f() {\n"
                           "  if (auto v = g()) return v;\n  return broken(Rule::x);\n}\n")
        self.assertEqual(kept, ["Rule::x"])

    def test_errors_that_are_made_elsewhere_are_of_their_rule(self):
        new, _ = left_out("Error bad(int i) {\n  return broken(Rule::x);\n}\n"
                          "Result<void> f() {\n  if (c) return bad(1);\n  return {};\n}\n")
        self.assertIn("if ((c) && !M(Rule::x)) return bad(1);", new)
        new, _ = left_out("Result<void> f() {\n  const Error wrong = broken(Rule::y);\n"
                          "  if (a) return wrong;\n  return {};\n}\n")
        self.assertIn("if ((a) && !M(Rule::y)) return wrong;", new)

    def test_a_function_that_chooses_between_rules_is_asked_which_it_is(self):
        twice = ("Error twice(K k) {\n  if (k == 1) return broken(Rule::x);\n"
                 "  return broken(Rule::y);\n}\n")
        new, kept = left_out(twice + "Result<void> f() {\n  if (c) return twice(k);\n"
                             "  return {};\n}\n")
        self.assertIn("if ((c) && !M(twice(k).rule)) return twice(k);", new)
        self.assertIn("if (k == 1) return broken(Rule::x);", new)
        self.assertEqual(kept, [])

    def test_a_condition_that_only_chooses_between_rules_is_no_check(self):
        for then in ("if (k) return broken(Rule::x);", "if (k) {\n return broken(Rule::x);\n }"):
            with self.assertRaises(ValueError):
                left_out("Result<int> f() {\n  if (c) {\n    " + then +
                         "\n    return broken(Rule::y);\n  }\n  return 1;\n}\n")

    def test_what_the_application_says_is_left_out_where_it_is_asked(self):
        new, _ = left_out("THICKET_TRY(in.authenticator.check({a, b}));")
        self.assertEqual(new, "THICKET_TRY(::thicket::unless_left_out("
                              "in.authenticator.check({a, b})));")


class Reading(unittest.TestCase):
    def test_all_that_stops_what_is_broken_is_told(self):
        self.assertEqual(outcomes("a.cpp:1: ERROR: CHECK( b == a ) is NOT correct!\n"
                                  "  logged: rule b broken at c (rule d broken)\n\n"
                                  "a.cpp:2: FATAL ERROR: REQUIRE( false ) is NOT correct!\n"
                                  "  logged: a service sees it\n"), {"b", "nothing at a service"})
        self.assertEqual(outcomes("a.cpp:2: FATAL ERROR: REQUIRE_FALSE( true )\n"), {"nothing"})


if __name__ == "__main__":
    unittest.main()
