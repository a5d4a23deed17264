"""The one way to write: a transaction that takes its turn."""

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

_FACTS = (
    0x666C_6661  # PostgreSQL's name for the turn of those who change facts, an arbitrary number of our own
)
_thread = threading.local()


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Run the block in one write transaction; inside another one it joins: they hold or fail together.

    SQLite gives a busy database to whoever asks at the right moment, so that of eight writers seven
    starve; a lock on a file beside it makes them queue. PostgreSQL needs no such help.
    """
    if is_writing():
        with transaction.atomic(savepoint=False):
            yield
        return
    with _turn():
        _thread.is_writing = True
        try:
            with transaction.atomic():
                yield
        finally:
            _thread.is_writing = False


def is_writing() -> bool:
    """Whether the caller is inside `writing`, as every audited act must be."""
    return getattr(_thread, "is_writing", False)


def after_commit(act: Callable[[], object]) -> None:
    """Run `act` once the surrounding transaction holds, never when it is rolled back.

    It has to be short, for the next writer waits for it; should it fail, what was committed holds, and the
    failure is logged.
    """
    transaction.on_commit(act, robust=True)


def hold(rows: QuerySet[Any]) -> None:
    """Inside `writing`: nobody else holds these rows until the transaction ends; always in the same order.

    On SQLite every writer is alone already.
    """
    if connection.features.has_select_for_update:
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def take_turn_at_facts() -> None:
    """Inside `writing`: of all who call this, only one is past it until its transaction ends.

    What is derived from facts of several hands would be wrong otherwise: of two that write at once, neither
    sees the other's.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FACTS])


@contextlib.contextmanager
def refused_as(error: Exception) -> Iterator[None]:
    """Inside `writing`: what a constraint refuses in the block is said in the domain's words, by `error`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise error from None


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
        yield
        return
    descriptor = os.open(f"{name}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
