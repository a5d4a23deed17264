"""A third party: who it is, the KV's own interest, its accesses and services, and all that happened."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import mandates as of_mandates
from flexnet.access import overview as accesses
from flexnet.access import standing
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.gateway import queries as gateway
from flexnet.lib import plain_text
from flexnet.members import overview, third_parties
from flexnet.members.models import ThirdParty
from flexnet.members.third_parties import ThirdPartyDetails
from flexnet.office import (
    act_forms,
    acting,
    acts_of_third_parties,
    editing,
    finding,
    happening_words,
    mandates,
    signed_in,
    timelines,
)
from flexnet.office.acting import Place
from flexnet.office.acts import Tile
from flexnet.office.editing import Edit, Values
from flexnet.office.middleware import StaffRequest
from flexnet.office.practices import READERS, access_lines
from flexnet.office.roles import fresh, only


@dataclass(frozen=True)
class GrantLine:
    """Something an access may do or reach, from when, until when."""

    access: Access
    word: str | Promise
    from_at: datetime
    until_at: datetime | None


class Details(forms.Form):
    """What may be corrected of a third party."""

    name = act_forms.Line(gettext_lazy("Name der Einrichtung"))
    signatory = act_forms.Line(gettext_lazy("Wer unterschreibt für sie?"))
    contact = act_forms.Line(gettext_lazy("Wen fragen wir?"))
    phone = act_forms.Line(gettext_lazy("Telefon"), required=False, longest=40)
    email = act_forms.Line(gettext_lazy("E-Mail"), required=False, longest=254)
    interest = act_forms.Lines(gettext_lazy("Wozu braucht die KV diesen Zugang?"), longest=2000)


def _save(row: ThirdParty, seen: Values, wanted: Values, by: str) -> None:
    """A browser sends line breaks in its own way; what was seen is compared as it is kept."""
    before = {name: plain_text.lines(value) for name, value in seen.items()}
    third_parties.edit(party=row, seen=ThirdPartyDetails(**before), wanted=ThirdPartyDetails(**wanted), by=by)


_DETAILS: Final = Edit[ThirdParty](
    gettext_lazy("Angaben zum Dritten ändern"),
    Details,
    lambda row: asdict(ThirdPartyDetails.of(row)),
    _save,
)


@only(*READERS)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """All of it on one page; what narrows the timeline stands in the address."""
    party, now = finding.third_party(number), datetime.now(UTC)
    rows = accesses.accesses_of_third_party(party.pk)
    ids = [row.pk for row in rows]
    held = accesses.keys_of(ids)
    known = [f"{kind}:{row}" for row in rows for kind in ("access", "account")]
    declared, _opened = standing.of_third_party(party)
    context: dict[str, Any] = {
        "party": party,
        "address": overview.address_of(party, day_of(now)),
        "is_over": party.until_on is not None and party.until_on < day_of(now),
        "declared": declared,
        "accesses": access_lines(rows, held, now),
        "grants": list(_grants(ids)),
        "mandates": mandates.lines(of_mandates.of_third_party(party.pk, day_of(now))),
        "hands_in": any(of_mandates.is_submitters(row) for row in rows),
        "live": gateway.live_sessions(ids, now),
        "browsers": signed_in.of(rows, now),
        "former": gateway.former_sessions(ids, now),
        "acts": list(_acts(party, rows)) if _is_clerk(request) else [],
        "happened": timelines.of(
            request, [f"third_party:{party.pk}", *known, *(f"key:{row.key}" for row in held)]
        ),
    }
    return render(request, "office/third_party.html", context)


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Who it is, and what interest the KV has."""
    row = finding.third_party(number)
    return editing.edit(request, _DETAILS, row, _place(row))


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, number: int) -> HttpResponse:
    """Where letters go from a day on."""
    row = finding.third_party(number)
    return editing.edit(request, editing.ADDRESS, row, _place(row))


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
@fresh
def end(request: HttpRequest, number: int) -> HttpResponseBase:
    """The last day of the KV's interest, and with it of all accesses."""
    row = finding.third_party(number)
    return acting.perform(request, acts_of_third_parties.END, row, _place(row))


def _acts(party: ThirdParty, rows: list[Access]) -> Iterator[Tile]:
    """What a clerk may do about it; a notice is given to each access."""
    number = [party.pk]
    yield Tile(
        reverse("third-party-edit", args=number),
        "change",
        gettext_lazy("Angaben ändern"),
        gettext_lazy("Namen, Kontakt und das Interesse der KV"),
    )
    yield Tile(
        reverse("third-party-address", args=number),
        "mail",
        gettext_lazy("Neue Anschrift"),
        gettext_lazy("Die bisherige bleibt als frühere stehen"),
    )
    yield Tile(
        reverse("third-party-setup", args=number),
        "plus",
        gettext_lazy("Eintragen und Briefe"),
        gettext_lazy("Erklärung, Zugänge und Briefe"),
    )
    yield Tile(
        reverse("third-party-end", args=number),
        "clock",
        gettext_lazy("Letzten Tag eintragen"),
        gettext_lazy("Das Interesse der KV endet, und mit ihm alle Zugänge"),
    )
    for row in rows:
        yield Tile(
            reverse("access-notice", args=[row]), "leave", gettext_lazy("Kündigung eintragen"), str(row)
        )


def _grants(access_ids: list[int]) -> Iterator[GrantLine]:
    for row in accesses.grants_of(access_ids):
        yield GrantLine(row.access, row.service.name, row.from_at, row.until_at)
    for one in accesses.permissions_of(access_ids):
        word = happening_words.FUNCTIONS[one.function]
        yield GrantLine(one.access, word, one.from_at, one.until_at)


def _is_clerk(request: HttpRequest) -> bool:
    return Role.CLERK in cast(StaffRequest, request).staff.roles


def _place(row: ThirdParty) -> Place:
    return Place(reverse("third-party", args=[row.pk]), row.name)
