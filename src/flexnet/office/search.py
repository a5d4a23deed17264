"""One field for everything: whole numbers lead on at once, anything else shows what begins like it."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from flexnet.access import overview as accesses
from flexnet.access.models import Access
from flexnet.applications import numbers as application_numbers
from flexnet.applications import queries as applications
from flexnet.applications.errors import NoSuchApplication
from flexnet.billing import numbers as receipt_numbers
from flexnet.billing import queries as billing
from flexnet.lib import plain_text
from flexnet.members import overview as members
from flexnet.members import queries
from flexnet.members.errors import NotEntered
from flexnet.office import finding, happening_words
from flexnet.office.practices import READERS
from flexnet.office.roles import only
from flexnet.post import numbers as letter_numbers
from flexnet.post import queries as letters
from flexnet.post.errors import NoSuchItem

SHORTEST: Final = 2
_SHOWN: Final = 8
_LONGEST: Final = 100


@dataclass(frozen=True)
class Found:
    """One result: where it leads, what it is called, and a few words more."""

    url: str
    title: str
    text: str


@dataclass(frozen=True)
class Group:
    """Results of a kind; `is_cut`: there may be more."""

    word: str | Promise
    found: tuple[Found, ...]

    @property
    def is_cut(self) -> bool:
        return len(self.found) >= _SHOWN


@only(*READERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The results; `q` is what was typed. Whoever sent the form with a whole number is led on."""
    text = plain_text.line(request.GET.get("q", ""))[:_LONGEST]
    goal = None if "teil" in request.GET else _exact(text)
    if goal:
        return redirect(goal)
    groups = _groups(text) if len(text) >= SHORTEST else []
    context = {"q": text, "groups": groups, "is_short": bool(text) and len(text) < SHORTEST}
    return render(request, "office/search.html", context)


def _exact(text: str) -> str | None:
    """Where a whole number or name leads, if exactly one thing is called so."""
    compact = "".join(text.split())
    if application_numbers.is_number(application_numbers.normal(text)):
        return _application(application_numbers.normal(text))
    if letter_numbers.running(text) is not None:
        return _letter(text)
    if receipt_numbers.is_number(compact):
        handed = billing.handed_in_as(compact)
        return f"{reverse('site-by-bsnr', args=[handed.bsnr])}#abrechnungen" if handed else None
    if len(compact) == 9 and compact.isdecimal():
        return _site_or_person(compact)
    return _access_or_key(compact)


def _application(number: str) -> str | None:
    try:
        return reverse("application", args=[applications.application(number).number])
    except NoSuchApplication:
        return None


def _letter(number: str) -> str | None:
    try:
        return reverse("letter", args=[letters.item(number)])
    except NoSuchItem:
        return None


def _site_or_person(number: str) -> str | None:
    try:
        return reverse("practice", args=[queries.site(number).practice_id])
    except NotEntered:
        pass
    try:
        person = queries.person(number)
    except NotEntered:
        return _access_or_key(number)
    practices = list(members.practices_of([person.pk])[:2])
    if len(practices) == 1:
        return reverse("practice", args=[practices[0].pk])
    access = accesses.access_of_person(person.pk)
    return reverse("access", args=[access]) if access else None


def _access_or_key(text: str) -> str | None:
    named = accesses.accesses_found(text, count=1) if text else []
    if named and str(named[0]) == text.lower():
        return reverse("access", args=[named[0]])
    held = accesses.keys_found(text, count=1) if text else []
    if held and held[0].key.serial == text:
        return reverse("access", args=[held[0].access])
    return None


def _groups(text: str) -> list[Group]:
    """One query or two for each kind, however much there is."""
    compact = "".join(text.split())
    groups = [
        Group(gettext_lazy("Praxen"), _practices(compact if compact.isdecimal() else text)),
        Group(gettext_lazy("Personen"), _people(compact if compact.isdecimal() else text)),
        Group(gettext_lazy("Dritte"), _third_parties(text)),
        Group(gettext_lazy("Praxispersonal und Dritte"), () if compact.isdecimal() else _holders(text)),
        Group(gettext_lazy("Zugänge"), _accesses(compact)),
        Group(gettext_lazy("YubiKeys"), _keys(compact)),
    ]
    return [group for group in groups if group.found]


def _practices(text: str) -> tuple[Found, ...]:
    rows = members.practices_found(text, count=_SHOWN)
    return tuple(
        Found(
            reverse("practice", args=[row.pk]),
            row.name,
            "BSNR " + ", ".join(site.bsnr for site in row.sites.all()),
        )
        for row in rows
    )


def _people(text: str) -> tuple[Found, ...]:
    rows = members.people_found(text, count=_SHOWN)
    url = reverse("search")
    return tuple(Found(f"{url}?q={row.lanr}", row.name, f"LANR {row.lanr}") for row in rows)


def _third_parties(text: str) -> tuple[Found, ...]:
    rows = members.third_parties_found(text, count=_SHOWN)
    return tuple(Found(reverse("third-party", args=[row.pk]), row.name, row.contact) for row in rows)


def _accesses(text: str) -> tuple[Found, ...]:
    rows = accesses.accesses_found(text, count=_SHOWN)
    return tuple(
        Found(
            reverse("access", args=[row]),
            str(row),
            f"{happening_words.ACCESSES[row.kind]}, {finding.holder(row)}",
        )
        for row in rows
    )


def _holders(text: str) -> tuple[Found, ...]:
    rows = accesses.holders_found(text, count=_SHOWN)
    return tuple(
        Found(
            reverse("access", args=[row]), row.holder, f"{happening_words.ACCESSES[row.kind]}, {_where(row)}"
        )
        for row in rows
    )


def _where(row: Access) -> str:
    """To whom somebody's access belongs."""
    if row.third_party:
        return row.third_party.name
    origin = row.origin
    if origin is None:
        return str(row)
    return origin.site.practice.name if origin.site else finding.holder(origin)


def _keys(text: str) -> tuple[Found, ...]:
    rows = accesses.keys_found(text, count=_SHOWN)
    return tuple(
        Found(
            reverse("access", args=[row.access]),
            row.key.serial,
            _("%(access)s, zurückgenommen") % {"access": row.access} if row.until_at else str(row.access),
        )
        for row in rows
    )
