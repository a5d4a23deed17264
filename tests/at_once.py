"""Several threads that do something at the same moment, each with a database connection of its own."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
_PATIENCE = 30.0


def at_once(*acts: Callable[[], T]) -> list[T | Exception]:
    """What each of them returned or raised, in their order; all of them begin together."""
    found: list[T | Exception] = [AssertionError("never came to an end")] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], T]) -> None:
        try:
            gate.wait(_PATIENCE)
            found[number] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE)
    return found
