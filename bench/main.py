"""What `flexnet bench NAME` calls."""

import argparse
import json
import os
import sys
from types import ModuleType

from bench import (
    billing,
    documents,
    downloads,
    keys,
    letters,
    lighthouse,
    lock,
    office,
    portal,
    radius_noise,
    register,
    replay,
    results,
    sign_in,
)
from bench.installation import Failed
from lab import signals

BENCHMARKS: dict[str, ModuleType] = {
    "sign-in": sign_in,
    "replay": replay,
    "lock": lock,
    "radius-noise": radius_noise,
    "office": office,
    "portal": portal,
    "register": register,
    "keys": keys,
    "downloads": downloads,
    "letters": letters,
    "documents": documents,
    "lighthouse": lighthouse,
    "billing": billing,
}


def run(arguments: list[str]) -> None:
    """Measure, say the figures, and with `--json` end with one line of them; exits 1 if it cannot be done."""
    options = _parser().parse_args(arguments)
    load = os.getloadavg()[0]
    try:
        with signals.ending():
            figures = BENCHMARKS[options.benchmark].run(options)
    except Failed as error:
        sys.exit(f"{error}")
    for name, value in figures.items():
        print(f"{name:28} {value}")
    if options.keep:
        print(f"kept in {results.keep(_kept_as(options), figures, load)}")
    if options.json:
        print(json.dumps(figures))


def _kept_as(options: argparse.Namespace) -> str:
    """A benchmark's name, and the part or way of it that was measured."""
    part = getattr(options, "part", "check")
    loses = getattr(options, "lose_disconnects", False)
    more = [part] if part != "check" else ["without-disconnects"] if loses else []
    return "-".join([options.benchmark, *more])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="flexnet bench", description="Measure, on throw-away installations."
    )
    names = parser.add_subparsers(dest="benchmark", required=True)
    for name, module in BENCHMARKS.items():
        one = names.add_parser(name, help=(module.__doc__ or "").partition(": ")[2])
        one.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
        one.add_argument("--json", action="store_true", help="end with one line of JSON")
        one.add_argument("--keep", action="store_true", help="write the figures to bench/results")
        module.add_arguments(one)
    return parser
