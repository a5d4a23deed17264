"""Show me: which practices let which third parties hand in for them, and since when, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from flexnet.access.models import Access, Mandate, Permission
from flexnet.members.models import Death, Direction, Ownership, Practice, Site, ThirdParty


class State(StrEnum):
    """Where a mandate stands on a day; derived."""

    TO_COME = "to_come"
    HOLDS = "holds"
    REVOKED = "revoked"
    OVER = "over"
    GIVER_LEFT = "giver_left"


@dataclass(frozen=True)
class Standing:
    """A mandate and where it stands."""

    mandate: Mandate
    state: State

    @property
    def goes_on(self) -> bool:
        return self.state in (State.TO_COME, State.HOLDS)


def holding(on: date) -> Q:
    """Of mandates: that they count on a day, as far as is known."""
    return Q(revoked_at=None) & _on(on) & _backed(on)


def sites_for(access: Access, on: date) -> QuerySet[Site]:
    """For which a third party's access hands in on a day: none without the permission to hand in."""
    rows = Mandate.objects.filter(
        holding(on), Exists(_permitted(access=access)), third_party=access.third_party_id
    )
    return Site.objects.filter(pk__in=rows.values("site"))


def submitters(on: date) -> QuerySet[ThirdParty]:
    """Third parties of which an access may hand in: whom a practice may choose, by name."""
    rows = ThirdParty.objects.filter(_on(on), accesses__in=_permitted().values("access"))
    return rows.distinct().order_by("folded", "pk")


def is_submitters(access: Access) -> bool:
    """Whether it is an access of a collective submitter."""
    return access.third_party_id is not None and _permitted(access=access).exists()


def of_practices(practices: QuerySet[Practice] | Sequence[Practice], on: date) -> list[Standing]:
    """Given by these practices, those that go on first, then the newest."""
    return _standings(_whole().filter(site__practice__in=practices), on)


def of_third_party(party_id: int, on: date) -> list[Standing]:
    """Given to a third party; in the same order."""
    return _standings(_whole().filter(third_party=party_id), on)


def one(number: int) -> Mandate | None:
    return _whole().filter(pk=number).first()


def _standings(rows: QuerySet[Mandate], on: date) -> list[Standing]:
    backed = set(rows.filter(_backed(on)).values_list("pk", flat=True))
    found = [Standing(row, _state(row, on, is_backed=row.pk in backed)) for row in rows.order_by("-pk")]
    return sorted(found, key=lambda one: not one.goes_on)


def _permitted(**whose: Access) -> QuerySet[Permission]:
    return Permission.objects.filter(function=Permission.Function.SUBMISSION, until_at=None, **whose)


def _state(row: Mandate, on: date, *, is_backed: bool) -> State:
    if row.revoked_at:
        return State.REVOKED
    if row.until_on and row.until_on < on:
        return State.OVER
    if not is_backed:
        return State.GIVER_LEFT
    return State.TO_COME if row.from_on > on else State.HOLDS


def _backed(on: date) -> Q:
    """Whoever gave it owns or directs the practice on a day, and lives."""
    there = {"person": OuterRef("person"), "practice": OuterRef("site__practice")}
    owns = Exists(Ownership.objects.filter(_on(on), **there))
    directs = Exists(Direction.objects.filter(_on(on), **there))
    dead = Exists(Death.objects.filter(person=OuterRef("person"), withdrawn_at=None))
    return (Q(owns) | Q(directs)) & ~Q(dead)


def _on(day: date) -> Q:
    return Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gte=day))


def _whole() -> QuerySet[Mandate]:
    return Mandate.objects.select_related("third_party", "site__practice", "person", "scan")
