"""A key whose codes are not accepted any more: three in a row bring it into step; the worker judges them."""

from datetime import UTC, datetime
from typing import Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import own_keys, resync_requests
from flexnet.access.errors import TooManyTries
from flexnet.keys.rules import Resync
from flexnet.portal.forms import CodesInARow
from flexnet.portal.middleware import MemberRequest

_USUAL: Final = 20  # s; the worker looks twice a second


@sensitive_post_parameters("codes")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, serial: str) -> HttpResponse:
    """For a key of one's own that is not locked."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    row = own_keys.unlocked(member, serial, now)
    if row is None:
        raise Http404
    form = CodesInARow(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = resync_requests.ask(
                member=member, serial=serial, codes=form.cleaned_data["codes"], now=now
            )
        except TooManyTries:
            form.add_error(None, _("Das waren viele Versuche. Warten Sie eine Minute, dann geht es weiter."))
        else:
            return redirect("key-in-step-answer", serial=serial, number=asked.pk) if asked else _busy(request)
    return render(
        request, "portal/key_in_step.html", {"row": row, "form": form}, status=422 if form.errors else 200
    )


@never_cache
@require_safe
def answer(request: HttpRequest, serial: str, number: int) -> HttpResponse:
    """What became of it; until then the page asks again by itself."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    row = resync_requests.of(member=member, serial=serial, number=number)
    if row is None:
        raise Http404
    is_late = row.judged_at is None and (now - row.asked_at).total_seconds() > _USUAL
    context = {
        "row": row,
        "is_late": is_late,
        "outcome": row.outcome,
        "kinds": {one.name: one for one in Resync},
    }
    return render(request, "portal/key_in_step_answer.html", context)


def _busy(request: HttpRequest) -> HttpResponse:
    """Somebody else is doing the same with this key: back to the start of it."""
    said = _(
        "Die Codes dieses YubiKeys werden gerade schon geprüft. Warten Sie kurz und versuchen Sie es dann."
    )
    messages.warning(request, said)
    return redirect("own-access")
