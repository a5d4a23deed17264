"""Where entering begins, and where it goes on: what is there already, what is missing, the next step."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flexnet.access import overview, standing
from flexnet.access.rules import day_of
from flexnet.access.standing import Opened
from flexnet.accounts.models import Role
from flexnet.keys import queries as keys
from flexnet.office.entering import pages, steps
from flexnet.office.entering.practices import practice_or_404
from flexnet.office.entering.third_parties import third_party_or_404
from flexnet.office.middleware import StaffRequest
from flexnet.office.posting import equipment
from flexnet.office.roles import only


@only(Role.CLERK, Role.RECEPTION)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What can be entered."""
    is_clerk = Role.CLERK in cast(StaffRequest, request).staff.roles
    return render(request, "office/entering/start.html", {"is_clerk": is_clerk})


@only(Role.CLERK)
@require_safe
def practice(request: HttpRequest, practice: int) -> HttpResponse:
    """A practice on its way to its first sign-in."""
    row, now = practice_or_404(practice), pages.now()
    found = standing.of_practice(row, day_of(now))
    groups = steps.of_practice(found, _equipped(found.opened(), now), day_of(now))
    context = {"practice": row, "groups": groups, "next": steps.next_step(groups)}
    return render(request, "office/entering/practice.html", context)


@only(Role.CLERK)
@require_safe
def third_party(request: HttpRequest, third_party: int) -> HttpResponse:
    """A third party on its way to its first sign-in."""
    row = third_party_or_404(third_party)
    signed, opened = standing.of_third_party(row)
    groups = steps.of_third_party(row, signed, opened, _equipped(opened, pages.now()))
    context = {"party": row, "groups": groups, "next": steps.next_step(groups)}
    return render(request, "office/entering/third_party.html", context)


def _equipped(opened: Sequence[Opened], now: datetime) -> steps.Equipped:
    accesses = [one.access for one in opened]
    held = overview.keys_of([one.pk for one in accesses])
    places = keys.places(row.key_id for row in held)
    return {line.access.pk: line for line in equipment.of(accesses, held, places, now)}
