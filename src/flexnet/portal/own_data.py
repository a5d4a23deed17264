"""What is entered about whoever is signed in; a change is asked for here, and what became of it is seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet.access import change_requests, changeable, changes_asked
from flexnet.access.change_requests import Asked, NotTaken
from flexnet.access.changeable import Datum as Kind
from flexnet.access.changeable import Subject
from flexnet.access.changes_asked import State
from flexnet.access.errors import NotAsked
from flexnet.access.models import Access, ChangeRequest
from flexnet.access.rules import day_of
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.correspondence import queries as correspondence
from flexnet.members import queries as members
from flexnet.members.errors import BadEntry
from flexnet.members.models import Address, Practice, ThirdParty
from flexnet.portal import once
from flexnet.portal.middleware import MemberRequest
from flexnet.portal.own_data_forms import Change
from flexnet.portal.step_up import fresh
from flexnet.web.status import Status

STATES: Final = {
    State.WAITS: Status(gettext_lazy("Bei uns eingegangen"), "clock", ""),
    State.ACCEPTED: Status(gettext_lazy("Eingetragen"), "check", "ok"),
    State.DECLINED: Status(gettext_lazy("Abgelehnt"), "error", "error"),
    State.WITHDRAWN: Status(gettext_lazy("Zurückgezogen"), "leave", ""),
}
LABELS: Final = {
    Kind.NAME: gettext_lazy("Name"),
    Kind.PRACTICE: gettext_lazy("Name der Praxis"),
    Kind.ADDRESS: gettext_lazy("Anschrift"),
    Kind.PHONE: gettext_lazy("Telefon"),
    Kind.FAX: gettext_lazy("Fax"),
    Kind.EMAIL: gettext_lazy("E-Mail"),
    Kind.PARTY_NAME: gettext_lazy("Name"),
    Kind.SIGNATORY: gettext_lazy("Wer unterschreibt"),
    Kind.CONTACT: gettext_lazy("Ansprechperson"),
    Kind.PARTY_PHONE: gettext_lazy("Telefon"),
    Kind.PARTY_EMAIL: gettext_lazy("E-Mail"),
}
_OF_SITE: Final = (Kind.PRACTICE, Kind.ADDRESS, Kind.PHONE, Kind.FAX, Kind.EMAIL)
_OF_PARTY: Final = (Kind.PARTY_NAME, Kind.SIGNATORY, Kind.CONTACT, Kind.PARTY_PHONE, Kind.PARTY_EMAIL)


@dataclass(frozen=True)
class Datum:
    """One value; without a name nobody changes it."""

    name: str
    label: Promise | str
    value: str
    about: str
    kind: Kind | None = None
    subject: Subject | None = None


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything by what it is about; below it what was asked for."""
    access, now = _who(request)
    sections: dict[str, list[Datum]] = {}
    for one in _data(access, now):
        sections.setdefault(one.about, []).append(one)
    rows = changes_asked.seen_by(access, now)
    context = {"sections": sections.items(), "asked": [shown(row) for row in rows[:50]]}
    return render(request, "portal/own_data.html", context)


