"""`./dev bench --quick|--full`: Thicket, OpenMLS and mls-rs, the same groups, the same operations."""
import json
import time
from dataclasses import dataclass

from bench import machine, peers_page, plot_peers
from bench.peer import PEERS, Peer
from bench.process import say
from bench.thicket import Thicket

OURS = "Thicket"
SHAPES = ["warm", "fresh", "churned"]
CREATE = ["create_apart", "create"]
# In the order in which bench/peers/harness prints them.
IN_GROUP = ["keypackage", "commit", "process", "add_apart", "process_add", "add", "add_100_apart",
            "process_add_100", "add_100", "remove", "process_remove", "send", "receive", "heap",
            "open", "join", "join_outside", "process_join_outside"]
# What our program is asked for, and with which option; the rest of it is in the lines of these.
ASKED = [(["keypackage", "commit", "process", "process_add", "add", "process_add_100", "add_100",
           "remove", "process_remove", "send", "receive", "join", "join_outside",
           "process_join_outside"], []),
         (["add", "add_100"], ["--tree-apart"])]
# Our name of the suite that the peers' programs call so. Its code point is a draft's and differs, so
# that they cannot enter our trees.
HYBRID = "MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519"
NEEDS_THREE = {"remove", "process_remove"}


@dataclass(frozen=True)
class Plan:
    """How much is measured, and for how long."""
    name: str
    members: tuple        # of all, in every shape
    members_ours: tuple   # beyond these Thicket alone, warm
    members_disk: tuple
    members_hybrid: tuple  # in fresh groups of a hybrid suite
    budget_ms: int        # of CPU time that the runs of one operation take
    seconds: int          # for one row, the group that it needs included


QUICK = Plan("quick", (2, 10, 100, 1000, 10000), (), (10, 1000, 10000), (100, 1000), 200, 100)
FULL = Plan("full", (2, 10, 100, 1000, 10000, 100000), (1000000,), (10, 1000, 10000, 100000),
            (10, 100, 1000, 10000), 400, 300)


def run(root, out, plan, members=None):
    """Measures, and writes peers.json, peers.md and peers.svg."""
    started = time.monotonic()
    bench = Measurement(root, plan)
    bench.use_fastest_copies(root / "build" / "bench-copies")
    sizes = members or plan.members
    for size in sizes:
        bench.create(size)
        for shape in SHAPES:
            bench.group(shape, size)
        bench.two_cores(size)
    for size in plan.members_ours if members is None else ():
        bench.ours("warm", size, ["commit", "process", "send", "receive", "join"])
    bench.suite = "hybrid"
    for size in plan.members_hybrid if members is None else ():
        bench.create(size)
        bench.group("fresh", size)
    bench.suite = "1"
    for size in plan.members_disk if members is None else sizes:
        bench.disk(size)
    described = machine.describe(root) | bench.versions
    measured = {"machine": described, "plan": plan.name, "seconds_each": plan.seconds,
                "minutes": round((time.monotonic() - started) / 60, 1), "rows": bench.rows}
    write(measured, out)


def write(measured, out):
    """The three files of a measurement."""
    rows = ",\n".join("  " + json.dumps(row) for row in measured["rows"])
    rest = {key: value for key, value in measured.items() if key != "rows"}
    text = json.dumps(rest, indent=1)
    (out / "peers.json").write_text(text[:-2] + ',\n "rows": [\n' + rows + "\n ]\n}\n")
    (out / "peers.md").write_text(peers_page.page(measured))
    plot_peers.draw(measured, out / "peers.svg")


