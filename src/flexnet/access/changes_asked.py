"""Show me: which changes of their own data members asked for, and what became of them."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Q, QuerySet

from flexnet.access import belonging
from flexnet.access.models import Access, ChangeRequest
from flexnet.access.rules import day_begins, day_of

OPEN: Final = Q(withdrawn_at=None, accepted_at=None, declined_at=None)
_SHOWN_AFTERWARDS: Final = timedelta(days=365)


class State(StrEnum):
    """Where a request stands; derived from its instants."""

    WAITS = "waits"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


def state_of(row: ChangeRequest) -> State:
    if row.accepted_at:
        return State.ACCEPTED
    if row.declined_at:
        return State.DECLINED
    return State.WITHDRAWN if row.withdrawn_at else State.WAITS


def seen_by(access: Access, now: datetime) -> QuerySet[ChangeRequest]:
    """Of this person, of the practices in these hands, of this third party; the newest first."""
    mine = Q(pk__in=())
    if access.person_id:
        mine |= Q(person=access.person_id)
    if access.third_party_id:
        mine |= Q(third_party=access.third_party_id)
    for one in belonging.of(access, day_of(now)):
        since = Q(asked_at__gte=day_begins(one.since)) if one.since else Q()
        mine |= Q(site__practice=one.practice) & since
    rows = _whole().filter(mine, Q(asked_at__gt=now - _SHOWN_AFTERWARDS) | OPEN)
    return rows.order_by("-asked_at", "-pk")


def request(number: int) -> ChangeRequest | None:
    """Whatever became of it; for the office."""
    return _whole().filter(pk=number).first()


def desk(now: datetime) -> QuerySet[ChangeRequest]:
    """What somebody can decide about by now, the oldest first: only an address may be entered beforehand."""
    ripe = Q(datum=ChangeRequest.Datum.ADDRESS) | Q(from_on__lte=day_of(now))
    return _whole().filter(OPEN, ripe).order_by("asked_at", "pk")


def _whole() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.select_related("access", "site__practice", "person", "third_party")
