"""The administrator's pages: who works here, with which roles, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration
from flexnet.accounts import four_eyes, handing_over, staff, staff_queries
from flexnet.accounts.errors import BadUserName, LastAdministrator, NoSuchStaff, StaffEnded, UserNameTaken
from flexnet.accounts.models import Approval, Role, Staff
from flexnet.office import plans_for_staff, staff_words
from flexnet.office.entry_forms import MISSING, code_input
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import fresh, only
from flexnet.web.status import Status


def _reason() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Warum?"),
        help_text=gettext_lazy("Das steht im Protokoll."),
        max_length=500,
        error_messages={"required": MISSING},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _roles() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=gettext_lazy("Rollen"),
        choices=[
            (role, f"{word} – {staff_words.ROLE_HELP[role]}") for role, word in staff_words.ROLES.items()
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class Entering(forms.Form):
    """Somebody new, with the roles that they are to get."""

    name = forms.CharField(
        label=gettext_lazy("Vor- und Nachname"), max_length=120, error_messages={"required": MISSING}
    )
    user_name = forms.CharField(
        help_text=gettext_lazy("3 bis 32 Zeichen: a–z, 0–9 und innen Punkt, Bindestrich, Unterstrich."),
        max_length=64,
        widget=code_input(),
        error_messages={"required": MISSING},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_name"].label = configuration.current().profile.words.user_name
        self.fields["roles"] = _roles()


class Roles(forms.Form):
    """All roles that somebody is to have."""

    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"roles": _roles(), **self.fields}


class Why(forms.Form):
    """The reason for an act that needs nothing else."""

    reason = _reason()


@dataclass(frozen=True)
class Line:
    """Somebody in the list."""

    row: Staff
    status: Status


@only(Role.ADMINISTRATOR)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Everybody, those who work here first."""
    now = datetime.now(UTC)
    lines = [_line(row, now) for row in staff_queries.everybody(now=now)]
    administrators = [
        line for line in lines if line.row.is_active(now) and Role.ADMINISTRATOR in line.row.roles
    ]
    context = {"lines": lines, "is_alone": len(administrators) < 2}
    return render(request, "office/staff.html", context)


