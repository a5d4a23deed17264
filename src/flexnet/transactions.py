"""The one way to write: a transaction that takes its turn."""

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator

from django.db import connection, transaction

_turn = threading.local()


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Run the block in one write transaction; inside another one it joins.

    SQLite gives a busy database to whoever asks at the right moment, so that of eight writers seven
    starve; a lock on a file beside it makes them queue. PostgreSQL needs no such help.
    """
    with _queue(), transaction.atomic():
        yield


def after_commit(act: Callable[[], object]) -> None:
    """Run `act` once the surrounding transaction holds; never when it is rolled back."""
    transaction.on_commit(act)


def is_writing() -> bool:
    """Whether the caller is inside a transaction, as every audited act must be."""
    return connection.in_atomic_block


@contextlib.contextmanager
def _queue() -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    if (
        connection.vendor != "sqlite"
        or ":memory:" in name
        or "mode=memory" in name
        or getattr(_turn, "held", False)
    ):
        yield
        return
    descriptor = os.open(f"{name}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _turn.held = True
        yield
    finally:
        _turn.held = False
        os.close(descriptor)
