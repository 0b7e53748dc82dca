"""The implementations side by side: what each is asked, and its answers under the same names."""
import tempfile
from pathlib import Path

from bench.history import history
from bench.peer import Peer
from bench.process import say
from bench.thicket import Thicket

MANY = 100
PEERS = {"mls-rs": "mls_rs", "OpenMLS": "openmls"}
# What `thicket bench` is asked for a group of n: operations, joiners of one commit, options.
# A line of it counts the members afterwards, a line here those before.
ASKED = [
    (["commit", "process", "remove", "process_remove", "send", "receive", "keypackage"], 0, []),
    (["add"], 1, ["--tree-apart"]),
    (["add", "process_add", "join", "join_outside", "process_join_outside"], 1, []),
    (["add"], MANY, ["--tree-apart", "--adds", MANY]),
    (["add", "process_add"], MANY, ["--adds", MANY]),
]
CREATE = [(["create"], 0, ["--tree-apart"]), (["create"], 0, [])]
KEPT = ["cpu_us", "wall_us", "spread"]


class Sides:
    """All of them, built."""

    def __init__(self, root, names):
        self.thicket = Thicket(root)
        self.peers = {name: Peer(root, PEERS[name]) for name in names}

    def group(self, shape, members, suite, limit_s, cores=1):
        """Rows of every operation on a group of `shape`."""
        with tempfile.TemporaryDirectory() as folder:
            options, plan = ["--tree", shape], {"operations": "all", "shape": shape}
            if shape == "churned":
                file = Path(folder) / "history"
                file.write_text(history(members, 1, churn_steps(members)))
                options += ["--history", file]
                plan["history"] = file
            rows = self._thicket(ASKED, members, suite, options, limit_s, cores)
            heap = next((row for row in rows if row["op"] == "commit"), None)
            if heap:
                rows.append({**heap, "op": "heap", "cpu_us": None, "calls": None,
                             "bytes": heap["tree_bytes"]})
            for name in self.peers:
                rows += self._peer(name, plan, members, suite, limit_s, cores)
        return [{**row, "shape": shape, "cores": cores} for row in rows]

    def create(self, members, suite, limit_s):
        """Rows of a group that is made with all its members at once."""
        rows = self._thicket(CREATE, members, suite, [], limit_s, 1)
        for name in self.peers:
            rows += self._peer(name, {"operations": "create"}, members, suite, limit_s, 1)
        return [{**row, "shape": "created", "cores": 1} for row in rows]

    def disk(self, members, suite, limit_s):
        """Rows of a member who keeps the group in an SQLite file."""
        return [{"who": "Thicket", "shape": "disk", "cores": 1, "members": members,
                 **{key: line[key] for key in ("op", "cpu_us", "spread", "written", "syncs",
                                               "commit_syncs", "read")}}
                for line in self.thicket.disk(members, suite, limit_s)]

    def _thicket(self, asked, members, suite, options, limit_s, cores):
        rows = []
        for operations, joiners, more in asked:
            if "remove" in operations and members < 3:
                operations = [op for op in operations if "remove" not in op]
            lines = self.thicket.bench(operations, members + joiners, suite,
                                       [*options, *more, "--explain", "--workers", cores],
                                       limit_s, cores)
            if len(lines) < len(operations):
                say(f"thicket: over {limit_s} s at {members:,} members, {operations[len(lines)]}")
            rows += [thicket_row(line, members, more) for line in lines
                     if line["op"] != "receive_first"]
        return rows

    def _peer(self, name, plan, members, suite, limit_s, cores):
        lines = self.peers[name].run({**plan, "members": members, "suite": suite}, self.thicket,
                                     limit_s, cores)
        if not lines:
            say(f"{name}: over {limit_s} s at {members:,} members, before the first figure")
        return [{"who": name, "version": line["version"], "op": line["op"], "members": members,
                 **{key: line[key] for key in KEPT},
                 "bytes": line["bytes"], "heap_bytes": line["heap_bytes"]} for line in lines]


def churn_steps(members):
    """As many changes as it takes to be churned, and no more than the slowest has time for."""
    return min(members, 200)


def thicket_row(line, members, options):
    """A line of `thicket bench` under the name that all have for it."""
    name = line["op"] + (f"_{MANY}" if MANY in options else "")
    name += "_apart" if "--tree-apart" in options else ""
    calls = {kind: count["made"] for kind, count in line["calls"].items() if count["made"]}
    return {"who": "Thicket", "op": name, "members": members,
            **{key: line[key] for key in KEPT}, "floor_us": line["floor_us"],
            "bytes": line["bytes_sent"], "heap_bytes": line["heap_bytes"],
            "tree_bytes": line["tree_bytes"], "leaf_bytes": line["leaf_bytes"], "calls": calls}
