"""The worker: links and signs the audit trail, writes finished tallies, clears sessions that ran out."""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, close_old_connections

from flexnet import configuration
from flexnet.accounts import actions as accounts
from flexnet.audit import actions as audit

_EPOCH = datetime.fromtimestamp(0, UTC)
log = logging.getLogger("flexnet.worker")


@dataclass
class Duty:
    """Something to be done every so often; a duty that fails is tried again at its next turn."""

    name: str
    every: timedelta
    act: Callable[[datetime], object]
    due_at: datetime = _EPOCH


def duties() -> list[Duty]:
    """All of them; each is a function that a test can call."""
    minute = timedelta(minutes=1)
    checkpoint = timedelta(seconds=configuration.current().audit.checkpoint_seconds)
    return [
        Duty("seal the audit trail", timedelta(milliseconds=500), lambda now: audit.seal_pending()),
        Duty("sign a checkpoint", checkpoint, lambda now: audit.checkpoint()),
        Duty("write finished tallies", timedelta(seconds=15), audit.flush_tallies),
        Duty("clear web sessions that ran out", 10 * minute, accounts.clear_expired_web_sessions),
    ]


def run() -> None:
    """Until SIGTERM or SIGINT."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    todo = duties()
    log.info("worker started")
    while not stop.wait(0.25):
        turn(todo, datetime.now(UTC))
    audit.seal_pending()


def turn(todo: list[Duty], now: datetime) -> None:
    """Do what is due; a database that is away is waited for."""
    for duty in todo:
        if now < duty.due_at:
            continue
        duty.due_at = now + duty.every
        try:
            duty.act(now)
        except (DatabaseError, OSError) as error:
            log.warning("could not %s: %s", duty.name, error)
            close_old_connections()
