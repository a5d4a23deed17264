"""Whoever promises to keep the terms: a person or a third party, and how rows and entries name them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TypeAlias

from django.db.models import Q, QuerySet

from flexnet.access import facts, rules
from flexnet.access.models import Access
from flexnet.members.models import Direction, Ownership, Person, Practice, ThirdParty
from flexnet.members.signals import Touched

Signer: TypeAlias = Person | ThirdParty


def behind(access: Access, on: date) -> list[Signer]:
    """On whose promise an access rests: its person's or third party's, or any owner's or director's.

    An employee's rests on what the member's rests on.
    """
    member = access.origin or access
    if own := member.person or member.third_party:
        return [own]
    held = owned_on(on).filter(practice__sites__accesses=member).select_related("person")
    directed = directed_on(on).filter(practice__sites__accesses=member).select_related("person")
    return [row.person for rows in (held, directed) for row in rows.order_by("pk")]


def of(access: Access) -> Signer | None:
    """For whom this access itself may sign; whether it may is for `rules.may_sign` to say."""
    return access.person or access.third_party


def speaks_for_practice(access: Access, now: datetime) -> bool:
    """Of whom a practice is, in person: never the practice access, and never staff (§ 1(2))."""
    if access.kind != Access.Kind.PERSONAL:
        return False
    return rules.may_sign(facts.of([access.pk])[access.pk], now)


def practices_of(access: Access, on: date) -> QuerySet[Practice]:
    """Those that the person of this access owns or directs on a day."""
    owned = owned_on(on).filter(person=access.person_id).values("practice")
    directed = directed_on(on).filter(person=access.person_id).values("practice")
    return Practice.objects.filter(pk__in=owned.union(directed))  # with OR all practices would be read


def accesses_of_practices(access: Access, on: date) -> list[int]:
    """Those of the practices that are its person's on a day; read at once: nested it is planned badly."""
    return accesses_in(list(practices_of(access, on).values_list("pk", flat=True)))


def accesses_in(practices: Collection[int]) -> list[int]:
    """Those of these practices, in the order in which they were opened."""
    rows = Access.objects.filter(site__practice__in=practices).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def of_practice(practice: Practice, on: date) -> list[Person]:
    """Who owns or directs it on a day, in the order in which they were entered."""
    held = (owned_on(on), directed_on(on))
    rows = [row for one in held for row in one.filter(practice=practice).select_related("person")]
    return list(dict.fromkeys(row.person for row in sorted(rows, key=lambda row: row.pk)))


def fields(signer: Signer) -> dict[str, Signer]:
    """The columns that name one of them in a row."""
    return {"person": signer} if isinstance(signer, Person) else {"third_party": signer}


def theirs(signers: Sequence[Signer]) -> Q:
    """The rows of any of them."""
    people = [one for one in signers if isinstance(one, Person)]
    parties = [one for one in signers if isinstance(one, ThirdParty)]
    return Q(person__in=people) | Q(third_party__in=parties)


def subject(signer: Signer) -> str:
    """What the audit trail calls them."""
    return f"person:{signer}" if isinstance(signer, Person) else f"third_party:{signer.pk}"


def touched(signer: Signer) -> Touched:
    """Of whom a fact changes with their promise."""
    one = (signer.pk,)
    return Touched(people=one) if isinstance(signer, Person) else Touched(third_parties=one)


def owned_on(day: date) -> QuerySet[Ownership]:
    """Who owns which practice on a day."""
    return Ownership.objects.filter(_on(day))


def directed_on(day: date) -> QuerySet[Direction]:
    """Who directs which practice on a day."""
    return Direction.objects.filter(_on(day))


def _on(day: date) -> Q:
    return Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gte=day))
