"""A practice: its people, sites, accesses, keys, connections, deliveries, notes, and all that happened."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from flexnet.access import mandates as of_mandates
from flexnet.access import overview as accesses
from flexnet.access.models import Access, KeyAssignment
from flexnet.access.queries import Explanation
from flexnet.access.rules import Channel, day_of
from flexnet.accounts.models import Role
from flexnet.billing import queries as billing
from flexnet.gateway import queries as gateway
from flexnet.keys import queries as keys
from flexnet.members import overview
from flexnet.members.models import Address, Employment, Practice, Site
from flexnet.members.overview import Bond, PersonThere
from flexnet.office import finding, happening_words, mandates, signed_in, timelines
from flexnet.office.lists.tables import place_status
from flexnet.office.posting import equipment
from flexnet.office.roles import only
from flexnet.web import explaining

READERS: Final = (Role.RECEPTION, Role.CLERK, Role.KEY_DESK, Role.IT)
_DOORS: Final = (Channel.VPN_SIGN_IN, Channel.PORTAL)


@dataclass(frozen=True)
class AccessLine:
    """An access in the table: for whom, may it now, with which key, and what comes next."""

    access: Access
    kind: str
    holder: str
    answer: explaining.Answer
    key: KeyAssignment | None

    @property
    def next_change(self) -> explaining.Change | None:
        return self.answer.changes[0] if self.answer.changes else None


@dataclass(frozen=True)
class SiteBlock:
    """A site with the address that holds today; `others` are former ones and those announced."""

    site: Site
    address: Address | None
    others: tuple[Address, ...]


@dataclass(frozen=True)
class PersonLine:
    """A person of the practice: what they are or were there, from when until when."""

    there: PersonThere
    is_there: bool
    bonds: tuple[tuple[str, Bond], ...]


@only(*READERS)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """All of it on one page; what narrows the timeline stands in the address."""
    practice, now = finding.practice(number), datetime.now(UTC)
    people = overview.people_of(practice)
    rows = accesses.accesses_of(practice.pk, [one.person.pk for one in people])
    ids = [row.pk for row in rows]
    held = accesses.keys_of(ids)
    places = keys.places(row.key_id for row in held)
    equipped = equipment.of(rows, held, places, now)
    context: dict[str, Any] = {
        "practice": practice,
        "kind": happening_words.PRACTICES[practice.kind],
        "sites": [_site(site, day_of(now)) for site in practice.sites.all()],
        "people": [_person(one, day_of(now)) for one in people],
        "accesses": access_lines(rows, held, now),
        "equipment": equipped,
        "todo": equipment.first_to_do(equipped),
        "locks": accesses.locks_of_practice(practice.pk),
        "keys": [(row, place_status(places[row.key_id])) for row in held],
        "live": gateway.live_sessions(ids, now),
        "browsers": signed_in.of(rows, now),
        "former": gateway.former_sessions(ids, now),
        "mandates": mandates.lines(of_mandates.of_practices([practice], day_of(now))),
        "deliveries": billing.handed_in([site.bsnr for site in practice.sites.all()]),
        "notes": overview.notes_on(practice),
        "happened": timelines.of(request, subjects(practice, people, rows, held)),
    }
    return render(request, "office/practice.html", context)


@only(*READERS)
@require_safe
def by_bsnr(request: HttpRequest, bsnr: str) -> HttpResponse:
    """The practice of a site."""
    return redirect("practice", number=finding.site(bsnr).practice_id)


def access_lines(rows: list[Access], held: list[KeyAssignment], now: datetime) -> list[AccessLine]:
    """These accesses with their explanations, in two queries."""
    explained = accesses.explanations([row.pk for row in rows], on=now, channels=_DOORS)
    owned = {row.access_id: row for row in held if row.until_at is None}
    return [_access(row, explained[row.pk], owned.get(row.pk)) for row in rows]


def subjects(
    practice: Practice, people: tuple[PersonThere, ...], rows: list[Access], held: list[KeyAssignment]
) -> list[str]:
    """What a practice's timeline is about."""
    return [
        f"practice:{practice.pk}",
        *(f"site:{site.bsnr}" for site in practice.sites.all()),
        *(f"person:{one.person.lanr}" for one in people),
        *(f"{kind}:{row}" for row in rows for kind in ("access", "account")),
        *(f"key:{row.key}" for row in held),
    ]


def _access(row: Access, explained: dict[Channel, Explanation], key: KeyAssignment | None) -> AccessLine:
    channel = explaining.main_channel(row, has_key=key is not None)
    kind = str(happening_words.ACCESSES[row.kind])
    return AccessLine(row, kind, finding.holder(row), explaining.answer(explained[channel]), key)


def _site(site: Site, on: date) -> SiteBlock:
    rows = list(site.addresses.all())
    held = next((row for row in rows if row.from_on <= on), None)
    return SiteBlock(site, held, tuple(row for row in rows if row is not held))


def _person(one: PersonThere, on: date) -> PersonLine:
    return PersonLine(one, one.is_there(on), tuple((_bond(row), row) for row in one.bonds))


def _bond(row: Bond) -> str:
    if isinstance(row, Employment):
        return str(happening_words.EMPLOYMENTS[row.kind])
    return str(happening_words.BONDS[type(row)])
