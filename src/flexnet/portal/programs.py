"""„Programme der Praxis“: what may hand in with this access by itself, connected here and ended here."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from flexnet import configuration
from flexnet.access import answered_for, programs
from flexnet.access.models import Program
from flexnet.access.present import Present
from flexnet.access.programs import Connected, NotConnected
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.portal import once, words
from flexnet.portal.forms import NewProgram
from flexnet.portal.middleware import MemberRequest
from flexnet.portal.step_up import fresh

_ADDRESS: Final = "api/v1/"  # below the portal's own


def for_whom_it_is(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For whoever may hand in, where the KV lets programs do it; for all else the page is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: object) -> HttpResponseBase:
        if not programs.may_connect(cast(MemberRequest, request).access, datetime.now(UTC)):
            raise Http404
        return view(request, *args)

    return guarded


@require_safe
@for_whom_it_is
def page(request: HttpRequest) -> HttpResponse:
    """Those of this access, and of those that somebody answers for."""
    return _page(request, NewProgram())


@require_POST
@for_whom_it_is
@fresh
def connect(request: HttpRequest) -> HttpResponseBase:
    """The secret stands in the answer, and nowhere else: loaded anew the page shows no secret."""
    member, form, now = cast(MemberRequest, request).access, NewProgram(request.POST), datetime.now(UTC)
    if not form.is_valid():
        return _page(request, form)
    number, by, name = once.number(request), f"portal:{member}", form.cleaned_data["name"]
    try:
        done = programs.connect(access=member, name=name, number=number, by=by, now=now)
    except AlreadySubmitted:
        messages.info(
            request,
            _("Das Programm ist verbunden. Haben Sie sein Geheimnis nicht notiert, trennen Sie es wieder."),
        )
        return redirect("programs")
    if done is NotConnected.TOO_MANY:
        messages.error(request, _("Mehr Programme gehen nicht. Trennen Sie zuerst eines."))
        return redirect("programs")
    if not isinstance(done, Connected):
        raise Http404
    context = {"done": done, "address": configuration.current().portal.url + _ADDRESS}
    response = render(request, "portal/program_connected.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def disconnect(request: HttpRequest, number: int) -> HttpResponse:
    """At once, also where no new ones are let in; a second time finds it done."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    theirs = answered_for.by(Present(member, now))
    row = Program.objects.filter(pk=number, access__in=theirs).first()
    if row is None:
        raise Http404
    programs.disconnect(row, by=f"portal:{member}", now=now)
    messages.success(
        request, _("%(name)s ist getrennt und kann nichts mehr einreichen.") % {"name": row.name}
    )
    return redirect("programs")


def _page(request: HttpRequest, form: NewProgram) -> HttpResponse:
    who = cast(MemberRequest, request).present
    theirs = answered_for.by(who)
    names = {one.pk: words.access(one) for one in theirs}
    context = {
        "form": form,
        "once": once.new(),
        "rows": [(row, names[row.access_id]) for row in programs.live([one.pk for one in theirs], who.now)],
        "a_person_hands_in": configuration.current().programs.hands_in == "person",
        "days": configuration.current().programs.secret_days,
    }
    return render(request, "portal/programs.html", context, status=422 if form.errors else 200)
