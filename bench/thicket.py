"""Thicket's own program, `thicket bench`."""
import json
import subprocess

from bench.process import lines_within, pinned


class Thicket:
    """The program, built."""

    def __init__(self, root):
        self.program = root / "build" / "release" / "bin" / "thicket"

    def suites(self):
        """name, confidentiality, authentication, ... of each suite, in the order of the table."""
        done = subprocess.run([self.program, "suites", "--json"], capture_output=True, text=True,
                              check=True)
        return json.loads(done.stdout)

    def bench(self, operations, members, suite="1", options=(), seconds=600):
        """One object an operation, as `thicket bench --json` prints it; `seconds` for each."""
        command = [self.program, "bench", ",".join(operations), "--members", members, "--suite",
                   suite, "--json", *options]
        return lines_within(pinned(command), seconds)
