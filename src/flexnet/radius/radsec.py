"""RADIUS over TLS (RFC 6614): gateways come with a certificate, each on a connection of its own."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Awaitable, Coroutine
from typing import Final

from flexnet.radius import codec, counters, tls
from flexnet.radius.codec import Malformed
from flexnet.radius.connection import Connection, Connections
from flexnet.radius.door import Door
from flexnet.radius.gateways import Gateways, Peer

HANDSHAKE: Final = 5.0  # seconds
FAREWELL: Final = 1.0  # seconds
WHOLE: Final = 5.0  # seconds from a packet's head to its end
IDLE: Final = 900.0  # seconds; the dead are found sooner, by keepalive
MOST: Final = 256
MOST_OF_ONE: Final = 32  # connections of one address
_comings: Final = counters.Sparing(100)
MOST_AT_WORK: Final = 2_000  # requests of all connections; what comes beyond is dropped


class Listener:
    """Accepts connections, a bounded number, and reads packets from each until it errs."""

    def __init__(
        self, context: ssl.SSLContext, door: Door, gateways: Gateways, connections: Connections
    ) -> None:
        self._context, self._door, self._gateways, self._connections = context, door, gateways, connections
        self._open: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._answering: set[asyncio.Task[None]] = set()

    def start(self, listening: socket.socket) -> None:
        """Accept on a socket that is bound and listens."""
        listening.setblocking(False)
        self._begin(self._accept(listening))

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, addr = await loop.sock_accept(listening)
            except OSError as error:  # no descriptors left, or the caller is gone already
                counters.failed("accept", error)
                await asyncio.sleep(0.1)
                continue
            if self._open.total() >= MOST or self._open[addr[0]] >= MOST_OF_ONE:
                counters.dropped("radsec", "too_many_connections", addr[0])
                accepted.close()
            else:
                self._open[addr[0]] += 1
                self._begin(self._serve(accepted, addr[0]))

    def _begin(self, work: Coroutine[object, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, accepted: socket.socket, address: str) -> None:
        try:
            reader, writer = await self._secured(accepted)
            self._writers.add(writer)
            try:
                await self._talk(reader, writer)
            finally:
                await _hang_up(writer)
                self._writers.discard(writer)
        except Malformed as bad:
            counters.dropped("radsec", str(bad), address)
        except TimeoutError:
            counters.dropped("radsec", "timeout", address)
        except ssl.SSLError as error:
            counters.dropped("radsec", "tls", f"{address} ({error.reason})")
        except (OSError, EOFError):
            counters.DROPPED.labels("radsec", "gone").inc()
        except Exception as error:  # noqa: BLE001 - one connection must not take the process with it
            counters.failed("radsec", error)
        finally:
            self._open -= Counter([address])

    async def _secured(self, accepted: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        tls.notice_the_dead(accepted)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=2 * codec.LARGEST)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol,
            accepted,
            ssl=self._context,
            ssl_handshake_timeout=HANDSHAKE,
            ssl_shutdown_timeout=FAREWELL,
        )
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = await self._who(writer)
        connection = Connection(peer, writer)
        self._connections.add(connection)
        _comings.log(logging.INFO, "radsec: %s is connected", peer.gateway.name)
        try:
            await self._take_turns(reader, connection)
        finally:
            self._connections.remove(connection)
            _comings.log(logging.INFO, "radsec: %s is gone", peer.gateway.name)

    async def _who(self, writer: asyncio.StreamWriter) -> Peer:
        """The one gateway whose DNS name the certificate carries; raises Malformed."""
        names = tls.dns_names(writer)
        found = [peer for name in names if (peer := await self._gateways.by_certificate(name))]
        if len(found) != 1:
            raise Malformed("unknown_certificate")
        return found[0]

    async def _take_turns(self, reader: asyncio.StreamReader, connection: Connection) -> None:
        """Read packet after packet; requests are answered beside the reading. Raises Malformed."""
        while True:
            raw = await self._packet(reader)
            codec.check_form(raw, codec.REQUESTS | codec.ANSWERS)
            if raw[0] in codec.ANSWERS:
                connection.take_answer(raw)
            elif len(self._answering) >= MOST_AT_WORK:
                counters.dropped("radsec", "overloaded", connection.peer.gateway.name)
            else:
                self._answer(raw, connection)

    def _answer(self, raw: bytes, connection: Connection) -> None:
        answer = self._door.admit(raw, connection.peer, f"radsec {connection.peer.gateway.name}")
        task = asyncio.get_running_loop().create_task(_send(connection, answer))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _packet(self, reader: asyncio.StreamReader) -> bytes:
        async with asyncio.timeout(IDLE):
            head = await reader.readexactly(4)
        length = int.from_bytes(head[2:], "big")
        if not codec.SMALLEST <= length <= codec.LARGEST:
            raise Malformed("length")
        async with asyncio.timeout(WHOLE):
            return head + await reader.readexactly(length - 4)

    async def close(self, limit: float) -> None:
        """Let the requests at work be answered, for at most `limit` seconds; then hang up."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=limit)
        for writer in self._writers:
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    """Say farewell; whether it is heard is no longer our concern."""
    if not writer.is_closing():  # asyncio's TLS forgets its state at the second close; answers may still come
        writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _send(connection: Connection, answer: Awaitable[bytes | None]) -> None:
    raw = await answer
    if raw is not None:
        connection.write(raw)
