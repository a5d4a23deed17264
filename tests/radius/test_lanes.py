"""Lanes: bounded, timely, and closed without a thread left behind."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import pytest

from flexnet.radius import lanes
from flexnet.radius.lanes import Full, Lane, Relay, Steps
from flexnet.transactions import Unwritten

PATIENCE = 5.0


@contextmanager
def lane(threads: int = 1, waiting: int = 2) -> Iterator[Lane]:
    made = Lane("test", threads=threads, waiting=waiting, at_end=lambda: None)
    try:
        yield made
    finally:
        made.close(PATIENCE)


def test_work_is_done_elsewhere_and_its_result_comes_back() -> None:
    with lane() as made:
        assert asyncio.run(made.run(lambda: threading.current_thread().name)) == "test-0"


def test_what_work_raises_comes_back_and_the_lane_lives_on() -> None:
    with lane() as made:
        with pytest.raises(ZeroDivisionError):
            asyncio.run(made.run(lambda: 1 // 0))
        assert asyncio.run(made.run(lambda: 7)) == 7


def test_more_than_may_wait_is_turned_away() -> None:
    hold, held = threading.Event(), threading.Event()

    def work() -> None:
        held.set()
        hold.wait(PATIENCE)

    async def crowd(made: Lane) -> None:
        running = asyncio.ensure_future(made.run(work))
        while not held.is_set():
            await asyncio.sleep(0)
        waiting = [asyncio.ensure_future(made.run(work)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Full):
            await made.run(work)
        hold.set()
        await asyncio.gather(running, *waiting)

    with lane(waiting=2) as made:
        asyncio.run(crowd(made))


def test_what_waited_too_long_is_never_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LIMIT", 0.02)
    hold, held = threading.Event(), threading.Event()
    done: list[str] = []

    def hang() -> None:
        held.set()
        hold.wait(PATIENCE)

    async def late(made: Lane) -> None:
        hanging = asyncio.ensure_future(made.run(hang))
        while not held.is_set():
            await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await made.run(lambda: done.append("late"))
        with pytest.raises(TimeoutError):
            await hanging
        hold.set()

    with lane() as made:
        asyncio.run(late(made))
        monkeypatch.setattr(lanes, "LIMIT", PATIENCE)
        asyncio.run(made.run(lambda: done.append("after")))
    assert done == ["after"]


def test_each_thread_says_farewell_when_the_lane_closes() -> None:
    said: list[str] = []
    Lane("test", threads=3, waiting=3, at_end=lambda: said.append("farewell")).close(PATIENCE)
    assert said == ["farewell"] * 3


def test_a_thread_that_hangs_does_not_hold_up_the_end() -> None:
    hold, held = threading.Event(), threading.Event()

    def hang() -> None:
        held.set()
        hold.wait(PATIENCE)

    async def leave(made: Lane) -> None:
        running = asyncio.ensure_future(made.run(hang))
        while not held.is_set():
            await asyncio.sleep(0)
        made.close(0.02)
        assert not running.done()
        hold.set()
        await running

    asyncio.run(leave(Lane("test", threads=1, waiting=1, at_end=lambda: None)))


class Hash:
    """A check that says where it ran."""

    def __init__(self, seen: list[str], fits: bool) -> None:
        self.seen, self.fits = seen, fits

    def run(self) -> bool:
        self.seen.append(threading.current_thread().name)
        return self.fits


@contextmanager
def relay(most: int = 4) -> Iterator[Relay]:
    with lane(waiting=4) as steps:
        checks = Lane("hash", threads=1, waiting=4)
        try:
            yield Relay(steps, checks, most=most)
        finally:
            checks.close(PATIENCE)


def test_steps_and_checks_each_have_their_own_threads() -> None:
    seen: list[str] = []

    def work() -> Steps[bool]:
        seen.append(threading.current_thread().name)
        fits = yield Hash(seen, True)
        seen.append(threading.current_thread().name)
        return fits and not (yield Hash(seen, False))

    with relay() as made:
        assert asyncio.run(made.run(work)) is True
    assert seen == ["test-0", "hash-0", "test-0", "hash-0"]


@pytest.mark.parametrize("breaks", ["step", "check"])
def test_what_a_step_or_a_check_raises_comes_back(breaks: str) -> None:
    class Broken(Hash):
        def run(self) -> bool:
            raise ZeroDivisionError

    def work() -> Steps[bool]:
        yield Broken([], True) if breaks == "check" else Hash([], True)
        raise ZeroDivisionError

    with relay() as made:
        with pytest.raises(ZeroDivisionError):
            asyncio.run(made.run(work))
        assert asyncio.run(made.run(steps_of(7))) == 7


def steps_of(result: int) -> Callable[[], Steps[int]]:
    def work() -> Steps[int]:
        yield Hash([], True)
        return result

    return work


def test_a_relay_counts_also_what_waits_for_its_check() -> None:
    hold, held = threading.Event(), threading.Event()

    class Slow(Hash):
        def run(self) -> bool:
            held.set()
            return hold.wait(PATIENCE)

    def work() -> Steps[bool]:
        return (yield Slow([], True))

    async def crowd(made: Relay) -> None:
        waiting = [asyncio.ensure_future(made.run(work)) for _ in range(2)]
        while not held.is_set():
            await asyncio.sleep(0)
        with pytest.raises(Full):
            await made.run(work)
        hold.set()
        assert await asyncio.gather(*waiting) == [True, True]
        assert await made.run(steps_of(7)) == 7

    with relay(most=2) as made:
        asyncio.run(crowd(made))


def test_after_its_time_no_further_step_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LIMIT", 0.02)
    hold = threading.Event()
    done: list[str] = []

    class Slow(Hash):
        def run(self) -> bool:
            return hold.wait(PATIENCE)

    def work() -> Steps[None]:
        yield Slow([], True)
        done.append("opened a session that nobody waits for")

    async def late(made: Relay) -> None:
        with pytest.raises(TimeoutError):
            await made.run(work)
        hold.set()
        monkeypatch.setattr(lanes, "LIMIT", PATIENCE)
        assert await made.run(steps_of(7)) == 7

    with relay() as made:
        asyncio.run(late(made))
    assert done == []


class Disk:
    """Takes what is to be written, if it is not full; in how many goes."""

    def __init__(self, is_full: bool = False) -> None:
        self.is_full, self.goes = is_full, list[list[str]]()

    def write(self, what: Sequence[str]) -> None:
        if self.is_full:
            raise OSError("no space left")
        self.goes.append(list(what))

    def steps(self, name: str, kept: set[str]) -> Callable[[], Steps[str]]:
        def work() -> Steps[str]:
            yield Unwritten(name, self.write)
            kept.add(name)
            yield Unwritten(f"{name} again", self.write)
            return name

        return work


def test_what_waiting_work_leaves_is_written_in_one_go_before_anybody_is_told() -> None:
    disk, kept, names = Disk(), set[str](), ["one", "two", "three"]

    async def crowd(made: Relay, held: threading.Event, hold: threading.Event) -> list[str]:
        first = asyncio.ensure_future(made.run(held_up(held, hold)))
        while not held.is_set():
            await asyncio.sleep(0)
        others = [asyncio.ensure_future(made.run(disk.steps(name, kept))) for name in names]
        await asyncio.sleep(0)
        hold.set()
        await first
        return await asyncio.gather(*others)

    with relay() as made:
        assert asyncio.run(crowd(made, threading.Event(), threading.Event())) == names
    assert disk.goes == [names, [f"{name} again" for name in names]]


def held_up(held: threading.Event, hold: threading.Event) -> Callable[[], Steps[None]]:
    def work() -> Steps[None]:
        yield from ()
        held.set()
        hold.wait(PATIENCE)

    return work


def test_what_cannot_be_written_fails_and_is_not_gone_on_with() -> None:
    disk, kept = Disk(is_full=True), set[str]()
    with relay() as made:
        with pytest.raises(OSError, match="no space left"):
            asyncio.run(made.run(disk.steps("one", kept)))
        disk.is_full = False
        assert asyncio.run(made.run(disk.steps("two", kept))) == "two"
    assert kept == {"two"}


def test_what_nobody_waits_for_any_more_is_written_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LIMIT", 0.02)
    disk, kept, hold = Disk(), set[str](), threading.Event()

    def work() -> Steps[str]:
        hold.wait(PATIENCE)
        return (yield from disk.steps("one", kept)())

    async def late(made: Relay) -> None:
        with pytest.raises(TimeoutError):
            await made.run(work)
        hold.set()
        monkeypatch.setattr(lanes, "LIMIT", PATIENCE)
        await made.run(steps_of(7))

    with relay() as made:
        asyncio.run(late(made))
    assert (disk.goes, kept) == ([["one"]], set())


def test_a_busy_lane_tells_some_results_at_once_and_each_to_its_own() -> None:
    async def crowd(made: Lane) -> list[int]:
        return await asyncio.gather(*(made.run(partial(int, number)) for number in range(50)))

    with lane(waiting=50) as made:
        assert asyncio.run(crowd(made)) == list(range(50))
