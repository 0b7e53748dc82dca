"""What is made of measurements, on made-up ones: `python3 -m unittest bench.test_tables`."""
import unittest

from bench import targets
from bench.history import history
from bench.sides import thicket_row
from bench.table import figure, markdown


def row(who, op, cpu_us, shape="warm", members=targets.AT, cores=1, **more):
    return {"who": who, "op": op, "shape": shape, "members": members, "cores": cores,
            "cpu_us": cpu_us, "wall_us": cpu_us, "spread": 0.0, **more}


class Targets(unittest.TestCase):
    def test_the_fastest_peer_counts(self):
        rows = [row("Thicket", "commit", 500.0), row("mls-rs", "commit", 80000.0),
                row("OpenMLS", "commit", 100000.0)]
        kept = {what: (measured, held) for what, _, measured, held in targets.checked(rows)}
        self.assertEqual(kept["commit: times the fastest peer"], (160.0, True))
        self.assertEqual(kept["process: times the fastest peer"], (None, None))

    def test_what_was_missed_is_said(self):
        rows = [row("Thicket", "send", 10.0), row("mls-rs", "send", 9.0)]
        self.assertIn(["send: times the fastest peer", "at least 1", "0.90", "no"],
                      targets.table_rows(rows))

    def test_leaves_are_no_part_of_the_heap_that_is_limited(self):
        heap = row("Thicket", "heap", None, heap_bytes=530 * targets.AT,
                   leaf_bytes=200 * targets.AT)
        self.assertEqual(targets.heap_beyond_leaves([heap]), 330.0)


class Rows(unittest.TestCase):
    LINE = {"op": "add", "cpu_us": 1.0, "wall_us": 1.0, "spread": 0.0, "floor_us": 1.0,
            "bytes_sent": 3, "heap_bytes": 4, "tree_bytes": 5, "leaf_bytes": 6,
            "calls": {"sign": {"formula": 1, "made": 2}, "open": {"formula": 0, "made": 0}}}

    def test_lines_of_thicket_get_the_common_names(self):
        self.assertEqual(thicket_row(self.LINE, 7, [])["op"], "add")
        self.assertEqual(thicket_row(self.LINE, 7, ["--tree-apart", "--adds", 100])["op"],
                         "add_100_apart")
        self.assertEqual(thicket_row(self.LINE, 7, [])["calls"], {"sign": 2})

    def test_figures_have_three_digits_that_count(self):
        self.assertEqual([figure(x) for x in (None, 0, 1.234, 12.34, 1234.4)],
                         ["-", "0", "1.23", "12.3", "1,234"])
        self.assertEqual(markdown(["a", "b"], [["x", "1"]]), "| a | b |\n|---|---:|\n| x | 1 |\n")


class History(unittest.TestCase):
    def test_a_history_ends_with_as_many_as_it_began_with(self):
        lines = [line.split() for line in history(50, 1, 40).splitlines()]
        verbs = [line[0] for line in lines]
        self.assertEqual((verbs[0], lines[0][1]), ("start", "50"))
        self.assertEqual(verbs.count("add"), verbs.count("remove"))
        self.assertEqual(history(50, 1, 40), history(50, 1, 40))
        self.assertNotEqual(history(50, 1, 40), history(50, 2, 40))

    def test_members_are_removed_that_are_there_and_do_not_stay(self):
        stay, taken = set(), set()
        for line in (line.split() for line in history(20, 3, 60).splitlines()):
            numbers = [int(word) for word in line[1:]]
            if line[0] == "start":
                taken, stay = set(range(numbers[0])), {0, *numbers[1:]}
            elif line[0] == "add":
                taken.add(next(leaf for leaf in range(len(taken) + 1) if leaf not in taken))
            elif line[0] == "remove":
                self.assertIn(numbers[1], taken - stay)
                taken.remove(numbers[1])
        self.assertEqual(len(taken), 20)


if __name__ == "__main__":
    unittest.main()
