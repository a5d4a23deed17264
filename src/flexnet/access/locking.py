"""Make it happen: locks are imposed and lifted, with effect at once (§ 7(2), § 10(1))."""

from datetime import datetime

from django.db.models import Q, QuerySet

from flexnet import transactions
from flexnet.access import breaches, telling
from flexnet.access.actions import facts_changed
from flexnet.access.errors import BadLock, FourEyesNeeded
from flexnet.access.models import Access, Charge, Lock, Report
from flexnet.audit import actions as audit
from flexnet.keys import movements
from flexnet.keys import queries as keys
from flexnet.keys.models import Key
from flexnet.members.models import Practice


def of(thing: Key | Access | Practice, *, cause: Lock.Cause, now: datetime) -> Lock:
    """A lock on this key, on this access whichever way it is used, or on all of a practice; not imposed yet.

    All of a practice: see `lock_practice`.
    """
    if isinstance(thing, Key):
        return Lock(scope=Lock.Scope.KEY, key=thing, cause=cause, imposed_at=now)
    if isinstance(thing, Access):
        return Lock(scope=Lock.Scope.ACCESS, access=thing, cause=cause, imposed_at=now)
    return Lock(scope=Lock.Scope.PRACTICE, practice=thing, cause=cause, imposed_at=now)


def of_password(access: Access, *, cause: Lock.Cause, now: datetime) -> Lock:
    """A lock on the password that the access has now, until it gets another one; not imposed yet."""
    return Lock(scope=Lock.Scope.PASSWORD, access=access, cause=cause, imposed_at=now)


def report(
    lock: Lock,
    *,
    reported_by: str,
    way: Report.Way,
    by: str,
    reason: str,
    received_at: datetime | None = None,
    knew_word: bool = False,
) -> Lock:
    """Somebody reports a loss or a misuse: lock at once, ask afterwards (§ 7(2)). Nobody has to prove a word.

    `received_at` is when the report arrived, which for a mail is earlier than the lock.
    """
    row = Report(
        way=way,
        reported_by=reported_by,
        received_at=min(received_at or lock.imposed_at, lock.imposed_at),
        knew_word=knew_word,
    )
    with transactions.writing():
        row.save()
        lock.report = row
        return impose_lock(lock, by=by, reason=reason)


def impose_lock(lock: Lock, *, by: str, reason: str) -> Lock:
    """Write the lock and end at once what it forbids; a misuse starts the clock of a breach."""
    lock.imposed_by, lock.reason = by, reason
    with transactions.writing():
        transactions.take_turn_at_facts()
        if lock.access and lock.scope == Lock.Scope.PASSWORD:
            lock.imposed_at = max(lock.imposed_at, _password_set_at(lock.access))
        lock.save(force_insert=True)
        if is_lost_key(lock) and lock.key:
            movements.lose(lock.key, by=by, reason=reason, now=lock.imposed_at)
        _record_imposed(lock)
        lock.browsers_ended = facts_changed(
            accesses_of(lock), by=by, reason="lock", now=lock.imposed_at, act=act_of(lock)
        )
        lock.save(update_fields=["browsers_ended"])
        if lock.cause == Lock.Cause.MISUSE:
            breaches.open_breach(lock=lock, by=by)
        telling.locked(lock, subject=locked_thing(lock))
    return lock


def lock_key(*, serial: str, cause: Lock.Cause, by: str, reason: str, now: datetime) -> Lock:
    """A key opens nothing, and whatever came in by it ends. Raises NoSuchKey."""
    return impose_lock(of(keys.key(serial), cause=cause, now=now), by=by, reason=reason)


def report_key_lost(*, serial: str, by: str, reason: str, now: datetime) -> Lock:
    """A key is lost: it is locked at once, and with it whatever came in by it (§ 7(2)). Raises NoSuchKey."""
    return lock_key(serial=serial, cause=Lock.Cause.LOSS, by=by, reason=reason, now=now)


def lock_password(*, access: Access, cause: Lock.Cause, by: str, reason: str, now: datetime) -> Lock:
    """The password opens nothing, until it is replaced; everything that came in by it ends."""
    return impose_lock(of_password(access, cause=cause, now=now), by=by, reason=reason)


def lock_practice(*, practice: Practice, cause: Lock.Cause, by: str, reason: str, now: datetime) -> Lock:
    """Everything of a practice and its staff (§ 7(2), § 10(1)).

    Every access of its sites, of its owners, its medical director and its employed doctors, and every
    employee access derived from one of them. Authorised doctors (Ermächtigte) are no staff of it.
    """
    return impose_lock(of(practice, cause=cause, now=now), by=by, reason=reason)


