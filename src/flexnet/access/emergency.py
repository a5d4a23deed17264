"""Make it happen: by its revocation word an access is locked, day and night; whoever tries learns nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flexnet import transactions
from flexnet.access import locking, queries, silence
from flexnet.access.models import Access, Lock, Report
from flexnet.access.throttled import Throttled, Turned
from flexnet.accounts import actions as accounts
from flexnet.accounts import passwords, revocation, throttle
from flexnet.accounts import rules as account_rules
from flexnet.audit import actions as audit

NOBODY = "unknown"
REASON = "Notsperre mit dem Sperrkennwort"
throttled = Throttled()


@dataclass(frozen=True)
class _Try:
    name: str
    place: str
    by: str
    way: Report.Way
    source: str
    now: datetime


def lock(
    *,
    user_name: str,
    word: str,
    source: str,
    channel: Literal["public", "telephone"],
    now: datetime,
    by: str = "",
) -> None:
    """With the right word everything of this access is locked when this returns; it never says whether.

    Nobody is told if the name exists, if the word was right, if there was a lock already, or if it was tried
    too often from there: also by the time it takes. Each place has its own ten tries for a name, so that no
    stranger uses up the owner's; what keeps guesses hopeless is the length of the word.
    """
    place = account_rules.place(source) if channel == "public" else channel
    attempt = _Try(
        accounts.normal_user_name(user_name), place, by or channel, Report.Way(channel), source, now
    )
    with silence.alike():
        passwords.taken(_lock(attempt, word))


def _lock(attempt: _Try, word: str) -> passwords.Steps[None]:
    tries = throttle.look_at_emergency(name=attempt.name, place=attempt.place, now=attempt.now)
    found = queries.at_the_door(attempt.name) if accounts.is_user_name(attempt.name) else None
    access = found[0] if found else None
    if not tries.are_left:
        return _turn_away(attempt, access)
    charge = throttle.charging(tries.keys, now=attempt.now)
    sealed_one = access.account.revocation_word if access else None
    is_right = yield revocation.check(word, sealed_one, user_name=attempt.name)
    if access and is_right and _impose(attempt, access):
        return transactions.write_together([charge])
    reason = "locked_already" if is_right else "wrong_word" if access else NOBODY
    return transactions.write_together([charge, audit.tallying([_counted(attempt, access, reason)])])


def _impose(attempt: _Try, access: Access) -> bool:
    """Whether there is a new lock; of several tries at once only one makes it."""
    person = f"access:{access}"
    with transactions.writing():
        transactions.take_turn_at_facts()
        if _is_locked(access):
            return False
        row = locking.of(access, cause=Lock.Cause.LOSS, now=attempt.now)
        locking.report(row, reported_by="", way=attempt.way, by=attempt.by, reason=REASON, knew_word=True)
        audit.record(
            "emergency_lock.accepted",
            by=attempt.by,
            subject=person,
            data={"lock": row.pk},
            person=person,
            personal={"source": attempt.source},
        )
    return True


def _is_locked(access: Access) -> bool:
    """By a word. A lock of the KV's own may be lifted for reasons that know nothing of this one."""
    rows = Lock.objects.filter(scope=Lock.Scope.ACCESS, access=access, lifted_at=None)
    return rows.filter(report__knew_word=True).exists()


def _turn_away(attempt: _Try, access: Access | None) -> None:
    minute = attempt.now.replace(second=0, microsecond=0)
    subject = f"access:{access or NOBODY}"
    throttled.count(
        Turned(attempt.by, subject, attempt.place, minute, "emergency_lock.refused"), now=attempt.now
    )


def _counted(attempt: _Try, access: Access | None, reason: str) -> audit.Count:
    return audit.counted(
        "emergency_lock.refused",
        by=attempt.by,
        subject=f"access:{access or NOBODY}",
        source=attempt.place,
        reason=reason,
        now=attempt.now,
    )
