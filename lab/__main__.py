"""The demo's command line: builds the lab, tells the story, takes everything down again."""

import argparse
import json
import sys
from functools import partial
from pathlib import Path

from lab import demo, ground, signals


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo", description="Shows the whole system at work, on this machine."
    )
    parser.add_argument(
        "--keep", action="store_true", help="leave everything running and say how to look around"
    )
    parser.add_argument(
        "--screenshots",
        type=Path,
        metavar="DIR",
        help="keep what the browser saw, what was printed and mailed",
    )
    parser.add_argument(
        "--manual", type=Path, metavar="DIR", help="take the manual's pictures into this folder"
    )
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--clean", action="store_true", help="remove what a kept or killed run left, and end")
    return parser.parse_args()


def main() -> int:
    """Return 0 when every step has passed, 1 when one has not, 3 when the lab cannot be had now."""
    arguments = _arguments()
    with signals.ending():
        try:
            return _clean() if arguments.clean else _tell(arguments)
        except ground.Occupied as error:
            print(error, file=sys.stderr)
            return 3


def _clean() -> int:
    found = ground.clear()
    print("\n".join(f"removed: {one}" for one in found) or "Nothing was left.")
    return 0


def _tell(arguments: argparse.Namespace) -> int:
    database = "postgresql" if arguments.postgresql else "sqlite"
    pictures = arguments.screenshots and arguments.screenshots.resolve()
    manual = arguments.manual and arguments.manual.resolve()
    say = partial(print, flush=True)  # line by line into a pipe, too
    result = demo.run(database=database, keep=arguments.keep, screenshots=pictures, manual=manual, say=say)
    print(f"\n{result.outcome}")
    if arguments.json:
        print(json.dumps(result.figures()))
    return 1 if result.outcome.failed else 0


if __name__ == "__main__":
    sys.exit(main())
