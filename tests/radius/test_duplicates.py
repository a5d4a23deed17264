"""Copies of a request: one effect, one answer, remembered long enough and no longer."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.radius import duplicates
from flexnet.radius.duplicates import Duplicates


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Work:
    """Counts how often it was done."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)

    async def __call__(self) -> bytes | None:
        await asyncio.sleep(0)
        return self.answers.pop(0)


async def first(known: Duplicates, work: Callable[[], Awaitable[bytes | None]]) -> bytes | None:
    return await known.first("gw1", b"packet", work)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_however_copies_come_each_request_is_done_once(order: list[int]) -> None:
    done: list[int] = []

    async def ask(known: Duplicates, number: int) -> bytes | None:
        async def work() -> bytes:
            done.append(number)
            await asyncio.sleep(0)
            return bytes([number])

        return await known.first("gw1", bytes([number]), work)

    async def all_at_once() -> list[bytes | None]:
        known = Duplicates()
        return await asyncio.gather(*(ask(known, number) for number in order))

    assert asyncio.run(all_at_once()) == [bytes([number]) for number in order]
    assert sorted(done) == sorted(set(order))


@pytest.mark.parametrize("later", [0.0, 9.9])
def test_a_copy_is_known_until_its_time_is_over_and_soon_after_it_is_forgotten(later: float) -> None:
    clock, work = Clock(), Work(b"first", b"second")
    known = Duplicates(clock)
    asyncio.run(known.first("gw1", b"before", Work(b"before")))
    clock.now = later
    asyncio.run(first(known, work))
    clock.now = later + duplicates.REMEMBERED
    assert asyncio.run(first(known, work)) == b"first"
    clock.now = 70.0
    assert asyncio.run(first(known, work)) == b"second"


def test_it_is_remembered_longer_than_radclient_asks_with_its_default_values() -> None:
    timeout, tries = 3, 10
    assert timeout * tries < duplicates.REMEMBERED


def test_another_sender_is_another_request() -> None:
    known, work = Duplicates(), Work(b"first", b"second")
    asyncio.run(first(known, work))
    assert asyncio.run(known.first("gw2", b"packet", work)) == b"second"


def test_no_answer_is_not_remembered() -> None:
    known, work = Duplicates(), Work(None, b"second")
    assert asyncio.run(first(known, work)) is None
    assert asyncio.run(first(known, work)) == b"second"


def test_what_breaks_is_not_remembered() -> None:
    async def breaks() -> bytes:
        raise ConnectionError

    known = Duplicates()
    with pytest.raises(ConnectionError):
        asyncio.run(first(known, breaks))
    assert asyncio.run(first(known, Work(b"second"))) == b"second"


def test_memory_is_bounded_and_the_oldest_goes_first() -> None:
    async def fill() -> list[bytes | None]:
        known = Duplicates(most=10)
        for number in range(30):
            await known.first("gw1", bytes([number]), Work(bytes([number])))
        newest = await known.first("gw1", bytes([29]), Work(b"done again"))
        oldest = await known.first("gw1", bytes([0]), Work(b"done again"))
        return [newest, oldest]

    assert asyncio.run(fill()) == [bytes([29]), b"done again"]
