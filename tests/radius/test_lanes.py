"""Lanes: bounded, timely, and closed without a thread left behind."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from flexnet.radius import lanes
from flexnet.radius.lanes import Full, Lane

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
