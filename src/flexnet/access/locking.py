"""Make it happen: locks are imposed and lifted, with effect at once (§ 7(2), § 10(1))."""

from datetime import datetime

from django.db.models import Q, QuerySet

from flexnet import transactions
from flexnet.access.actions import facts_changed
from flexnet.access.models import Access, Lock
from flexnet.audit import actions as audit
from flexnet.keys import queries as keys
from flexnet.members.models import Practice


def report_key_lost(*, serial: str, by: str, reason: str, now: datetime) -> Lock:
    """A key is lost: it is locked at once, and with it whatever came in by it (§ 7(2)). Raises NoSuchKey."""
    key = keys.key(serial)
    lock = Lock(scope=Lock.Scope.KEY, cause=Lock.Cause.LOSS, key=key, imposed_at=now)
    return impose_lock(lock, by=by, reason=reason)


def lock_practice(*, practice: Practice, cause: Lock.Cause, by: str, reason: str, now: datetime) -> Lock:
    """Everything of a practice: every access of its sites and of its owners (§ 7(2), § 10(1))."""
    lock = Lock(scope=Lock.Scope.PRACTICE, cause=cause, practice=practice, imposed_at=now)
    return impose_lock(lock, by=by, reason=reason)


def lock_access(*, access: Access, cause: Lock.Cause, by: str, reason: str, now: datetime) -> Lock:
    """One access, whichever way it is used."""
    lock = Lock(scope=Lock.Scope.ACCESS, cause=cause, access=access, imposed_at=now)
    return impose_lock(lock, by=by, reason=reason)


def impose_lock(lock: Lock, *, by: str, reason: str) -> Lock:
    """Write the lock and end at once what it forbids."""
    with transactions.writing():
        lock.save()
        data = {"scope": lock.scope, "cause": lock.cause, "reason": reason}
        audit.record("lock.imposed", by=by, subject=_locked_thing(lock), data=data)
        facts_changed(_accesses_of_lock(lock), by=by, reason="lock", now=lock.imposed_at)
    return lock


def lift_lock(lock: Lock, *, by: str, reason: str, now: datetime) -> None:
    """The lock ends now; lifting one that is lifted changes nothing."""
    with transactions.writing():
        if Lock.objects.filter(pk=lock.pk, lifted_at=None).update(lifted_at=now):
            audit.record("lock.lifted", by=by, subject=_locked_thing(lock), data={"reason": reason})
            facts_changed(_accesses_of_lock(lock), by=by, reason="lock_lifted", now=now)


def _accesses_of_lock(lock: Lock) -> QuerySet[Access, int]:
    if lock.practice:
        owners = Q(person__ownerships__practice=lock.practice)
        locked = Q(site__practice=lock.practice) | owners
    else:
        locked = Q(assignments__key=lock.key) if lock.key else Q(pk=lock.access_id)
    return Access.objects.filter(locked).values_list("pk", flat=True)


def _locked_thing(lock: Lock) -> str:
    if lock.practice_id:
        return f"practice:{lock.practice_id}"
    return f"key:{lock.key}" if lock.key_id else f"access:{lock.access}"
