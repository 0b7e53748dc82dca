"""peers.md: the tables of `./dev bench --quick|--full`."""
from bench import machine
from bench.rows import OURS, Rows
from bench.table import figure, markdown, octets
from bench.targets import heap_beyond_leaf, verdicts

# Of a group, in the order of the tables, and what people call them.
OPERATIONS = {
    "commit": "commit (key update)", "process": "process it",
    "add_apart": "add 1, tree apart", "add": "add 1, tree in the Welcome",
    "process_add": "process an add of 1",
    "add_100_apart": "add 100, tree apart", "add_100": "add 100, tree in the Welcome",
    "process_add_100": "process an add of 100",
    "remove": "remove", "process_remove": "process a remove",
    "join": "join by Welcome", "join_outside": "join from outside",
    "process_join_outside": "process that", "send": "send 100 octets", "receive": "receive them",
    "keypackage": "key package",
}
CREATE = {"create_apart": "create, tree apart", "create": "create, tree in the Welcome"}
SHAPES = {"warm": "Warm", "fresh": "Fresh", "churned": "Churned"}


def page(measured):
    """The whole page."""
    rows = Rows(measured["rows"])
    sizes = sorted({row["members"] for row in measured["rows"]})
    parts = [HEAD.format(machine=machine.sentence(measured["machine"]), plan=measured["plan"],
                         minutes=measured["minutes"], seconds=measured["seconds_each"])]
    parts.append("## Creating a group\n\n" + _times(rows, [
        ("create", size, op, 1, "1") for size in sizes for op in CREATE], CREATE))
    for shape, title in SHAPES.items():
        for size in sizes:
            table = _times(rows, [(shape, size, op, 1, "1") for op in OPERATIONS], OPERATIONS)
            if table:
                parts.append(f"## {title}, {size:,} members\n\n" + table)
    two = [("warm", size, "join", 2, "1") for size in sizes]
    parts.append("## Joining on two cores\n\nCPU time, and wall time below it.\n\n"
                 + _times(rows, two, OPERATIONS) + "\n" + _times(rows, two, OPERATIONS, "wall_us"))
    hybrid = [(shape, size, op, 1, "hybrid") for size in sizes
              for shape, ops in (("create", CREATE), ("fresh", OPERATIONS)) for op in ops]
    parts.append(HYBRID + _times(rows, hybrid, CREATE | OPERATIONS))
    parts.append("## Memory of a member\n\n" + MEMORY + _memory(rows, sizes))
    parts.append("## State on disk\n\n" + DISK + _disk(rows, sizes))
    parts.append("## What this was to show\n\n" + _verdicts(measured))
    return "\n".join(parts)


def _times(rows, of, names, key="cpu_us"):
    """A table of times: a line for each of (shape, size, op, cores, suite) that was asked for."""
    lines = []
    for shape, size, op, cores, suite in of:
        ours = rows.any(OURS, shape, size, op, cores, suite)
        if ours is None:
            continue
        theirs = [rows.any(peer, shape, size, op, cores, suite) for peer in rows.peers]
        lines.append([names[op], f"{size:,}", _time(ours, key)] + [_time(row, key) for row in theirs]
                     + [figure(rows.ratio(shape, size, op, cores, key, suite)),
                        figure(ours.get("floor_us")), _calls(ours), octets(ours.get("bytes"))]
                     + [octets(row.get("bytes") if row else None) for row in theirs])
    if not lines:
        return ""
    head = (["operation", "members", f"{OURS}, µs"] + [f"{peer}, µs" for peer in rows.peers]
            + ["fastest peer / Thicket", "floor, µs", "calls (floor)", f"{OURS}, octets"]
            + [f"{peer}, octets" for peer in rows.peers])
    return markdown(head, lines)


def _time(row, key="cpu_us"):
    """A median with its spread, or why there is none."""
    if row is None:
        return "-"
    if "over" in row:
        return "over the limit"
    return f"{figure(row[key])} ± {50 * row['spread']:.0f} %"


# Calls that cost, by what is counted under the name.
COSTLY = {"sign": ("sign",), "verify": ("verify",),
          "DH": ("keygen", "agree"), "KEM": ("ml_kem_keygen", "encapsulate", "decapsulate")}


def _calls(row):
    """The calls that our run made, those of the floor in brackets."""
    def of(calls):
        sums = ((name, sum(calls.get(kind, 0) for kind in kinds)) for name, kinds in COSTLY.items())
        return ", ".join(f"{count:,} {name}" for name, count in sums if count)
    if "calls" not in row:
        return "-"
    return f"{of(row['calls'])} ({of(row['calls_of_floor'])})"


