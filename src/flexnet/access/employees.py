"""Show me: the accesses of the practice's staff, for the member who answers for them (§ 1(2))."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from flexnet.access import facts, queries, requests, rules, signers
from flexnet.access.models import Access, CredentialRequest, Permission
from flexnet.access.rules import Channel, Decision
from flexnet.members import queries as members

_SHOWN_AFTER_THE_END: Final = timedelta(days=365)


@dataclass(frozen=True)
class Employee:
    """An access, whether it opens the portal, what it is permitted, whether its letter is still to come.

    `others` is who answers for it where whoever looks does not; only these change and end it (§ 1(2)).
    """

    access: Access
    decision: Decision
    permitted: frozenset[str]
    letter: CredentialRequest | None
    others: str

    @property
    def hands_in(self) -> bool:
        return Permission.Function.SUBMISSION in self.permitted

    @property
    def sees_documents(self) -> bool:
        return Permission.Function.DOCUMENTS in self.permitted

    @property
    def is_withdrawn(self) -> bool:
        return self.access.withdrawn_at is not None


def of(member: Access, now: datetime) -> list[Employee]:
    """Those that go on by name, then those withdrawn within a year; eight queries, however many they are.

    With those of colleagues who work in the same practices: they reach the same data.
    """
    gone_since = Q(withdrawn_at__gt=now - _SHOWN_AFTER_THE_END)
    rows = _seen_by(member, rules.day_of(now)).filter(Q(withdrawn_at=None) | gone_since)
    found = _employees(list(rows), member, now)
    return sorted(found, key=lambda one: (one.is_withdrawn, one.access.holder.casefold(), one.access.pk))


def one(member: Access, user_name: str, now: datetime) -> Employee | None:
    """None for what is of no practice of this member's, or not there."""
    rows = _seen_by(member, rules.day_of(now)).filter(account__user_name=user_name)
    return next(iter(_employees(list(rows), member, now)), None)


def under(member: Access, on: date) -> QuerySet[Access]:
    """Derived from the member's own access, or from one of a practice that is the member's on that day."""
    return _all().filter(origin__in=_over(member, on))


def _seen_by(member: Access, on: date) -> QuerySet[Access]:
    """Besides them what is derived from the personal accesses of who owns, directs or works in the same."""
    colleagues = list(members.who_is_in(signers.practices_of(member, on), on).values_list("pk", flat=True))
    theirs = Access.objects.filter(person__in=colleagues).values_list("pk", flat=True)
    return _all().filter(origin__in=[*_over(member, on), *theirs])


def _all() -> QuerySet[Access]:
    return queries.whole().filter(kind=Access.Kind.EMPLOYEE)


def _over(member: Access, on: date) -> list[int]:
    return [member.pk, *signers.accesses_of_practices(member, on)]


def _others(row: Access, member: Access) -> str:
    """What hangs on a practice's access is every owner's, and so is theirs who looks."""
    origin = row.origin
    return "" if origin is None or origin.person is None or origin == member else origin.person.name


def _employees(rows: list[Access], member: Access, now: datetime) -> list[Employee]:
    ids = [row.pk for row in rows]
    known = facts.of(ids)
    permitted = defaultdict[int, set[str]](set)
    rows_of_today = Permission.objects.filter(access__in=ids, until_at=None)
    for access, function in rows_of_today.values_list("access", "function"):
        permitted[access].add(function)
    open_ones = CredentialRequest.objects.filter(requests.FOR_CREDENTIALS, access__in=ids)
    letters = {row.access_id: row for row in open_ones}
    return [
        Employee(
            row,
            queries.decide_by(known[row.pk], channel=Channel.PORTAL, now=now),
            frozenset(permitted[row.pk]),
            letters.get(row.pk),
            _others(row, member),
        )
        for row in rows
    ]
