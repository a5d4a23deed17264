"""In and out: sign-in, sign-out, change of password."""

from datetime import UTC, datetime
from typing import cast

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration
from flexnet.access import actions as access
from flexnet.access import queries
from flexnet.access import sign_in as entry
from flexnet.access.models import Access
from flexnet.access.rules import Refusal
from flexnet.accounts.models import Account
from flexnet.accounts.sessions import SEEN_AT, SIGNED_IN_AT, SOURCE
from flexnet.portal import doorway, way, words
from flexnet.portal.doorway import CameBy
from flexnet.portal.forms import SignIn
from flexnet.portal.middleware import CONFIRMED_AT, MemberRequest, forgetting
from flexnet.publications import actions as publications
from flexnet.web import errors, kept_forms
from flexnet.web.passwords import ChangePassword, stated

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password; with them right, a refusal says why."""
    if request.user.is_authenticated:
        return redirect("start")
    form = SignIn(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, came_by = datetime.now(UTC), doorway.of(request)
        found = entry.to_portal(
            **form.cleaned_data,
            source=_source(request, came_by),
            now=now,
            way=came_by.way,
            provider=came_by.provider,
        )
        if not isinstance(found, Refusal):
            _open_session(request, found.access, came_by, now)
            return redirect("kept-form" if kept_forms.KEY in request.session else "start")
        form.add_error(None, words.refusal(found))
    context = {"form": form, **way.said(request)}
    return render(request, "portal/sign_in.html", context, status=200 if not form.errors else 422)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """One click; nothing of the session stays."""
    auth.logout(request)
    messages.success(request, _("Sie sind abgemeldet."))
    return forgetting(redirect("start"))


@require_safe
def kept_form(request: HttpRequest) -> HttpResponse:
    """What was typed is still there: one button sends it to the page that it was meant for."""
    account, kept = cast(MemberRequest, request).access.account_id, request.session.pop(kept_forms.KEY, "")
    opened = kept_forms.opened(kept, account, datetime.now(UTC))
    return render(request, "portal/kept_form.html", {"kept": opened}) if opened else redirect("start")


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before the last sign-in: what was typed is shown, to be sent once more.

    Only if it comes from a page of ours; nobody else's form is offered here for a click.
    """
    is_ours = hasattr(request, "access") and kept_forms.is_from_here(request)
    kept = kept_forms.of(request) if is_ours else None
    if kept is None:
        return errors.csrf_failure(request, reason)
    return render(request, "portal/kept_form.html", {"kept": kept}, status=403)


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The rules beforehand, then old and new; who had to change it goes on to the start page."""
    member = cast(MemberRequest, request)
    form = ChangePassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = member.access.account
        refused = access.change_password(
            account=account,
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            by=f"portal:{account}",
            now=datetime.now(UTC),
        )
        if refused is None:
            _stay_signed_in(request, account)
            return redirect("start")
        for problem in refused.problems:
            form.add_error(None, problem)
    names = (str(member.access), *queries.names_inside(member.access))
    context = {
        "form": form,
        "rules": stated(names),
        "is_due": member.is_narrow,
        "user_name": member.access,
    }
    return render(request, "portal/password.html", context, status=200 if not form.errors else 422)


def _source(request: HttpRequest, came_by: CameBy) -> str:
    """A tunnel's address is lent anew each time; whether a place is known is asked of where it comes from."""
    return (came_by.tunnel and came_by.tunnel.source) or request.META["REMOTE_ADDR"]


def _open_session(request: HttpRequest, access: Access, came_by: CameBy, now: datetime) -> None:
    auth.login(request, access.account, backend=_BACKEND)
    if came_by.range:
        publications.note_use(provider_id=came_by.range.provider, access=access, now=now)
    came_by.bind(request.session)
    request.session[SOURCE] = request.META["REMOTE_ADDR"]
    session = request.session
    session[SIGNED_IN_AT] = session[SEEN_AT] = session[CONFIRMED_AT] = now.timestamp()


def _stay_signed_in(request: HttpRequest, account: Account) -> None:
    """All sessions ended with the old password; this browser gets a new one."""
    account.refresh_from_db()
    auth.update_session_auth_hash(request, account)
    word = configuration.current().profile.words.password
    messages.success(request, _("Ihr neues %(word)s gilt ab sofort.") % {"word": word})
