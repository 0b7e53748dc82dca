"""Verdicts that agree, differ as the table says, or differ."""
import json
import re
import unittest
from pathlib import Path

from fuzz import differential

KNOWN = Path(__file__).resolve().parent.parent / "interop" / "differences.json"
ACCEPTED = {"accepted": True, "outcome": "aa"}
REFUSED = {"accepted": False, "rule": "path_ciphertexts", "because": "rule ... broken at commit"}
THEIRS = {"accepted": False, "because": "Refused(\"processing: NoPath\")"}


def found(ours, theirs):
    return differential.difference({"says": ours}, theirs)


class Differences(unittest.TestCase):
    def test_agreeing_is_the_same_verdict_and_the_same_outcome(self):
        self.assertIsNone(found(ACCEPTED, ACCEPTED))
        self.assertIsNone(found(REFUSED, THEIRS))
        self.assertEqual(found(ACCEPTED, ACCEPTED | {"outcome": "ab"})["accepts"], "both")
        self.assertEqual(found(ACCEPTED, THEIRS)["accepts"], "thicket")
        self.assertEqual(found(REFUSED, ACCEPTED)["accepts"], "peer")

    def test_a_row_explains_its_own_difference_alone(self):
        row = {"accepts": "peer", "rule": "path_ciphertexts"}
        self.assertTrue(differential.explains(row, found(REFUSED, ACCEPTED)))
        self.assertFalse(differential.explains(row, found(REFUSED | {"rule": "leaf_signature"},
                                                          ACCEPTED)))
        self.assertFalse(differential.explains(row, found(ACCEPTED, THEIRS)))
        self.assertFalse(differential.explains(row | {"because": "at leaf"},
                                               found(REFUSED, ACCEPTED)))
        other = {"accepts": "thicket", "because": "NoPath"}
        self.assertTrue(differential.explains(other, found(ACCEPTED, THEIRS)))
        self.assertFalse(differential.explains(other, found(ACCEPTED,
                                                            ACCEPTED | {"outcome": "ab"})))

    def test_every_row_of_the_table_says_where_it_stands_and_why(self):
        rules = (KNOWN.parent.parent / "src" / "base" / "rules.def").read_text()
        for peer in json.loads(KNOWN.read_text()).values():
            for row in peer["differences"]:
                self.assertIn(row["accepts"], ("peer", "thicket"))
                self.assertTrue(row["section"] and row["explained"], row)
                self.assertTrue("rule" in row or "because" in row, row)
                re.compile(row.get("because", ""))
                if "rule" in row:
                    self.assertIn(f"RULE({row['rule']},", rules)

    def test_the_page_has_the_table(self):
        page = (KNOWN.parent.parent / "docs" / "interop.md").read_text()
        for line in differential.table_of(json.loads(KNOWN.read_text())):
            self.assertIn(line, page)


if __name__ == "__main__":
    unittest.main()
