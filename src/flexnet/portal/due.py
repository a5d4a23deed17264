"""Whether the practice's billing is due: until when, and which of its sites have handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from flexnet import configuration
from flexnet.access.rules import Decision, Refusal, day_of
from flexnet.billing import completeness, extensions, queries, windows
from flexnet.billing.completeness import Completeness
from flexnet.billing.windows import Stage, Window
from flexnet.lib.quarters import Quarter
from flexnet.portal import declared
from flexnet.portal.middleware import MemberRequest
from flexnet.quarter_field import written
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


def tasks(member: MemberRequest, bsnrs: Sequence[str], decision: Decision, now: datetime) -> list[Task]:
    """One, while the window is open or something is missing after it; of others' sites none."""
    today = day_of(now)
    window = extensions.current(today, bsnrs)
    if window is None or member.access.third_party_id or isinstance(decision, Refusal):
        return []
    handed_in = queries.submitted_on(bsnrs, window.quarter)
    unsigned = [one for one in completeness.of_sites(bsnrs, window.quarter, today) if not one.is_declared]
    is_in = len(handed_in) == len(bsnrs)
    if not bsnrs or (window.stage(today) is Stage.LATE and is_in):
        return _unsigned(member, unsigned, now) if is_in else []
    task = _task(window, window.stage(today), bsnrs, handed_in)
    return [task, *(_unsigned(member, unsigned, now) if handed_in else [])]


def _unsigned(member: MemberRequest, unsigned: Sequence[Completeness], now: datetime) -> list[Task]:
    """One for each practice whose collective declaration is missing, once something was handed in."""
    return [_declare(member, one, day_of(now)) for one in unsigned if one.handed_in]


def _declare(member: MemberRequest, found: Completeness, today: date) -> Task:
    title = _("Sammelerklärung für das %(quarter)s fehlt noch") % {"quarter": _quarter(found.quarter)}
    may_sign = completeness.may_sign(member.access, found.practice, today)
    button = _("Sammelerklärung abgeben") if may_sign else _("Wer sie abgeben kann")
    url = reverse("declaration", args=[found.bsnrs[0], written(found.quarter)])
    return Task("warning", "warning", title, declared.signers_missing(found), url, button)


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
        if window != windows.of(window.quarter, configuration.current().billing):
            states += " · " + _("Die KV hat die Frist bis dahin verlängert.")
    kind = "info" if stage is Stage.EARLY else "warning"
    return Task(kind, "clock", title, states, reverse("upload"), _("Abrechnung einreichen"))


def _state(bsnr: str, at: datetime | None) -> str:
    if at is None:
        return _("BSNR %(bsnr)s: fehlt noch") % {"bsnr": bsnr}
    return _("BSNR %(bsnr)s: eingereicht am %(day)s") % {"bsnr": bsnr, "day": words.short_day(day_of(at))}


def _quarter(quarter: Quarter) -> str:
    return _("%(number)d. Quartal %(year)d") % {"number": quarter.number, "year": quarter.year}
