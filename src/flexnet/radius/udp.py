"""Plain RADIUS (RFC 2865, 2866): answers registered addresses, and is silent to everyone else."""

import asyncio
from typing import Any, Final, cast

from flexnet.radius import codec, counters
from flexnet.radius.codec import Malformed
from flexnet.radius.door import Door
from flexnet.radius.gateways import Gateways

MOST: Final = 2_000  # requests at work; what comes beyond is dropped, as RADIUS expects


class Port(asyncio.DatagramProtocol):
    """One UDP port for one kind of request."""

    def __init__(self, code: int, door: Door, gateways: Gateways) -> None:
        self._codes, self._door, self._gateways = frozenset({code}), door, gateways
        self._at_work: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        raw = codec.without_padding(data)
        try:
            codec.check_form(raw, self._codes)
        except Malformed as bad:
            counters.dropped("udp", str(bad), addr[0])
            return
        if len(self._at_work) >= MOST:
            counters.dropped("udp", "overloaded", addr[0])
            return
        task = asyncio.get_running_loop().create_task(self._answer(raw, addr))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def _answer(self, raw: bytes, addr: tuple[Any, ...]) -> None:
        peer = await self._gateways.by_address(addr[0])
        if peer is None:
            counters.dropped("udp", "unknown_source", addr[0])
            return
        try:
            answer = await self._door.admit(raw, peer, f"udp {addr[0]} {addr[1]}")
        except Malformed as bad:
            counters.dropped("udp", str(bad), addr[0])
            return
        except Exception as error:  # noqa: BLE001 - one packet must not take the process with it
            counters.failed("udp", error)
            return
        if answer is not None:
            self._transport.sendto(answer, addr)

    async def close(self, limit: float) -> None:
        """Let the requests at work end, for at most `limit` seconds."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=limit)
        self._transport.close()
