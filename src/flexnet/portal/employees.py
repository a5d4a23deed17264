"""The accesses of the practice's staff: a member sees all, opens and withdraws those they answer for."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration
from flexnet.access import delegating, employees, password_sheets, requests, signers
from flexnet.access.delegating import NotDone
from flexnet.access.employees import Employee
from flexnet.access.models import Access, Permission
from flexnet.access.rules import Granted, Reason
from flexnet.accounts.errors import AlreadySubmitted, UserNameTaken
from flexnet.portal import once, step_up
from flexnet.portal.billing import Entry
from flexnet.portal.forms import NewEmployee
from flexnet.portal.middleware import MemberRequest
from flexnet.web import explaining, words
from flexnet.web.refusals import Why
from flexnet.web.status import Status

_DOCUMENTS: Final = Permission.Function.DOCUMENTS
_TOLD_OF: Final = (Reason.LOCKED, Reason.SUSPENDED, Reason.WITHDRAWN)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everybody who has one, those first for whom this member answers."""
    member, now = member_of(request)
    found = employees.of(member, now)
    context = {
        "entries": [_entry(one) for one in found if not one.others],
        "others": [_entry(one) for one in found if one.others],
    }
    return render(request, "portal/employees.html", context)


@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    """For one person; how the access is called we choose, and its first password comes as the KV says."""
    member, now = member_of(request)
    form = NewEmployee(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if password_sheets.are_used() and (asked := step_up.ask(request)):
            return asked
        number = once.number(request)
        try:
            access = _opened(member, form, number, now)
        except AlreadySubmitted:
            return sent_again(request, member, number)
        if access:
            return _answer_opened(request, access)
    context = {"form": form, "once": once.new(), "has_sheet": password_sheets.are_used()}
    return render(request, "portal/employee_open.html", context, status=422 if form.errors else 200)


@require_safe
def one(request: HttpRequest, user_name: str) -> HttpResponse:
    """What stands about one, and what can be done."""
    member, now = member_of(request)
    found = found_of(member, user_name, now)
    waits = requests.waiting(found.letter, now) if found.letter else None
    context = {"employee": found, "access": found.access, "status": _status(found), "waits": waits}
    context["user_name_word"] = words.user_name()
    context |= {"services": employees.services(found, now), "has_sheet": password_sheets.are_used()}
    context |= {"is_locked_by_kv": found.is_refused(Reason.LOCKED), "why": _why(found)}
    return render(request, "portal/employee.html", context)


@require_POST
def permit(request: HttpRequest, user_name: str) -> HttpResponse:
    """From now on this person hands in too."""
    return _done(request, delegating.permit, user_name, _("%(name)s kann jetzt Abrechnungen einreichen."))


@require_POST
def forbid(request: HttpRequest, user_name: str) -> HttpResponse:
    """From now on no more."""
    said = _("%(name)s kann keine Abrechnungen mehr einreichen.")
    return _done(request, delegating.forbid, user_name, said)


@require_POST
def show_documents(request: HttpRequest, user_name: str) -> HttpResponse:
    """From now on this person sees the practice's documents too."""
    said = _("%(name)s kann jetzt die Dokumente der Praxis ansehen.")
    return _done(request, partial(delegating.permit, function=_DOCUMENTS), user_name, said)


@require_POST
def hide_documents(request: HttpRequest, user_name: str) -> HttpResponse:
    """From now on no more."""
    said = _("%(name)s sieht die Dokumente der Praxis nicht mehr.")
    return _done(request, partial(delegating.forbid, function=_DOCUMENTS), user_name, said)


@require_POST
def suspend(request: HttpRequest, user_name: str) -> HttpResponse:
    """At once, until it is taken back."""
    said = _("Der Zugang von %(name)s ist gesperrt. Wer damit angemeldet war, ist abgemeldet.")
    return _done(request, delegating.suspend, user_name, said)


@require_POST
def resume(request: HttpRequest, user_name: str) -> HttpResponse:
    """Open again."""
    return _done(request, delegating.resume, user_name, _("Der Zugang von %(name)s ist nicht mehr gesperrt."))


@require_POST
def grant(request: HttpRequest, user_name: str, slug: str) -> HttpResponse:
    """From now on this person uses a service that the member may use."""
    said = _("%(name)s kann den Dienst jetzt benutzen.")
    return _done(request, partial(delegating.grant, slug=slug), user_name, said)


@require_POST
def revoke(request: HttpRequest, user_name: str, slug: str) -> HttpResponse:
    """From now on no more."""
    said = _("%(name)s kann den Dienst nicht mehr benutzen.")
    return _done(request, partial(delegating.revoke, slug=slug), user_name, said)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, user_name: str) -> HttpResponse:
    """Asked once more, because nothing brings it back."""
    member, now = member_of(request)
    found = found_of(member, user_name, now)
    if found.others:
        raise Http404
    if request.method == "POST":
        return _done(request, delegating.withdraw, user_name, _("Der Zugang von %(name)s ist beendet."))
    if found.is_withdrawn:
        return redirect("employee", user_name=found.access)
    return render(request, "portal/employee_withdraw.html", {"access": found.access})