def _memory(rows, sizes):
    lines = []
    for shape in SHAPES:
        for size in sizes:
            ours = rows.row(OURS, shape, size, "heap")
            if ours is None:
                continue
            theirs = [rows.row(peer, shape, size, "heap") for peer in rows.peers]
            lines.append([shape, f"{size:,}", octets(ours["heap_bytes"])]
                         + [octets(row["heap_bytes"] if row else None) for row in theirs]
                         + [figure(ours["heap_bytes"] / size), figure(heap_beyond_leaf(ours)),
                            octets(ours["bytes"])])
    return markdown(["shape", "members", f"{OURS}, octets"]
                    + [f"{peer}, octets" for peer in rows.peers]
                    + [f"{OURS}, a member", "beyond its leaf", "ratchet_tree, octets"], lines)


STORED = {"store_process": "process a commit", "store_send": "send", "store_receive": "receive",
          "open": "open"}


def _disk(rows, sizes):
    lines = []
    for op, name in STORED.items():
        for size in sizes:
            ours = rows.row(OURS, "warm", size, op)
            if ours is None:
                continue
            theirs = [rows.any(peer, "warm", size, op) for peer in rows.peers]
            written = ours.get("written")
            lines.append([name, f"{size:,}", _time(ours)] + [_time(row) for row in theirs]
                         + [figure(written), "-" if written is None else f"{ours['syncs']:.3f}"])
    return markdown(["what", "members", f"{OURS}, µs"] + [f"{peer}, µs" for peer in rows.peers]
                    + ["octets written, mean", "syncs, mean"], lines)


def _verdicts(measured):
    marks = {True: "yes", False: "**no**", None: "not measured"}
    return "At 10,000 members, warm, suite 1, against the fastest peer of each row:\n\n" + markdown(
        ["what", "value", "target", "met"],
        [[verdict.what, verdict.value, verdict.target, marks[verdict.met]]
         for verdict in verdicts(measured)])


MEMORY = """Heap that dropping one member's group gives back, where it shares nothing with anybody. OpenMLS also keeps
the group in its store, which is not in this figure.

"""
DISK = """Thicket writes to SQLite, 1,000 transitions of each kind, folding and checkpoints included; CPU time with
the cryptography of it. `open` is what a client does when it starts, the file in the cache of the system; the peers
open from their stores in memory, from what they have encoded there. What the peers write is not measured here.

"""
HYBRID = """## A hybrid suite

Fresh groups of MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519. The code points are a draft's and differ, so that the
peers cannot enter our trees. mls-rs's suite is one of its own, ML-KEM 768 beside X25519 by another combiner.

"""
HEAD = """# Beside OpenMLS and mls-rs

`./dev bench --{plan}` wrote this page, [peers.json](peers.json) with all figures, and the picture, in {minutes} minutes.

![CPU time by operation and group size](peers.svg)

{machine}

**How.** One run, one after the other, each on one core (taskset), nothing else started by us at the time. CPU time of all
threads of the process; the median of up to 51 runs (Thicket: 101 draws of other members), and half the distance of the
quartiles after it. Suite 1, basic credentials, handshakes as PublicMessage, application messages as PrivateMessage without
padding. The peers are the published crates, pinned in `bench/peers/*/Cargo.lock`, driven by small programs of ours through
one harness (`bench/peers/harness`). A row over the limit of {seconds} s, the making of its group included, says so, and those
after it of the same run say the same. Each program is run from the fastest of six copies of its file: by where in memory the
system happens to keep a file, the same binary is up to a fifth slower or faster.

**Shapes.** *Fresh*: all were added in one commit and nobody has committed since, so that every parent is blank. *Warm*: every
parent is filled; two clients of each peer enter the tree that `thicket bench export-warm` hands out, by Welcome, so that all
stand in the same. *Churned*: likewise, after as many joins and leaves and twice as many updates as half the members, drawn
from a seed. Commits add the tree to the Welcome or not (*apart*): both are rows. *Add* adds to the size named; *create* ends
with it.

**Floor.** What the primitive calls that RFC 9420 makes this operation run cost on AWS-LC, replayed right after each draw
([floor.md](floor.md)). *Calls*: signatures, verifications, and key generations and agreements (DH) that our run made; the
formula's in brackets.

**Unfair to the peers.** OpenMLS writes to its store in memory in every operation, which cannot be left out, and its RustCrypto
is slower than AWS-LC at most primitives. Both peers decode key packages inside their time; Thicket is handed decoded ones.
Thicket's groups for measuring share the nodes of one tree, so that a fresh member finds some of them in the CPU's caches;
each run of a peer is on a copy of its own that was just made.

**Unfair to Thicket.** Its figures hold making the rows that a store would write, and counting them; mls-rs writes nothing.
It is measured at members drawn from the whole tree, the peers at one place whose path is a full one.

"""
