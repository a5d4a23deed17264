"""The page of an application: what it says, what is missing, what approving would do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from flexnet import configuration
from flexnet.accounts.models import Role
from flexnet.applications import queries, words
from flexnet.applications.errors import NoSuchApplication
from flexnet.applications.kinds import Channel, Kind, Status, StepKind
from flexnet.applications.kinds import Role as Position
from flexnet.applications.models import Application
from flexnet.office.entering import pages
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only
from flexnet.web import words as web_words
from flexnet.web.status import Status as Badge

_BADGES = {
    Status.UNSIGNED: ("clock", "warning"),
    Status.RECEIVED: ("file", "warning"),
    Status.INCOMPLETE: ("clock", ""),
    Status.APPROVED: ("check", "ok"),
    Status.REFUSED: ("error", "error"),
    Status.WITHDRAWN: ("leave", ""),
}


@dataclass(frozen=True)
class Past:
    """One step that was taken."""

    what: str
    on: date
    by: str
    reason: str


@only(Role.CLERK, Role.RECEPTION)
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that a decision needs, on one page."""
    row = application_or_404(number)
    status = queries.status(row)
    steps, roles = row.steps.all(), cast(StaffRequest, request).staff.roles
    context: dict[str, Any] = {
        "application": row,
        "title": words.TITLES[Kind(row.kind)],
        "status": badge(status),
        "is_open": status.is_open,
        "said": list(_said(row)),
        "missing": queries.missing(row) if status.is_open else (),
        "twins": list(queries.twins(row)) if status.is_open else (),
        "plan": queries.plan(row, now=pages.now()) if status.is_open else None,
        "seen": len(steps),
        "past": [Past(str(StepKind(one.kind).label), one.on, one.by, one.reason) for one in steps],
        "may_decide": Role.CLERK in roles,
        "may_mend": Role.RECEPTION in roles,
        "opened": queries.opened_by(row) if status is Status.APPROVED else (),
    }
    return render(request, "office/applications/page.html", context)


def application_or_404(number: str) -> Application:
    try:
        return queries.application(number)
    except NoSuchApplication:
        raise Http404 from None


def badge(status: Status) -> Badge:
    """Where it stands, as word, icon and colour."""
    icon, colour = _BADGES[status]
    return Badge(status.label, icon, colour)


def _said(row: Application) -> Iterator[tuple[str, str]]:
    kind = Kind(row.kind)
    yield _("Eingegangen"), str(Channel(row.channel).label)
    if row.applicant:
        yield _("Gestellt mit dem Zugang"), str(row.applicant)
    for name, value in vars(row.content).items():
        if value in ("", None, False) or name not in words.LABELS:
            continue
        yield words.label(name, kind), _shown(name, value)
    if row.terms_version:
        yield _("Nutzungsbedingungen"), _("Fassung %(version)s") % {"version": row.terms_version}


def _shown(name: str, value: Any) -> str:
    if value is True:
        return _("beantragt")
    if isinstance(value, date):
        return web_words.day(value)
    if name == "role":
        return str(Position(value).label)
    offices: Sequence[Any] = configuration.current().profile.district_offices
    if name == "district_office":
        return next((one.name for one in offices if one.slug == value), str(value))
    return str(value)
