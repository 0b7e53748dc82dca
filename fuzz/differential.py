"""`./dev interop --differential N`: who accepts must agree, or interop/differences.json says why not."""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

SECONDS_MAX = 60  # that a peer may think about one case
SHOWN = 20        # unexplained differences


def arguments():
    parser = argparse.ArgumentParser(prog="./dev interop --differential", description=__doc__)
    parser.add_argument("--cases", help="the program that writes them")
    parser.add_argument("--peer", help="its name in the table")
    parser.add_argument("--peer-program")
    parser.add_argument("--known", type=Path, required=True, help="the table of differences")
    parser.add_argument("--table", action="store_true", help="print it as docs/interop.md has it")
    parser.add_argument("--count", type=int, default=1000, help="of cases")
    parser.add_argument("--seed", type=int, default=1, help="what they follow from")
    parser.add_argument("--suite", default="1", help="of the groups: one of RFC 9420's that both have")
    parser.add_argument("--json", action="store_true", help="one object a difference, and the sums")
    return parser.parse_args()


def verdicts(program, members, cases, folder):
    """The peer's word on each case, by number; a program that ends or hangs has refused by that."""
    out = {}
    file = folder / "asked"
    while len(out) < len(cases):
        rest = cases[len(out):]
        file.write_text("\n".join(members + [line for _, line in rest]) + "\n")
        said = ask(program, file)
        for number, words in said:
            out[number] = words
        if len(out) < len(cases):
            stuck = cases[len(out)][0]
            out[stuck] = {"accepted": False, "because": "the program ended, or was silent"}
    return out


def ask(program, file):
    """What it says before it ends, or has been silent for too long."""
    said = []
    with subprocess.Popen([program, "--judge", file], stdout=subprocess.PIPE, text=True) as peer:
        watch = threading.Timer(SECONDS_MAX, peer.kill)
        watch.start()
        for line in peer.stdout:
            words = json.loads(line)
            said.append((words["case"], words))
            watch.cancel()
            watch = threading.Timer(SECONDS_MAX, peer.kill)
            watch.start()
        watch.cancel()
    return said


def difference(case, theirs):
    """None where both say the same."""
    ours = case["says"]
    if ours["accepted"] and theirs["accepted"]:
        if ours["outcome"] == theirs["outcome"]:
            return None
        return {"accepts": "both", "rule": "outcome"}
    if ours["accepted"]:
        return {"accepts": "thicket", "because": theirs["because"]}
    if theirs["accepted"]:
        return {"accepts": "peer", "rule": ours["rule"], "because": ours["because"]}
    return None


def explains(row, found):
    """Whether that row of the table is about this difference."""
    if row["accepts"] != found["accepts"] or row.get("rule", found.get("rule")) != found.get("rule"):
        return False
    return re.search(row.get("because", ""), found.get("because", "")) is not None


def show(options, case, found):
    if options.json:
        print(json.dumps({"case": case["case"], "kind": case["kind"], **found}))
        return
    what = found.get("rule", "")
    print(f"case {case['case']} ({case['kind']}): accepted by {found['accepts']}; {what} "
          f"{found.get('because', '')}")


def compare(options, cases, said, table):
    """Prints what differs; the exit code."""
    both = Counter()
    known = Counter()
    unknown = Counter()
    for case in cases:
        theirs = said[case["case"]]
        found = difference(case, theirs)
        if found is None:
            both["accepted" if theirs["accepted"] else "refused"] += 1
            continue
        row = next((i for i, row in enumerate(table) if explains(row, found)), None)
        if row is not None:
            known[row] += 1
            continue
        kind = (found["accepts"], found.get("rule") or found["because"])
        unknown[kind] += 1
        if unknown[kind] <= 3 and len(unknown) <= SHOWN:
            show(options, case, found)
    close(options, both, [(table[row], count) for row, count in sorted(known.items())], unknown)
    return 0 if not unknown else 1


def close(options, both, known, unknown):
    passed = sum(both.values()) + sum(count for _, count in known)
    failed = sum(unknown.values())
    if options.json:
        print(json.dumps({"accepted": both["accepted"], "refused": both["refused"],
                          "explained": sum(count for _, count in known),
                          "passed": passed, "failed": failed}))
        return
    for row, count in known:
        print(f"{count} accepted by {row['accepts']} alone, explained: "
              f"{row.get('rule') or row['because']} ({row['section']})")
    for (accepts, what), count in unknown.most_common():
        print(f"{count} accepted by {accepts} alone, unexplained: {what}")
    print(f"{both['accepted']} accepted by both, {both['refused']} refused by both, "
          f"{sum(count for _, count in known)} that differ as the table says")
    print(f"{passed} passed, {failed} failed")


def table_of(known):
    """The lines of the page."""
    lines = []
    for peer in known.values():
        lines += [f"{peer['version']}:", "",
                  "| accepted by | refused by rule, or because | section | why |", "|---|---|---|---|"]
        for row in peer["differences"]:
            reason = row.get("rule") or "`" + row["because"].replace("|", "\\|") + "`"
            accepts = "Thicket" if row["accepts"] == "thicket" else "the peer"
            lines.append(f"| {accepts} | {reason} | {row['section']} | {row['explained']} |")
        lines.append("")
    return lines


def main():
    options = arguments()
    known = json.loads(options.known.read_text())
    if options.table:
        print("\n".join(table_of(known)))
        return 0
    table = known[options.peer]
    made = subprocess.run([options.cases, "--seed", str(options.seed), "--count", str(options.count)],
                          env=os.environ | {"THICKET_TEST_SUITE": options.suite},
                          stdout=subprocess.PIPE, text=True, check=True)
    lines = made.stdout.splitlines()
    parsed = [json.loads(line) for line in lines]
    members = [line for line, value in zip(lines, parsed) if "case" not in value]
    numbered = [(value["case"], line) for line, value in zip(lines, parsed) if "case" in value]
    with tempfile.TemporaryDirectory() as folder:
        said = verdicts(options.peer_program, members, numbered, Path(folder))
    cases = [value for value in parsed if "case" in value]
    return compare(options, cases, said, table["differences"])


if __name__ == "__main__":
    sys.exit(main())
