"""`flexnet bench portal`: server time of a member's most used pages, and pages per second."""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from bench import installation, results
from bench.crowd import Crowd
from bench.installation import Failed
from bench.results import Figures
from lab import ports

_COOKIE: Final = "flexnet"  # of a portal without TLS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--accesses", type=int, default=200_000, help="(default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=200, help="calls of each page (default: %(default)s)")
    parser.add_argument("--at-once", type=int, default=8, help="members who click (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="of clicking (default: %(default)s)")


def run(arguments: argparse.Namespace) -> Figures:
    """Raises Failed."""
    port = ports.claim()
    listens = {"portal": {"listen": f"127.0.0.1:{port}", "url": f"http://127.0.0.1:{port}/"}}
    names = ("database", "accesses", "rounds", "at_once", "seconds")
    figures: Figures = {name: getattr(arguments, name) for name in names}
    with installation.prepared(arguments.database, listens) as made:
        crowd, members = made.folder / "crowd.json", made.folder / "members.json"
        Crowd.drawn(arguments.accesses, is_mixed=True).write(crowd)
        begun = time.perf_counter()
        made.run("bench.inside", "population", str(crowd))
        pages = json.loads(
            made.run("bench.inside", "member_pages", str(crowd), str(arguments.rounds), str(members))
        )
        figures |= {"prepared_s": round(time.perf_counter() - begun)}
        with installation.serving(made, "portal", port):
            clicked = _clicked(members, port, arguments)
    return figures | summed(pages) | rate(clicked)


def summed(pages: dict[str, dict[str, float]]) -> Figures:
    """`p95_ms` is the start page's; each page stands for itself, and the slowest is named."""
    slowest = max(pages, key=lambda page: pages[page]["p95_ms"])
    found: Figures = {
        "p95_ms": pages["start"]["p95_ms"],
        "slowest": slowest,
        "slowest_p95_ms": pages[slowest]["p95_ms"],
        "most_queries": int(max(page["queries"] for page in pages.values())),
    }
    for name, page in pages.items():
        found |= {f"{name}_{key}": value for key, value in page.items()}
    return found


def rate(clicked: dict[str, Any]) -> Figures:
    """Of the start page, through the process with its web server; what the clicking itself took apart."""
    times, seconds = clicked["times"], clicked["s"]
    return {
        "pages": len(times),
        "pages_per_second": round(len(times) / seconds, 1),
        "page_p50_ms": round(results.percentile(times, 0.5) or 0, 1),
        "page_p95_ms": round(results.percentile(times, 0.95) or 0, 1),
        "load_cpu_share": round(clicked["processor_s"] / seconds, 3),
    }


def _clicked(members: Path, port: int, arguments: argparse.Namespace) -> dict[str, Any]:
    words = [str(port), "/", str(arguments.at_once), str(arguments.seconds), _COOKIE]
    done = subprocess.run(
        [sys.executable, "-m", "bench.clicking", *words],
        input=members.read_text(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or done.stderr:
        raise Failed(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
