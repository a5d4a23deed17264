"""Show me: a practice whole, with its people over time; in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

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

Bond = Ownership | Employment | Direction


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
    """Those whose name has words that begin like this, or with a site whose BSNR does; by name."""
    named = folding.any_word_begins(text)
    numbered = Q(pk__in=Site.objects.filter(bsnr__startswith=text).values("practice"))
    rows = Practice.objects.filter(numbered if text.isdecimal() else named)
    return list(rows.prefetch_related("sites").order_by("folded", "pk")[:count])


def people_found(text: str, *, count: int) -> list[Person]:
    """Those whose name has words that begin like this, or whose LANR does; by name."""
    rows = Person.objects.filter(
        Q(lanr__startswith=text) if text.isdecimal() else folding.any_word_begins(text)
    )
    return list(rows.order_by("folded", "pk")[:count])


def desk_questions() -> QuerySet[Question]:
    """What the member register no longer says and nobody has found out yet, oldest first."""
    return Question.objects.filter(answered_at=None).select_related("practice", "person").order_by("pk")


def question(number: int) -> Question | None:
    """Whatever became of it."""
    return Question.objects.filter(pk=number).select_related("practice", "person").first()


def practices_of(people: Sequence[int]) -> QuerySet[Practice]:
    """Where these people ever owned, directed or worked."""
    owned = Q(ownerships__person__in=people)
    served = Q(directions__person__in=people) | Q(employments__person__in=people)
    return Practice.objects.filter(owned | served).distinct().order_by("name", "pk")


def _there(person: Person, bonds: list[Bond]) -> PersonThere:
    died_on = next((row.died_on for row in person.deaths.all()), None)
    return PersonThere(person, tuple(bonds), tuple(person.activities.all()), died_on)
