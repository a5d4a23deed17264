"""Show me: the accesses of the practice's staff, for the member who answers for them (§ 1(2))."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from flexnet.access import facts, queries, requests, rules, signers
from flexnet.access.models import Access, CredentialRequest, Permission
from flexnet.access.rules import Channel, Decision

_SHOWN_AFTER_THE_END: Final = timedelta(days=365)


@dataclass(frozen=True)
class Employee:
    """An access, whether it opens the portal, whether it hands in, whether its letter is still to come."""

    access: Access
    decision: Decision
    hands_in: bool
    letter: CredentialRequest | None

    @property
    def is_withdrawn(self) -> bool:
        return self.access.withdrawn_at is not None


def of(member: Access, now: datetime) -> list[Employee]:
    """Those that go on by name, then those withdrawn within a year; four queries, however many they are."""
    gone_since = Q(withdrawn_at__gt=now - _SHOWN_AFTER_THE_END)
    rows = under(member, rules.day_of(now)).filter(Q(withdrawn_at=None) | gone_since)
    found = _employees(list(rows), now)
    return sorted(found, key=lambda one: (one.is_withdrawn, one.access.holder.casefold(), one.access.pk))


def one(member: Access, user_name: str, now: datetime) -> Employee | None:
    """None for what is not this member's, or not there."""
    rows = under(member, rules.day_of(now)).filter(account__user_name=user_name)
    return next(iter(_employees(list(rows), now)), None)


def under(member: Access, on: date) -> QuerySet[Access]:
    """Derived from the member's own access, or from one of a practice that is the member's on that day."""
    of_practices = Q(origin__site__practice__in=signers.practices_of(member, on))
    rows = queries.whole().filter(kind=Access.Kind.EMPLOYEE)
    return rows.filter(Q(origin=member) | of_practices)


def _employees(rows: list[Access], now: datetime) -> list[Employee]:
    ids = [row.pk for row in rows]
    known = facts.of(ids)
    permitted = Permission.objects.filter(access__in=ids, function=Channel.SUBMISSION, until_at=None)
    hand_in = set(permitted.values_list("access", flat=True))
    open_ones = CredentialRequest.objects.filter(requests.OPEN, access__in=ids)
    letters = {row.access_id: row for row in open_ones}
    return [
        Employee(
            row,
            queries.decide_by(known[row.pk], channel=Channel.PORTAL, now=now),
            row.pk in hand_in,
            letters.get(row.pk),
        )
        for row in rows
    ]
