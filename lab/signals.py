"""Turns the signals that end a program into one exception, so that all is undone on the way out."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _end(number: int, _frame: FrameType | None) -> None:
    ignore()
    raise SystemExit(128 + number)


def ignore() -> None:
    """From here on nothing may interrupt: the way out has begun."""
    for one in ENDING:
        signal.signal(one, signal.SIG_IGN)


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """Raise SystemExit at the first signal and ignore all later ones until this block is left."""
    before = {one: signal.signal(one, _end) for one in ENDING}
    try:
        yield
    finally:
        for one, old in before.items():
            signal.signal(one, old)
