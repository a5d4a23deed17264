"""Server time of pages, all the way through their middleware, in one process and without network."""

import time
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import results

Call = Callable[[], tuple[Client, str]]


def timed(call: Call, rounds: int) -> dict[str, float]:
    """p50 and p95 in ms, and how many queries one call takes; each time `call` says who asks for what."""
    times = []
    for _round in range(rounds):
        client, url = call()
        begun = time.perf_counter()
        answer = client.get(url)
        times.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, (url, answer.status_code)  # noqa: S101 - or nothing was measured
    client, url = call()
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    p50, p95 = (round(results.percentile(times, share) or 0, 1) for share in (0.5, 0.95))
    return {"p50_ms": p50, "p95_ms": p95, "queries": len(asked)}
