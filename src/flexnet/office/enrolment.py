"""The first second factor: with a code from the administrator, before anything else opens."""

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from flexnet.accounts import factors, staff_entry
from flexnet.accounts.staff_entry import BY, FirstStep, Refused
from flexnet.office import entry, new_factor, staff_words
from flexnet.office.entry_forms import EnrolmentCode

_ENROLLING = "enrolling"


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The code; then the choice between an app and a security key."""
    first = entry.first_step(request)
    if first is None or factors.are_set_up(first.staff):
        return entry.start_again(request)
    if _ENROLLING in request.session:
        return render(request, "office/enrol_choice.html", {"name": first.staff.name})
    form = EnrolmentCode(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = staff_entry.check_enrolment(first, form.cleaned_data["code"], now=datetime.now(UTC))
        if not isinstance(found, Refused):
            request.session[_ENROLLING] = found
            return redirect("enrol")
        form.add_error("code", staff_words.refusal(found))
    return render(request, "office/enrol.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app."""
    first = _enrolling(request)
    if first is None:
        return entry.start_again(request)
    wish = new_factor.Wish(first.staff, BY, request.session[_ENROLLING], back="enrol")
    found = new_factor.app(request, wish)
    return _let_in(request, first, "app") if found is None else found


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def key(request: HttpRequest) -> HttpResponse:
    """Set up a security key."""
    first = _enrolling(request)
    if first is None:
        return entry.start_again(request)
    wish = new_factor.Wish(first.staff, BY, request.session[_ENROLLING], back="enrol")
    found = new_factor.key(request, wish)
    return _let_in(request, first, "security_key") if found is None else found


def _enrolling(request: HttpRequest) -> FirstStep | None:
    first = entry.first_step(request)
    return first if first and _ENROLLING in request.session else None


def _let_in(request: HttpRequest, first: FirstStep, factor: str) -> HttpResponse:
    del request.session[_ENROLLING]
    found = staff_entry.enrolled(first, factor=factor, now=datetime.now(UTC))
    if isinstance(found, Refused):
        return entry.start_again(request)
    entry.open_session(request, found)
    return redirect("recovery-codes")
