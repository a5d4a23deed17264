"""A gateway's live connection: our own requests go out on it, their answers come back."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from flexnet.radius import codec
from flexnet.radius.codec import Attributes, Packet
from flexnet.radius.gateways import Peer

TRIES: Final = 3
TRY_SECONDS: Final = 1.0
MOST_UNREAD: Final = 1_000_000  # bytes that the gateway has not fetched; a gateway that reads has none


@dataclass(frozen=True)
class _Asked:
    raw: bytes
    answer: asyncio.Future[Packet | None]


class Connection:
    """Identifiers 0-255 of our direction, each in use once at a time, the longest unused one next."""

    def __init__(self, peer: Peer, writer: asyncio.StreamWriter) -> None:
        self.peer, self._writer = peer, writer
        self._free = deque(range(256))
        self._asked: dict[int, _Asked] = {}

    def reserve(self) -> int | None:
        """An identifier to `ask` with, until it is given back; None while all are in use."""
        return self._free.popleft() if self._free else None

    def give_back(self, identifier: int) -> None:
        self._free.append(identifier)

    def write(self, raw: bytes) -> None:
        """Send without waiting; whoever does not read loses the connection."""
        if self._writer.transport.get_write_buffer_size() > MOST_UNREAD:
            self._writer.transport.abort()
        elif not self._writer.is_closing():
            self._writer.write(raw)

    async def ask(self, identifier: int, code: int, attributes: Attributes) -> Packet | None:
        """The gateway's answer; None if there is none after some tries, or the connection is lost.

        Raises TooLong.
        """
        raw = codec.request(code, identifier, attributes, self.peer.secret)
        asked = _Asked(raw, asyncio.get_running_loop().create_future())
        self._asked[identifier] = asked
        try:
            return await self._patiently(asked)
        finally:
            del self._asked[identifier]

    async def _patiently(self, asked: _Asked) -> Packet | None:
        for _ in range(TRIES):
            self.write(asked.raw)
            await asyncio.wait({asked.answer}, timeout=TRY_SECONDS)
            if asked.answer.done():
                return asked.answer.result()
        return None

    def take_answer(self, raw: bytes) -> None:
        """Give an answer to whoever waits for it; one that nobody waits for is late. Raises Malformed."""
        asked = self._asked.get(raw[1])
        if asked is None or asked.answer.done():
            return
        asked.answer.set_result(codec.read_answer(raw, self.peer.secret, asked.raw))

    def lose(self) -> None:
        """The connection is gone: nobody need wait."""
        for asked in self._asked.values():
            if not asked.answer.done():
                asked.answer.set_result(None)


class Connections:
    """The connections that live, by gateway; of several the newest counts."""

    def __init__(self) -> None:
        self._of: dict[int, list[Connection]] = {}

    def add(self, connection: Connection) -> None:
        """The newest takes over; what an older one was asked is asked again here."""
        living = self._of.setdefault(connection.peer.gateway.id, [])
        for older in living:
            older.lose()
        living.append(connection)

    def remove(self, connection: Connection) -> None:
        connection.lose()
        living = self._of[connection.peer.gateway.id]
        living.remove(connection)
        if not living:
            del self._of[connection.peer.gateway.id]

    def to(self, gateway_id: int) -> Connection | None:
        return self._of[gateway_id][-1] if gateway_id in self._of else None

    @property
    def gateway_ids(self) -> frozenset[int]:
        return frozenset(self._of)
