"""The key desk: what is due because of keys, what losses cost, and whose a found key is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import key_desk, overview, stock
from flexnet.access.errors import NoSuchCharge, TooManyTries
from flexnet.access.models import Charge
from flexnet.accounts.models import Role
from flexnet.keys import queries as keys
from flexnet.keys.models import Key, Movement
from flexnet.office import acting, acts_of_stock, finding
from flexnet.office.acting import Place
from flexnet.office.entering.fields import Code
from flexnet.office.entering.keys import Touch
from flexnet.office.lists.tables import place_status
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only
from flexnet.web import words
from flexnet.web.status import Status

_SHOWN: Final = 50


@dataclass(frozen=True)
class Line:
    """A key, what is known of it here, and the page for the next step."""

    serial: str
    text: str
    url: str
    button: str


@dataclass(frozen=True)
class Block:
    """One kind of what is due; of more than these the first are shown."""

    name: str
    title: str
    lines: list[Line]
    are_more: bool


@only(Role.CLERK, Role.KEY_DESK)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is to be done, the longest waiting first."""
    now = datetime.now(UTC)
    is_clerk = bool(cast(StaffRequest, request).staff.roles & {Role.CLERK})
    blocks = [
        _block("losses", _("Über Verluste zu entscheiden"), _losses(is_clerk)),
        _block("replace", _("Zu ersetzen"), _replacements()),
        _block("remind", _("Zurückgefordert, Frist vorbei: erinnern"), _reminders(now)),
        _block("lost", _("Trotz Erinnerung nicht zurück"), _overdue(now, is_clerk)),
    ]
    return render(request, "office/key_desk.html", {"blocks": blocks, "in_stock": stock.free_keys().count()})


class Found(forms.Form):
    """One touch; a second one where the first fits several."""

    first = Code(
        label=gettext_lazy("Einmalcode"),
        help_text=gettext_lazy("Klicken Sie in dieses Feld und drücken Sie einmal auf den YubiKey."),
        max_length=80,
    )
    then = Code(
        label=gettext_lazy("Noch einmal"),
        help_text=gettext_lazy("Ein zweiter Druck gleich danach macht es sicher."),
        max_length=80,
        required=False,
        widget=Touch,
    )


@dataclass(frozen=True)
class Owner:
    """A key that may be the one that was found."""

    key: Key
    status: Status
    holder: str


@only(Role.KEY_DESK, auditors_read=False)
@sensitive_post_parameters("first", "then")
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """Whose it is. Nothing is spent, and how often somebody looks is counted."""
    form, owners = Found(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        staff = cast(StaffRequest, request).staff
        try:
            rows = key_desk.find_owners(
                typed=form.cleaned_data["first"],
                then=form.cleaned_data["then"],
                account_id=staff.account_id,
                by=f"office:{staff}",
                now=datetime.now(UTC),
            )
            owners = [_owner(row) for row in rows]
        except TooManyTries:
            form.add_error(None, _("So oft sucht hier niemand. Warten Sie eine Minute."))
    elif request.method == "GET":
        form.fields["first"].widget.attrs["autofocus"] = True
    if owners and len(owners) > 1:
        form.fields["then"].widget.attrs["autofocus"] = True
    context = {"form": form, "owners": owners}
    return render(request, "office/key_found.html", context, status=422 if form.errors else 200)


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, number: int) -> HttpResponseBase:
    """Whether a loss is charged."""
    lock = finding.there(overview.lock(number))
    if lock.key is None or Charge.objects.filter(lock=lock).exists():
        return acting.over(request, _here().url)
    return acting.perform(request, acts_of_stock.DECIDE, lock, _here())


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: int) -> HttpResponseBase:
    """A charge falls."""
    place = Place(reverse("charges"), _("Kosten"))
    try:
        row = stock.charge(number)
    except NoSuchCharge:
        row = finding.there(None)
    if row.withdrawn_at:
        return acting.over(request, place.url)
    return acting.perform(request, acts_of_stock.WITHDRAW, row, place)


def _here() -> Place:
    return Place(reverse("key-desk"), _("Schlüsselplatz"))


def _block(name: str, title: str, lines: list[Line]) -> Block:
    return Block(name, title, lines[:_SHOWN], len(lines) > _SHOWN)


def _losses(is_clerk: bool) -> list[Line]:
    rows = stock.losses_to_decide()[: _SHOWN + 1]
    since = _("gesperrt am %(day)s")
    return [
        Line(
            str(row.key),
            since % {"day": words.short_moment(row.imposed_at)},
            reverse("loss-decide", args=[row.pk]) if is_clerk else "",
            _("Entscheiden"),
        )
        for row in rows
    ]


def _replacements() -> list[Line]:
    return [
        Line(
            str(row.key),
            _("Zugang %(access)s wartet") % {"access": row.access},
            reverse("key-assign", args=[row.access]),
            _("Anderen zuordnen"),
        )
        for row in stock.to_replace()[: _SHOWN + 1]
    ]


def _reminders(now: datetime) -> list[Line]:
    return [
        _awaited(row, "key-remind", _("Erinnerung vermerken")) for row in stock.to_remind(now)[: _SHOWN + 1]
    ]


def _overdue(now: datetime, is_clerk: bool) -> list[Line]:
    rows = stock.to_declare_lost(now)[: _SHOWN + 1]
    return [_awaited(row, "key-declare-lost" if is_clerk else "", _("Für verloren erklären")) for row in rows]


def _awaited(row: Movement, act: str, button: str) -> Line:
    text = _("zurückgefordert am %(day)s") % {"day": words.short_moment(row.at)}
    return Line(str(row.key), text, reverse(act, args=[row.key]) if act else "", button)


def _owner(key: Key) -> Owner:
    holder = overview.last_holder(key.pk)
    return Owner(key, place_status(keys.whereabouts_of(key)[0]), str(holder) if holder else "")


ADDRESSES: Final[list[URLPattern]] = [
    path("schluesselplatz/", page, name="key-desk"),
    path("schluesselplatz/gefunden/", found, name="key-found"),
    path("verlust/<int:number>/kosten/", decide, name="loss-decide"),
    path("kosten/<int:number>/zuruecknehmen/", withdraw, name="charge-withdraw"),
]
