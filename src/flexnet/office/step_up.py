"""Confirming that it is still the same person: asked in the middle of an act, which then goes on."""

from datetime import UTC, datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from flexnet.accounts import staff_entry
from flexnet.accounts.staff_entry import Refused
from flexnet.office import second_factor, staff_words
from flexnet.office.entry_forms import SecondFactor
from flexnet.office.middleware import CONFIRMED_AT, StaffRequest
from flexnet.web import kept_forms


def ask(request: HttpRequest) -> HttpResponse | None:
    """The page that asks, holding whatever was typed; None: the answer is right, and the act goes on."""
    if request.method != "POST":
        return _page(request, SecondFactor(), next_page=request.get_full_path())
    if not any(name in request.POST for name in kept_forms.NOT_TYPED[1:]):
        return _page(request, SecondFactor())
    form = SecondFactor(request.POST)
    return None if _is_confirmed(request, form) else _page(request, form)


@sensitive_post_parameters()
@require_POST
def page(request: HttpRequest) -> HttpResponse:
    """The answer to a page that was to be opened; leads there."""
    form, next_page = SecondFactor(request.POST), request.POST.get("next", "")
    if not _is_confirmed(request, form):
        return _page(request, form, next_page=next_page)
    is_ours = url_has_allowed_host_and_scheme(next_page, allowed_hosts=None)
    return redirect(next_page if is_ours else "desk")


def _is_confirmed(request: HttpRequest, form: SecondFactor) -> bool:
    question, now = second_factor.kept(request), datetime.now(UTC)
    if not form.is_valid():
        return False
    refused = staff_entry.confirm(
        staff=cast(StaffRequest, request).staff,
        proof=form.proof(question),
        source=request.META["REMOTE_ADDR"],
        now=now,
    )
    if isinstance(refused, Refused):
        form.add_error(None, staff_words.refusal(refused))
        return False
    request.session[CONFIRMED_AT] = now.timestamp()
    return True


def _page(request: HttpRequest, form: SecondFactor, *, next_page: str = "") -> HttpResponse:
    """Hidden fields carry what was typed; to where it was sent, or for a page to the one that leads there."""
    context = {
        "panel": second_factor.panel(request, cast(StaffRequest, request).staff, form),
        "typed": [] if next_page else kept_forms.typed(request.POST),
        "next": next_page,
    }
    return render(request, "office/step_up.html", context, status=422 if form.errors else 200)
