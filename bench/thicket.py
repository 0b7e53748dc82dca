"""Thicket's own program, `thicket bench`."""
import json
import subprocess
import tempfile

from bench.copies import fastest_copy
from bench.process import lines_within, pinned


class Thicket:
    """The program, built."""

    def __init__(self, root):
        self.program = root / "build" / "release" / "bin" / "thicket"

    def use_fastest_copy(self, folder):
        """From now on the copy of the program that receives messages fastest is run."""
        self.program = fastest_copy(self.program, folder, lambda copy: lines_within(pinned(
            [copy, "bench", "receive", "--members", 100, "--budget-ms", 100, "--json"]),
            60)[0]["cpu_us"])

    def suites(self):
        """name, confidentiality, authentication, ... of each suite, in the order of the table."""
        done = subprocess.run([self.program, "suites", "--json"], capture_output=True, text=True,
                              check=True)
        return json.loads(done.stdout)

    def bench(self, operations, members, suite="1", options=(), seconds=600, cores=1):
        """One object an operation, as `thicket bench --json` prints it; `seconds` for each."""
        command = [self.program, "bench", ",".join(operations), "--members", members, "--suite",
                   suite, "--workers", cores, "--json", *options]
        return lines_within(pinned(command, cores), seconds)

    def disk(self, members, suite, seconds):
        """What is written to an SQLite file, one object an operation."""
        with tempfile.TemporaryDirectory() as folder:
            command = [self.program, "bench", "disk", "--members", members, "--suite", suite,
                       "--json", "--out", folder]
            return lines_within(pinned(command), seconds)

    def warm(self, members):
        """One object a point, as `thicket warm --json` prints it."""
        return lines_within([self.program, "warm", "--members", members, "--json"], 600)

    def export(self, shape, members, key_package, folder):
        """The Welcome to a warm or churned group for a key package in hexadecimal, and its tree, in
        `folder`."""
        (folder / "key_package").write_text(key_package + "\n")
        subprocess.run([self.program, "bench", "export-warm", "--members", str(members), "--tree",
                        shape, "--key-package", folder / "key_package", "--out", folder],
                       check=True, capture_output=True)
