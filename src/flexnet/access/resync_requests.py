"""Make it happen: whoever is signed in brings a key of their own into step by three codes in a row.

The portal opens no seed (decision 11): it seals the codes and waits, and the worker, which may, judges them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from flexnet import key_ring, transactions
from flexnet.access import own_keys
from flexnet.access.errors import TooManyTries
from flexnet.access.models import Access, ResyncRequest
from flexnet.accounts import throttle
from flexnet.keys import resync
from flexnet.keys.errors import WrongPlace
from flexnet.keys.rules import Resync

CODES: Final = 3
_TABLE = "access_resyncrequest"
_KEPT = timedelta(days=1)
_TIRED_AFTER = timedelta(minutes=10)  # whoever asked does not wait any more


def ask(*, member: Access, serial: str, codes: Sequence[str], now: datetime) -> ResyncRequest | None:
    """The codes wait for the worker; one who asks again before it came waits for the first.

    None: the key is nobody's, not this member's, or locked. Raises TooManyTries: each asking counts.
    """
    row = own_keys.unlocked(member, serial, now)
    if row is None:
        return None
    tries = throttle.look_inside(account_id=member.account_id, now=now)
    if not tries.are_left:
        raise TooManyTries("Too many codes were tried. Wait a minute.")
    text = " ".join(codes).encode()
    sealed = key_ring.current().seal(text, table=_TABLE, row=serial, kind="codes")
    with transactions.writing():
        there = ResyncRequest.objects.filter(key=row.key, judged_at=None).first()
        if there:
            return there if there.access_id == member.pk else None
        transactions.write_together([throttle.charging(tries.keys, now=now)])
        return ResyncRequest.objects.create(access=member, key=row.key, sealed_codes=sealed, asked_at=now)


def of(*, member: Access, serial: str, number: int) -> ResyncRequest | None:
    """What became of it; only for whoever asked."""
    rows = ResyncRequest.objects.filter(access=member, key__serial=serial, pk=number)
    return rows.select_related("key").first()


def judge_waiting(now: datetime) -> int:
    """The worker's part: each is judged once, and its codes forgotten; answers how many."""
    waiting = list(
        ResyncRequest.objects.filter(judged_at=None).select_related("key", "access").order_by("pk")
    )
    for row in waiting:
        with transactions.writing():
            transactions.hold(ResyncRequest, [row.pk])
            _settle(row, _judged(row, now), now)
    return len(waiting)


def clear_old(now: datetime) -> int:
    """What was answered says nothing after a day: it stands in the trail."""
    with transactions.writing():
        return ResyncRequest.objects.filter(judged_at__lt=now - _KEPT).delete()[0]


def _judged(row: ResyncRequest, now: datetime) -> Resync:
    if row.sealed_codes is None or now - row.asked_at > _TIRED_AFTER:
        return Resync.NOT_CONSECUTIVE
    sealed, serial = bytes(row.sealed_codes), row.key.serial
    codes = key_ring.current().open(sealed, table=_TABLE, row=serial, kind="codes").reveal().decode().split()
    try:
        return resync.by_codes(row.key, codes, by=f"portal:{row.access}", now=now)
    except WrongPlace:
        return Resync.NOT_CONSECUTIVE


def _settle(row: ResyncRequest, outcome: Resync, now: datetime) -> None:
    ResyncRequest.objects.filter(pk=row.pk, judged_at=None).update(
        judged_at=now, outcome=outcome, sealed_codes=None
    )
