"""In and out: password, second factor, and the way out."""

from datetime import UTC, datetime
from typing import cast

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet.accounts import factors, staff_entry
from flexnet.accounts.models import Staff
from flexnet.accounts.sessions import SEEN_AT, SIGNED_IN_AT, SOURCE
from flexnet.accounts.staff_entry import FirstStep, Refused
from flexnet.office import second_factor, staff_words
from flexnet.office.entry_forms import SecondFactor, SignIn
from flexnet.office.middleware import CONFIRMED_AT, StaffRequest
from flexnet.office.roles import everyone
from flexnet.web import errors, kept_forms

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_FIRST, _NEXT = "first_step", "next"


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first step: user name and password."""
    if request.user.is_authenticated:
        return redirect("desk")
    form = SignIn(request.POST or None)
    if request.method == "POST" and form.is_valid():
        source, now = request.META["REMOTE_ADDR"], datetime.now(UTC)
        found = staff_entry.first_step(**form.cleaned_data, source=source, now=now)
        if not isinstance(found, Refused):
            request.session.cycle_key()
            request.session[_FIRST] = found.kept()
            request.session[_NEXT] = request.GET.get("next", "")
            return redirect("second-step")
        form.add_error(None, staff_words.first_refusal(found))
    return render(request, "office/sign_in.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The second step: the factor. Whoever has none yet sets one up first."""
    first = first_step(request)
    if first is None:
        return start_again(request)
    if not factors.are_set_up(first.staff):
        return redirect("enrol")
    form, question = SecondFactor(request.POST or None), second_factor.kept(request)
    if request.method == "POST" and form.is_valid():
        found = staff_entry.second_step(first, form.proof(question), now=datetime.now(UTC))
        if not isinstance(found, Refused):
            return redirect(open_session(request, found))
        form.add_error(None, staff_words.refusal(found))
    context = {"panel": second_factor.panel(request, first.staff, form)}
    return render(request, "office/second_step.html", context, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """One click; nothing of the session stays."""
    auth.logout(request)
    messages.success(request, _("Sie sind abgemeldet."))
    return redirect("sign-in")


@everyone
@require_safe
def kept_form(request: HttpRequest) -> HttpResponse:
    """What was typed is still there: one button sends it to the page that it was meant for."""
    staff = cast(StaffRequest, request).staff
    kept = kept_forms.opened(request.session.pop(kept_forms.KEY, ""), staff.account_id, datetime.now(UTC))
    if kept is None:
        return redirect("desk")
    return render(request, "office/kept_form.html", {"kept": kept})


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before the last sign-in: what was typed is shown, to be sent once more.

    Only if it comes from a page of ours; nobody else's form is offered here for a click.
    """
    kept = kept_forms.of(request) if hasattr(request, "staff") and kept_forms.is_from_here(request) else None
    if kept is None:
        return errors.csrf_failure(request, reason)
    return render(request, "office/kept_form.html", {"kept": kept}, status=403)


def first_step(request: HttpRequest) -> FirstStep | None:
    """The password was right in this browser a moment ago."""
    kept = request.session.get(_FIRST)
    if kept is None or request.user.is_authenticated:
        return None
    return staff_entry.resumed(kept, source=request.META["REMOTE_ADDR"], now=datetime.now(UTC))


def start_again(request: HttpRequest) -> HttpResponse:
    """Of a first step that is too old, or never was."""
    if request.session.pop(_FIRST, None) is not None:
        messages.warning(request, staff_words.refusal(Refused.STARTED_TOO_LONG_AGO))
    return redirect("sign-in")


def open_session(request: HttpRequest, staff: Staff) -> str:
    """Signed in; answers where they wanted to go."""
    wanted = request.session.pop(_NEXT, "")
    request.session.pop(_FIRST, None)
    auth.login(request, staff.account, backend=_BACKEND)
    now = datetime.now(UTC).timestamp()
    request.session[SOURCE] = request.META["REMOTE_ADDR"]
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = request.session[CONFIRMED_AT] = now
    if kept_forms.KEY in request.session:
        return "kept-form"
    is_ours = bool(wanted) and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else "desk"
