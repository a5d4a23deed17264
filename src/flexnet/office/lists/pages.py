"""Each list as a page and as a file."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from flexnet.accounts.models import Role
from flexnet.office.lists import export, listing, tables
from flexnet.office.lists.applications import APPLICATIONS
from flexnet.office.lists.charges import CHARGES
from flexnet.office.lists.deliveries import DELIVERIES
from flexnet.office.lists.listing import COUNTED, Listing
from flexnet.office.lists.mails import MAILS
from flexnet.office.lists.third_parties import THIRD_PARTIES
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only

_EVERYBODY = (Role.CLERK, Role.RECEPTION, Role.IT, Role.KEY_DESK)


def _page(name: str, shown: Listing, roles: tuple[Role, ...]) -> Callable[..., HttpResponseBase]:
    @only(*roles)
    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        found = listing.shown(shown, request.GET)
        context = {
            "listing": shown,
            "page": found,
            "counted": COUNTED,
            "file": reverse(f"{name}-file"),
            "may_export": bool(cast(StaffRequest, request).staff.roles & _exporting(roles)),
        }
        return render(request, "office/lists/list.html", context)

    return page


def _exporting(roles: tuple[Role, ...]) -> set[Role]:
    return {Role.CLERK, Role.AUDITOR} | ({Role.BILLING} & set(roles))


def _file(name: str, shown: Listing, roles: tuple[Role, ...]) -> Callable[..., HttpResponseBase]:
    @only(*_exporting(roles) - {Role.AUDITOR})
    @require_safe
    def file(request: HttpRequest) -> HttpResponseBase:
        chosen = {key: str(value) for key, value in request.GET.items() if value}
        return export.answer(
            shown.headings,
            listing.every(shown, request.GET),
            name=name,
            filters=chosen,
            by=f"office:{cast(StaffRequest, request).staff}",
            now=datetime.now(UTC),
        )

    return file


_LISTS: Final = (
    ("practices", "praxen", tables.PRACTICES, _EVERYBODY),
    ("third-parties", "dritte", THIRD_PARTIES, _EVERYBODY),
    ("accesses", "zugaenge", tables.ACCESSES, _EVERYBODY),
    ("keys", "schluessel", tables.KEYS, _EVERYBODY),
    ("charges", "kosten", CHARGES, (Role.CLERK,)),
    ("locks", "sperren", tables.LOCKS, (Role.CLERK, Role.IT, Role.RECEPTION)),
    ("notices", "kuendigungen", tables.NOTICES, (Role.CLERK, Role.RECEPTION)),
    ("mails", "mails", MAILS, (Role.CLERK, Role.RECEPTION, Role.IT)),
    ("deliveries", "abrechnungen", DELIVERIES, (Role.BILLING, Role.CLERK)),
    ("applications", "antraege", APPLICATIONS, (Role.CLERK, Role.RECEPTION)),
)
ADDRESSES: list[URLPattern] = [
    address
    for name, place, shown, roles in _LISTS
    for address in (
        path(f"{place}/", _page(name, shown, roles), name=name),
        path(f"{place}/liste.csv", _file(name, shown, roles), name=f"{name}-file"),
    )
]
