"""Runs the fuzz targets on the committed corpus and what grew from it before, a line of figures each; fewer edges
than fuzz/floors.txt says, or anything that is found, is a failure. --keep makes the committed corpus anew.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

FUZZ = pathlib.Path(__file__).parent
FLOORS = FUZZ / "floors.txt"
# Of the edges of the committed corpus; the rest is for compilers that differ a little.
FLOOR_SHARE = 0.98
# Files that are committed of a target, at most: those that decode any of many types need one for each.
FILES = {"decode": 56, "inspect": 44}
FILES_OF_OTHERS = 20
# How the name of a committed input starts that once found something: it stays.
FINDING = "found-"
LINES_OF_A_FINDING = 60


def floors():
    out = {}
    for line in FLOORS.read_text().splitlines() if FLOORS.exists() else []:
        if line and not line.startswith("#"):
            target, edges = line.split()
            out[target] = int(edges)
    return out


def last_number(pattern, text):
    found = re.findall(pattern, text, re.MULTILINE)
    return int(found[-1]) if found else 0


class Target:
    def __init__(self, name, build):
        self.name = name
        self.program = build / "bin" / f"{name}_fuzz"
        self.committed = FUZZ / "corpus" / name
        self.grown = build / "corpus" / name
        self.found = build / "found"
        for folder in (self.committed, self.grown, self.found):
            folder.mkdir(parents=True, exist_ok=True)

    def call(self, *arguments):
        return subprocess.run([str(self.program), *map(str, arguments)], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace", check=False)

    def run(self, seconds):
        """The exit code, and what libFuzzer said."""
        done = self.call(f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1",
                         f"-artifact_prefix={self.found}/{self.name}-", self.grown, self.committed)
        return done.returncode, done.stdout

    def keep(self):
        """The inputs that reach most edges together, the smallest where that is equal; answers their edges."""
        with tempfile.TemporaryDirectory() as folder:
            # Selected in the order of what each adds.
            done = self.call("-set_cover_merge=1", "-use_counters=0", folder, self.committed, self.grown)
            if done.returncode != 0:
                sys.exit(f"{self.name}: cannot merge\n{done.stdout[-2000:]}")
            chosen = sorted(pathlib.Path(folder).iterdir(), key=lambda path: path.stat().st_mtime_ns)
            chosen = chosen[:FILES.get(self.name, FILES_OF_OTHERS)]
            for path in self.committed.iterdir():
                if not path.name.startswith(FINDING):
                    path.unlink()
            for path in chosen:
                shutil.copyfile(path, self.committed / path.name)
        return self.edges()

    def edges(self):
        return last_number(r"cov: (\d+)", self.call("-runs=0", self.committed).stdout)


def keep(targets):
    measured = floors()
    for target in targets:
        edges = target.keep()
        measured[target.name] = int(edges * FLOOR_SHARE)
        files = list(target.committed.iterdir())
        octets = sum(path.stat().st_size for path in files)
        print(f"{target.name}: {len(files)} files of {octets} octets reach {edges} edges", flush=True)
    lines = [f"{name} {edges}\n" for name, edges in sorted(measured.items())]
    FLOORS.write_text("# Edges that each fuzz target must reach; written by ./dev fuzz --keep.\n" + "".join(lines))
    return 0


def report(target, code, said, floor):
    """Prints the target's line; true if all is well."""
    runs = last_number(r"^#(\d+)", said)
    edges = last_number(r"cov: (\d+)", said)
    print(f"{target.name}: {runs} executions, {edges} edges, floor {floor}", flush=True)
    if code != 0:
        print("\n".join(said.splitlines()[-LINES_OF_A_FINDING:]))
        print(f"{target.name}: failed; the input is in {target.found}", flush=True)
    elif edges < floor:
        print(f"{target.name}: fewer edges than the floor", flush=True)
    return code == 0 and edges >= floor


def fuzz(targets, seconds, jobs):
    expected = floors()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        runs = [(target, pool.submit(target.run, seconds)) for target in targets]
        for target, run in runs:
            code, said = run.result()
            if target.name not in expected:
                print(f"{target.name}: no floor in {FLOORS}")
                code = code or 1
            failed += not report(target, code, said, expected.get(target.name, 0))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{(used.ru_utime + used.ru_stime) / 3600:.2f} CPU hours")
    print(f"{len(targets) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/fuzz"))
    parser.add_argument("targets", nargs="*", default=[])
    options = parser.parse_args()
    names = options.targets or sorted(path.name[: -len("_fuzz.cpp")] for path in FUZZ.glob("*_fuzz.cpp"))
    targets = [Target(name, options.build) for name in names]
    if options.keep:
        return keep(targets)
    return fuzz(targets, options.seconds, os.cpu_count() or 1)


if __name__ == "__main__":
    sys.exit(main())
