"""The programs that drive other implementations, bench/peers."""
import tempfile
from pathlib import Path

from bench.copies import fastest_copy
from bench.process import lines_within, pinned

# Folder in bench/peers, and what people call it.
PEERS = {"openmls": "OpenMLS", "mls_rs": "mls-rs"}


class Peer:
    """One of them, built."""

    def __init__(self, root, folder):
        self.name = PEERS[folder]
        self.program = root / "build" / "peers" / folder / "release" / f"bench_{folder}"

    def use_fastest_copy(self, folder, thicket):
        """From now on the copy of the program that receives messages fastest is run."""
        plan = {"operations": "receive", "shape": "fresh", "suite": "1", "members": 100,
                "budget_ms": 100}

        def probe(copy):
            self.program = copy
            return [line for line in self.run(plan, thicket, 60)
                    if line["op"] == "receive"][0]["cpu_us"]
        self.program = fastest_copy(self.program, folder, probe)

    def run(self, plan, thicket, seconds, cores=1):
        """The lines of `plan`, a dictionary of the program's options; as many as there is time for,
        `seconds` each."""
        command = [self.program]
        for name, value in plan.items():
            command += [f"--{name.replace('_', '-')}", value]
        with tempfile.TemporaryDirectory() as folder:
            def answer(line):
                if "key_package" not in line:
                    return None
                thicket.export(plan["shape"], plan["members"], line["key_package"], Path(folder))
                return folder
            return lines_within(pinned(command, cores), seconds, answer,
                                {"RAYON_NUM_THREADS": str(cores)})
