"""Which sources of refusals are told apart: of one subject and minute so many, as each process saw them."""

import threading
from datetime import datetime
from typing import Final

# Whoever has a /48 has 65,536 of them. A process remembers no more than it can refuse in a minute.
MOST: Final = 50
OTHERS: Final = "others"

_of_minute: dict[datetime, dict[tuple[str, ...], set[str]]] = {}
_lock = threading.Lock()


def bounded(minute: datetime, of: tuple[str, ...], source: str) -> str:
    """The source itself, or OTHERS once `of` has had its share in this minute.

    Kept in memory: to ask the table at each refusal would cost a quarter of them under attack.
    Several processes, or one that starts again, tell apart so many each.
    """
    with _lock:
        seen = (_of_minute.get(minute) or _begin(minute)).setdefault(of, set())
        if source in seen:
            return source
        if len(seen) >= MOST:
            return OTHERS
        seen.add(source)
        return source


def forget() -> None:
    """As if the process had just started."""
    with _lock:
        _of_minute.clear()


def _begin(minute: datetime) -> dict[tuple[str, ...], set[str]]:
    """Counts of the minute before may still be written."""
    for old in sorted(_of_minute)[:-1]:
        del _of_minute[old]
    return _of_minute.setdefault(minute, {})
