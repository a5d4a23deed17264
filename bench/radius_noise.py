"""`flexnet bench radius-noise`: random and damaged packets on both RADIUS ports, and nothing comes of it."""

import argparse
import http.client
import json
import secrets
import time
from collections import Counter

from bench import processes
from bench.installation import Failed
from bench.load import Volley
from bench.noise import Echo
from bench.results import Figures
from bench.server import Server, serving

_PEOPLE = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--packets", type=int, default=1_000_000, help="in all (default: %(default)s)")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="to have the same packets again")


def run(arguments: argparse.Namespace) -> Figures:
    """A tenth more is rightly signed nonsense, which may be rejected; raises Failed if radius ends."""
    count, seed = arguments.packets, arguments.seed
    with serving(arguments.database, _PEOPLE) as server:
        before, begun = _signs_in(server), time.monotonic()
        noise = [_noise(server, kind, count // 2, seed) for kind in ("authentication", "accounting")]
        seconds = time.monotonic() - begun
        signed = _noise(server, "signed", count // 10, seed)
        after, counted = _signs_in(server), _counted(server)
        memory = processes.memory_mb(server.radius.pid)
    sent, answered = (sum(getattr(echo, name) for echo in noise) for name in ("sent", "answered"))
    dropped = counted["flexnet_radius_dropped_total"]
    return {
        "database": arguments.database,
        "seed": seed,
        "packets": sent,
        "answered": answered,
        "signed_packets": signed.sent,
        "signed_rejected": signed.rejected,
        "signed_accepted": signed.accepted,
        "dropped_by_radius": dropped,
        "unaccounted": sent + signed.sent - dropped - answered - signed.answered,
        "broke_inside": counted["flexnet_radius_failed_total"],
        "good_before": before,
        "good_between_unanswered": sum(echo.silent for echo in (*noise, signed)),
        "good_after": after,
        "packets_per_second": round(sent / seconds, 1),
        "radius_memory_mb": round(memory, 1),
    }


def _signs_in(server: Server) -> bool:
    return server.fire(Volley("right", 1, 60.0)).accepted == 1


def _noise(server: Server, kind: str, count: int, seed: str) -> Echo:
    """Raises Failed."""
    port = (server.accounting if kind == "accounting" else server.authentication)[1]
    made = server.installation
    speaker = made.start("bench.noise", str(port), kind, str(count), seed, log=f"{kind}.log")
    said, _ = speaker.communicate(server.secret.decode() + "\n")
    if speaker.returncode or server.radius.poll() is not None:
        raise Failed(made.said(f"{kind}.log") + made.said("radius.log"))
    return Echo(**json.loads(said))


def _counted(server: Server) -> Counter[str]:
    """Radius's own counters, their labels added up."""
    connection = http.client.HTTPConnection(server.tables["radius"]["metrics"], timeout=5)
    connection.request("GET", "/metrics")
    sums: Counter[str] = Counter()
    for line in connection.getresponse().read().decode().splitlines():
        if line.startswith("flexnet_"):
            sums[line.partition("{")[0]] += int(float(line.rpartition(" ")[2]))
    connection.close()
    return sums
