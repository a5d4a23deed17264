"""Threads for blocking work, in lanes that cannot hold up one another."""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

T = TypeVar("T")
LIMIT: Final = 5.0  # seconds; after that nobody waits for the answer any more


class Full(Exception):
    """As much work waits as may wait."""


class Lane:
    """A few threads and a bounded queue; work whose time ran out before its turn is not begun.

    `waiting` is at least `threads`.
    """

    def __init__(self, name: str, *, threads: int, waiting: int, at_end: Callable[[], object]) -> None:
        self._queue: queue.Queue[tuple[Future[Any], Callable[[], Any]] | None] = queue.Queue(waiting)
        self._at_end = at_end
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises; raises Full, and TimeoutError after LIMIT seconds."""
        future: Future[T] = Future()
        try:
            self._queue.put_nowait((future, work))
        except queue.Full:
            raise Full from None
        async with asyncio.timeout(LIMIT):
            return await asyncio.wrap_future(future)

    def _work(self) -> None:
        try:
            while (job := self._queue.get()) is not None:
                _carry_out(*job)
                del job  # or an idle thread keeps the last password alive
        finally:
            self._at_end()

    def close(self, limit: float) -> None:
        """Give up what waits and let the threads end; those that do not within `limit` seconds are left."""
        until = time.monotonic() + limit
        with contextlib.suppress(queue.Empty):
            while job := self._queue.get_nowait():
                job[0].cancel()
        for _ in self._threads:
            self._queue.put_nowait(None)
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))


def _carry_out(future: Future[T], work: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits, and the thread lives on
        future.set_exception(error)
