"""Make it happen: a clerk decides whether the loss of a key is charged (§ 6(3)); a defect never is."""

from datetime import datetime

from flexnet import configuration, transactions
from flexnet.access import stock
from flexnet.access.errors import NoSuchCharge, NotToCharge
from flexnet.access.models import Charge, Lock
from flexnet.audit import actions as audit


def charge(lock: Lock, *, by: str, reason: str, now: datetime) -> Charge:
    """Whoever had the key pays what the configuration says. Raises NotToCharge."""
    return _decide(lock, configuration.current().keys.lost_cents, by=by, reason=reason, now=now)


def waive(lock: Lock, *, by: str, reason: str, now: datetime) -> Charge:
    """Nobody pays for this loss, for a reason: it was lost in the post, say. Raises NotToCharge."""
    if not reason.strip():
        raise NotToCharge("A charge is waived for a reason: give it.")
    return _decide(lock, 0, by=by, reason=reason, now=now)


def withdraw(charge: Charge, *, by: str, reason: str, now: datetime) -> None:
    """The charge falls. Raises NotToCharge without a reason, NoSuchCharge if it fell before."""
    if not reason.strip():
        raise NotToCharge("A charge is withdrawn for a reason: give it.")
    with transactions.writing():
        standing = Charge.objects.filter(pk=charge.pk, withdrawn_at=None)
        if not standing.update(withdrawn_at=now, withdrawn_by=by, withdrawal_reason=reason):
            raise NoSuchCharge(f"Charge {charge.pk} is withdrawn already.")
        data = {"charge": charge.pk, "access": str(charge.access), "reason": reason}
        audit.record("charge.withdrawn", by=by, subject=f"key:{charge.lock.key}", data=data)


def _decide(lock: Lock, cents: int, *, by: str, reason: str, now: datetime) -> Charge:
    holder = stock.holder_when_lost(lock)
    if holder is None or lock.lifted_at:
        raise NotToCharge("Only the loss of a key that somebody had is charged, while its lock stands.")
    there = NotToCharge(f"Somebody decided about this loss already (lock {lock.pk}).")
    with transactions.writing():
        with transactions.refused_as(there):
            row = Charge.objects.create(
                lock=lock, access=holder, cents=cents, decided_at=now, decided_by=by, reason=reason
            )
        data = {"lock": lock.pk, "access": str(holder), "cents": cents, "reason": reason}
        audit.record("charge.decided", by=by, subject=f"key:{lock.key}", data=data)
    return row
