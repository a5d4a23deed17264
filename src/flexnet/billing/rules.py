"""May this file be handed in? Pure: what is known of the file in, findings out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from flexnet.billing.findings import EXAMPLE_NAME, Code, Finding
from flexnet.billing.models import Delivery
from flexnet.billing.windows import Stage, Window
from flexnet.lib import file_name, kvdt, xkm
from flexnet.lib.kvdt import check as kvdt_check
from flexnet.lib.kvdt.rules import Id, Level
from flexnet.lib.quarters import Quarter

CLOCKS_DIFFER: Final = timedelta(minutes=1)
_OLD_AFTER = 4  # quarters; late cases of the year before are usual, older ones are a slip more often than not

_FAULTS = {
    Id.EMPTY_FILE: Code.EMPTY,
    Id.NO_BILLING_FILE: Code.NOT_KVDT,
    Id.ENCRYPTED: Code.CONTAINER_UNREADABLE,
    Id.CUT_OFF: Code.TRUNCATED,
}
# ZIP (also Word and Excel), gzip, 7z, RAR, bzip2, xz; programs of Windows, Linux, macOS, and scripts.
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"BZh",
    b"\xfd7zXZ",
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")


@dataclass(frozen=True)
class Wish:
    """What somebody wants to hand in, for which quarter, and for which sites they may."""

    name: str
    quarter: Quarter
    kind: Delivery.Kind
    own_sites: tuple[str, ...]
    today: date
    allow_plain: bool
    by_mandate: bool = False  # for others: nothing of anybody else may be in the file


class NotNow(StrEnum):
    """Why a file is not handed in at this moment; it stays where it is."""

    TOO_EARLY = "too_early"
    OTHER_STAGE = "other_stage"
    CLOCK_SET_BACK = "clock_set_back"


@dataclass(frozen=True)
class Moment:
    """When somebody hands a file in: where the window stands, and what their page said of it."""

    now: datetime
    checked_at: datetime
    kind: Delivery.Kind
    stage: Stage | None
    seen: Stage | None


def why_not_now(moment: Moment) -> NotNow | None:
    """Late is no reason; but who read "in time" is told first, and no receipt bears a wrong time."""
    if moment.now < moment.checked_at - CLOCKS_DIFFER:
        return NotNow.CLOCK_SET_BACK
    if moment.kind is not Delivery.Kind.ECHT:
        return None
    if moment.stage is Stage.NOT_YET:
        return NotNow.TOO_EARLY
    is_told = moment.seen is None or moment.seen is moment.stage or moment.stage is not Stage.LATE
    return None if is_told else NotNow.OTHER_STAGE


def of_name(wish: Wish) -> Finding | None:
    """The name must be that of a billing file (KVDT, 1.9.2)."""
    try:
        file_name.parse(wish.name)
    except file_name.BadFileName:
        return Finding(Code.WRONG_NAME, {"example": EXAMPLE_NAME})
    return None


def of_kind(head: bytes) -> Finding | None:
    """Archives and programs are told by their first bytes, whatever their name."""
    if head.startswith(_ARCHIVES):
        return Finding(Code.ARCHIVE)
    return Finding(Code.PROGRAM) if head.startswith(_PROGRAMS) else None


def of_head(wish: Wish, head: bytes) -> Finding | None:
    """What the first bytes tell before the rest is there."""
    if foreign := of_kind(head):
        return foreign
    if xkm.is_container(head):
        return _of_container_head(wish, head)
    if not wish.allow_plain:
        return Finding(Code.PLAIN_NOT_ALLOWED)
    check = kvdt_check.Check()
    check.feed(head)
    is_none = any(found.rule is Id.NO_BILLING_FILE for found in check.finish(wish.name).findings)
    return Finding(Code.NOT_KVDT) if is_none else None


def _of_container_head(wish: Wish, head: bytes) -> Finding | None:
    try:
        container = xkm.read(head)
    except xkm.BadContainer:
        return Finding(Code.CONTAINER_UNREADABLE)
    errors = (found for found in of_container(wish, container) if not found.code.is_warning)
    return next(errors, None)


def of_plain(wish: Wish, result: kvdt.Result) -> list[Finding]:
    """What is wrong or odd with a plain file; with one that cannot be read nothing else is asked."""
    found = [_of_rule(finding) for finding in result.findings]
    if result.level is Level.ABORT:
        return [finding for finding in found if not finding.code.is_warning]
    return [*found, *_of_sites(wish, result.facts.bsnrs), *_of_quarter(wish, result.facts.quarter)]


def _of_rule(finding: kvdt.Finding) -> Finding:
    if code := _FAULTS.get(finding.rule):
        return Finding(code)
    return Finding.of_rule(finding)


def of_container(wish: Wish, container: xkm.Container) -> list[Finding]:
    """What the plain header of an encrypted file tells; a test key never serves a real submission."""
    found = [*_of_sites(wish, (container.bsnr,)), *_of_quarter(wish, None)]
    if container.is_test and wish.kind is Delivery.Kind.ECHT:
        found.append(Finding(Code.TEST_KEY))
    if container.parts > 1:
        found.append(Finding(Code.PART_OF_MANY, {"part": str(container.part), "parts": str(container.parts)}))
    return found


def of_window(quarter: Quarter, window: Window | None, today: date) -> Finding | None:
    """How a file's quarter stands to the days on which it may be handed in."""
    if quarter > Quarter.of(today):
        return Finding(Code.QUARTER_AHEAD, {"found": str(quarter)})
    if Quarter.of(today) - quarter > _OLD_AFTER:
        return Finding(Code.QUARTER_OLD, {"found": str(quarter)})
    if window is None:
        return None
    match window.stage(today):
        case Stage.NOT_YET:
            return _of_day(Code.WINDOW_NOT_YET, quarter, window.early_from)
        case Stage.LATE:
            return _of_day(Code.WINDOW_OVER, quarter, window.closes)
    return None


def _of_day(code: Code, quarter: Quarter, day: date) -> Finding:
    return Finding(code, {"found": str(quarter), "day": f"{day:%d.%m.%Y}"})


def _of_sites(wish: Wish, bsnrs: tuple[str, ...]) -> Iterator[Finding]:
    own = [bsnr for bsnr in bsnrs if bsnr in wish.own_sites]
    foreign = [bsnr for bsnr in bsnrs if bsnr not in wish.own_sites]
    if not own or (wish.by_mandate and foreign):
        found = ", ".join(foreign) or "–"
        yield Finding(Code.SITE_FOREIGN, {"found": found, "own": ", ".join(wish.own_sites)})
        return
    for bsnr in foreign:
        yield Finding(Code.SITE_FOREIGN_TOO, {"found": bsnr})


def _of_quarter(wish: Wish, found: Quarter | None) -> Iterator[Finding]:
    current = Quarter.of(wish.today)
    if found is not None and found != wish.quarter:
        yield Finding(Code.QUARTER_DIFFERS, {"stated": str(wish.quarter), "found": str(found)})
    elif wish.quarter > current:
        yield Finding(Code.QUARTER_AHEAD, {"found": str(wish.quarter)})
    elif current - wish.quarter > _OLD_AFTER:
        yield Finding(Code.QUARTER_OLD, {"found": str(wish.quarter)})
