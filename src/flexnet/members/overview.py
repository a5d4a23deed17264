"""Show me: a practice whole, with its people over time; in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from django.db.models import Manager, Prefetch, QuerySet

from flexnet import prefixes
from flexnet.members import folding
from flexnet.members.errors import NotEntered
from flexnet.members.models import (
    Activity,
    Address,
    Death,
    Direction,
    Employment,
    Note,
    Ownership,
    Person,
    Practice,
    Question,
    Site,
    ThirdParty,
)

M = TypeVar("M", Practice, Person)
Bond = Ownership | Employment | Direction
_SITES: Final = 10  # read for each practice wanted, for several may be of one


@dataclass(frozen=True)
class PersonThere:
    """A person and what binds them to a practice, newest first; `bonds` is never empty."""

    person: Person
    bonds: tuple[Bond, ...]
    activities: tuple[Activity, ...]
    died_on: date | None

    def is_there(self, on: date) -> bool:
        """Whether any bond holds on that day."""
        return any(row.from_on <= on and (row.until_on is None or on <= row.until_on) for row in self.bonds)


def practice(number: int) -> Practice:
    """With its sites and their addresses, the main one first, the newest first. Raises NotEntered."""
    addresses = Prefetch("addresses", Address.objects.order_by("-from_on", "-pk"))
    sites = Prefetch("sites", Site.objects.order_by("-is_main", "bsnr").prefetch_related(addresses))
    row = Practice.objects.filter(pk=number).prefetch_related(sites).first()
    if row is None:
        raise NotEntered(f"There is no practice {number}.")
    return row


def people_of(practice: Practice) -> tuple[PersonThere, ...]:
    """Everybody who ever owned it, directed it or worked in it; who is there longest stands first."""
    bonds: dict[int, list[Bond]] = {}
    for model in (Ownership, Direction, Employment):
        for row in model._default_manager.filter(practice=practice).order_by("-from_on", "-pk"):
            bonds.setdefault(row.person_id, []).append(row)
    people = Person.objects.filter(pk__in=bonds).prefetch_related(
        Prefetch("activities", Activity.objects.order_by("-from_on")),
        Prefetch("deaths", Death.objects.filter(withdrawn_at=None)),
    )
    found = [_there(person, bonds[person.pk]) for person in people]
    return tuple(sorted(found, key=lambda one: (one.bonds[-1].from_on, one.person.pk)))


def address_of(party: ThirdParty, on: date) -> Address | None:
    """Where letters to a third party go on that day."""
    rows = Address.objects.filter(third_party=party, from_on__lte=on)
    return rows.order_by("pk").last()


def third_parties_found(text: str, *, count: int) -> list[ThirdParty]:
    """Those whose name has words that begin like this; by name."""
    return list(ThirdParty.objects.filter(folding.any_word_begins(text)).order_by("folded", "pk")[:count])


def notes_on(practice: Practice) -> QuerySet[Note]:
    """Newest first; each knows the one that corrects it."""
    return Note.objects.filter(practice=practice).select_related("correction").order_by("-pk")


def note(practice: Practice, number: int) -> Note | None:
    """One of this practice's; None for what is not there and for another practice's."""
    return Note.objects.filter(practice=practice, pk=number).first()


def practices_found(text: str, *, count: int) -> list[Practice]:
    """Those whose name has words that begin like this, by name; or with a site whose BSNR does, by that."""
    if text.isdecimal():
        sites = Site.objects.filter(prefixes.begins("bsnr", text)).order_by("bsnr")
        numbers = list(dict.fromkeys(sites.values_list("practice", flat=True)[: count * _SITES]))[:count]
    else:
        numbers = _named(Practice.objects, text, count)
    found = Practice.objects.prefetch_related("sites").in_bulk(numbers)
    return [found[pk] for pk in numbers]


def people_found(text: str, *, count: int) -> list[Person]:
    """Those whose name has words that begin like this, by name; or whose LANR does, by that."""
    if text.isdecimal():
        return list(Person.objects.filter(prefixes.begins("lanr", text)).order_by("lanr")[:count])
    numbers = _named(Person.objects, text, count)
    found = Person.objects.in_bulk(numbers)
    return [found[pk] for pk in numbers]


def desk_questions() -> QuerySet[Question]:
    """What the member register no longer says and nobody has found out yet, oldest first."""
    return Question.objects.filter(answered_at=None).select_related("practice", "person").order_by("pk")


def question(number: int) -> Question | None:
    """Whatever became of it."""
    return Question.objects.filter(pk=number).select_related("practice", "person").first()


def practices_of(people: Sequence[int]) -> QuerySet[Practice]:
    """Where these people ever owned, directed or worked."""
    owned, directed, served = (
        bond.filter(person__in=people).values_list("practice", flat=True)
        for bond in (Ownership.objects, Direction.objects, Employment.objects)
    )
    return Practice.objects.filter(pk__in=owned.union(directed, served)).order_by("name", "pk")


def _named(those: Manager[M], text: str, count: int) -> list[int]:
    """Their numbers, by the index of names alone: the rows of the others are not read."""
    rows = those.filter(folding.any_word_begins(text)).order_by("folded", "pk")
    return list(rows.values_list("pk", flat=True)[:count])


def _there(person: Person, bonds: list[Bond]) -> PersonThere:
    died_on = next((row.died_on for row in person.deaths.all()), None)
    return PersonThere(person, tuple(bonds), tuple(person.activities.all()), died_on)
