"""`flexnet bench billing`: checking files, the last evening of a quarter, and servers killed."""

import argparse
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date

from bench import evening, faults, results, straightforward
from bench.results import Figures
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import check as kvdt_check
from flexnet.lib.kvdt import sample as kvdt_sample
from flexnet.lib.quarters import Quarter

_GIVER = kvdt_sample.Giver(Bsnr("859999900"), Lanr("123456640"), Quarter(2026, 1), date(2026, 3, 31))
_BYTES_OF_A_CASE = 400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--part", choices=("check", "evening", "faults"), default="check", help="what to measure"
    )
    parser.add_argument("--megabytes", type=float, default=4, help="of a typical file (default: %(default)s)")
    parser.add_argument(
        "--large", type=float, default=200, help="of the largest one, MB (default: %(default)s)"
    )
    parser.add_argument(
        "--rounds", type=int, default=7, help="the best of them counts (default: %(default)s)"
    )
    parser.add_argument("--practices", type=int, help="who hand in (default: 2500; with faults 6 at once)")
    parser.add_argument(
        "--seconds", type=float, default=840, help="in which all of them come (default: %(default)s)"
    )
    parser.add_argument("--kills", type=int, default=1_000, help="of the server (default: %(default)s)")
    parser.add_argument(
        "--life", type=float, default=1.0, help="of a server at most, s (default: %(default)s)"
    )
    parser.add_argument(
        "--kilobytes", type=float, default=120, help="of a file sent meanwhile (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, help="the same times again")


def run(arguments: argparse.Namespace) -> Figures:
    """Raises Failed."""
    if arguments.part == "check":
        return _checked(arguments)
    if arguments.practices is None:
        arguments.practices = 2_500 if arguments.part == "evening" else 6
    if arguments.seed is None:
        arguments.seed = secrets.randbelow(10**9)
    print(f"seed {arguments.seed}", flush=True)
    return evening.run(arguments) if arguments.part == "evening" else faults.run(arguments)


def _checked(arguments: argparse.Namespace) -> Figures:
    """On one core, in processor time: walk, plain loop and check take turns on the same bytes."""
    figures: Figures = {"database": arguments.database, "megabytes": arguments.megabytes}
    for kind in ("varied", "repetitive"):
        figures |= _of_file(kind, arguments.megabytes, arguments.rounds)
    for name, megabytes in (("typical", arguments.megabytes), ("large", arguments.large)):
        figures[f"{name}_file_memory_mb"] = _memory_of(megabytes)
    return figures


def _of_file(kind: str, megabytes: float, rounds: int) -> Figures:
    content = b"".join(_pieces(megabytes, is_varied=kind == "varied"))
    lines = content.count(b"\n")
    ways: dict[str, Callable[[bytes], object]] = {
        "walk": straightforward.walk,
        "straightforward": straightforward.check,
        "checked": kvdt_check.whole,
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, way in ways.items():
            begun = time.process_time()
            way(content)
            best[name] = min(best[name], time.process_time() - begun)
    found = kvdt_check.whole(content).findings
    return {
        f"{kind}_lines": lines,
        f"{kind}_distinct_share": round(len(set(content.split(b"\r\n"))) / lines, 3),
        f"{kind}_findings": len(found),
        f"{kind}_check_ms": round(best["checked"] * 1000, 1),
        **{
            f"{kind}_{name}_mb_per_second": round(len(content) / took / 1e6, 1) for name, took in best.items()
        },
    }


def _pieces(megabytes: float, *, is_varied: bool) -> Iterator[bytes]:
    """Cases until the file is as large as that."""
    cases = max(1, int(megabytes * 1e6 / _BYTES_OF_A_CASE))
    yield from kvdt_sample.pieces(_GIVER, cases=cases, is_varied=is_varied)


def _memory_of(megabytes: float) -> float:
    """The most that a process of its own held while it checked such a file; the file is never whole in it."""
    command = [sys.executable, "-m", "bench.billing", str(megabytes)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _check_in_passing(megabytes: float) -> float:
    check = kvdt_check.Check()
    for piece in _pieces(megabytes, is_varied=True):
        check.feed(piece)
    assert not check.finish().findings  # noqa: S101 - what is measured is the usual case
    return results.peak_mb()


if __name__ == "__main__":
    print(_check_in_passing(float(sys.argv[1])))
