"""Make it happen: applications are received, completed, sent back, approved, refused, withdrawn."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flexnet import configuration, transactions
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.applications import approving, checks, content, numbers, queries, rules
from flexnet.applications.approving import Letter
from flexnet.applications.content import Content
from flexnet.applications.kinds import Act, Channel, Kind, StepKind
from flexnet.applications.models import Application, Series, Step
from flexnet.applications.rules import Refused, Why
from flexnet.audit import actions as audit


@dataclass(frozen=True)
class Wrong:
    """What cannot be right, so that nothing was kept."""

    problems: tuple[checks.Problem, ...]


@dataclass(frozen=True)
class Approved:
    """It is done; passwords are made when its letters are printed."""

    application: Application
    letters: tuple[Letter, ...]


def receive(
    *,
    kind: Kind,
    channel: Channel,
    values: Mapping[str, Any],
    received_on: date,
    by: str,
    now: datetime,
    sent_as: uuid.UUID | None = None,
    applicant: Access | None = None,
) -> Application | Wrong:
    """An application came in; sent again under the same key it is the first one, and nothing is written.

    It may be incomplete, but nothing in it may be wrong.
    """
    said = checks.routed(content.read(values), profile=configuration.current().profile)
    if problems := _problems(kind, said, now):
        return Wrong(problems)
    with transactions.writing():
        series = _series(day_of(now).year)
        if sent_as and (earlier := queries.sent_as(sent_as)):
            return earlier
        row = Application(number=_next_number(series), kind=kind, channel=channel, sent_as=sent_as)
        row.applicant = applicant
        _store(row, said)
        _step(row, StepKind.RECEIVED, on=received_on, by=by, now=now, after=said)
    return row


def complete(
    *,
    application: Application,
    values: Mapping[str, Any],
    received_on: date,
    seen: int,
    by: str,
    now: datetime,
) -> Application | Wrong | Refused:
    """What was missing came in, or a clerk mends the form; `values` may name some fields only."""
    merged = {**vars(application.content), **values}
    said = checks.routed(content.read(merged), profile=configuration.current().profile)
    if problems := _problems(Kind(application.kind), said, now):
        return Wrong(problems)
    with transactions.writing():
        row = _take(application, seen=seen)
        if isinstance(row, Refused):
            return row
        before = row.content
        _store(row, said)
        _step(row, StepKind.COMPLETED, on=received_on, by=by, now=now, before=before, after=said)
    return _with_all_steps(row)


def send_back(
    *, application: Application, reason: str, seen: int, by: str, now: datetime
) -> Application | Refused:
    """Back to the applicant, who reads in `reason` what is missing."""
    return _end_or_wait(application, StepKind.SENT_BACK, reason=reason, seen=seen, by=by, now=now)


def refuse(
    *, application: Application, reason: str, seen: int, by: str, now: datetime
) -> Application | Refused:
    """For good, with the reason that the applicant reads."""
    return _end_or_wait(application, StepKind.REFUSED, reason=reason, seen=seen, by=by, now=now)


def withdraw(
    *, application: Application, reason: str, seen: int, by: str, now: datetime
) -> Application | Refused:
    """The applicant wants it no more; `reason` says how the clerk knows."""
    return _end_or_wait(application, StepKind.WITHDRAWN, reason=reason, seen=seen, by=by, now=now)


def assign(
    *, application: Application, district_office: str, seen: int, by: str, now: datetime
) -> Application | Wrong | Refused:
    """Another district office takes it over."""
    values = {"district_office": district_office}
    return complete(
        application=application, values=values, received_on=day_of(now), seen=seen, by=by, now=now
    )


def approve(
    *,
    application: Application,
    seen: int,
    by: str,
    now: datetime,
    user_names: Mapping[Act, str] | None = None,
) -> Approved | Refused:
    """All that `queries.plan` says, in one transaction; answers what must be lettered.

    Raises BadUserName, UserNameTaken.
    """
    with transactions.writing():
        row = _take(application, seen=seen)
        if isinstance(row, Refused):
            return row
        planned = queries.plan(row, now=now)
        if planned.obstacles:
            return Refused(Why.OBSTACLE, planned.obstacles)
        issued = approving.accounts_for(planned, user_names or {}, now=now)
        letters = approving.carry_out(row, planned, issued, by=by, now=now)
        _step(row, StepKind.APPROVED, on=day_of(now), by=by, now=now)
    return Approved(_with_all_steps(row), letters)


def clear_old(now: datetime) -> int:
    """What was never signed, and what came to nothing, is deleted in time; answers how many."""
    limits = configuration.current().applications
    stale = queries.stale(now, unsigned_days=limits.unsigned_days, refused_days=limits.refused_days)
    for row in stale:
        with transactions.writing():
            row.delete()
            audit.record("application.cleared", by="worker", subject=_subject(row))
            audit.forget(_subject(row), by="worker")
    return len(stale)


def _problems(kind: Kind, said: Content, now: datetime) -> tuple[checks.Problem, ...]:
    return checks.wrong(kind, said, profile=configuration.current().profile, today=day_of(now))


def _end_or_wait(
    application: Application, kind: StepKind, *, reason: str, seen: int, by: str, now: datetime
) -> Application | Refused:
    if not reason.strip():
        return rules.refused(Why.NO_REASON)
    with transactions.writing():
        row = _take(application, seen=seen)
        if isinstance(row, Refused):
            return row
        _step(row, kind, on=day_of(now), by=by, now=now, reason=content.several_lines(reason))
    return _with_all_steps(row)


def _take(application: Application, *, seen: int) -> Application | Refused:
    """Inside a transaction: nobody else acts on it until its end."""
    transactions.hold(Application, [application.pk])
    row = queries.application(application.number)
    return rules.why_not(queries.steps(row), seen=seen) or row


def _with_all_steps(row: Application) -> Application:
    """One that was taken: the steps that were read with it are not all any more."""
    row.refresh_from_db(fields=["steps"])
    return row


def _store(row: Application, said: Content) -> None:
    for name, value in vars(said).items():
        setattr(row, name, value)
    row.save()


def _step(
    row: Application,
    kind: StepKind,
    *,
    on: date,
    by: str,
    now: datetime,
    reason: str = "",
    before: Content = content.NOTHING,
    after: Content = content.NOTHING,
) -> None:
    """Inside a transaction: the step and its entry, in which what was typed is sealed."""
    transactions.insert(Step(application=row, kind=kind, on=on, at=now, by=by, reason=reason))
    changed = {name: [_plain(one) for one in pair] for name, pair in content.changes(before, after).items()}
    audit.record(
        f"application.{kind}",
        by=by,
        subject=_subject(row),
        data={"kind": row.kind, "channel": row.channel, "on": on.isoformat()},
        person=_subject(row),
        personal={"reason": reason, "changed": changed},
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _subject(row: Application) -> str:
    return f"application:{row.number}"


def _series(year: int) -> Series:
    """Inside a transaction: whoever has it gives out this year's next number."""
    this_year = Series.objects.select_for_update().filter(year=year)
    if found := this_year.first():
        return found
    Series.objects.get_or_create(year=year)
    return this_year.get()


def _next_number(series: Series) -> str:
    series.last += 1
    series.save(update_fields=["last"])
    return numbers.number(series.year, series.last)
