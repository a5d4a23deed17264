"""Several processes with the same code at the same instant: `bench.inside race …`, started by `replay`.

Even rounds go through the whole sign-in; in odd ones all have read the key and found the code good before
the first may spend it.
"""

import json
import multiprocessing
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import django
from django import db

from bench.crowd import Crowd

PATIENCE = 120.0  # seconds that the others wait for the slowest of them
Accepted = list[int]


def main(crowd: str, processes: str, rounds: str) -> None:
    """Prints one line of JSON: in how many rounds a code was accepted how often."""
    context = multiprocessing.get_context("spawn")
    barrier, queue = context.Barrier(int(processes)), context.Queue()
    racers = [
        context.Process(target=_race, args=(Path(crowd), int(rounds), barrier, queue))
        for _ in range(int(processes))
    ]
    for racer in racers:
        racer.start()
    accepted = Counter(one for _ in racers for one in queue.get())
    for racer in racers:
        racer.join()
    times = Counter(accepted.values())
    times[0] = int(rounds) - len(accepted)
    print(json.dumps({"times": times, "sessions": _sessions()}))


def _race(crowd: Path, rounds: int, barrier: Barrier, queue: "Queue[Accepted]") -> None:
    """Tell in which rounds this process's copy of the code was accepted."""
    django.setup()
    try:
        try_ = _tries(Crowd.read(crowd))
        queue.put([one for one in range(rounds) if try_[one % 2](one, barrier)])
    except BaseException:
        traceback.print_exc()
        barrier.abort()
        queue.put([])
        raise


def _tries(crowd: Crowd) -> tuple[Callable[[int, Barrier], bool], ...]:
    """The two ways to try a code, once Django is set up in this process."""
    from flexnet import transactions
    from flexnet.accounts import passwords
    from flexnet.gateway import actions as gateways
    from flexnet.gateway import queries
    from flexnet.gateway.actions import Accepted as Open
    from flexnet.keys import actions as keys
    from flexnet.keys.models import Key
    from flexnet.lib import hotp

    gateway = queries.gateway_by_address("127.0.0.1")
    assert gateway  # noqa: S101 - the population entered it
    name, source = crowd.user_name(0), crowd.source(0)

    def sign_in(press: int, barrier: Barrier) -> bool:
        field = crowd.field(0, press)
        barrier.wait(PATIENCE)
        answer = passwords.taken(
            gateways.sign_in(
                gateway=gateway,
                user_name=name,
                field=field,
                source=source,
                user_agent="bench",
                now=datetime.now(UTC),
            )
        )
        return isinstance(answer, Open)

    def spend(press: int, barrier: Barrier) -> bool:
        code = hotp.code(crowd.seed(0), press)
        key, now = Key.objects.get(serial=crowd.serial(0)), datetime.now(UTC)
        verdict = keys.judge(key, code, source=source, now=now)
        barrier.wait(PATIENCE)
        with transactions.writing():
            return keys.spend(key, verdict).is_spent

    return sign_in, spend


def _sessions() -> int:
    from flexnet.gateway.models import Session

    db.connections.close_all()
    return Session.objects.count()
