"""What this measurement was to show, held against what it did show."""
from dataclasses import dataclass

from bench.rows import OURS, Rows
from bench.table import figure

AT = 10000


@dataclass(frozen=True)
class Verdict:
    """One line of the list."""
    what: str
    value: str
    target: str
    met: bool | None  # None: not measured


# Times that the fastest peer needs what we need, at 10,000 members, warm, suite 1.
FASTER = [("commit", "commit", 150), ("process a commit", "process", 150),
          ("add one, tree apart", "add_apart", 100), ("add one, tree in the Welcome", "add", 8),
          ("create, tree in the Welcome", "create", 12), ("create, tree apart", "create_apart", 1),
          ("send", "send", 1), ("receive", "receive", 1)]


def verdicts(measured):
    """All of them, in the order of the issue that set them."""
    rows = Rows(measured["rows"])
    out = []
    for what, op, target in FASTER:
        shape = "create" if op.startswith("create") else "warm"
        out.append(_times(what, rows.ratio(shape, AT, op), target))
    out.append(_times("join, two cores, wall time",
                      rows.ratio("warm", AT, "join", cores=2, of="wall_us"), 1.8))
    out.append(_heap(rows))
    for what, op, kib in (("processed commit", "store_process", 64),
                          ("sent message", "store_send", 16),
                          ("received message", "store_receive", 16)):
        out += _disk(rows.row(OURS, "warm", AT, op), what, kib)
    return out


def _times(what, ratio, target):
    if ratio is None:
        return Verdict(what, "not measured", f"≥ {target}", None)
    return Verdict(what, f"{figure(ratio)} times", f"≥ {target}", ratio >= target)


def heap_beyond_leaf(row):
    """Octets of heap a member, beyond the encoding of its leaf."""
    return row["heap_bytes"] / row["members"] - row["leaf_bytes"]


def _heap(rows):
    row = rows.row(OURS, "warm", AT, "heap")
    what = "heap a member beyond its leaf, octets"
    if row is None:
        return Verdict(what, "not measured", "≤ 340", None)
    value = heap_beyond_leaf(row)
    return Verdict(what, figure(value), "≤ 340", value <= 340)


def _disk(row, what, kib):
    if row is None:
        return [Verdict(f"{what}, KiB to SQLite", "not measured", f"≤ {kib}", None)]
    value = row["written"] / 1024
    return [Verdict(f"{what}, KiB to SQLite, mean of 1,000", figure(value), f"≤ {kib}",
                    value <= kib),
            Verdict(f"{what}, share of 1,000 that sync exactly once", f"{row['one_sync']:.3f}",
                    "≥ 0.5 (the median is one)", row["one_sync"] >= 0.5),
            Verdict(f"{what}, syncs, mean of 1,000 with those of checkpoints",
                    f"{row['syncs']:.3f}", "≤ 1", row["syncs"] <= 1)]
