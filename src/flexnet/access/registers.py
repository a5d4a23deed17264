"""Show me: whole lists of accesses, keys, locks and notices, as they stand at an instant.

Where an access stands is read from its intervals, never derived from facts: lists have 200,000 rows.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from flexnet import prefixes
from flexnet.access import intervals, rules
from flexnet.access.models import Access, Charge, Interval, KeyAssignment, Lock, Notice
from flexnet.access.rules import Channel, Decision, Granted, Reason, Refusal
from flexnet.keys import queries as key_queries
from flexnet.keys.models import Key, Place


class KeyState(StrEnum):
    """What becomes of a key, wherever it is; a list can be narrowed by these and by places."""

    FREE = "free"
    HELD = "held"
    LOCKED = "locked"


class ChargeState(StrEnum):
    """What became of the loss of a key."""

    TO_PAY = "to_pay"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


class NoticeState(StrEnum):
    """What a notice does."""

    RUNNING = "running"
    OVER = "over"
    WITHDRAWN = "withdrawn"


def accesses(
    now: datetime,
    *,
    kind: str = "",
    reason: Reason | None = None,
    is_granted: bool = False,
    begins: str = "",
    are_many: bool = False,
) -> QuerySet[Access]:
    """Those of a kind, in a state, whose user name begins so; all of them without any.

    Few are found by their state. Of `are_many` each is asked on the way through the order: whether it is
    among those, and where it is granted, by its own interval.
    """
    rows = Access.objects.select_related("site__practice", "person", "third_party")
    if kind:
        rows = rows.filter(kind=kind)
    if begins:
        rows = rows.filter(prefixes.begins("user_name", begins))
    if not (reason or is_granted):
        return rows
    where = {"channel__in": rules.MAIN_DOORS, "reason": reason or "", "at_main_door": True}
    if is_granted:
        return rows.filter(Exists(intervals.of_each(now, **where)))
    if are_many:
        return rows.filter(intervals.is_among(now, **where))
    return rows.filter(pk__in=intervals.whose(now, **where))


def states(access_ids: Iterable[int], now: datetime) -> dict[int, Decision]:
    """What the intervals say of these accesses. One query."""
    rows = intervals.holding(now).filter(access__in=list(access_ids), at_main_door=True)
    return {row.access_id: _decision(row) for row in rows}


def main_door(row: Access) -> Channel:
    """Where it is asked how this access stands."""
    return rules.main_door(Access.Kind(row.kind))


def held_keys(access_ids: Iterable[int]) -> dict[int, str]:
    """The serial numbers of the keys that these accesses have. One query."""
    rows = KeyAssignment.objects.filter(access__in=list(access_ids), until_at=None)
    return dict(rows.values_list("access_id", "key__serial"))


def keys(*, state: str = "", begins: str = "") -> QuerySet[Key]:
    """Keys, wherever they are, or in one place or state."""
    rows = Key.objects.all()
    if begins:
        rows = rows.filter(prefixes.begins("serial", begins))
    if state in Place.values:
        return rows.filter(pk__in=key_queries.at(Place(state)).values("key"))
    return _in_state(rows, KeyState(state)) if state else rows


def _in_state(rows: QuerySet[Key], state: KeyState) -> QuerySet[Key]:
    held = Exists(KeyAssignment.objects.filter(key=OuterRef("pk"), until_at=None))
    standing = Lock.objects.filter(lifted_at=None)
    locked = Exists(standing.filter(key=OuterRef("pk")))
    in_stock = key_queries.at(Place.IN_STOCK).values("key")
    wanted = {
        KeyState.FREE: rows.filter(~locked, pk__in=in_stock),
        KeyState.HELD: rows.filter(held, ~locked),
        KeyState.LOCKED: rows.filter(pk__in=standing.filter(key__isnull=False).values("key")),
    }
    return wanted[state]


def holders(key_ids: Iterable[int]) -> dict[int, str]:
    """The user names of the accesses that these keys open. One query."""
    rows = KeyAssignment.objects.filter(key__in=list(key_ids), until_at=None)
    return dict(rows.values_list("key_id", "access__user_name"))


def locked_keys(key_ids: Iterable[int]) -> set[int]:
    """Those of these keys that are locked. One query."""
    rows = Lock.objects.filter(key__in=list(key_ids), lifted_at=None)
    return {pk for pk in rows.values_list("key_id", flat=True) if pk}


def locks(*, cause: str = "", scope: str = "", is_standing: bool | None = None) -> QuerySet[Lock]:
    """Locks, with what they are on."""
    rows = Lock.objects.select_related("key", "access", "practice")
    if is_standing is not None:
        rows = rows.filter(lifted_at__isnull=is_standing)
    wanted = {"cause": cause, "scope": scope}
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def charges(*, state: str = "") -> QuerySet[Charge]:
    """What clerks decided about lost keys, with the key and whoever had it."""
    rows = Charge.objects.select_related("lock__key", "access")
    wanted = {
        ChargeState.TO_PAY: Q(withdrawn_at=None, cents__gt=0),
        ChargeState.WAIVED: Q(withdrawn_at=None, cents=0),
        ChargeState.WITHDRAWN: Q(withdrawn_at__isnull=False),
    }
    return rows.filter(wanted[ChargeState(state)]) if state else rows


def charge_state(row: Charge) -> ChargeState:
    """The same of one."""
    if row.withdrawn_at:
        return ChargeState.WITHDRAWN
    return ChargeState.TO_PAY if row.cents else ChargeState.WAIVED


def notices(today: date, *, kind: str = "", state: str = "") -> QuerySet[Notice]:
    """Notices, with the accesses that they end."""
    rows = Notice.objects.select_related("access")
    if kind:
        rows = rows.filter(kind=kind)
    wanted = {
        NoticeState.RUNNING: Q(withdrawn_at=None, ends_on__gte=today),
        NoticeState.OVER: Q(withdrawn_at=None, ends_on__lt=today),
        NoticeState.WITHDRAWN: Q(withdrawn_at__isnull=False),
    }
    return rows.filter(wanted[NoticeState(state)]) if state else rows


def _decision(row: Interval) -> Decision:
    if row.reason:
        return Refusal(Reason(row.reason), row.from_at)
    return Granted(Reason(row.narrow) if row.narrow else None)
