"""`flexnet bench sign-in`: how many people come through the door in a second, and how many are refused."""

import argparse
import json
import time
from collections import Counter
from dataclasses import dataclass, replace

from bench import bound, processes
from bench.installation import Failed, end
from bench.load import Hits, Volley
from bench.results import Figures, percentile
from bench.server import RADIUS, Server, serving

PEOPLE = 1_000  # of all accesses, evenly spread, so that the load is the same however many there are
LARGE = 200_000
AT_ONCE = 8
_UNTIL_DONE = 3_600.0
_WRITTEN = 1.1  # seconds after which the next throttled try writes the counts of all before
_RESERVE = 400  # requests made ready for each second, more than a few cores can hash


@dataclass(frozen=True)
class Wish:
    """What to measure; `requests` more are sent before memory is looked at."""

    database: str = "sqlite"
    accesses: int = PEOPLE
    seconds: float = 30.0
    requests: int = 0
    profile: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--accesses", type=int, default=PEOPLE, help="in the database (default: %(default)s)")
    parser.add_argument("--compare-large", action="store_true", help=f"measure again with {LARGE:,} accesses")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each figure (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=0, help="send so many more, then look at memory")
    parser.add_argument("--profile", action="store_true", help="say where radius spends its time (slower)")


def run(arguments: argparse.Namespace) -> Figures:
    wish = Wish(
        arguments.database, arguments.accesses, arguments.seconds, arguments.requests, arguments.profile
    )
    figures = measure(wish)
    if arguments.compare_large:
        large = measure(Wish(wish.database, LARGE, wish.seconds))
        figures |= {f"large_{name}": value for name, value in large.items()}
        figures["large_to_small"] = round(_number(large) / _number(figures), 3)
    return figures


def measure(wish: Wish) -> Figures:
    """One installation, from the first sign-in to the last throttled try. Raises Failed."""
    radius = ("bench.profiled",) if wish.profile else RADIUS
    with serving(wish.database, wish.accesses, radius) as server:
        policy = server.installation.configuration.password
        hashes = [bound.hashes_per_second(policy, wish.seconds / 6)]
        figures: Figures = {"database": wish.database, "accesses": wish.accesses, "seconds": wish.seconds}
        figures |= _signed_in(server, wish)
        hashes.append(bound.hashes_per_second(policy, wish.seconds / 6))
        figures |= _compared(figures, sum(hashes) / 2)
        figures |= _turned_away(server, wish)
        figures |= _memory(server, wish)
        if wish.profile:
            _print_profile(server)
    return figures


def _print_profile(server: Server) -> None:
    end(server.radius)
    print(server.installation.said("radius.log", most=25_000).partition("\n\n\n")[0])


def _signed_in(server: Server, wish: Wish) -> Figures:
    people = min(wish.accesses, PEOPLE)
    first = server.fire(_volley("right", wish, people, _UNTIL_DONE))
    radius, machine = processes.cpu_seconds(server.radius.pid), processes.machine_busy_seconds()
    hits = server.fire(_volley("right", wish, int(wish.seconds * _RESERVE), wish.seconds))
    radius = processes.cpu_seconds(server.radius.pid) - radius
    machine = processes.machine_busy_seconds() - machine
    return {
        "per_second": round(hits.per_second, 1),
        "p50_ms": percentile(hits.latencies, 0.50),
        "p99_ms": percentile(hits.latencies, 0.99),
        "sign_ins": hits.accepted,
        "refused_by_mistake": first.rejected + hits.rejected,
        "lost": first.lost + hits.lost,
        "first_per_second": round(first.per_second, 1),
        "load_cpu_share": round(hits.cpu / hits.elapsed, 3),
        "radius_cpu_share": round(radius / hits.elapsed, 3),
        "other_cpu_share": round((machine - radius - hits.cpu) / hits.elapsed, 3),
    }


def _compared(figures: Figures, hashes: float) -> Figures:
    share = round(_number(figures) / hashes, 3)
    return {"hash_bound_per_second": round(hashes, 1), "share_of_bound": share}


def _turned_away(server: Server, wish: Wish) -> Figures:
    """Wrong codes over distinct accounts, each from an address of its own; then with no tries left.

    Throttled tries come from ever new addresses (`anew`), or each account's from the same.
    """
    people = min(wish.accesses, PEOPLE)
    tries = server.installation.configuration.throttle.tries
    wrong = _refused(server, "wrong_code", _volley("wrong", wish, people * (tries - 2), wish.seconds))
    server.fire(_volley("wrong", wish, people * tries, _UNTIL_DONE))
    enough = int(wish.seconds * _RESERVE * 4)
    anew = _refused(server, "throttled", _volley("wrong", wish, enough, wish.seconds / 3))
    server.fire(_volley("again", wish, people, _UNTIL_DONE))
    again = _refused(server, "throttled", _volley("again", wish, enough, wish.seconds / 3))
    return {
        "refused_per_second": round(wrong.per_second, 1),
        "refused_load_cpu_share": round(wrong.cpu / wrong.elapsed, 3),
        "throttled_per_second": round(again.per_second, 1),
        "throttled_load_cpu_share": round(again.cpu / again.elapsed, 3),
        "throttled_anew_per_second": round(anew.per_second, 1),
    }


def _memory(server: Server, wish: Wish) -> Figures:
    figures: Figures = {}
    if wish.requests:
        figures["requests"] = wish.requests
        hits = server.fire(_volley("mixed", wish, wish.requests, _UNTIL_DONE))
        figures["requests_lost"] = hits.lost
    figures["radius_memory_mb"] = round(processes.memory_mb(server.radius.pid), 1)
    figures["radius_peak_memory_mb"] = round(processes.peak_memory_mb(server.radius.pid), 1)
    return figures


def _volley(kind: str, wish: Wish, requests: int, seconds: float) -> Volley:
    """Nobody has two codes on their way: of these the later one may come in first, and spends both."""
    people = min(wish.accesses, PEOPLE)
    return Volley(kind, requests, seconds, min(AT_ONCE, people), people, wish.accesses // people)


def _refused(server: Server, reason: str, volley: Volley) -> Hits:
    """The trail must say that they were refused for this; raises Failed."""
    before = _reasons(server)
    hits = server.fire(volley)
    time.sleep(_WRITTEN)
    server.fire(replace(volley, requests=1))
    counted = _reasons(server) - before
    if hits.accepted or counted[reason] < hits.rejected * 0.9:
        raise Failed(f"{hits.rejected} should have been refused as {reason}, the trail says: {counted}")
    return hits


def _reasons(server: Server) -> Counter[str]:
    return Counter(json.loads(server.installation.run("bench.inside", "refusals")))


def _number(figures: Figures) -> float:
    return float(figures["per_second"] or 0)
