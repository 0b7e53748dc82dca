"""`./dev mutate`: leaves out each rule's check once and runs the tests of rules.

Exactly the rule's own must fail, or what src/base/left_out.def says.
"""
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
ONE_SECONDS_MAX = 30  # for one of them
PROGRAMS = {"tests/rules/": "rule_tests", "src/framing/": "framing_tests",
            "src/schedule/": "schedule_tests", "src/transport/": "transport_tests"}
TESTED = re.compile(r'^TESTED\((\w+), "([^"]+)", "([^"]+)"\)', re.MULTILINE)


def say(what):
    print(f"mutate: {what}", file=sys.stderr, flush=True)


@dataclass
class Proof:
    """The tests of one rule, by the program that they are in."""
    rule: str
    tests: dict = field(default_factory=dict)


def proofs():
    out = {}
    for rule, file, test in TESTED.findall(PROOFS.read_text()):
        program = next(name for folder, name in PROGRAMS.items() if file.startswith(folder))
        out.setdefault(rule, Proof(rule)).tests.setdefault(program, set()).add(test)
    return list(out.values())


def known():
    """(rule, how, what): as the table has it."""
    return set(re.findall(r'^(\w+)\((\w+), "([^"]*)"', KNOWN.read_text(), re.MULTILINE))


def build():
    """The rewritten tree, built; the rules of checks that could not be rewritten, with files."""
    kept = tree.make(ROOT, FOLDER / "source")
    subprocess.run(["cmake", "-S", FOLDER / "source", "-B", FOLDER / "build", "-G", "Ninja",
                    "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS=-w",
                    "-DCMAKE_CXX_FLAGS_RELEASE=-O1", "-DTHICKET_UNITY=ON", "-DTHICKET_TESTS=ON"],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", FOLDER / "build", *PROGRAMS.values()], check=True,
                   stdout=sys.stderr)
    return kept


def programs():
    return {name: next(FOLDER.glob(f"build/**/bin/{name}")) for name in PROGRAMS.values()}


def outcomes(block):
    """What became of what breaks the rule, by what a test that failed says: the rules that stopped
    it, or that nothing did."""
    out = set()
    for one in re.split(r"^(?=\S+:\d+: (?:FATAL )?ERROR: )", block, flags=re.MULTILINE)[1:]:
        other = re.search(r"rule (\w+) broken", one)
        if other:
            out.add(other.group(1))
        else:
            out.add("nothing at a service" if "a service sees it" in one else "nothing")
    return out


def run(program, mutant, test=None):
    """The outcomes of each test that fails; None if the program ended early."""
    arguments = [str(program), "--no-path-filenames=1"]
    if test:
        arguments.append("--test-case=" + test.replace(",", "\\,"))
    # The official vectors are no part of the rewritten tree; a CI machine would ask for them.
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment["THICKET_MUTANT"] = mutant
    try:
        done = subprocess.run(arguments, env=environment, text=True, errors="replace",
                              timeout=ONE_SECONDS_MAX if test else SECONDS_MAX,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except subprocess.TimeoutExpired:
        return {test: {"silence"}} if test else None
    if done.returncode < 0 or "[doctest] Status:" not in done.stdout:
        return {test: {"a crash"}} if test else None
    failed = {}
    for block in re.split(r"^={20,}$", done.stdout, flags=re.MULTILINE):
        named = re.search(r"^TEST CASE:\s+(.*)$", block, re.MULTILINE)
        if named and "ERROR:" in block:
            failed.setdefault(named.group(1).strip(), set()).update(outcomes(block))
    return failed


def listed(program):
    done = subprocess.run([str(program), "--list-test-cases"], text=True, stdout=subprocess.PIPE,
                          check=True)
    return [line.strip() for line in done.stdout.splitlines()
            if line.strip() and not line.startswith(("[", "="))]


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
    """(rule, how, what) of all that is otherwise than: its own tests fail, because nothing stops
    what breaks it."""
    out = set()
    own = {(program, test) for program, names in proof.tests.items() for test in names}
    failed = {}
    for program in {"rule_tests", *proof.tests}:
        for test, ends in failures(there[program], proof.rule, tests[program]).items():
            failed[program, test] = ends
    ends = set().union(*(failed.get(one, set()) for one in own))
    if ends != {"nothing"}:
        out |= {("MASKED", proof.rule, end) for end in ends}
    out |= {("KEPT", proof.rule, test) for program, test in own - set(failed)}
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
        print(json.dumps({"rule": rule, "as_listed": good, "found": sorted(found),
                          "listed": sorted(expected)}))
    elif not good or options.verbose:
        print(f"{rule}: {'as listed' if good else 'not as listed'}")
        for mark, lines in (("found", found - expected),
                            ("listed, and not found", expected - found)):
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
    for rule, file in build():
        if (options.rule and options.rule in rule) or options.verbose:
            say(f"as it was: a check of {rule} in {file}")
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
    sums = json.dumps({"passed": good, "failed": bad})
    print(sums if options.json else f"{good} passed, {bad} failed")
    return 0 if bad == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