@require_http_methods(["GET", "POST"])
@fresh
def change(request: HttpRequest, name: str) -> HttpResponse:
    """What stands there and what should, from when; sent, it lies on the office's desk."""
    access, now = _who(request)
    datum = _named(access, name, now)
    kind, subject = datum.kind, datum.subject
    assert kind is not None and subject is not None  # noqa: S101, PT018 - what has a name has both
    stored = changeable.stored(kind, subject)
    data = request.POST if request.method == "POST" else None
    form = Change(data, kind=kind, stored=stored, today=day_of(now))
    if request.method == "POST" and form.is_valid():
        asked = Asked(
            kind, subject, form.seen(), form.wanted(), form.cleaned_data["from_on"], form.cleaned_data["note"]
        )
        if _asked(request, access, asked, form, now):
            return redirect("own-data")
    context = {"form": form, "datum": datum, "once": once.new()}
    return render(request, "portal/own_data_change.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """As long as nobody has decided."""
    access, now = _who(request)
    row = changes_asked.seen_by(access, now).filter(pk=number).first()
    if row is None:
        raise Http404
    try:
        change_requests.withdraw(request=row, by=f"portal:{access}", now=now)
        messages.success(request, _("Ihr Änderungswunsch ist zurückgezogen."))
    except NotAsked:
        messages.info(request, _("Darüber ist schon entschieden."))
    return redirect("own-data")


def shown(row: ChangeRequest) -> dict[str, object]:
    """A request with its words: what, before and after, where it stands."""
    state = changes_asked.state_of(row)
    return {
        "row": row,
        "label": LABELS[Kind(row.datum)],
        "about": f"BSNR {row.site}" if row.site else "",
        "before": _said(row.seen).replace("\n", ", "),
        "after": _said(row.wanted).replace("\n", ", "),
        "status": STATES[state],
        "is_open": row.is_open,
    }


def _said(values: dict[str, str]) -> str:
    """An address as it stands on a letter; all else has one value."""
    if "street" not in values:
        return values["value"]
    place = f"{values['postcode']} {values['town']}".strip()
    return "\n".join(filter(None, (values["extra"], values["street"], place)))


def _who(request: HttpRequest) -> tuple[Access, datetime]:
    """Staff have nothing here: what is about the practice is the member's to change."""
    access = cast(MemberRequest, request).access
    if access.kind == Access.Kind.EMPLOYEE:
        raise Http404
    return access, datetime.now(UTC)


def _named(access: Access, name: str, now: datetime) -> Datum:
    """Of others, and of what nobody changes, there is none."""
    found = next((one for one in _data(access, now) if one.name and one.name == name), None)
    if found is None:
        raise Http404
    return found


def _data(access: Access, now: datetime) -> Iterator[Datum]:
    parties = correspondence.parties_of(access, now)
    if access.person:
        about, name = _("Zu Ihrer Person"), access.person.name
        yield Datum("person-name", LABELS[Kind.NAME], name, about, Kind.NAME, access.person)
        yield Datum("", gettext_lazy("Arztnummer (LANR)"), access.person.lanr, about)
    for party in parties:
        yield from _of_third_party(party) if isinstance(party, ThirdParty) else _of_practice(party, now)


def _of_practice(practice: Practice, now: datetime) -> Iterator[Datum]:
    for site in practice.sites.filter(closed_on=None).select_related("practice").order_by("bsnr"):
        about = _("Betriebsstätte %(bsnr)s") % {"bsnr": site.bsnr}
        for kind in _OF_SITE:
            if kind is Kind.ADDRESS:
                value = _lines(members.address_of(site, day_of(now)))
            else:
                value = _said(changeable.stored(kind, site))
            yield Datum(f"{site.bsnr}-{kind}", LABELS[kind], value, about, kind, site)


def _of_third_party(party: ThirdParty) -> Iterator[Datum]:
    for kind in _OF_PARTY:
        value = _said(changeable.stored(kind, party))
        yield Datum(f"party-{kind.removeprefix('party_')}", LABELS[kind], value, party.name, kind, party)


def _lines(address: Address | None) -> str:
    if address is None:
        return ""
    return "\n".join(filter(None, (address.extra, address.street, f"{address.postcode} {address.town}")))


def _asked(request: HttpRequest, access: Access, asked: Asked, form: Change, now: datetime) -> bool:
    """False: the form says why not."""
    number: Any = once.number(request)
    try:
        done = change_requests.ask(access=access, asked=asked, number=number, now=now)
    except AlreadySubmitted:
        messages.success(request, once.said())
        return True
    except BadEntry:
        form.refuse_entry()
        return False
    if isinstance(done, NotTaken):
        form.refuse(done)
        return False
    messages.success(request, _("Ihr Änderungswunsch ist bei uns. Was daraus wird, lesen Sie hier."))
    return True
