"""A key on one page: what it is, whose, where it is and every place it was."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flexnet.access import overview, registers
from flexnet.keys import queries
from flexnet.keys.errors import NoSuchKey
from flexnet.keys.models import Movement, Place
from flexnet.office.lists.tables import place_status
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
    """What moves it is done on the page of its access."""
    try:
        key = queries.key(serial)
    except NoSuchKey:
        raise Http404 from None
    place, _last = queries.whereabouts_of(key)
    context = {
        "key": key,
        "device": queries.device_of(key),
        "status": place_status(place),
        "is_locked": bool(registers.locked_keys([key.pk])),
        "holder": registers.holders([key.pk]).get(key.pk, ""),
        "before": overview.last_holder(key.pk),
        "stays": [Stay(row, place_status(Place(row.place))) for row in queries.movements(key)],
    }
    return render(request, "office/key.html", context)
