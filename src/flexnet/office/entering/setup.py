"""Where entering begins, and where it goes on: what is there already, what is missing, the next step."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flexnet.access import standing
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.office.entering import pages, steps
from flexnet.office.entering.practices import practice_or_404
from flexnet.office.entering.third_parties import third_party_or_404
from flexnet.office.middleware import StaffRequest
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
    row, today = practice_or_404(practice), day_of(pages.now())
    groups = steps.of_practice(standing.of_practice(row, today), today)
    context = {"practice": row, "groups": groups, "next": steps.next_step(groups)}
    return render(request, "office/entering/practice.html", context)


@only(Role.CLERK)
@require_safe
def third_party(request: HttpRequest, third_party: int) -> HttpResponse:
    """A third party on its way to its first sign-in."""
    row = third_party_or_404(third_party)
    groups = steps.of_third_party(row, *standing.of_third_party(row))
    context = {"party": row, "groups": groups, "next": steps.next_step(groups)}
    return render(request, "office/entering/third_party.html", context)
