"""`./dev bench --quick|--full`: Thicket and other implementations, the same operations in the same
groups."""
import json
import re
import time

from bench import machine, plot_beside
from bench.process import say
from bench.sides import PEERS, Sides
from bench.table import figure, markdown, octets
from bench.targets import AT, cell, fastest, table_rows

SUITE = "1"
# Sizes by shape, those that only Thicket is asked for, and the seconds that one line may take.
PLANS = {
    "quick": {"warm": [10, 100, 1000, 10000], "fresh": [2, 10, 100, 1000], "churned": [100, 1000],
              "created": [10, 100, 1000, 10000], "alone": [100000], "disk": [1000, 10000], "limit_s": 100},
    "full": {"warm": [10, 100, 1000, 10000, 100000], "fresh": [2, 10, 100, 1000, 10000],
             "churned": [100, 1000, 10000], "created": [2, 10, 100, 1000, 10000],
             "alone": [1000000], "disk": [1000, 10000, 100000], "limit_s": 900},
}
NAMES = {
    "keypackage": "key package", "commit": "update: commit", "process": "update: process",
    "add_apart": "add 1, tree apart", "add": "add 1, tree in the Welcome",
    "process_add": "add 1: process", "add_100_apart": "add 100, tree apart",
    "add_100": "add 100, tree in the Welcome", "process_add_100": "add 100: process",
    "remove": "remove", "process_remove": "remove: process", "join": "join by Welcome",
    "join_outside": "join from outside", "process_join_outside": "join from outside: process",
    "send": "send 100 octets", "receive": "receive them",
    "create_apart": "create, tree apart", "create": "create, tree in the Welcome",
}


def run(root, out, what):
    """Measures, and writes peers.json, peers.md and peers.svg."""
    plan, began = PLANS[what], time.monotonic()
    sides = Sides(root, PEERS)
    alone = Sides(root, [])
    limit = plan["limit_s"]
    rows = []
    for shape in ("warm", "fresh", "churned"):
        for members in plan[shape]:
            say(f"{shape}, {members:,} members")
            rows += sides.group(shape, members, SUITE, limit)
    for members in plan["alone"]:
        say(f"warm, {members:,} members, Thicket alone")
        rows += alone.group("warm", members, SUITE, limit)
    for members in plan["created"]:
        say(f"created with {members:,} members")
        rows += sides.create(members, SUITE, limit)
    for members in plan["disk"]:
        say(f"on disk, {members:,} members")
        rows += alone.disk(members, SUITE, limit)
    say(f"warm, {AT:,} members, two cores")
    rows += [row for row in sides.group("warm", AT, SUITE, limit, cores=2) if row["op"] == "join"]
    minutes = (time.monotonic() - began) / 60
    write({"machine": describe(root, rows), "what": what, "minutes": round(minutes, 1),
           "suite": SUITE, "plan": plan, "rows": rows}, out)
    say(f"{minutes:.1f} minutes; wrote {out / 'peers.md'}")


def describe(root, rows):
    """The machine, with the versions of the peers and of what compiled them."""
    versions = {row["who"]: row["version"] for row in rows if "version" in row}
    return {**machine.describe(root), "peers": versions,
            "rustc": machine.output_of("rustc", "--version")}


def write(measured, out):
    """The three files of a measurement."""
    rows = ",\n".join("  " + json.dumps(row) for row in measured["rows"])
    rest = {key: value for key, value in measured.items() if key != "rows"}
    text = json.dumps(rest, indent=1)
    (out / "peers.json").write_text(text[:-2] + ',\n "rows": [\n' + rows + "\n ]\n}\n")
    (out / "peers.md").write_text(page(measured))
    plot_beside.draw(measured, out / "peers.svg")


def page(measured):
    """peers.md."""
    rows = measured["rows"]
    peers = list(measured["machine"]["peers"])
    named = ", ".join(f"{name} {version}" for name, version in measured["machine"]["peers"].items())
    parts = [HEAD.format(machine=machine.sentence(measured["machine"]), peers=named,
                         rustc=measured["machine"]["rustc"], minutes=measured["minutes"],
                         what=measured["what"])]
    parts.append(f"## What was promised, at {AT:,} members\n\n" + markdown(
        ["what", "promised", "measured", "kept"], table_rows(rows)))
    shapes = {shape: [row for row in rows if row["shape"] == shape and row["cores"] == 1]
              for shape in ("warm", "fresh", "churned", "created")}
    for shape, of_shape in shapes.items():
        for members in sorted({row["members"] for row in of_shape}, reverse=True):
            asked = [] if members in measured["plan"]["alone"] else peers
            parts.append(f"## {TITLES[shape]}, {members:,} members\n\n" + markdown(
                ["operation", "floor, µs", "Thicket, µs", "times the floor",
                 *(f"{peer}, µs" for peer in asked), "fastest peer / Thicket", "octets sent",
                 "calls: public-key", "other calls"],
                [line for op in NAMES
                 if (line := table_line(rows, shape, op, members, asked)) is not None]))
            heaps = heap_line(rows, shape, members, peers)
            if heaps:
                parts.append(heaps)
    parts.append(DISK + markdown(
        ["operation", "members", "µs", "octets written", "syncs", "syncs of its own",
         "octets read"],
        [[STORED[row["op"]], octets(row["members"]), with_spread(row), octets(round(row["written"])),
          figure(row["syncs"]), figure(row["commit_syncs"]), octets(round(row["read"]))]
         for row in rows if row["shape"] == "disk"]))
    return "\n".join(parts)


