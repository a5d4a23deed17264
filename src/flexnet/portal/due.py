"""Whether the practice's billing is due: until when, and which of its sites have handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from flexnet import configuration
from flexnet.access import queries as access
from flexnet.access.rules import Decision, Refusal, day_of
from flexnet.billing import queries, windows
from flexnet.billing.windows import Stage, Window
from flexnet.lib.quarters import Quarter
from flexnet.portal.middleware import MemberRequest
from flexnet.web import words


@dataclass(frozen=True)
class Task:
    """Something to be done, with the one button that does it."""

    kind: str
    icon: str
    title: str
    text: str
    url: str
    button: str


def tasks(member: MemberRequest, decision: Decision, now: datetime) -> list[Task]:
    """One, while the window is open or something is missing after it; of others' sites none."""
    today, billing = day_of(now), configuration.current().billing
    window = windows.current(today, billing)
    if window is None or member.access.third_party_id or isinstance(decision, Refusal):
        return []
    bsnrs = access.sites_of(member.access, today)
    handed_in = queries.submitted_on(bsnrs, window.quarter)
    if not bsnrs or (window.stage(today) is Stage.LATE and len(handed_in) == len(bsnrs)):
        return []
    return [_task(window, window.stage(today), bsnrs, handed_in)]


def _task(window: Window, stage: Stage, bsnrs: Sequence[str], handed_in: Mapping[str, datetime]) -> Task:
    said = {"quarter": _quarter(window.quarter), "day": words.long_day(window.closes)}
    states = " · ".join(_state(bsnr, handed_in.get(bsnr)) for bsnr in bsnrs)
    if len(handed_in) == len(bsnrs):
        title = _("Die Abrechnung für das %(quarter)s ist eingereicht") % said
        return Task("info", "check", title, states, reverse("deliveries"), _("Ansehen"))
    if stage is Stage.LATE:
        title = _("Die Frist für das %(quarter)s ist vorbei: Sie endete am %(day)s") % said
        if configuration.current().billing.late_surcharge:
            states += " · " + _("Reichen Sie trotzdem ein; ein Abschlag ist möglich.")
    else:
        title = _("Abrechnung für das %(quarter)s: bis %(day)s") % said
    kind = "info" if stage is Stage.EARLY else "warning"
    return Task(kind, "clock", title, states, reverse("upload"), _("Abrechnung einreichen"))


def _state(bsnr: str, at: datetime | None) -> str:
    if at is None:
        return _("BSNR %(bsnr)s: fehlt noch") % {"bsnr": bsnr}
    return _("BSNR %(bsnr)s: eingereicht am %(day)s") % {"bsnr": bsnr, "day": words.short_day(day_of(at))}


def _quarter(quarter: Quarter) -> str:
    return _("%(number)d. Quartal %(year)d") % {"number": quarter.number, "year": quarter.year}
