"""What is entered about whoever is signed in; a wish to change it goes to the office as a message."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.correspondence import actions, queries
from flexnet.correspondence.actions import Draft
from flexnet.correspondence.errors import TooManyWaiting
from flexnet.correspondence.models import Thread
from flexnet.correspondence.queries import Party
from flexnet.members import queries as members
from flexnet.members.models import Address, Practice, ThirdParty
from flexnet.portal import once
from flexnet.portal.correspondence import why_not
from flexnet.portal.middleware import MemberRequest
from flexnet.portal.step_up import fresh


@dataclass(frozen=True)
class Datum:
    """One value; without a name nobody changes it. `party` is whose desk it is about."""

    name: str
    label: Promise | str
    value: str
    about: str
    party: Party | None


class Change(forms.Form):
    """How it should be, and what the office should know besides."""

    new = forms.CharField(
        label=gettext_lazy("So soll es heißen"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy("Bitte schreiben Sie, wie es heißen soll."),
            "max_length": gettext_lazy("Höchstens %(limit_value)d Zeichen. Bitte kürzen Sie."),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("Anmerkung (nicht nötig)"),
        help_text=gettext_lazy("Zum Beispiel, ab wann es gilt."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("Höchstens %(limit_value)d Zeichen. Bitte kürzen Sie.")},
    )

    def __init__(self, *args: Any, now_is: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now_is = now_is

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"].strip()
        if new.split() == self.now_is.split():
            raise forms.ValidationError(_("So ist es schon eingetragen."))
        return new


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything by what it is about."""
    sections: dict[str, list[Datum]] = {}
    for one in _data(*_who(request)):
        sections.setdefault(one.about, []).append(one)
    return render(request, "portal/own_data.html", {"sections": sections.items()})


@require_http_methods(["GET", "POST"])
@fresh
def change(request: HttpRequest, name: str) -> HttpResponse:
    """What stands there and what should; sent, it is a message that the office answers."""
    access, now = _who(request)
    datum = _named(access, name, now)
    form = Change(request.POST if request.method == "POST" else None, now_is=datum.value)
    if request.method == "POST" and form.is_valid():
        done = _asked(request, datum, form)
        if done:
            return done
    context = {"form": form, "datum": datum, "once": once.new()}
    return render(request, "portal/own_data_change.html", context, status=422 if form.errors else 200)


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
    parties = queries.parties_of(access, now)
    if access.person:
        about, party = _("Zu Ihrer Person"), parties[0] if parties else None
        yield Datum("person-name" if party else "", gettext_lazy("Name"), access.person.name, about, party)
        yield Datum("", gettext_lazy("Arztnummer (LANR)"), access.person.lanr, about, party)
    for party in parties:
        yield from _of_third_party(party) if isinstance(party, ThirdParty) else _of_practice(party, now)


def _of_practice(practice: Practice, now: datetime) -> Iterator[Datum]:
    for site in practice.sites.filter(closed_on=None).order_by("bsnr"):
        about = _("Betriebsstätte %(bsnr)s") % {"bsnr": site.bsnr}
        address = members.address_of(site, day_of(now))
        values = (
            ("practice", gettext_lazy("Name der Praxis"), practice.name),
            ("address", gettext_lazy("Anschrift"), _lines(address)),
            ("phone", gettext_lazy("Telefon"), site.phone),
            ("fax", gettext_lazy("Fax"), site.fax),
            ("email", gettext_lazy("E-Mail"), site.email),
        )
        for name, label, value in values:
            yield Datum(f"{site.bsnr}-{name}", label, value, about, practice)


def _of_third_party(party: ThirdParty) -> Iterator[Datum]:
    values = (
        ("name", gettext_lazy("Name"), party.name),
        ("signatory", gettext_lazy("Wer unterschreibt"), party.signatory),
        ("contact", gettext_lazy("Ansprechperson"), party.contact),
        ("phone", gettext_lazy("Telefon"), party.phone),
        ("email", gettext_lazy("E-Mail"), party.email),
    )
    for name, label, value in values:
        yield Datum(f"party-{name}", label, value, party.name, party)


def _lines(address: Address | None) -> str:
    if address is None:
        return ""
    return "\n".join(filter(None, (address.extra, address.street, f"{address.postcode} {address.town}")))


def _asked(request: HttpRequest, datum: Datum, form: Change) -> HttpResponse | None:
    """None: the form says why not."""
    try:
        row = _sent(request, datum, form)
    except AlreadySubmitted:
        messages.success(request, once.said())
        return redirect("messages")
    except TooManyWaiting as refused:
        form.add_error(None, why_not(refused))
        return None
    messages.success(request, _("Ihr Änderungswunsch ist bei uns. Was daraus wird, lesen Sie hier."))
    return redirect("message-thread", key=row.pk)


def _sent(request: HttpRequest, datum: Datum, form: Change) -> Thread:
    """Raises AlreadySubmitted, TooManyWaiting."""
    access, now = _who(request)
    assert datum.party is not None  # noqa: S101 - what has a name has one
    with translation.override("de"):  # the office reads it
        here = _named(access, datum.name, now)
        subject = _("Änderungswunsch: %(what)s") % {"what": f"{here.label}, {here.about}"}
        old, new = here.value or _("(nichts eingetragen)"), form.cleaned_data["new"]
        parts = (_("Bisher:"), old, "", _("Neu:"), new, "", form.cleaned_data["note"])
    draft = Draft(once.number(request), "\n".join(parts).strip())
    by = f"portal:{access}"
    return actions.open_thread(party=datum.party, subject=subject, draft=draft, author=access, by=by, now=now)
