"""`./dev mutate`: leaves out each rule's check once and runs the tests of rules. Exactly the rule's own must fail."""
import argparse
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from mutate import tree

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "mutate"
PROOFS = ROOT / "src" / "base" / "proof.def"
# How a mutant is known to end otherwise than by its own tests alone.
KNOWN = ROOT / "src" / "base" / "left_out.def"
SECONDS_MAX = 120  # for all tests of one mutant
PROGRAMS = {"tests/rules/": "rule_tests", "src/framing/": "framing_tests", "src/schedule/": "schedule_tests",
            "src/transport/": "transport_tests"}


def say(what):
    print(f"mutate: {what}", file=sys.stderr, flush=True)


@dataclass
class Proof:
    """The tests of one rule, by the program that they are in."""
    rule: str
    tests: dict = field(default_factory=dict)


def proofs():
    out = {}
    for rule, file, test in re.findall(r'^TESTED\((\w+), "([^"]+)", "([^"]+)"\)', PROOFS.read_text(), re.MULTILINE):
        program = next(name for folder, name in PROGRAMS.items() if file.startswith(folder))
        out.setdefault(rule, Proof(rule)).tests.setdefault(program, set()).add(test)
    return list(out.values())


def known():
    """(rule, how, what): as the table has it."""
    return set(re.findall(r'^(\w+)\((\w+), "([^"]*)"', KNOWN.read_text(), re.MULTILINE))


def build():
    """The rewritten tree, built; the rules that have checks which could not be rewritten."""
    kept = tree.make(ROOT, FOLDER / "source")
    subprocess.run(["cmake", "-S", FOLDER / "source", "-B", FOLDER / "build", "-G", "Ninja",
                    "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS=-w", "-DCMAKE_CXX_FLAGS_RELEASE=-O1",
                    "-DTHICKET_UNITY=ON", "-DTHICKET_TESTS=ON"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", FOLDER / "build", *PROGRAMS.values()], check=True, stdout=sys.stderr)
    return kept


def programs():
    return {name: next(FOLDER.glob(f"build/**/bin/{name}")) for name in PROGRAMS.values()}


def run(program, mutant, test=None):
    """The tests that fail, with the rule that each input was refused by instead; None if the program ended early."""
    arguments = [str(program), "--no-path-filenames=1"]
    if test:
        arguments.append("--test-case=" + test.replace(",", "\\,"))
    # The official vectors are no part of the rewritten tree; on a CI machine they would be asked for.
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment["THICKET_MUTANT"] = mutant
    try:
        done = subprocess.run(arguments, env=environment, timeout=SECONDS_MAX, text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except subprocess.TimeoutExpired:
        return {test: "silence"} if test else None
    if done.returncode < 0 or "[doctest] Status:" not in done.stdout:
        return {test: "a crash"} if test else None
    failed = {}
    for block in re.split(r"^={20,}$", done.stdout, flags=re.MULTILINE):
        named = re.search(r"^TEST CASE:\s+(.*)$", block, re.MULTILINE)
        if named and "ERROR:" in block:
            other = re.search(r"rule (\w+) broken", block.split(named.group(0), 1)[1])
            failed.setdefault(named.group(1).strip(), other.group(1) if other else "accepted")
    return failed


def listed(program):
    done = subprocess.run([str(program), "--list-test-cases"], text=True, stdout=subprocess.PIPE, check=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip() and not line.startswith(("[", "="))]


def failures(program, rule, tests):
    """As run() says; one by one where one ends the program."""
    together = run(program, rule)
    if together is not None:
        return together
    out = {}
    for test in tests:
        out |= run(program, rule, test) or {}
    return out


def judge(proof, there, tests):
    """(rule, how, what) of everything that is not: its own tests fail because what is broken is accepted."""
    out = set()
    own = {(program, test) for program, names in proof.tests.items() for test in names}
    failed = {}
    for program in {"rule_tests", *proof.tests}:
        for test, other in failures(there[program], proof.rule, tests[program]).items():
            failed[program, test] = other
    for one in own:
        if one not in failed:
            out.add(("KEPT", proof.rule, one[1]))
        elif failed[one] != "accepted":
            out.add(("MASKED", proof.rule, failed[one]))
    for program, test in set(failed) - own:
        if program == "rule_tests":
            out.add(("SHARED", proof.rule, test))
    return out


def require_good(there):
    """Nothing fails where no check is left out."""
    for program in there.values():
        failed = run(program, "")
        if failed != {}:
            sys.exit(f"mutate: without a mutant {program} fails: {failed}")


def show(options, rule, found, expected):
    good = found == expected
    if options.json:
        print(json.dumps({"rule": rule, "as_listed": good, "found": sorted(found), "listed": sorted(expected)}))
    elif not good or options.verbose:
        print(f"{rule}: {'as listed' if good else 'not as listed'}")
        for mark, lines in (("found", found - expected), ("listed, and not found", expected - found)):
            for how, _, what in sorted(lines):
                print(f"  {mark}: {how}({rule}, \"{what}\")")
    sys.stdout.flush()
    return good


def main():
    parser = argparse.ArgumentParser(prog="./dev mutate", description=__doc__)
    parser.add_argument("--rule", help="this one alone")
    parser.add_argument("--json", action="store_true", help="an object a rule, and the sums")
    parser.add_argument("--verbose", action="store_true", help="a line for each rule")
    options = parser.parse_args()
    chosen = [proof for proof in proofs() if options.rule in (None, proof.rule)]
    if not chosen:
        parser.error(f"no rule with a test is called {options.rule}")
    build()
    there = programs()
    require_good(there)
    tests = {name: listed(program) for name, program in there.items()}
    table = known()
    good = 0
    for number, proof in enumerate(chosen):
        say(f"{number + 1} of {len(chosen)}: {proof.rule}")
        found = judge(proof, there, tests)
        expected = {line for line in table if line[1] == proof.rule}
        good += show(options, proof.rule, found, expected)
    bad = len(chosen) - good
    print(json.dumps({"passed": good, "failed": bad}) if options.json else f"{good} passed, {bad} failed")
    return 0 if bad == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
