"""Threads for blocking work, in lanes that cannot hold up one another."""

import asyncio
import contextlib
import functools
import itertools
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from flexnet import transactions
from flexnet.transactions import Unwritten

T = TypeVar("T")
LIMIT: Final = 5.0  # seconds; after that nobody waits for the answer any more
# Jobs after which a busy thread writes and tells: it waits for the disk, and for the loop that it wakes.
TOGETHER: Final = 8


class Full(Exception):
    """As much work waits as may wait."""


class Check(Protocol):
    """What a step waits for."""

    def run(self) -> bool: ...


Steps = Generator[Check | Unwritten, bool, T]


class Ticket(Generic[T]):
    """Somebody in an event loop who waits for what threads work out."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._told: asyncio.Future[T] = self.loop.create_future()
        self._tell: Callable[[], None] | None = None

    @property
    def is_given_up(self) -> bool:
        """Whether nobody waits any more."""
        return self._told.done()

    @property
    def is_settled(self) -> bool:
        """Whether there is something to tell."""
        return self._tell is not None

    async def result(self) -> T:
        """What a thread said, or raised; raises TimeoutError after LIMIT seconds."""
        late = self.loop.call_later(LIMIT, self._fail, TimeoutError())
        try:
            return await self._told
        finally:
            late.cancel()

    def done(self, result: T) -> None:
        """In a thread: this is the result, to be told soon."""
        self._tell = functools.partial(self._done, result)

    def failed(self, error: BaseException) -> None:
        """In a thread: there will be none."""
        self._tell = functools.partial(self._fail, error)

    def tell(self) -> None:
        """In the loop: whoever waits hears what came of it."""
        if self._tell:
            self._tell()

    def _done(self, result: T) -> None:
        if not self._told.done():
            self._told.set_result(result)

    def _fail(self, error: BaseException) -> None:
        if not self._told.done():
            self._told.set_exception(error)


_Job = tuple[Ticket[Any], Callable[[], object]]


@dataclass(frozen=True)
class _Left:
    """What a job left to be written, and how it goes on then."""

    ticket: Ticket[Any]
    unwritten: Unwritten
    then: Callable[[], object]


class Lane:
    """A few threads and a bounded queue; work whose time ran out before its turn is not begun.

    Each thread calls `before` before each piece of work, and `at_end` when it ends. What its work leaves to
    be written it gives to `write_all`, after a few pieces or when nothing waits; then whoever asked is told.
    """

    def __init__(
        self,
        name: str,
        *,
        threads: int,
        waiting: int,
        before: Callable[[], object] = lambda: None,
        at_end: Callable[[], object] = lambda: None,
        write_all: Callable[[Sequence[Unwritten]], object] = transactions.write_all,
    ) -> None:
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._most, self._before, self._at_end, self._write_all = waiting, before, at_end, write_all
        self._here = threading.local()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises; raises Full, and TimeoutError after LIMIT seconds."""
        if self._queue.qsize() >= self._most:
            raise Full
        ticket: Ticket[T] = Ticket()
        self.take(ticket, lambda: ticket.done(work()))
        return await ticket.result()

    def take(self, ticket: Ticket[Any], work: Callable[[], object]) -> None:
        """Do `work` in its turn, if somebody still waits then; what it raises is theirs."""
        self._queue.put((ticket, work))

    def leave(self, ticket: Ticket[Any], unwritten: Unwritten, then: Callable[[], object]) -> None:
        """In one of its threads: write it soon, whether or not somebody still waits, and go on by `then`."""
        self._here.left.append(_Left(ticket, unwritten, then))

    def _work(self) -> None:
        carried_out: list[Ticket[Any]] = []
        self._here.left = []
        try:
            while (job := self._queue.get()) is not None:
                self._carry_out(*job)
                carried_out.append(job[0])
                del job  # or an idle thread keeps the last password alive
                if len(carried_out) >= TOGETHER or self._queue.empty():
                    self._pause(carried_out)
        finally:
            self._pause(carried_out)
            self._at_end()

    def _pause(self, carried_out: list[Ticket[Any]]) -> None:
        while left := self._here.left:
            self._here.left = []
            self._write(left)
        _tell_all([ticket for ticket in carried_out if ticket.is_settled])
        carried_out.clear()

    def _write(self, left: Sequence[_Left]) -> None:
        try:
            self._write_all([one.unwritten for one in left])
        except BaseException as error:  # noqa: BLE001 - as below: nobody is told yes for what is not kept
            for one in left:
                one.ticket.failed(error)
            return
        for one in left:
            self._carry_out(one.ticket, one.then)

    def _carry_out(self, ticket: Ticket[Any], work: Callable[[], object]) -> None:
        if ticket.is_given_up:
            return
        try:
            self._before()
            work()
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits, and the thread lives on
            ticket.failed(error)

    def close(self, limit: float) -> None:
        """Give up what waits and let the threads end; those that do not within `limit` seconds are left."""
        until = time.monotonic() + limit
        with contextlib.suppress(queue.Empty):
            while job := self._queue.get_nowait():
                job[0].failed(TimeoutError())
                _tell_all([job[0]])
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))


class Relay:
    """Work in steps that pause for a check: one lane does the steps, another the checks.

    So whoever has the database at hand goes from step to step, while as many as there are cores hash. What
    nobody waits for any more is left where it is, before the next step. Used from one event loop only.
    """

    def __init__(self, steps: Lane, checks: Lane, *, most: int) -> None:
        self._steps, self._checks, self._most = steps, checks, most
        self._under_way = 0

    async def run(self, work: Callable[[], Steps[T]]) -> T:
        """What the last step returns, or any raises; raises as Lane.run."""
        if self._under_way >= self._most:
            raise Full
        ticket: Ticket[T] = Ticket()
        self._under_way += 1
        try:
            self._steps.take(ticket, lambda: self._step(ticket, work(), None))
            return await ticket.result()
        finally:
            self._under_way -= 1

    def _step(self, ticket: Ticket[T], steps: Steps[T], checked: bool | None) -> None:
        try:
            wanted = next(steps) if checked is None else steps.send(checked)
        except StopIteration as end:
            ticket.done(end.value)
            return
        if isinstance(wanted, Unwritten):
            self._steps.leave(ticket, wanted, lambda: self._step(ticket, steps, True))
        else:
            self._checks.take(ticket, lambda: self._check(ticket, steps, wanted))

    def _check(self, ticket: Ticket[T], steps: Steps[T], check: Check) -> None:
        checked = check.run()
        self._steps.take(ticket, lambda: self._step(ticket, steps, checked))


def _tell_all(settled: Iterable[Ticket[Any]]) -> None:
    for loop, tickets in itertools.groupby(settled, key=lambda ticket: ticket.loop):
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(_tell_each, tuple(tickets))


def _tell_each(tickets: Iterable[Ticket[Any]]) -> None:
    for ticket in tickets:
        ticket.tell()
