"""A key on one page: what it is, whose, where it is, every place it was, and what can be done to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import overview, registers, stock
from flexnet.keys import queries
from flexnet.keys.errors import NoSuchKey
from flexnet.keys.models import Movement, Place
from flexnet.office import acting
from flexnet.office.acting import Place as Here
from flexnet.office.acts import Tile
from flexnet.office.acts_of_stock import OFFERS, Offer
from flexnet.office.lists.tables import place_status
from flexnet.office.middleware import StaffRequest
from flexnet.office.practices import READERS
from flexnet.office.roles import only
from flexnet.web.status import Status


@dataclass(frozen=True)
class Stay:
    """A place it came to, with when, by whom and why."""

    row: Movement
    status: Status


@only(*READERS)
@require_safe
def page(request: HttpRequest, serial: str) -> HttpResponse:
    """Whose it is changes on the page of an access; where it is, here."""
    try:
        key = queries.key(serial)
    except NoSuchKey:
        raise Http404 from None
    staff = cast(StaffRequest, request).staff
    place, _last = queries.whereabouts_of(key)
    context = {
        "key": key,
        "device": queries.device_of(key),
        "status": place_status(place),
        "acts": [_tile(one, serial) for one in OFFERS if staff.roles & {*one.roles} and one.fits(place)],
        "is_locked": bool(registers.locked_keys([key.pk])),
        "holder": registers.holders([key.pk]).get(key.pk, ""),
        "before": overview.last_holder(key.pk),
        "charges": stock.charges_of(key),
        "stays": [Stay(row, place_status(Place(row.place))) for row in queries.movements(key)],
    }
    return render(request, "office/key.html", context)


def addresses() -> Sequence[URLPattern]:
    """The page of a key, and each act on it."""
    acts = [path(f"yubikey/<slug:serial>/{one.address}/", _on_key(one), name=one.name) for one in OFFERS]
    return [path("yubikey/<slug:serial>/", page, name="key"), *acts]


def _on_key(offer: Offer) -> Callable[..., HttpResponseBase]:
    @only(*offer.roles, auditors_read=False)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, serial: str) -> HttpResponseBase:
        try:
            key = queries.key(serial)
        except NoSuchKey:
            raise Http404 from None
        here = Here(reverse("key", args=[serial]), f"YubiKey {serial}")
        if not offer.fits(queries.whereabouts_of(key)[0]):
            return acting.over(request, here.url)
        return acting.perform(request, offer.act, key, here)

    return view


def _tile(offer: Offer, serial: str) -> Tile:
    return Tile(reverse(offer.name, args=[serial]), offer.picture, offer.act.title, offer.text)
