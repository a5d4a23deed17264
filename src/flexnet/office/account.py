"""What is one's own: factors, recovery codes, password."""

from datetime import UTC, datetime
from typing import cast

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration
from flexnet.accounts import factors, staff, staff_queries
from flexnet.accounts.errors import LastFactor
from flexnet.accounts.models import Staff
from flexnet.office import new_factor
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import everyone, fresh
from flexnet.web.passwords import ChangePassword, stated


@everyone
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What I sign in with."""
    return render(request, "office/account.html", {"mine": staff_queries.sign_in_means(_me(request))})


@everyone
@fresh
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """Another authenticator app, in place of the one before."""
    found = new_factor.app(request, _wish(request))
    return _done(request, _("Die App ist eingerichtet.")) if found is None else found


@everyone
@fresh
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def key(request: HttpRequest) -> HttpResponse:
    """One more security key."""
    found = new_factor.key(request, _wish(request))
    return _done(request, _("Der Schlüssel ist eingerichtet.")) if found is None else found


@everyone
@fresh
@require_POST
def remove_app(request: HttpRequest) -> HttpResponse:
    """The app counts no more."""
    try:
        factors.remove_app(staff=_me(request), by=_by(request), now=datetime.now(UTC))
    except LastFactor:
        return _last(request)
    return _done(request, _("Die App gilt nicht mehr."))


@everyone
@fresh
@require_POST
def remove_key(request: HttpRequest, number: int) -> HttpResponse:
    """This security key counts no more."""
    try:
        factors.remove_key(staff=_me(request), number=number, by=_by(request), now=datetime.now(UTC))
    except LastFactor:
        return _last(request)
    return _done(request, _("Der Schlüssel gilt nicht mehr."))


@everyone
@fresh
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten fresh codes, shown this once."""
    codes: list[str] = []
    if request.method == "POST":
        codes = factors.issue_recovery_codes(staff=_me(request), by=_by(request), now=datetime.now(UTC))
    context = {"codes": codes, "mine": staff_queries.sign_in_means(_me(request))}
    return render(request, "office/recovery_codes.html", context)


@everyone
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The rules beforehand, then old and new; who had to change it goes on to the desk."""
    member, form = cast(StaffRequest, request), ChangePassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        problems = staff.change_password(
            staff=member.staff,
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            by=_by(request),
            now=datetime.now(UTC),
        )
        if not problems:
            return _stay_signed_in(request)
        for problem in problems:
            form.add_error(None, problem)
    context = {"form": form, "rules": stated([str(member.staff)]), "is_due": member.is_narrow}
    return render(request, "office/password.html", context, status=422 if form.errors else 200)


def _me(request: HttpRequest) -> Staff:
    return cast(StaffRequest, request).staff


def _by(request: HttpRequest) -> str:
    return f"office:{_me(request)}"


def _wish(request: HttpRequest) -> new_factor.Wish:
    return new_factor.Wish(_me(request), _by(request))


def _done(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("account")


def _last(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Das ist Ihr letzter zweiter Faktor. Richten Sie zuerst einen anderen ein."))
    return redirect("account")


def _stay_signed_in(request: HttpRequest) -> HttpResponse:
    """All sessions ended with the old password; this browser gets a new one."""
    account = _me(request).account
    account.refresh_from_db()
    auth.update_session_auth_hash(request, account)
    word = configuration.current().profile.words.password
    messages.success(request, _("Ihr neues %(word)s gilt ab sofort.") % {"word": word})
    return redirect("desk")