def member_of(request: HttpRequest) -> tuple[Access, datetime]:
    """What is not this visitor's to do is not there."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    if not signers.speaks_for_practice(member, now):
        raise Http404
    return member, now


def found_of(member: Access, user_name: str, now: datetime) -> Employee:
    found = employees.one(member, user_name, now)
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, act: Any, user_name: str, said: str) -> HttpResponse:
    access = act(member=cast(MemberRequest, request).access, user_name=user_name, now=datetime.now(UTC))
    if isinstance(access, NotDone):
        raise Http404
    messages.success(request, said % {"name": access.holder})
    return redirect("employee", user_name=access)


def _opened(member: Access, form: NewEmployee, number: Any, now: datetime) -> Access | None:
    """None: the form says why not, and what was typed stays. Raises AlreadySubmitted."""
    data = form.cleaned_data
    try:
        found = delegating.open_access(
            member=member,
            holder=data["holder"],
            hands_in=data["hands_in"],
            is_another=data["is_another"],
            number=number,
            now=now,
        )
    except UserNameTaken:
        form.add_error(None, _("Das hat nicht geklappt. Bitte senden Sie das Formular noch einmal."))
        return None
    if not isinstance(found, NotDone):
        return found
    if found is NotDone.NOT_YOURS:
        raise Http404
    form.refuse(found)
    return None


def sent_again(request: HttpRequest, member: Access, number: uuid.UUID) -> HttpResponse:
    """A double click finds the sheet that the first one made."""
    access = password_sheets.made_by(number, member=member)
    if access:
        return redirect("employee-sheet", user_name=access)
    messages.success(request, once.said())
    return redirect("employees")


def _answer_opened(request: HttpRequest, access: Access) -> HttpResponse:
    if password_sheets.are_used():
        return redirect("employee-sheet", user_name=access)
    messages.success(request, _said_of_opened(access))
    return redirect("employee", user_name=access)


def _said_of_opened(access: Access) -> str:
    values = {"name": access.holder, "password": configuration.current().profile.words.password}
    return _("Der Zugang für %(name)s ist eröffnet. Das erste %(password)s kommt per Brief.") % values


def _entry(found: Employee) -> Entry:
    access = found.access
    facts = [f"{words.user_name()}: {access}"]
    if found.is_withdrawn and access.withdrawn_at:
        facts.append(_("beendet am %(day)s") % {"day": words.short_moment(access.withdrawn_at)})
    else:
        facts.append(_("reicht ein") if found.hands_in else _("reicht nicht ein"))
    if found.others:
        facts.append(_("verantwortlich: %(name)s") % {"name": found.others})
    return Entry(access.holder, reverse("employee", args=[access]), _status(found), " · ".join(facts))


def _why(found: Employee) -> Why | None:
    """What keeps the access shut and has no notice of its own; said of somebody else, not to them."""
    decision = found.decision
    if isinstance(decision, Granted) or decision.reason in _TOLD_OF:
        return None
    why = Why.of(decision)
    return why and replace(why, reason=explaining.line(decision))


def _status(found: Employee) -> Status:
    """As the member reads it, in a word or two."""
    if found.is_withdrawn:
        return Status(_("Beendet"), "leave", "")
    if found.is_suspended:
        return Status(_("Gesperrt"), "lock", "error")
    if found.letter:
        return Status(_("Brief folgt"), "clock", "")
    if isinstance(found.decision, Granted):
        if found.access.account.password_is_initial:
            return Status(_("Noch nicht benutzt"), "clock", "")
        return Status(_("Nutzbar"), "check", "ok")
    return Status(_("Nicht nutzbar"), "lock", "error")