@only(Role.ADMINISTRATOR)
@fresh
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Somebody new; the roles wait for a second administrator."""
    form = Entering(request.POST or None)
    if request.method == "POST" and form.is_valid():
        entered = _enter(request, form)
        if entered is not None:
            return redirect("staff-hand-over", user_name=entered)
    return render(request, "office/staff_enter.html", {"form": form}, status=422 if form.errors else 200)


@only(Role.ADMINISTRATOR)
@fresh
@require_safe
def hand_over(request: HttpRequest, user_name: str) -> HttpResponse:
    """What they sign in with for the first time, as long as it is shown."""
    row, now = _row(user_name), datetime.now(UTC)
    credentials = handing_over.shown(row, by=_by(request), now=now)
    if credentials is None:
        messages.info(request, _("Die ersten Zugangsdaten stehen hier nicht mehr."))
        return redirect("staff-person", user_name=row)
    roles = four_eyes.waiting(now=now).filter(subject=staff.subject(row), act=Approval.Act.CHANGE_ROLES)
    context = {"credentials": credentials, "roles_are_asked": roles.exists()}
    return render(request, "office/credentials.html", context)


@only(Role.ADMINISTRATOR)
@require_POST
def handed_over(request: HttpRequest, user_name: str) -> HttpResponse:
    """They are noted, and not shown again."""
    row = _row(user_name)
    handing_over.noted(row, by=_by(request), now=datetime.now(UTC))
    return redirect("staff-person", user_name=row)


@only(Role.ADMINISTRATOR)
@require_safe
def person(request: HttpRequest, user_name: str) -> HttpResponse:
    """One of them: roles, factors, what waits for a second administrator."""
    row = _row(user_name)
    return _person(request, row, Roles(initial={"roles": sorted(row.roles)}))


@only(Role.ADMINISTRATOR)
@fresh
@require_POST
def ask_for_roles(request: HttpRequest, user_name: str) -> HttpResponse:
    """Other roles, once a second administrator agrees."""
    row, form = _row(user_name), Roles(request.POST)
    wanted = frozenset(map(Role, form.cleaned_data["roles"])) if form.is_valid() else row.roles
    if form.is_valid() and wanted == row.roles:
        form.add_error("roles", _("Diese Rollen gelten schon."))
    if form.errors:
        return _person(request, row, form)
    _ask_roles(request, row, wanted, form.cleaned_data["reason"])
    messages.success(request, _("Beantragt. Eine zweite Person aus der Verwaltung entscheidet darüber."))
    return redirect("staff-person", user_name=row)


@only(Role.ADMINISTRATOR)
@fresh
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, user_name: str) -> HttpResponse:
    """New credentials, once a second administrator agrees: alone nobody may become somebody else."""
    row, form = _row(user_name), Why(request.POST or None)
    if request.method == "POST" and form.is_valid():
        four_eyes.ask(
            act=Approval.Act.RESET_STAFF,
            subject=staff.subject(row),
            payload={},
            staff=_me(request),
            reason=form.cleaned_data["reason"],
            now=datetime.now(UTC),
        )
        messages.success(request, _("Beantragt. Eine zweite Person aus der Verwaltung entscheidet darüber."))
        return redirect("staff-person", user_name=row)
    context = {"form": form, "person": row}
    return render(request, "office/staff_reset.html", context, status=422 if form.errors else 200)


@only(Role.ADMINISTRATOR)
@fresh
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, user_name: str) -> HttpResponse:
    """They do not work here any more: at once, and one administrator is enough."""
    row, form = _row(user_name), Why(request.POST or None)
    if request.method == "POST" and form.is_valid():
        problem = _end(request, row, form.cleaned_data["reason"])
        if problem is None:
            return redirect("staff")
        form.add_error(None, problem)
    context = {"form": form, "person": row}
    return render(request, "office/staff_end.html", context, status=422 if form.errors else 200)


def _enter(request: HttpRequest, form: Entering) -> Staff | None:
    data, now = form.cleaned_data, datetime.now(UTC)
    told = {"user_name": data["user_name"], "name": data["name"], "by": _by(request)}
    try:
        entered = staff.enter(**told, now=now, is_shown_again=True).staff
    except BadUserName:
        rule = _("So geht es nicht: 3 bis 32 Zeichen, a–z, 0–9 und innen Punkt, Bindestrich, Unterstrich.")
        form.add_error("user_name", rule)
    except UserNameTaken:
        if again := handing_over.entered_again(**told, now=now):
            return again
        form.add_error("user_name", _("Diesen Namen gibt es schon. Wählen Sie einen anderen."))
    else:
        if data["roles"]:
            _ask_roles(request, entered, map(Role, data["roles"]), _("Neu eingetragen"))
        return entered
    return None


def _end(request: HttpRequest, row: Staff, reason: str) -> str | None:
    try:
        staff.end(staff=row, by=_by(request), reason=reason, now=datetime.now(UTC))
    except StaffEnded:
        messages.info(request, _("%(name)s arbeitet nicht mehr hier.") % {"name": row.name})
    except LastAdministrator:
        return _("Es bliebe niemand, der die Mitarbeiter verwaltet.")
    else:
        messages.success(request, _("%(name)s kommt hier nicht mehr hinein.") % {"name": row.name})
    return None


def _ask_roles(request: HttpRequest, row: Staff, wanted: Any, reason: str) -> Approval:
    return four_eyes.ask(
        act=Approval.Act.CHANGE_ROLES,
        subject=staff.subject(row),
        payload=plans_for_staff.role_wish(row, wanted),
        staff=_me(request),
        reason=reason,
        now=datetime.now(UTC),
    )


def _person(request: HttpRequest, row: Staff, form: Roles) -> HttpResponse:
    now = datetime.now(UTC)
    waiting: Sequence[Approval] = list(four_eyes.waiting(now=now).filter(subject=staff.subject(row)))
    context = {
        "person": row,
        "status": _line(row, now).status,
        "is_active": row.is_active(now),
        "mine": staff_queries.sign_in_means(row),
        "waiting": waiting,
        "form": form,
    }
    return render(request, "office/staff_person.html", context, status=422 if form.errors else 200)


def _line(row: Staff, now: datetime) -> Line:
    if not row.is_active(now):
        return Line(row, Status(_("Ausgeschieden"), "leave"))
    if not staff_queries.has_factor(row):
        return Line(row, Status(_("Noch nicht eingerichtet"), "clock", "warning"))
    return Line(row, Status(_("Arbeitet hier"), "check", "ok"))


def _row(user_name: str) -> Staff:
    try:
        return staff_queries.named(user_name)
    except NoSuchStaff:
        raise Http404 from None


def _me(request: HttpRequest) -> Staff:
    return cast(StaffRequest, request).staff


def _by(request: HttpRequest) -> str:
    return f"office:{_me(request)}"
