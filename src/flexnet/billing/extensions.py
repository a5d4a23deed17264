"""Make it happen: the KV holds a window open longer, for a practice or for all; and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Max, Q, QuerySet

from flexnet import configuration, transactions
from flexnet.access.rules import day_of
from flexnet.audit import actions as audit
from flexnet.billing import windows
from flexnet.billing.errors import NoLonger, NoWindow, Revoked
from flexnet.billing.models import Extension
from flexnet.billing.windows import Window
from flexnet.lib import plain_text
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Practice


@dataclass(frozen=True)
class Longer:
    """What somebody grants: `practice` None means all."""

    quarter: Quarter
    practice: Practice | None
    until_on: date
    reason: str


def why_not(wanted: Longer, today: date) -> Exception | None:
    """An extension moves the end on, to a day that is still to come."""
    open_now = window_of(wanted.practice, wanted.quarter)
    if open_now is None:
        return NoWindow("The KV has named no days for this quarter.")
    if wanted.until_on <= open_now.closes or wanted.until_on < today:
        return NoLonger("This day is over, or the window is open until then anyway.")
    return None


def grant(*, wanted: Longer, by: str, now: datetime) -> Extension:
    """Raises NoWindow, NoLonger."""
    if refused := why_not(wanted, day_of(now)):
        raise refused
    with transactions.writing():
        row = Extension.objects.create(
            quarter=wanted.quarter,
            practice=wanted.practice,
            until_on=wanted.until_on,
            reason=plain_text.lines(wanted.reason),
            granted_at=now,
            granted_by=by,
        )
        _record("window.extended", row, by=by, until=str(row.until_on), reason=row.reason)
    return row


def revoke(*, extension: Extension, by: str, reason: str, now: datetime) -> None:
    """The window ends as if there had been none. Raises Revoked."""
    with transactions.writing():
        standing = Extension.objects.filter(pk=extension.pk, revoked_at=None)
        if not standing.update(revoked_at=now):
            raise Revoked("Somebody has taken this extension back.")
        _record("window.extension_revoked", extension, by=by, reason=plain_text.lines(reason))


def window_of(
    practice: Practice | None, quarter: Quarter, *, without: Extension | None = None
) -> Window | None:
    """Of a quarter for one practice or for all; as it is, or as it would be without one extension."""
    theirs = Q(practice=None) | Q(practice=practice)
    return _open(quarter, theirs & ~Q(pk=without.pk) if without else theirs)


def window(quarter: Quarter, bsnrs: Sequence[str] = ()) -> Window | None:
    """Of a quarter, as long as it is open for the practices of these sites; without any, for all."""
    return _open(quarter, _of_sites(bsnrs))


def current(today: date, bsnrs: Sequence[str] = ()) -> Window | None:
    """What is due, or was, for the practices of these sites: one held open comes before a younger."""
    billing = configuration.current().billing
    newest = windows.current(today, billing)
    if newest is None:
        return None
    older = windows.of(newest.quarter - 1, billing)
    last_days = _last_days([newest.quarter, newest.quarter - 1], _of_sites(bsnrs))
    held = _held(older, last_days) if older else None
    is_held = held and held != older and today <= held.closes
    return held if is_held and newest.stage(today) is windows.Stage.EARLY else _held(newest, last_days)


def _open(quarter: Quarter, theirs: Q) -> Window | None:
    found = windows.of(quarter, configuration.current().billing)
    return _held(found, _last_days([quarter], theirs)) if found else None


def _held(found: Window, last_days: Mapping[Quarter, date]) -> Window:
    return replace(found, closes=max(found.closes, last_days.get(found.quarter, found.closes)))


def _of_sites(bsnrs: Sequence[str]) -> Q:
    """For the practices of these sites, or for all."""
    return Q(practice=None) | Q(practice__sites__bsnr__in=bsnrs)


def _last_days(quarters: Sequence[Quarter], theirs: Q) -> dict[Quarter, date]:
    """Until when each of these quarters is held open by what is theirs."""
    rows = Extension.objects.filter(theirs, quarter__in=quarters, revoked_at=None).order_by()
    return dict(rows.values("quarter").annotate(last=Max("until_on")).values_list("quarter", "last"))


def held_open(bsnrs: Sequence[str], today: date) -> list[Extension]:
    """What a practice should know of: what lasts, for it or for all; of each quarter the longest."""
    rows = Extension.objects.filter(_of_sites(bsnrs), revoked_at=None, until_on__gte=today).distinct()
    longest = {str(row.quarter): row for row in rows.order_by("until_on", "pk")}
    return [longest[quarter] for quarter in sorted(longest)]


def listed() -> QuerySet[Extension]:
    """All of them, the newest first."""
    return Extension.objects.select_related("practice").order_by("-pk")


def _record(kind: str, row: Extension, *, by: str, **data: str) -> None:
    subject = f"practice:{row.practice_id}" if row.practice_id else "deliveries"
    audit.record(kind, by=by, subject=subject, data={"quarter": str(row.quarter), **data})
