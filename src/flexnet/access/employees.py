"""Show me: the accesses of the practice's staff, for the member who answers for them (§ 1(2))."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from flexnet.access import facts, foresight, queries, requests, rules, signers
from flexnet.access.models import Access, CredentialRequest, Permission, Service
from flexnet.access.rules import Channel, Decision, Reason, Refusal
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
    is_suspended: bool

    @property
    def hands_in(self) -> bool:
        return Permission.Function.SUBMISSION in self.permitted

    @property
    def sees_documents(self) -> bool:
        return Permission.Function.DOCUMENTS in self.permitted

    @property
    def is_withdrawn(self) -> bool:
        return self.access.withdrawn_at is not None

    @property
    def is_over(self) -> bool:
        """For good."""
        return isinstance(self.decision, Refusal) and self.decision.reason in foresight.OVER

    def is_refused(self, reason: Reason) -> bool:
        """For this reason, and none that is asked before it."""
        return isinstance(self.decision, Refusal) and self.decision.reason is reason


@dataclass(frozen=True)
class Offered:
    """A service that the member may use, and whether this one of the staff may too."""

    service: Service
    is_granted: bool


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


def services(found: Employee, now: datetime) -> list[Offered]:
    """What was granted to the access that this one hangs on: more than that nobody gives it."""
    granted = queries.services_of(found.access, now)
    theirs = queries.services_of(found.access.origin, now) if found.access.origin else frozenset()
    rows = Service.objects.filter(slug__in=theirs, for_everyone=False).order_by("name", "slug")
    return [Offered(row, row.slug in granted) for row in rows]


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
            any(span.holds(now) for span in known[row.pk].suspended),
        )
        for row in rows
    ]
