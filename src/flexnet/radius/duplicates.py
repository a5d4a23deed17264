"""A copy of a request gets the first one's answer, and has no effect."""

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

REMEMBERED: Final = 60.0  # seconds; longer than timeout x tries of any sender we know (radclient: 3 s x 10)
MOST: Final = 30_000  # answers, about 8 MB; when more come in a minute the oldest are forgotten sooner
_SPAN: Final = 10.0  # seconds whose answers are forgotten together: so each costs its bytes and little else
_SHARES: Final = 8  # of MOST, each forgotten together as well


@dataclass(frozen=True, slots=True)
class _Some:
    began: float
    answers: dict[bytes, bytes] = field(default_factory=dict)


class Duplicates:
    """The answers of the last minute, by sender and the whole packet. Used from one event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock, self._most = clock, most
        self._answered: deque[_Some] = deque()  # the newest first
        self._at_work: dict[bytes, asyncio.Future[bytes | None]] = {}

    async def first(
        self, sender: str, raw: bytes, work: Callable[[], Awaitable[bytes | None]]
    ) -> bytes | None:
        """What `work` answers; for a copy what it answered, or is about to answer, the first time.

        No answer is none to remember: the next copy tries anew.
        """
        key = hashlib.blake2b(sender.encode() + b"\0" + raw, digest_size=16).digest()
        self._forget()
        for some in self._answered:
            if known := some.answers.get(key):
                return known
        if under_way := self._at_work.get(key):
            return await asyncio.shield(under_way)
        return await self._remember(key, work)

    async def _remember(self, key: bytes, work: Callable[[], Awaitable[bytes | None]]) -> bytes | None:
        answer = None
        self._at_work[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await work()
            if answer is not None:
                self._newest()[key] = answer
            return answer
        finally:
            self._at_work.pop(key).set_result(answer)

    def _newest(self) -> dict[bytes, bytes]:
        newest, now = self._answered[0] if self._answered else None, self._clock()
        if newest and now < newest.began + _SPAN and len(newest.answers) < self._most // _SHARES:
            return newest.answers
        self._answered.appendleft(_Some(now))
        return self._answered[0].answers

    def _forget(self) -> None:
        too_old = self._clock() - _SPAN - REMEMBERED
        while self._answered and (
            self._answered[-1].began <= too_old
            or sum(len(some.answers) for some in self._answered) >= self._most
        ):
            self._answered.pop()
