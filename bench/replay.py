"""`flexnet bench replay`: the same code from several processes at once, accepted once."""

import argparse
import json
import time
from typing import Any

from bench import installation
from bench.crowd import Crowd
from bench.installation import Installation
from bench.results import Figures

# So that the code alone decides: passwords that cost nothing to check, and no end of tries.
_TABLES = {
    "password": {"argon2_memory_kib": 8, "argon2_iterations": 1},
    "throttle": {"tries": 10**9, "source_tries": 10**9},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--attempts", type=int, default=100_000, help="in all (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=8, help="at once (default: %(default)s)")


def run(arguments: argparse.Namespace) -> Figures:
    """Raises Failed."""
    processes, rounds = arguments.processes, -(-arguments.attempts // arguments.processes)
    with installation.prepared(arguments.database, _TABLES) as made:
        begun = time.monotonic()
        told = _raced(made, processes, rounds)
        seconds = time.monotonic() - begun
    figures: Figures = {"database": arguments.database}
    figures |= summed(told["times"], processes=processes, rounds=rounds)
    figures |= {"sessions_opened": told["sessions"], "sessions_expected": -(-rounds // 2)}
    return figures | {"attempts_per_second": round(processes * rounds / seconds, 1)}


def summed(times: dict[str, int], *, processes: int, rounds: int) -> Figures:
    """From how many rounds there were in which the code was accepted so many times."""
    return {
        "processes": processes,
        "attempts": processes * rounds,
        "rounds": rounds,
        "accepted": sum(int(often) * count for often, count in times.items()),
        "accepted_twice": sum(count for often, count in times.items() if int(often) > 1),
        "never_accepted": times.get("0", 0),
    }


def _raced(made: Installation, processes: int, rounds: int) -> dict[str, Any]:
    made.folder.joinpath("secret").write_bytes(b"not used over any wire")
    crowd = made.folder / "crowd.json"
    Crowd.drawn(1).write(crowd)
    made.run("bench.inside", "population", str(crowd), f"{made.folder}/secret")
    told: dict[str, Any] = json.loads(
        made.run("bench.inside", "race", str(crowd), str(processes), str(rounds))
    )
    return told
