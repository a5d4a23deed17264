"""A copy of a request gets the first one's answer, and has no effect."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

REMEMBERED: Final = 60.0  # seconds; longer than timeout x tries of any sender we know (radclient: 3 s x 10)
MOST: Final = 50_000  # answers, about 25 MB


@dataclass(frozen=True, slots=True)
class _Known:
    answer: bytes
    until: float


class Duplicates:
    """The answers of the last minute, by sender and the whole packet. Used from one event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._answered: OrderedDict[bytes, _Known] = OrderedDict()
        self._at_work: dict[bytes, asyncio.Future[bytes | None]] = {}

    async def first(
        self, sender: str, raw: bytes, work: Callable[[], Awaitable[bytes | None]]
    ) -> bytes | None:
        """What `work` answers; for a copy what it answered, or is about to answer, the first time.

        No answer is none to remember: the next copy tries anew.
        """
        key = hashlib.sha256(sender.encode() + b"\0" + raw).digest()
        self._forget()
        if known := self._answered.get(key):
            return known.answer
        if under_way := self._at_work.get(key):
            return await asyncio.shield(under_way)
        return await self._remember(key, work)

    async def _remember(self, key: bytes, work: Callable[[], Awaitable[bytes | None]]) -> bytes | None:
        answer = None
        self._at_work[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await work()
            if answer is not None:
                self._answered[key] = _Known(answer, self._clock() + REMEMBERED)
            return answer
        finally:
            self._at_work.pop(key).set_result(answer)

    def _forget(self) -> None:
        now = self._clock()
        while self._answered:
            oldest = next(iter(self._answered.values()))
            if oldest.until > now and len(self._answered) < self._most:
                return
            self._answered.popitem(last=False)
