"""The sheet with the first password of somebody of the staff: printed by the member, who hands it over."""

from datetime import UTC, datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration
from flexnet.access import delegating, password_sheets, queries
from flexnet.access.delegating import NotDone
from flexnet.access.employees import Employee
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.accounts import rules as passwords
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.portal import once, step_up
from flexnet.portal.employees import found_of, member_of, sent_again
from flexnet.portal.middleware import MemberRequest
from flexnet.web import words


@require_safe
def page(request: HttpRequest, user_name: str) -> HttpResponse:
    """For ten minutes and for whoever made it; loaded again it is the same one."""
    member, now = member_of(request)
    access = _theirs(member, user_name, now).access
    sheet = password_sheets.shown(access, member=member, now=now)
    if sheet is None:
        messages.info(request, _("Das Blatt wird nicht mehr gezeigt."))
        return redirect("employee", user_name=access)
    settings = configuration.current()
    context = {
        "access": access,
        "sheet": sheet,
        "user_name_word": words.user_name(),
        "until_on": day_of(access.account.password_set_at + settings.password.initial_valid),
        "demands": passwords.demands("", policy=settings.password, names=queries.names_inside(access)),
        "portal_url": settings.portal.url,
        "lock_url": f"{settings.public.url}notsperre/",
    }
    return render(request, "portal/employee_sheet.html", context)


@require_POST
def put_away(request: HttpRequest, user_name: str) -> HttpResponse:
    """It is printed, and not shown again."""
    member, now = member_of(request)
    access = _theirs(member, user_name, now).access
    password_sheets.put_away(access, member=member, by=f"portal:{member}")
    return redirect("employee", user_name=access)


@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, user_name: str) -> HttpResponse:
    """Another one, for whoever forgot the password; the one before opens nothing any more."""
    member, now = member_of(request)
    found = _theirs(member, user_name, now)
    if not password_sheets.are_used() or found.is_withdrawn:
        raise Http404
    if request.method == "POST":
        return step_up.ask(request) or _renewed(request, user_name)
    return render(request, "portal/employee_password.html", {"access": found.access, "once": once.new()})


def _renewed(request: HttpRequest, user_name: str) -> HttpResponse:
    member, number = cast(MemberRequest, request).access, once.number(request)
    try:
        done = delegating.renew_password(
            member=member, user_name=user_name, number=number, now=datetime.now(UTC)
        )
    except AlreadySubmitted:
        return sent_again(request, member, number)
    if done is NotDone.LOCKED:
        said = _("Wir haben diesen Zugang gesperrt. Rufen Sie uns bitte an: %(hotline)s.")
        messages.error(request, said % {"hotline": configuration.current().profile.hotline})
        return redirect("employee", user_name=user_name)
    if isinstance(done, NotDone):
        raise Http404
    return redirect("employee-sheet", user_name=done)


def _theirs(member: Access, user_name: str, now: datetime) -> Employee:
    """What somebody else answers for is not there."""
    found = found_of(member, user_name, now)
    if found.others:
        raise Http404
    return found
