"""What was promised of one run, as a list that says of each whether it is so."""
from bench.table import figure

AT = 10000
# Times that the fastest peer's CPU time is of ours, for a warm group of AT members.
TIMES = {"commit": 150, "process": 150, "add_apart": 100, "add": 8, "send": 1, "receive": 1}
CREATED = {"create": 12, "create_apart": 1}
JOIN_WALL = 1.8
HEAP_OCTETS = 340
# Octets that an SQLite file is written by one of these, folding included, the mean of 1,000; and
# one sync each, beside those of checkpoints.
WRITTEN = {"store_process": 64 << 10, "store_send": 16 << 10, "store_receive": 16 << 10}


def cell(rows, who, shape, op, members, cores=1):
    """The one row of these, or None."""
    found = [row for row in rows if (row["who"], row["shape"], row["op"], row["members"],
                                     row["cores"]) == (who, shape, op, members, cores)]
    return found[0] if found else None


def fastest(rows, shape, op, members, key="cpu_us", cores=1):
    """The peers' least figure, or None where none has one."""
    figures = [row[key] for row in rows if row["who"] != "Thicket" and row["shape"] == shape
               and row["op"] == op and row["members"] == members and row["cores"] == cores
               and row[key]]
    return min(figures) if figures else None


def times(rows, shape, op, key="cpu_us", cores=1):
    """How many times ours the fastest peer's figure is."""
    ours = cell(rows, "Thicket", shape, op, AT, cores)
    theirs = fastest(rows, shape, op, AT, key, cores)
    return theirs / ours[key] if ours and theirs else None


def heap_beyond_leaves(rows):
    """Octets a member, of a group that shares nothing, without its leaves' encoding."""
    row = cell(rows, "Thicket", "warm", "heap", AT)
    return (row["heap_bytes"] - row["leaf_bytes"]) / AT if row else None


def checked(rows):
    """(what, promised, measured, kept) of each; kept is None where it was not measured."""
    out = []
    for shape, promised in [("warm", TIMES), ("created", CREATED)]:
        for op, least in promised.items():
            measured = times(rows, shape, op)
            out.append((f"{op}: times the fastest peer", f"at least {least}",
                        measured, measured and measured >= least))
    wall = times(rows, "warm", "join", "wall_us", 2)
    out.append(("join on two cores: times the fastest peer, wall", f"at least {JOIN_WALL}",
                wall, wall and wall >= JOIN_WALL))
    heap = heap_beyond_leaves(rows)
    out.append(("heap: octets a member beyond its leaf's encoding", f"at most {HEAP_OCTETS}",
                heap, heap and heap <= HEAP_OCTETS))
    for op, most in WRITTEN.items():
        row = cell(rows, "Thicket", "disk", op, AT)
        out.append((f"{op}: octets written to SQLite", f"at most {most:,}",
                    row and row["written"], row and row["written"] <= most))
        out.append((f"{op}: syncs of its own", "1",
                    row and row["commit_syncs"], row and row["commit_syncs"] <= 1.0))
    return out


def table_rows(rows):
    """For bench.table.markdown."""
    words = {True: "yes", False: "no", None: "not measured"}
    return [[what, promised, figure(measured), words[kept]]
            for what, promised, measured, kept in checked(rows)]