class Measurement:
    """Rows as they come, and who has run into the limit of time."""

    def __init__(self, root, plan):
        self.plan = plan
        self.suite = "1"
        self.thicket = Thicket(root)
        self.peers = [Peer(root, folder) for folder in PEERS]
        self.rows = []
        self.versions = {}
        self.over = set()  # (who, what it was at): larger groups are not tried

    def use_fastest_copies(self, folder):
        """Each program from the copy that luck is kindest to."""
        say("looking for the fastest copy of each program")
        self.thicket.use_fastest_copy(folder)
        for peer in self.peers:
            peer.use_fastest_copy(folder, self.thicket)

    def create(self, size):
        """All others added in one commit by a client who creates the group."""
        say(f"create, {size:,} members")
        for apart in (True, False):
            options = ["--tree-apart"] if apart else []
            lines = self._ask(["create"], "fresh", size, options)
            self._keep(OURS, "create", size, CREATE[:1] if apart else CREATE[1:],
                       [ours(line, apart) for line in lines])
        for peer in self.peers:
            self._drive(peer, "create", "create", size, CREATE)

    def group(self, shape, size):
        """All operations in a group of that shape."""
        if shape == "churned" and size < 10:
            return  # nobody can leave
        self.ours(shape, size, None)
        for peer in self.peers:
            self._drive(peer, "all", shape, size, IN_GROUP)

    def ours(self, shape, size, only):
        """The lines of our program; `only` some of the operations, where it is given."""
        say(f"{OURS}, {shape}, {size:,} members, suite {self.suite}")
        for operations, options in ASKED:
            wanted = [op for op in operations if (only is None or op in only)
                      and not (size < 3 and op in NEEDS_THREE)]
            if not wanted:
                continue
            lines = self._ask(wanted, shape, size, options)
            apart = bool(options)
            names = [f"{op}_apart" if apart else op for op in wanted]
            self._keep(OURS, shape, size, names,
                       [ours(line, apart) for line in lines if line["op"] != "receive_first"])
            for line in lines:
                if line["op"] == "process":
                    self._keep(OURS, shape, size, ["heap"], [heap(line)])

    def two_cores(self, size):
        """Joining by Welcome again, on two cores."""
        if size < 1000:
            return
        say(f"join on two cores, {size:,} members")
        lines = self._ask(["join"], "warm", size, [], cores=2)
        self._keep(OURS, "warm", size, ["join"], [ours(line, False) for line in lines], cores=2)
        for peer in self.peers:
            self._drive(peer, "join", "warm", size, ["join"], cores=2)

    def disk(self, size):
        """What an SQLite file is written, and opening the group from it."""
        say(f"{OURS}, on disk, {size:,} members")
        lines = self.thicket.disk(size, "1", self.plan.seconds)
        for line in lines:
            row = {"op": line["op"], "cpu_us": line["cpu_us"], "spread": line["spread"]}
            if line["op"] != "open":
                row |= {key: line[key] for key in ("written", "syncs", "one_sync")}
            self._keep(OURS, "warm", size, [line["op"]], [row])

    def _ask(self, operations, shape, size, options, cores=1):
        options = ["--tree", shape, "--explain", "--budget-ms", str(self.plan.budget_ms), *options]
        suite = HYBRID if self.suite == "hybrid" else self.suite
        return self.thicket.bench(operations, size, suite, options, self.plan.seconds, cores)

    def _drive(self, peer, operations, shape, size, names, cores=1):
        expected = [op for op in names if not (size < 3 and op in NEEDS_THREE)]
        task = {"operations": operations, "shape": "fresh" if shape == "create" else shape,
                "suite": self.suite, "members": size, "budget_ms": self.plan.budget_ms}
        lines = []
        if (peer.name, shape, self.suite) not in self.over:
            say(f"{peer.name}, {shape}, {size:,} members, suite {self.suite}")
            lines = peer.run(task, self.thicket, self.plan.seconds, cores)
        for line in lines:
            self.versions[peer.name] = line["version"]
        entered = [line for line in lines if line["op"] == "enter"]
        if entered and cores == 1:
            self._keep(peer.name, shape, size, ["enter"], [theirs(line) for line in entered])
        if not lines:
            self.over.add((peer.name, shape, self.suite))
        self._keep(peer.name, shape, size, expected,
                   [theirs(line) for line in lines if line["op"] != "enter"], cores)

    def _keep(self, who, shape, size, expected, lines, cores=1):
        """One row for each expected operation; those that are not there ran into the limit."""
        there = {line["op"]: line for line in lines}
        for op in expected:
            row = there.get(op, {"op": op, "over": True})
            self.rows.append({"who": who, "suite": self.suite, "shape": shape, "members": size,
                              "cores": cores, **row})


def ours(line, apart):
    """A row from a line of our program."""
    kept = {"op": line["op"] + ("_apart" if apart else ""), "cpu_us": line["cpu_us"],
            "wall_us": line["wall_us"], "spread": line["spread"], "runs": line["draws"],
            "bytes": line["bytes_sent"], "floor_us": line["floor_us"]}
    calls = {kind: count["made"] for kind, count in line["calls"].items() if count["made"]}
    formula = {kind: count["formula"] for kind, count in line["calls"].items() if count["formula"]}
    return kept | {"calls": calls, "calls_of_floor": formula}


def heap(line):
    """What one member holds that nobody else does, and what of it is not in anybody's leaf."""
    return {"op": "heap", "heap_bytes": line["heap_bytes"], "bytes": line["tree_bytes"],
            "leaf_bytes": line["leaf_bytes"]}


def theirs(line):
    """A row from a line of a peer's program."""
    if line["op"] == "heap":
        return {"op": "heap", "heap_bytes": line["heap_bytes"], "bytes": line["bytes"]}
    return {key: line[key] for key in ("op", "cpu_us", "wall_us", "spread", "runs", "bytes")}
