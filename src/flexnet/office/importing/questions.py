"""Whom the member register names no more: all open questions, each to be answered by a clerk."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.accounts.models import Role
from flexnet.members import overview
from flexnet.office import acting, acts_of_questions
from flexnet.office.acting import Place
from flexnet.office.importing import words
from flexnet.office.roles import fresh, only

_ROWS: Final = 50
_AT_ONCE: Final = 200


@only(Role.CLERK)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The oldest first; `nach` in the address is the number of the last one of the page before."""
    after = request.GET.get("nach", "")
    last = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    rows = list(overview.desk_questions().filter(pk__gt=last)[: _ROWS + 1])
    shown = rows[:_ROWS]
    context = {
        "rows": [(row, words.BONDS[row.bond]) for row in shown],
        "count": overview.desk_questions().count(),
        "next_after": shown[-1].pk if len(rows) > _ROWS else None,
        "is_first": last == 0,
    }
    return render(request, "office/importing/questions.html", context)


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
@fresh
def left(request: HttpRequest) -> HttpResponseBase:
    """Many have left with the same day."""
    rows = list(overview.desk_questions()[:_AT_ONCE])
    if not rows:
        return redirect("questions")
    place = Place(reverse("questions"), _("Nicht mehr im Arztregister"))
    return acting.perform(request, acts_of_questions.LEFT, rows, place)
