"""Show me: every range with its days, remembered by the process until one of them changes."""

import ipaddress
import time
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from flexnet.publications.models import Edition, Range, Stop
from flexnet.publications.networks import Held, Network, Table

_ASKED_EVERY: Final = 1.0  # s


class Remembered:
    """The table of a process; whether it still stands is asked once a second, by one row."""

    def __init__(self, *, asked_every: float = _ASKED_EVERY) -> None:
        self._table, self._edition, self._asked_at = Table(()), -1, float("-inf")
        self._asked_every = asked_every

    def table(self) -> Table:
        """As the rows stand, or stood up to a second ago."""
        if time.monotonic() - self._asked_at >= self._asked_every:
            self._refresh()
        return self._table

    def _refresh(self) -> None:
        asked_at, edition = time.monotonic(), current_edition()
        if edition != self._edition:
            self._table, self._edition = Table(all_held()), edition
        self._asked_at = asked_at


remembered = Remembered()


def current_edition() -> int:
    """Of the ranges; 0 before the first change."""
    return Edition.objects.values_list("number", flat=True).first() or 0


def all_held() -> list[Held]:
    """Every range that ever held or will."""
    stops = Stop.objects.filter(cancelled_at=None).order_by("stops_on")
    by_provider: dict[int, list[Stop]] = {}
    for row in stops:
        by_provider.setdefault(row.provider_id, []).append(row)
    return [
        held(row, by_provider.get(row.provider_id, ())) for row in Range.objects.select_related("provider")
    ]


def held(row: Range, stops: Iterable[Stop]) -> Held:
    """A range and what ends it: its own last day, or a stop, but for one after which it was entered anew."""
    due = [one for one in stops if row.from_on < one.stops_on or row.entered_at <= one.decided_at]
    last = _first([row.until_on, *(_day_before(one) for one in due if one.takes_effect)])
    newest = max((one.decided_at for one in due), default=None)
    told = _first(
        [row.until_on, *(_day_before(one) for one in due if one.takes_effect or one.decided_at == newest)]
    )
    return Held(row.pk, row.provider_id, row.provider.name, network(row), row.from_on, last, told)


def network(row: Range) -> Network:
    """As it stands in the row, which was checked."""
    return ipaddress.ip_network(row.network)


def _day_before(stop: Stop) -> date:
    return stop.stops_on - timedelta(days=1)


def _first(days: Sequence[date | None]) -> date | None:
    return min((day for day in days if day), default=None)
