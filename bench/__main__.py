"""`python3 -m bench suites|warming|quick|full`: see ./dev --help."""
import argparse
import sys
from pathlib import Path

from bench import side_by_side, suites, warming

ROOT = Path(__file__).resolve().parent.parent


def numbers(text):
    """The numbers of a list with commas; 10,000 is written 10000."""
    return [int(part) for part in text.split(",")]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("what", choices=["suites", "warming", "quick", "full"])
    parser.add_argument("--members", type=numbers, help="group sizes, with commas")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "performance",
                        help="folder of what is written")
    return parser.parse_args()


def main():
    given = arguments()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.what == "suites":
        suites.run(ROOT, given.out, given.members or suites.MEMBERS)
    elif given.what == "warming":
        warming.run(ROOT, given.out, given.members)
    else:
        plan = side_by_side.QUICK if given.what == "quick" else side_by_side.FULL
        side_by_side.run(ROOT, given.out, plan, given.members)
    return 0


if __name__ == "__main__":
    sys.exit(main())
