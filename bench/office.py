"""`flexnet bench office`: server time of the office's main pages, with few and with many accesses."""

import argparse
import json
import time
from typing import Any

from bench import installation
from bench.crowd import Crowd
from bench.results import Figures

_CONSENT = {"profile": {**installation.PROFILE, "terms_change": "consent"}}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--small", type=int, default=1_000, help="accesses (default: %(default)s)")
    parser.add_argument("--large", type=int, default=200_000, help="accesses (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=60, help="calls of each page (default: %(default)s)")


def run(arguments: argparse.Namespace) -> Figures:
    """Raises Failed."""
    figures: Figures = {"database": arguments.database, "rounds": arguments.rounds}
    for size in ("small", "large"):
        accesses = getattr(arguments, size)
        figures |= {f"accesses_{size}": accesses}
        figures |= _measured(arguments.database, size, accesses, arguments.rounds)
    return figures


def summed(told: dict[str, dict[str, float]], size: str) -> Figures:
    """The slowest page counts, and each page stands for itself; `told` by page: p50_ms, p95_ms, queries."""
    slowest = max(told, key=lambda page: told[page]["p95_ms"])
    found: Figures = {
        f"p95_ms_{size}": told[slowest]["p95_ms"],
        f"slowest_{size}": slowest,
        f"most_queries_{size}": int(max(page["queries"] for page in told.values())),
    }
    for name, page in told.items():
        found |= {f"{name}_p50_ms_{size}": page["p50_ms"], f"{name}_p95_ms_{size}": page["p95_ms"]}
    return found


def _measured(database: str, size: str, accesses: int, rounds: int) -> Figures:
    with installation.prepared(database, _CONSENT) as made:
        crowd = made.folder / "crowd.json"
        Crowd.drawn(accesses, is_mixed=True).write(crowd)
        begun = time.perf_counter()
        made.run("bench.inside", "population", str(crowd))
        entered = round(time.perf_counter() - begun)
        told: dict[str, Any] = json.loads(made.run("bench.inside", "pages", str(crowd), str(rounds)))
    others = {
        f"{what}_{name}_{size}": value
        for what in ("file", "missing", "publish")
        for name, value in told[what].items()
    }
    return {f"population_s_{size}": entered, **summed(told["pages"], size), **others}
