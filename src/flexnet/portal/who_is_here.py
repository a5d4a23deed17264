"""Who is signed in with the accesses that somebody answers for, and what came before; told, not yet shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Self
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flexnet import configuration
from flexnet.access import answered_for
from flexnet.access.models import Access
from flexnet.access.present import Present
from flexnet.access.rules import Reason
from flexnet.accounts import browsers
from flexnet.accounts.browsers import Browser
from flexnet.audit import timeline
from flexnet.audit.timeline import Entry
from flexnet.gateway import queries as gateway
from flexnet.gateway.models import Session
from flexnet.portal import words
from flexnet.web import explaining

_LOOKED_AT: Final = 12
_KINDS: Final = ("sign_in.accepted", "sign_in.refused")
_TUNNEL: Final = "vpn_sign_in"
_WRONG: Final = {
    Reason.WRONG_CODE: gettext_lazy("falscher Code"),
    Reason.CODE_ALREADY_USED: gettext_lazy("Code schon benutzt"),
    Reason.WRONG_PASSWORD: gettext_lazy("falsche Zugangsdaten"),
    Reason.THROTTLED: gettext_lazy("zu viele Versuche"),
}


@dataclass(frozen=True)
class Past:
    """A sign-in that was, or some that were refused within a minute."""

    at: datetime
    name: str
    what: str
    source: str
    is_refused: bool


@dataclass(frozen=True)
class Here:
    """What is live of these accesses at an instant."""

    accesses: Sequence[Access]
    now: datetime

    @classmethod
    def of(cls, who: Present) -> Self:
        return cls(answered_for.by(who), who.now)

    @cached_property
    def tunnels(self) -> list[Session]:
        return gateway.live_sessions([one.pk for one in self.accesses], self.now)

    @cached_property
    def browsers(self) -> list[Browser]:
        return browsers.live([one.account_id for one in self.accesses], self.now, idle=_idle())

    @cached_property
    def names(self) -> Mapping[int, str]:
        """What each account's access is called."""
        return {one.account_id: words.access(one) for one in self.accesses}

    def through_several(self) -> list[Access]:
        """Those that are used through two tunnels or more at once, their own or others'."""
        accounts = {one.pk: one.account_id for one in self.accesses}
        tunnels = ((one.access_id, one.pk) for one in self.tunnels)
        found = _through_several(accounts, tunnels, self.browsers)
        return [one for one in self.accesses if one.pk in found]

    def past(self, older_than: int | None) -> tuple[list[Past], int | None]:
        """A part of what is in the trail, newest first, and where the next one begins."""
        names = {f"access:{one}": words.access(one) for one in self.accesses}
        wanted = timeline.Wanted(kinds=_KINDS)
        page = timeline.of(list(names), older_than=older_than, wanted=wanted)
        return [_past(entry, names) for entry in page.entries], page.older_than


def through_several(who: Present) -> list[Access]:
    """As `Here.through_several`, for a page that nearly always finds none: only then all is read."""
    accounts = answered_for.accounts(who)
    tunnels = gateway.live_tunnels(accounts, who.now)
    seen = browsers.live(list(accounts.values()), who.now, idle=_idle())
    return Here.of(who).through_several() if _through_several(accounts, tunnels, seen) else []


def before_this(access: Access) -> datetime | None:
    """When this access signed in at the portal the time before the last; None behind many tunnels."""
    found = timeline.newest(f"access:{access}", kind="sign_in.accepted", most=_LOOKED_AT)
    at = [when for when, data in found if data.get("channel") != _TUNNEL]
    return at[1] if len(at) > 1 else None


def _through_several(
    accounts: Mapping[int, int], tunnels: Iterable[tuple[int, UUID]], seen: Iterable[Browser]
) -> set[int]:
    """Of these accesses, by their accounts: whose tunnels, and those that their browsers came by, are two."""
    used: dict[int, set[str]] = {account: set() for account in accounts.values()}
    for access, tunnel in tunnels:
        used[accounts[access]].add(str(tunnel))
    for one in seen:
        used[one.account_id] |= {one.via} - {""}
    return {access for access, account in accounts.items() if len(used[account]) > 1}


def _idle() -> timedelta:
    return timedelta(minutes=configuration.current().portal.idle_minutes)


def _past(entry: Entry, names: Mapping[str, str]) -> Past:
    event, data = entry.event, entry.data
    is_refused = event.kind == "sign_in.refused"
    what = _refused(data) if is_refused else _accepted(data)
    source = data.get("source") or (entry.personal or {}).get("source") or ""
    return Past(event.at, names[event.subject], what, str(source), is_refused)


def _accepted(data: Mapping[str, object]) -> str:
    if data.get("channel") == _TUNNEL:
        return _("Über KV-FlexNet verbunden")
    way = words.way(str(data.get("way", "")), str(data.get("provider", "")))
    return _("Am Portal angemeldet, %(way)s") % {"way": way} if way else _("Am Portal angemeldet")


def _refused(data: Mapping[str, object]) -> str:
    reason, count = Reason(str(data["reason"])), int(str(data["count"]))
    word = _WRONG.get(reason) or explaining.SHORT[reason]
    said = ngettext("%(count)d Versuch abgewiesen: %(why)s", "%(count)d Versuche abgewiesen: %(why)s", count)
    return said % {"count": count, "why": word}
