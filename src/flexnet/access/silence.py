"""Answers come after the same time, whatever came of what a stranger asked."""

import contextlib
import time
from collections.abc import Iterator
from datetime import timedelta

# Longer than the slowest of these answers takes on a machine that is not overloaded.
ANSWERS_AFTER = timedelta(milliseconds=400)


@contextlib.contextmanager
def alike() -> Iterator[None]:
    """The block ends no sooner than that long after it began."""
    begun = time.monotonic()
    yield
    time.sleep(max(0.0, ANSWERS_AFTER.total_seconds() - (time.monotonic() - begun)))
