"""Show me: to which accesses somebody who is signed in may give notice, and who has to sign it (§ 10(2))."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q

from flexnet import configuration
from flexnet.access import facts, queries, rules, signers
from flexnet.access.models import Access, KeyAssignment, Notice
from flexnet.access.rules import Channel, Reason, Refusal
from flexnet.lib import quarters
from flexnet.members.models import Practice

_NOTHING: Final = Q(pk=None)
# Reasons that nothing cures but a new access.
_OVER: Final = (
    Reason.NOT_TRANSFERABLE,
    Reason.ENDED,
    Reason.WITHDRAWN,
    Reason.INTEREST_OVER,
    Reason.ACTIVITY_OVER,
)


@dataclass(frozen=True)
class Noticeable:
    """An access, by name all who sign its notice, one that runs already, and what goes with it."""

    access: Access
    signed_by: tuple[str, ...]
    running: Notice | None
    key: str
    employees: int

    @property
    def is_binding(self) -> bool:
        """In the portal; what belongs to several is signed by all of them, on paper."""
        return len(self.signed_by) == 1 and configuration.current().profile.statements == "binding"


def of(member: Access, now: datetime) -> list[Noticeable]:
    """Those that are not over: a person's own, a practice's whose it is, a third party's of its signatory."""
    rows = list(queries.whole().filter(_theirs(member, now)).order_by("pk"))
    known = facts.of([row.pk for row in rows])
    going_on = [row for row in rows if not _is_over(known[row.pk], now)]
    return [_noticeable(row, rules.day_of(now)) for row in going_on]


def one(member: Access, user_name: str, now: datetime) -> Noticeable | None:
    """None for what is not this member's to end."""
    return next((found for found in of(member, now) if str(found.access) == user_name), None)


def _theirs(member: Access, now: datetime) -> Q:
    today = rules.day_of(now)
    if member.kind == Access.Kind.PERSONAL:
        return Q(pk__in=[member.pk, *signers.accesses_of_practices(member, today)])
    if member.kind == Access.Kind.THIRD_PARTY and rules.may_sign(facts.of([member.pk])[member.pk], now):
        return Q(third_party=member.third_party_id)
    return _NOTHING


def _is_over(known: rules.Facts, now: datetime) -> bool:
    decision = queries.decide_by(known, channel=Channel.PORTAL, now=now)
    return isinstance(decision, Refusal) and decision.reason in _OVER


def _noticeable(access: Access, today: date) -> Noticeable:
    key = KeyAssignment.objects.filter(access=access, until_at=None).select_related("key").first()
    staff = Access.objects.filter(origin=access, withdrawn_at=None).count()
    return Noticeable(
        access, _signed_by(access, today), _running(access, today), key.key.serial if key else "", staff
    )


def _running(access: Access, today: date) -> Notice | None:
    """The one that ends it no later than a notice of today would."""
    by = quarters.last_day_after_member_notice(today)
    rows = Notice.objects.filter(access=access, withdrawn_at=None, ends_on__gte=today, ends_on__lte=by)
    return rows.order_by("ends_on", "pk").first()


def _signed_by(access: Access, today: date) -> tuple[str, ...]:
    if access.person:
        return (access.person.name,)
    if access.third_party:
        return (access.third_party.signatory,)
    assert access.site  # noqa: S101 - nobody gives notice to staff's
    return _owners(access.site.practice, today)


def _owners(practice: Practice, today: date) -> tuple[str, ...]:
    """Where no person owns it, whoever directs it."""
    for rows in (signers.owned_on(today), signers.directed_on(today)):
        names = rows.filter(practice=practice).order_by("pk").values_list("person__name", flat=True)
        if names:
            return tuple(names)
    return ()
