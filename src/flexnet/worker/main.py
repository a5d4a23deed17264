"""The worker: links and signs the audit trail, clears away what ran out, reads the register, sends mails."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import close_old_connections

from flexnet import configuration
from flexnet.access import change_requests, password_sheets, programs, reminding, resync_requests
from flexnet.accounts import actions as accounts
from flexnet.accounts import handing_over, submissions, throttle
from flexnet.applications import actions as applications
from flexnet.audit import actions as audit
from flexnet.billing import actions as billing
from flexnet.billing import (
    arriving,
    confirmations,
    course,
    electronic_seal,
    fetching,
    full_checks,
    prechecks,
    replies,
    reply_folder,
    sealing,
    sendings,
)
from flexnet.correspondence import actions as correspondence
from flexnet.documents import actions as documents
from flexnet.documents import taking
from flexnet.gateway import actions as gateways
from flexnet.keys import uploads
from flexnet.mail import actions as mails
from flexnet.mail import sending
from flexnet.members import register_imports, register_work
from flexnet.publications import actions as publications
from flexnet.software import links, reading
from flexnet.software import requests as software

_LOOK_EVERY = 0.25
log = logging.getLogger("flexnet.worker")


@dataclass
class Duty:
    """Something to be done every so often; a duty that fails is tried again at its next turn.

    When it is due is counted in seconds that no set clock moves.
    """

    name: str
    every: timedelta
    act: Callable[[datetime], object]
    due_at: float = 0.0


def duties() -> list[Duty]:
    """All of them; each is a function that a test can call."""
    minute = timedelta(minutes=1)
    checkpoint = timedelta(seconds=configuration.current().audit.checkpoint_seconds)
    return [
        Duty("seal the audit trail", timedelta(milliseconds=500), lambda now: audit.seal_pending()),
        Duty("sign a checkpoint", checkpoint, lambda now: audit.checkpoint()),
        Duty("write finished tallies", timedelta(seconds=15), audit.flush_tallies),
        Duty("bring keys into step", timedelta(milliseconds=500), resync_requests.judge_waiting),
        Duty("forget files of keys", 60 * minute, uploads.clear_old),
        Duty("clear answered codes", 60 * minute, resync_requests.clear_old),
        Duty("end sessions that ran out", minute, gateways.end_expired),
        Duty("clear web sessions that ran out", 10 * minute, accounts.clear_expired_web_sessions),
        Duty("clear numbers of old forms", 60 * minute, submissions.clear_old),
        Duty("clear credentials that were handed over", 10 * minute, handing_over.clear_old),
        Duty("clear sheets that were handed over", 10 * minute, password_sheets.clear_old),
        Duty("forget programs that ended", 24 * 60 * minute, programs.clear_old),
        Duty("clear full buckets", 10 * minute, throttle.clear_full),
        Duty("forget what was personal long enough", 60 * minute, audit.forget_old),
        Duty("delete old sessions", 60 * minute, gateways.clear_old),
        Duty("delete old applications", 60 * minute, applications.clear_old),
        Duty("delete old imports", 60 * minute, register_imports.clear_old),
        Duty("delete old mails", 60 * minute, mails.clear_old),
        Duty("delete contents of deliveries", 60 * minute, course.clear_contents),
        Duty("forget what checks in advance found", 60 * minute, prechecks.clear_old),
        Duty("delete old replies", 60 * minute, replies.clear_old),
        Duty("forget names of refused replies", 60 * minute, replies.clear_settled),
        Duty("clear files of replies never put", 24 * 60 * minute, replies.clear_left_over),
        Duty("delete old messages", 60 * minute, correspondence.clear_old),
        Duty("delete old change requests", 60 * minute, change_requests.clear_old),
        Duty("delete old documents", 60 * minute, documents.clear_old),
        Duty("forget names of refused files", 60 * minute, documents.clear_settled),
        Duty("clear files of documents never put", 24 * 60 * minute, documents.clear_left_over),
        Duty("clear files of messages never sent", 24 * 60 * minute, correspondence.clear_left_over),
        Duty("clear uploads that broke off", 60 * minute, lambda now: billing.clear_interrupted(now=now)),
        Duty("forget numbers that programs gave their files", 60 * minute, sendings.clear_old),
        Duty("clear uploads that nobody ended", 10 * minute, arriving.clear_expired),
        Duty("clear files of deliveries never noted", 24 * 60 * minute, sealing.clear_left_over),
        Duty("send links to software", timedelta(seconds=5), links.answer_waiting),
        Duty("forget who used which provider", 60 * minute, publications.clear_old_uses),
        Duty("delete old requests for software", 60 * minute, software.clear_old),
    ]


def long_duties(is_stopping: Callable[[], bool]) -> list[Duty]:
    """Those that may take minutes: each has a thread of its own, so that no other waits for it."""
    second = timedelta(seconds=1)
    return [
        Duty("take the member register over", second, partial(register_work.work, is_stopping=is_stopping)),
        Duty("bring keys in", second, uploads.take_waiting),
        Duty("seal receipts", second / 2, electronic_seal.seal_waiting),
        Duty("state receipts from before the seal", 600 * second, confirmations.state_older),
        Duty("remind by mail", timedelta(minutes=5), reminding.remind),
        Duty("send mails", second, partial(sending.send_due, is_stopping=is_stopping)),
        Duty("lay deliveries out", 60 * second, partial(fetching.watch, is_stopping=is_stopping)),
        Duty("check what was encrypted", 2 * second, partial(full_checks.work, is_stopping=is_stopping)),
        Duty("take replies", 5 * second, partial(reply_folder.watch, is_stopping=is_stopping)),
        Duty("take documents", 5 * second, partial(taking.watch, is_stopping=is_stopping)),
        Duty("seal deliveries that lie plain", 3600 * second, lambda now: sealing.seal_plain(is_stopping)),
        Duty("read the mailbox", timedelta(minutes=1), reading.read_mailbox),
    ]


def run() -> None:
    """Until SIGTERM or SIGINT; what waits to be sealed is sealed before the end."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    todo = duties()
    aside = [
        threading.Thread(target=_turn_until, args=(stop, [duty]), name=duty.name)
        for duty in long_duties(stop.is_set)
    ]
    for thread in aside:
        thread.start()
    log.info("worker started")
    _turn_until(stop, todo)
    for thread in aside:
        thread.join()
    turn(todo[:1], now=datetime.now(UTC), at=float("inf"))


def _turn_until(stop: threading.Event, todo: list[Duty]) -> None:
    while not stop.wait(_LOOK_EVERY):
        close_old_connections()
        turn(todo, now=datetime.now(UTC), at=time.monotonic())


def turn(todo: list[Duty], *, now: datetime, at: float) -> None:
    """Do what is due `at` this many seconds; what fails is said and waits for its next turn."""
    for duty in todo:
        if at < duty.due_at:
            continue
        duty.due_at = at + duty.every.total_seconds()
        try:
            duty.act(now)
        except Exception as error:  # noqa: BLE001 - one duty must not stop the others, whatever broke
            log.warning("could not %s: %s", duty.name, error)