def lock_access(*, access: Access, cause: Lock.Cause, by: str, reason: str, now: datetime) -> Lock:
    """One access, whichever way it is used."""
    return impose_lock(of(access, cause=cause, now=now), by=by, reason=reason)


def review(lock: Lock, *, by: str, note: str, now: datetime) -> None:
    """Somebody asked, after the lock: it stays, for what the note says. Raises BadLock."""
    if not note.strip():
        raise BadLock("Say whom you asked and what came of it: the lock stays for that.")
    with transactions.writing():
        open_one = Lock.objects.filter(pk=lock.pk, reviewed_at=None)
        if open_one.update(reviewed_at=now, reviewed_by=by):
            data = {"lock": lock.pk, "note": note}
            audit.record("lock.reviewed", by=by, subject=locked_thing(lock), data=data)


def lift_lock(lock: Lock, *, by: str, reason: str, now: datetime, approved_by: str = "") -> None:
    """The lock ends now; lifting one that is lifted changes nothing. Some need a second person's word.

    A lost key that was found stays locked: who lifts such a lock says that the report was an error, and the
    key is where it was before. Raises BadLock without a reason, FourEyesNeeded.
    """
    if not reason.strip():
        raise BadLock("A lock is lifted for a reason: give it.")
    if needs_two(lock) and approved_by.strip() in ("", by):
        raise FourEyesNeeded(
            "A lock for misuse, or on a lost key, is lifted only with the approval of a second person."
        )
    lifting = {"lifted_at": now, "lifted_by": by, "lift_reason": reason, "lift_approved_by": approved_by}
    with transactions.writing():
        if Lock.objects.filter(pk=lock.pk, lifted_at=None).update(**lifting):
            data = {"lock": lock.pk, "reason": reason, "approved_by": approved_by}
            audit.record("lock.lifted", by=by, subject=locked_thing(lock), data=data)
            _unlose(lock, by=by, reason=reason, now=now)
            facts_changed(accesses_of(lock), by=by, reason="lock_lifted", now=now)


def needs_two(lock: Lock) -> bool:
    """Whether one person alone may not lift it: a misuse, and a lost key, which stays locked when found."""
    return lock.cause == Lock.Cause.MISUSE or is_lost_key(lock)


def is_lost_key(lock: Lock) -> bool:
    return lock.scope == Lock.Scope.KEY and lock.cause == Lock.Cause.LOSS


def accesses_of(lock: Lock) -> QuerySet[Access, int]:
    """The accesses that a lock concerns, as their numbers."""
    if lock.practice:
        locked = Q(site__practice=lock.practice)
        for bound in ("ownerships", "directions", "employments"):
            locked |= Q(**{f"person__{bound}__practice": lock.practice})
    else:
        locked = Q(assignments__key=lock.key) if lock.key else Q(pk=lock.access_id)
    return Access.objects.filter(locked).values_list("pk", flat=True)


def locked_thing(lock: Lock) -> str:
    """What a lock is on, as the subject of an entry."""
    if lock.practice_id:
        return f"practice:{lock.practice_id}"
    return f"key:{lock.key}" if lock.key_id else f"access:{lock.access}"


def act_of(lock: Lock) -> str:
    """By this name whatever a lock ends remembers it."""
    return f"lock:{lock.pk}"


def _unlose(lock: Lock, *, by: str, reason: str, now: datetime) -> None:
    """The key was not lost after all, unless another report says so; nobody pays for an error."""
    if not is_lost_key(lock) or lock.key is None:
        return
    others = Lock.objects.filter(scope=lock.scope, cause=lock.cause, key=lock.key, lifted_at=None)
    Charge.objects.filter(lock=lock, withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_by=by, withdrawal_reason=reason
    )
    if not others.exists():
        movements.find(lock.key, by=by, reason=reason, now=now)


def _password_set_at(access: Access) -> datetime:
    """It may have been changed this very moment, or by a clock that is ahead: it is locked all the same."""
    return Access.objects.values_list("account__password_set_at", flat=True).get(pk=access.pk)


def _record_imposed(lock: Lock) -> None:
    thing, told = locked_thing(lock), lock.report
    data = {"lock": lock.pk, "scope": lock.scope, "cause": lock.cause, "reason": lock.reason}
    if told is None:
        audit.record("lock.imposed", by=lock.imposed_by, subject=thing, data=data)
        return
    audit.record(
        "lock.imposed",
        by=lock.imposed_by,
        subject=thing,
        data={**data, "way": told.way, "received": told.received_at.isoformat()},
        person=thing,
        personal={"reported_by": told.reported_by},
    )
