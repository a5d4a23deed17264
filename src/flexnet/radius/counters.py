"""What the door counts (Prometheus), and a log that nobody can flood."""

import logging
import time
import traceback
from collections.abc import Callable
from typing import Final

from prometheus_client import Counter

logger: Final = logging.getLogger("flexnet.radius")

DROPPED: Final = Counter("flexnet_radius_dropped", "Packets without an answer", ["transport", "why"])
ANSWERED: Final = Counter("flexnet_radius_answered", "Packets with an answer", ["kind", "outcome"])
FAILED: Final = Counter("flexnet_radius_failed", "Actions that broke", ["kind"])
CHANGES: Final = Counter("flexnet_radius_changes", "Disconnect- and CoA-Requests", ["kind", "outcome"])


class Sparing:
    """Lets `most` lines a period through, and says how many it kept back."""

    def __init__(self, most: int, period: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._period, self._clock = most, period, clock
        self._begun, self._written, self._kept_back = clock(), 0, 0

    def log(self, level: int, text: str, *values: object) -> None:
        if self._clock() - self._begun >= self._period:
            if self._kept_back:
                logger.warning("%d more lines of this kind were kept back", self._kept_back)
            self._begun, self._written, self._kept_back = self._clock(), 0, 0
        if self._written < self._most:
            self._written += 1
            logger.log(level, text, *values)
        else:
            self._kept_back += 1


_drops = Sparing(20)
_failures = Sparing(20)


def dropped(transport: str, why: str, source: str) -> None:
    """Count a packet that gets no answer; `why` is one word out of a few, `source` an address or a name."""
    DROPPED.labels(transport, why).inc()
    _drops.log(logging.WARNING, "%s: dropped a packet of %s: %s", transport, source, why)


def failed(kind: str, error: BaseException) -> None:
    """Count and log an action that broke: where, never with which values, for these may be secrets."""
    FAILED.labels(kind).inc()
    places = traceback.extract_tb(error.__traceback__)[-4:]
    where = " < ".join(f"{place.name} {place.filename}:{place.lineno}" for place in reversed(places))
    _failures.log(logging.ERROR, "%s failed: %s at %s", kind, type(error).__name__, where)
