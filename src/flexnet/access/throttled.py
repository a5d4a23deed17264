"""Those who are throttled: known without asking the database, counted without writing each of them."""

import threading
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flexnet.audit import actions as audit
from flexnet.audit import sources

_WRITTEN_EVERY = timedelta(seconds=1)
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Turned:
    """One refusal as it is counted: at which door, of whom, from where, in which minute."""

    by: str
    subject: str
    source: str
    minute: datetime
    kind: str = "sign_in.refused"


@dataclass(frozen=True, slots=True)
class _Empty:
    subject: str
    since: datetime
    until: datetime


class Throttled:
    """What one process knows of empty buckets, and how often it turned somebody away.

    Only time fills an empty bucket, for no code is looked at meanwhile. The counts are written with the first
    refusal that comes a second after the last writing: when the process ends, those of one second at most
    are lost.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._empty: dict[tuple[str, str], _Empty] = {}
        self._counts: Counter[Turned] = Counter()
        self._written_at: datetime | None = None

    def subject(self, name: str, place: str, now: datetime) -> str | None:
        """Whom this try would be counted to; None if a try may be left."""
        known = self._empty.get((name, place))
        return known.subject if known and known.since <= now < known.until else None

    def remember(self, name: str, place: str, *, subject: str, now: datetime, empty_for: timedelta) -> None:
        """Until then the database need not be asked. Names may be invented: there is room for so many."""
        if len(self._empty) >= _MOST:
            self._empty.clear()
        self._empty[name, place] = _Empty(subject, now, now + empty_for)

    def count(self, turned: Turned, *, now: datetime) -> None:
        """One more; now and then all of them are written."""
        with self._lock:
            self._counts[_bounded(turned)] += 1
            if self._written_at and abs(now - self._written_at) < _WRITTEN_EVERY:
                return
            self._written_at = now
        self.write()

    def write(self) -> None:
        """Write the counts now; they are kept if that fails."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            _write(counts)
        except BaseException:
            with self._lock:
                self._counts.update(counts)
            raise


def _bounded(turned: Turned) -> Turned:
    """Every source that is told apart costs a statement when the counts are written."""
    of = (turned.kind, turned.by, turned.subject)
    return replace(turned, source=sources.bounded(turned.minute, of, turned.source))


def _write(counts: Counter[Turned]) -> None:
    if counts:
        audit.tally_all([_counted(turned, count) for turned, count in counts.items()])


def _counted(turned: Turned, count: int) -> audit.Count:
    return audit.counted(
        turned.kind,
        by=turned.by,
        subject=turned.subject,
        source=turned.source,
        reason="throttled",
        now=turned.minute,
        count=count,
    )
