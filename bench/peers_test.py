"""The tables of `./dev bench --quick`, from rows that were recorded and rows that are made up."""
import json
import tempfile
import unittest
from pathlib import Path

from bench import peers_page
from bench.copies import fastest_copy
from bench.rows import Rows
from bench.targets import verdicts

DOCS = Path(__file__).resolve().parent.parent / "docs" / "performance"


def row(who, op, **more):
    """A row at 10,000 members, warm."""
    return {"who": who, "suite": "1", "shape": "warm", "members": 10000, "cores": 1, "op": op,
            "cpu_us": 100.0, "wall_us": 100.0, "spread": 0.1, **more}


def verdict_of(rows, what):
    """The verdict whose name begins so."""
    return next(v for v in verdicts({"rows": rows}) if v.what.startswith(what))


class Peers(unittest.TestCase):
    def test_the_page_is_what_its_figures_say(self):
        measured = json.loads((DOCS / "peers.json").read_text())
        self.assertEqual((DOCS / "peers.md").read_text(), peers_page.page(measured))

    def test_ratios_are_against_the_fastest(self):
        rows = [row("Thicket", "commit"), row("mls-rs", "commit", cpu_us=20000.0),
                row("OpenMLS", "commit", cpu_us=14000.0)]
        self.assertEqual(140, Rows(rows).ratio("warm", 10000, "commit"))
        self.assertIs(False, verdict_of(rows, "commit").met)
        rows[2]["cpu_us"] = 16000.0
        self.assertIs(True, verdict_of(rows, "commit").met)

    def test_a_row_over_the_limit_is_no_figure_and_is_said(self):
        rows = [row("Thicket", "commit"), {**row("mls-rs", "commit"), "over": True},
                row("OpenMLS", "commit", cpu_us=30000.0)]
        self.assertEqual(300, Rows(rows).ratio("warm", 10000, "commit"))
        measured = {"rows": rows, "machine": MACHINE, "plan": "quick", "minutes": 1,
                    "seconds_each": 60}
        self.assertIn("over the limit", peers_page.page(measured))

    def test_where_nobody_else_has_a_figure_there_is_no_verdict(self):
        self.assertIsNone(verdict_of([row("Thicket", "commit")], "commit").met)

    def test_heap_counts_beyond_the_leaf(self):
        rows = [row("Thicket", "heap", heap_bytes=5000000, leaf_bytes=159)]
        self.assertIs(False, verdict_of(rows, "heap").met)  # 341
        rows[0]["leaf_bytes"] = 160
        self.assertIs(True, verdict_of(rows, "heap").met)

    def test_disk(self):
        rows = [row("Thicket", "store_process", written=65537.0, syncs=1.01, one_sync=0.99)]
        found = [v.met for v in verdicts({"rows": rows}) if v.what.startswith("processed commit")]
        self.assertEqual([False, True, False], found)


    def test_the_fastest_copy_is_kept_and_no_other(self):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "program"
            program.write_text("octets")
            times = iter([9, 8, 7, 3, 5, 5, 4, 4, 6, 6, 9, 9])
            best = fastest_copy(program, Path(folder) / "copies", lambda copy: next(times))
            self.assertEqual("program-1", best.name)
            self.assertEqual("octets", best.read_text())
            self.assertEqual([best], list((Path(folder) / "copies").iterdir()))


MACHINE = {"date": "", "cpu": "", "cores": 1, "memory": "", "system": "", "compiler": "",
           "aws_lc": "", "thicket": ""}

if __name__ == "__main__":
    unittest.main()
