"""Doctors and psychotherapists are entered: who they are, what they are in a practice, since when."""

from contextlib import suppress
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from flexnet import transactions
from flexnet.access import foresight
from flexnet.accounts.models import Role
from flexnet.members import actions as members
from flexnet.members import queries
from flexnet.members.errors import AlreadyEntered, BadPeriod, NotEntered
from flexnet.members.models import Activity, Employment, Person, Practice
from flexnet.office.entering import pages
from flexnet.office.entering.forms import (
    AUTHORISED,
    DIRECTOR,
    EMPLOYED,
    OWNER,
    EndOfActivity,
    Entry,
    NewActivity,
    NewPerson,
)
from flexnet.office.entering.pages import Page, Refused
from flexnet.office.entering.practices import practice_or_404
from flexnet.office.roles import only
from flexnet.web import words

_KINDS = {EMPLOYED: Employment.Kind.EMPLOYED, AUTHORISED: Employment.Kind.AUTHORISED}


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, practice: int) -> HttpResponse:
    """Somebody of a practice, new or known from another one."""
    row = practice_or_404(practice)
    is_mvz = row.kind == Practice.Kind.MVZ
    form = NewPerson(**pages.typed(request), is_mvz=is_mvz, initial={"role": "" if is_mvz else OWNER})
    page = Page(
        _("Person eintragen"),
        _("Person eintragen"),
        reverse("practice-setup", args=[row.pk]),
        row.name,
        lead=_("Ärztinnen, Ärzte, Psychotherapeutinnen und Psychotherapeuten der Praxis „%(name)s“.")
        % {"name": row},
        done=_("Die Person ist eingetragen."),
    )

    def save() -> str:
        _enter(form.cleaned_data, row, by=pages.who(request))
        return page.back

    def foresee() -> list[foresight.Loss]:
        touched = foresight.reached_by(lanr=form.cleaned_data["lanr"], practice=row)
        return foresight.losses(save, touched, now=pages.now())

    return pages.answer(request, form, page, save=save, foresee=foresee)


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def activity(request: HttpRequest, practice: int, person: int) -> HttpResponse:
    """When contracted activity began; or, if it goes on, when it ends, with what that will lock (§ 10(3))."""
    row = practice_or_404(practice)
    who = person_or_404(row, person)
    going_on = _going_on(who)
    back, by = reverse("practice-setup", args=[row.pk]), pages.who(request)
    page = Page(
        _("Ende der Tätigkeit eintragen") if going_on else _("Vertragsärztliche Tätigkeit eintragen"),
        _("Ende eintragen") if going_on else _("Tätigkeit eintragen"),
        back,
        row.name,
        lead=_lead(who, going_on),
        done=_("Die Tätigkeit ist eingetragen."),
    )
    form: Entry = EndOfActivity(**pages.typed(request)) if going_on else NewActivity(**pages.typed(request))

    def save() -> str:
        data = form.cleaned_data
        if going_on:
            _end(going_on, data["until_on"], by=by)
        else:
            _enter_activity(who, data["from_on"], data["until_on"], by=by)
        return back

    def foresee() -> list[foresight.Loss]:
        touched = foresight.reached_by(lanr=who.lanr, practice=row)
        return foresight.losses(save, touched, now=pages.now())

    return pages.answer(request, form, page, save=save, foresee=foresee)


def _enter(data: dict[str, Any], practice: Practice, *, by: str) -> None:
    """The person, what they are in the practice, and their activity: all or nothing. Raises Refused."""
    with transactions.writing():
        who = _known_or_new(data["lanr"], data["name"], by=by)
        _enter_role(data, practice, who, by=by)
        if data["active_from"]:
            _enter_activity(who, data["active_from"], data["active_until"], by=by)


def _known_or_new(lanr: str, name: str, *, by: str) -> Person:
    try:
        known = queries.person(lanr)
    except NotEntered:
        return members.enter_person(lanr=lanr, name=name, by=by)
    if known.name != name:
        text = _("Unter dieser Nummer ist „%(name)s“ eingetragen. Prüfen Sie Nummer und Namen.")
        raise Refused("name", text % {"name": known.name})
    return known


def _enter_role(data: dict[str, Any], practice: Practice, who: Person, *, by: str) -> None:
    fact: dict[str, Any] = {
        "practice": practice,
        "person": who,
        "from_on": data["since_on"],
        "by": by,
        "now": pages.now(),
    }
    role = data["role"]
    try:
        if role == OWNER:
            members.enter_ownership(**fact)
        elif role == DIRECTOR:
            members.enter_direction(**fact)
        else:
            members.enter_employment(kind=_KINDS[role], **fact)
    except AlreadyEntered:
        raise Refused("role", _already(role)) from None


def _already(role: str) -> str:
    if role == DIRECTOR:
        return _("Dieses MVZ hat schon eine ärztliche Leitung. Beenden Sie zuerst deren Eintrag.")
    return _("Diese Person ist in dieser Praxis schon eingetragen.")


def _enter_activity(who: Person, from_on: Any, until_on: Any, *, by: str) -> None:
    try:
        members.enter_activity(person=who, from_on=from_on, until_on=until_on, by=by, now=pages.now())
    except AlreadyEntered:
        text = _("Für diese Person ist schon eine Tätigkeit eingetragen, die noch nicht beendet ist.")
        raise Refused(None, text) from None


def _end(going_on: Activity, until_on: date, *, by: str) -> None:
    try:
        members.end_activity(activity=going_on, until_on=until_on, by=by, now=pages.now())
    except BadPeriod:
        text = _("Die Tätigkeit begann erst am %(day)s.")
        raise Refused("until_on", text % {"day": words.day(going_on.from_on)}) from None


def _lead(who: Person, going_on: Activity | None) -> str:
    if going_on is None:
        return _("%(name)s, LANR %(lanr)s.") % {"name": who.name, "lanr": who}
    since = words.day(going_on.from_on)
    return _("%(name)s, LANR %(lanr)s, ist vertragsärztlich tätig seit %(since)s.") % {
        "name": who.name,
        "lanr": who,
        "since": since,
    }


def person_or_404(practice: Practice, person: int) -> Person:
    try:
        return queries.person_of(practice, person)
    except NotEntered:
        raise Http404 from None


def _going_on(who: Person) -> Activity | None:
    with suppress(NotEntered):
        return queries.activity(who.lanr)
    return None
