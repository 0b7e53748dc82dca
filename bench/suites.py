"""`./dev bench --suites`: what every cipher suite costs, by group size."""
import json

from bench import machine, plot_suites
from bench.process import say
from bench.table import figure, markdown, octets
from bench.thicket import Thicket

MEMBERS = [10, 100, 1000, 10000]

# What a line of the measurement is called in it: the operation, and whether the tree is apart.
RUNS = [(["keypackage", "commit", "process", "join"], []), (["add"], ["--tree-apart"])]
KEPT = ["op", "suite", "members", "cpu_us", "spread", "floor_us", "ratio", "draws", "bytes_sent",
        "welcome_bytes", "tree_bytes", "delta_bytes", "heap_bytes"]


def run(root, out, members):
    """Measures, and writes suites.json, suites.md and suites.svg."""
    thicket = Thicket(root)
    measured = {"machine": machine.describe(root), "members": members,
                "suites": thicket.suites(), "rows": []}
    for suite in measured["suites"]:
        for size in members:
            say(f"{suite['name']}, {size:,} members")
            for operations, options in RUNS:
                lines = thicket.bench(operations, size, suite["name"], options)
                if len(lines) != len(operations):
                    raise RuntimeError(f"{suite['name']}, {size}: over the limit of time")
                measured["rows"] += [{key: line[key] for key in KEPT} for line in lines]
    write(measured, out)


def write(measured, out):
    """The three files of a measurement."""
    rows = ",\n".join("  " + json.dumps(row) for row in measured["rows"])
    rest = {key: value for key, value in measured.items() if key != "rows"}
    text = json.dumps(rest, indent=1)
    (out / "suites.json").write_text(text[:-2] + ',\n "rows": [\n' + rows + "\n ]\n}\n")
    (out / "suites.md").write_text(page(measured))
    plot_suites.draw(measured, out / "suites.svg")


def strength(suite):
    """In two words: how it keeps secrets, and how it signs where that differs."""
    if suite["authentication"] == "classical":
        return suite["confidentiality"]
    return f"{suite['confidentiality']}, ML-DSA"


def page(measured):
    """suites.md."""
    at = {(row["suite"], row["members"], row["op"]): row for row in measured["rows"]}
    first = measured["members"][0]
    parts = [HEAD.format(machine=machine.sentence(measured["machine"]))]
    parts.append("## A key package\n\n" + markdown(
        ["suite", "strength", "octets", "µs", "times the floor"],
        [[suite["name"], strength(suite), octets(row["bytes_sent"]), figure(row["cpu_us"]),
          figure(row["ratio"])]
         for suite in measured["suites"]
         for row in [at[suite["name"], first, "keypackage"]]]))
    for size in measured["members"]:
        parts.append(f"## {size:,} members\n\n" + markdown(SIZE_HEAD, [
            size_row(suite, lambda op, name=suite["name"], size=size: at[name, size, op])
            for suite in measured["suites"]]))
    return "\n".join(parts)


SIZE_HEAD = ["suite", "commit, octets", "commit, µs", "process, µs", "add, octets", "add, µs",
             "join, ms", "tree, octets", "member's heap, octets"]


def size_row(suite, of):
    """A suite's row in the table of one size; `of` gives the line of an operation."""
    commit, add, join = of("commit"), of("add"), of("join")
    return [suite["name"], octets(commit["bytes_sent"]), figure(commit["cpu_us"]),
            figure(of("process")["cpu_us"]), octets(add["bytes_sent"]), figure(add["cpu_us"]),
            figure(join["cpu_us"] / 1000), octets(join["tree_bytes"]),
            octets(commit["heap_bytes"])]


HEAD = """# What a cipher suite costs

`./dev bench --suites` writes this page, [suites.json](suites.json) with all figures (floors, spreads, rows stored) and
this picture. Every tree is warm: all its parents are filled. CPU time of one core, medians of draws of other members.

![Octets and CPU time of a commit by suite and size](suites.svg)

{machine}

* **commit**: a member's key update, as a PublicMessage; made, stored and accepted. **process**: another member follows it.
* **add**: one joiner, without a path; commit and Welcome, the ratchet tree travelling apart from them.
* **join**: by a Welcome that has the tree in it; every leaf's signature is verified.
* **tree**: octets of the `ratchet_tree` extension, which whoever joins must be sent once.
* **member's heap**: what one member's group holds in memory that it shares with nobody.
"""
