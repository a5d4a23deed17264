"""Show me: what of a practice's billing of a quarter is here, and what is still missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from flexnet import configuration
from flexnet.access.models import Access
from flexnet.access.signers import directed_on, owned_on
from flexnet.billing import queries
from flexnet.billing.models import CollectiveDeclaration
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Death, Employment, Person, Practice, Site


@dataclass(frozen=True)
class Completeness:
    """Of one practice and quarter: its sites with what they handed in, who may sign and who has."""

    practice: Practice
    quarter: Quarter
    bsnrs: tuple[str, ...]
    handed_in: Mapping[str, datetime]
    needs: str  # "none", "one" or "all"
    signers: Sequence[Person]
    given: Sequence[CollectiveDeclaration]

    @property
    def missing_sites(self) -> list[str]:
        return [bsnr for bsnr in self.bsnrs if bsnr not in self.handed_in]

    @property
    def missing_signers(self) -> list[Person]:
        """Whose declaration is still missing; where one suffices, everybody until there is one."""
        signed = {one.person_id for one in self.given}
        if self.needs == "none" or (self.needs == "one" and signed):
            return []
        return [person for person in self.signers if person.pk not in signed]

    @property
    def is_declared(self) -> bool:
        """Where nobody is known who could sign, nothing is declared."""
        return self.needs == "none" or (bool(self.given) and not self.missing_signers)

    @property
    def is_complete(self) -> bool:
        return self.is_declared and not self.missing_sites


def of(practice: Practice, quarter: Quarter, on: date) -> Completeness:
    """A declaration counts while it names every site that the practice has."""
    bsnrs = sites(practice, quarter, on)
    needs = configuration.current().billing.declaration
    rows = CollectiveDeclaration.objects.filter(practice=practice, quarter=quarter).order_by("pk")
    given = [row for row in rows.select_related("person") if set(bsnrs) <= set(row.bsnrs)]
    return Completeness(
        practice,
        quarter,
        bsnrs,
        queries.submitted_on(bsnrs, quarter),
        needs,
        who_may_sign(practice, on) if needs != "none" else [],
        given if needs != "none" else [],
    )


def of_sites(bsnrs: Sequence[str], quarter: Quarter, on: date) -> list[Completeness]:
    """Of every practice that one of these sites belongs to."""
    practices = Practice.objects.filter(sites__bsnr__in=bsnrs).distinct().order_by("pk")
    return [of(practice, quarter, on) for practice in practices]


def sites(practice: Practice, quarter: Quarter, on: date) -> tuple[str, ...]:
    """Main site first; without those that were closed before the quarter or opened after it."""
    rows = Site.objects.filter(
        Q(closed_on=None) | Q(closed_on__gte=quarter.first_day),
        Q(opened_on=None) | Q(opened_on__lte=quarter.last_day),
        practice=practice,
    )
    return tuple(rows.order_by("-is_main", "bsnr").values_list("bsnr", flat=True))


def who_may_sign(practice: Practice, on: date) -> list[Person]:
    """The medical director where there is one, else the owners; and who is authorised (BMV-Ä, § 35(2))."""
    heads = directed_on(on).filter(practice=practice) or owned_on(on).filter(practice=practice)
    authorised = Employment.objects.filter(
        Q(until_on=None) | Q(until_on__gte=on),
        practice=practice,
        from_on__lte=on,
        kind=Employment.Kind.AUTHORISED,
    )
    people = [row.person_id for rows in (heads, authorised) for row in rows]
    died = Death.objects.filter(person=OuterRef("pk"), withdrawn_at=None, died_on__lte=on)
    return list(Person.objects.filter(~Exists(died), pk__in=people).order_by("pk"))


def may_sign(access: Access, practice: Practice, on: date) -> bool:
    """In person, with the personal access: never the practice access, staff or a third party."""
    is_personal = access.kind == Access.Kind.PERSONAL and access.person is not None
    return is_personal and access.person in who_may_sign(practice, on)