def table_line(rows, shape, op, members, peers):
    """A line of a table, or None where nobody has it."""
    ours = cell(rows, "Thicket", shape, op, members)
    if ours is None:
        return None
    theirs = [cell(rows, peer, shape, op, members) for peer in peers]
    least = fastest(rows, shape, op, members)
    public_key, other = calls(ours["calls"])
    return [NAMES[op], figure(ours["floor_us"]), with_spread(ours),
            figure(ours["cpu_us"] / ours["floor_us"]),
            *(with_spread(row) if row else "over the limit" for row in theirs),
            figure(least / ours["cpu_us"]) if least else "-", octets(ours["bytes"]),
            octets(public_key), octets(other)]


def with_spread(row):
    """A median, and half the distance of the quartiles in per cent where it is wide."""
    text = figure(row["cpu_us"])
    return text + (f" ± {50 * row['spread']:.0f} %" if row["spread"] > 0.1 else "")


PUBLIC_KEY = re.compile("keygen|agree|ml_kem|capsul|sign|verify")


def calls(counts):
    """Primitive calls: public-key ones and all others."""
    public_key = sum(count for kind, count in counts.items() if PUBLIC_KEY.search(kind))
    return public_key, sum(counts.values()) - public_key


def heap_line(rows, shape, members, peers):
    """A sentence on the memory of one member."""
    ours = cell(rows, "Thicket", shape, "heap", members)
    if ours is None:
        return None
    said = [f"Thicket {figure(ours['heap_bytes'] / members)} (its leaf's encoding is "
            f"{figure(ours['leaf_bytes'] / members)} of them)"]
    for peer in peers:
        row = cell(rows, peer, shape, "heap", members)
        if row:
            said.append(f"{peer} {figure(row['heap_bytes'] / members)}")
    return f"Heap of one member's group, octets a member of it: {'; '.join(said)}.\n"


STORED = {"store_process": "update: process", "store_send": "send 100 octets",
          "store_receive": "receive them", "open": "open the group"}
DISK = """## On disk

Thicket's group in an SQLite file: the operation with its cryptography, and what of it reached the file, folding
included, the mean of 1,000. The other syncs are of SQLite's checkpoints. [format.md](../format.md) says what is written.

"""

TITLES = {"warm": "Warm", "fresh": "Fresh", "churned": "Churned", "created": "Created at once"}

HEAD = """# Beside other implementations

`./dev bench --{what}` writes this page, [peers.json](peers.json) with all figures, and this picture. It took {minutes}
minutes once everything was built.

![CPU time by group size](peers.svg)

{machine} Others: {peers}; {rustc}. Cipher suite 1 (X25519, AES-128-GCM, SHA-256, Ed25519), basic credentials.

* One core each and CPU time of the process, medians over draws or runs; "± 5 %" is half the distance of the quartiles,
  said where it is over 5. Handshakes are PublicMessages. All programs' heaps keep what was freed.
* **Warm**: every parent is filled. The others enter the tree that `thicket bench export-warm` hands out, by its Welcome.
  **Fresh**: all were added in one commit, every parent is blank. **Churned**: a seeded history of joins, leaves and
  updates by a few members (`bench/history.py`), the same steps for all.
* **Floor**: what the primitives that RFC 9420 makes the operation run cost on Thicket's library ([floor.md](floor.md)). Calls are
  those that Thicket made, counted.
* "Over the limit": a figure was not there after the time that one may take.

What is unfair, and to whom: OpenMLS's times hold its writes to a store in memory, which cannot be turned off; Thicket's hold
the making of the rows for its store, mls-rs's nothing of the kind (its `write_to_storage` is not called). Thicket and mls-rs
compute on AWS-LC, OpenMLS on RustCrypto, whose signatures and agreements are slower. Thicket's processing is of a commit
and its acceptance; so are the others'. Copies of a member that an operation is timed on are made outside of the time.
"""
