"""Make it happen: lock receipts (Sperrbestätigung) are issued: what a lock did, as measured, signed."""

import base64
import binascii
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from django.db.models import QuerySet

from flexnet import configuration, transactions
from flexnet.access import locking
from flexnet.access.models import Lock
from flexnet.audit import actions as audit
from flexnet.audit import keys, queries
from flexnet.audit import rules as audit_rules
from flexnet.gateway import effects
from flexnet.gateway.effects import Effect
from flexnet.gateway.models import LockReceipt

# What is signed begins with this, so that it is never taken for a head of the audit trail.
_HEAD = "flexnet lock receipt 1\n"


def issue(*, lock: Lock, by: str, now: datetime) -> LockReceipt:
    """What is known of the lock's effect by now, signed; a later one says what has come since."""
    effect, signing = effects.of(lock, now), keys.current()
    with transactions.writing():
        transactions.hold(Lock, [lock.pk])
        number = f"S-{lock.pk:06d}-{LockReceipt.objects.filter(lock=lock).count() + 1}"
        row = LockReceipt(lock=lock, number=number, issued_at=now, key=signing.current)
        row.statement = _HEAD + audit_rules.canonical(_stated(row, effect))
        row.signature = base64.b64encode(signing.sign(row.statement.encode())).decode()
        row.save(force_insert=True)
        data = {"receipt": row.number, "complete": effect.is_complete}
        audit.record("lock_receipt.issued", by=by, subject=locking.locked_thing(lock), data=data)
    return row


def of_lock(lock: Lock) -> QuerySet[LockReceipt]:
    """Its receipts, the last one first."""
    return LockReceipt.objects.filter(lock=lock).order_by("-pk")


def numbered(number: str) -> LockReceipt | None:
    """The receipt that was issued under this number, as it was signed then."""
    return LockReceipt.objects.select_related("lock").filter(number=number.strip().upper()).first()


def is_genuine(row: LockReceipt) -> bool:
    """Whether what is stored is what was signed, by one of our keys."""
    public = keys.current().public
    if not 0 < row.key <= len(public):
        return False
    try:
        public[row.key - 1].verify(base64.b64decode(row.signature), row.statement.encode())
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _stated(row: LockReceipt, effect: Effect) -> dict[str, object]:
    lock, told = row.lock, row.lock.report
    return {
        "receipt": row.number,
        "kv": configuration.current().profile.name,
        "issued_at": queries.instant(row.issued_at),
        "locked": _thing(lock),
        "scope": lock.scope,
        "cause": lock.cause,
        "imposed_at": queries.instant(lock.imposed_at),
        "lifted_at": queries.instant(lock.lifted_at) if lock.lifted_at else None,
        "reported": told and {"way": told.way, "received_at": queries.instant(told.received_at)},
        "tunnels": [_tunnel(tunnel) for tunnel in effect.tunnels],
        "browsers_ended": effect.browsers_ended,
        "took_seconds": effect.took.total_seconds() if effect.took is not None else None,
        "tunnels_alive": effect.tunnels_alive,
        "browsers_alive": effect.browsers_alive,
        "is_complete": effect.is_complete,
    }


def _tunnel(tunnel: effects.EndedTunnel) -> dict[str, object]:
    return {
        "session": tunnel.session,
        "user_name": tunnel.user_name,
        "gateway": tunnel.gateway,
        "signed_in_at": queries.instant(tunnel.signed_in_at),
        "outcome": tunnel.outcome,
        "answered_at": queries.instant(tunnel.answered_at) if tunnel.answered_at else None,
    }


def _thing(lock: Lock) -> str:
    """What is locked, by the name that its people know it by."""
    if lock.practice:
        return lock.practice.name
    return str(lock.key or lock.access)
