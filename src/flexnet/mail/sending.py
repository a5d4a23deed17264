"""Make it happen: what is due in the outbox goes to the mail server, or waits, or is given up.

A mail is claimed before it is sent, by moving on when it is due next: of two workers one gets it, and the
mail of a worker that was killed is due again after `_CLAIMED_FOR`. One thing SMTP cannot rule out: if the
connection or we break off between the server's taking a mail (250 to DATA) and our note of it, it goes once
more. It carries the same Message-ID then, by which the receiver's server can drop it.
"""

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from flexnet import configuration, key_ring, transactions
from flexnet.audit import actions as audit
from flexnet.lib.sealed import SealBroken
from flexnet.mail import queries, rules, smtp
from flexnet.mail.actions import LONGEST_ANSWER, PLACE, named
from flexnet.mail.models import Mail, Trouble
from flexnet.mail.smtp import Answer, Connection, Unreachable, Verdict

log = logging.getLogger("flexnet.mail")
_CLAIMED_FOR: Final = timedelta(minutes=30)  # longer than all answers that one mail waits for
_AT_ONCE: Final = 200  # on one connection


def send_due(now: datetime, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due; answers how many the server took. May take minutes."""
    if not queries.is_on() or not queries.due(now).exists():
        return 0
    began = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    try:
        with smtp.connected() as connection:
            return _send_all(connection, clock, is_stopping)
    except Unreachable as error:
        log.warning("the mail server takes nothing: %s", error)
        _wait_for_server(error, clock())
        return 0


def _send_all(connection: Connection, clock: Callable[[], datetime], is_stopping: Callable[[], bool]) -> int:
    taken = 0
    for _turn in range(_AT_ONCE):
        row = None if is_stopping() else _claim(clock())
        if row is None:
            break
        answer = _sent(connection, row, clock)
        _note(row, answer, clock())
        taken += answer.verdict is Verdict.TAKEN
        if answer.is_over:
            break
    return taken


def _sent(connection: Connection, row: Mail, clock: Callable[[], datetime]) -> Answer:
    """Raises Unreachable, and then it is due as before."""
    try:
        return connection.send(row, smtp.message(row, _whole_text(row)))
    except SealBroken:
        return Answer(Verdict.NEVER, trouble=Trouble.SEAL_BROKEN)
    except Unreachable:
        with transactions.writing():
            Mail.objects.filter(pk=row.pk, tries=row.tries).update(next_at=clock(), tries=row.tries - 1)
        raise


def _claim(now: datetime) -> Mail | None:
    """One that nobody else has; for as long as it may take it is not due."""
    with transactions.writing():
        row = queries.due(now).select_for_update(skip_locked=True).first()
        if row is not None:
            row.next_at, row.tried_at, row.tries = now + _CLAIMED_FOR, now, row.tries + 1
            row.save(update_fields=["next_at", "tried_at", "tries"])
    return row


def _whole_text(row: Mail) -> str:
    """With what is sealed in its place. Raises SealBroken."""
    if row.sealed is None:
        return row.text
    opened = key_ring.current().open(bytes(row.sealed), row=row.tag, **PLACE)
    parts: dict[str, str] = json.loads(opened.reveal())
    text = row.text
    for name, value in parts.items():
        text = text.replace(rules.gap(name), value)
    return text


def _note(row: Mail, answer: Answer, now: datetime) -> None:
    """What came of it, unless somebody else has it by now; that it was taken holds in any case."""
    with transactions.writing():
        mine = Mail.objects.filter(pk=row.pk, sent_at=None, given_up_at=None)
        said = _said(answer)
        if answer.verdict is Verdict.TAKEN:
            if mine.update(sent_at=now, next_at=None, sealed=None, **said):
                audit.record(
                    "mail.sent",
                    by="worker",
                    subject=row.about,
                    data=named(row),
                    person=row.about,
                    personal={"to": row.to},
                )
        elif answer.verdict is Verdict.NEVER or _is_too_old(row, now):
            _give_up(row, said, now)
        else:
            later = rules.next_try(row.tries, now)
            mine.filter(tries=row.tries).update(next_at=later, **said)


def _said(by: Answer | Unreachable) -> dict[str, str]:
    return {"answer": by.said[:LONGEST_ANSWER], "trouble": by.trouble or ""}


def _give_up(row: Mail, said: dict[str, str], now: datetime) -> None:
    mine = Mail.objects.filter(pk=row.pk, tries=row.tries, sent_at=None, given_up_at=None)
    if mine.update(given_up_at=now, next_at=None, **said):
        audit.record("mail.given_up", by="worker", subject=row.about, data=named(row))


def _wait_for_server(why: Unreachable, now: datetime) -> None:
    """Whatever is due waits a little; a server that is away is not asked for each of a thousand mails."""
    with transactions.writing():
        rows = list(queries.due(now).select_for_update(skip_locked=True))
        for row in rows:
            if _is_too_old(row, now):
                _give_up(row, _said(why), now)
        waiting = Mail.objects.filter(pk__in=[row.pk for row in rows], given_up_at=None)
        waiting.update(next_at=now + rules.UNREACHABLE_FOR, **_said(why))


def _is_too_old(row: Mail, now: datetime) -> bool:
    return rules.is_too_old(row, now, configuration.current().mail.give_up_after)
