"""The one TLS connection to the KV's server (RFC 6614): opened by us, requests in both directions."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import NoReturn

from flexnet_gateway import codec
from flexnet_gateway.codec import Attribute, Code, Malformed, Packet
from flexnet_gateway.configuration import Server
from flexnet_gateway.errors import ServerAway

log = logging.getLogger(__name__)

SECRET = b"radsec"  # RFC 6614, 2.3
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
CONNECT_WITHIN = 3.0
WAIT_FOR_CONNECTION = 1.0
SILENCES_UNTIL_DEAD = 2
KEPT_ALIVE = (
    (socket.TCP_KEEPIDLE, 5),
    (socket.TCP_KEEPINTVL, 2),
    (socket.TCP_KEEPCNT, 3),
    (socket.TCP_USER_TIMEOUT, 6000),  # ms until a vanished server counts as gone
)

ANSWERS = {
    Code.ACCESS_REQUEST: (Code.ACCESS_ACCEPT, Code.ACCESS_REJECT),
    Code.ACCOUNTING_REQUEST: (Code.ACCOUNTING_RESPONSE,),
}
CHANGES = (Code.DISCONNECT_REQUEST, Code.COA_REQUEST)

OnChange = Callable[[Packet], Awaitable[bytes | None]]


class _Asked:
    """A request under way: what was sent, and who waits for its answer."""

    def __init__(self, code: Code, authenticator: bytes) -> None:
        self.code = code
        self.authenticator = authenticator
        self.answer: asyncio.Future[Packet] = asyncio.get_running_loop().create_future()


class RadSec:
    """Keeps the connection up by itself; `ask` raises ServerAway after at most the time it was given."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._writer: asyncio.StreamWriter | None = None
        self._asked: dict[int, _Asked] = {}
        self._free: list[int] = []
        self._silences = 0
        self._pause = FIRST_PAUSE
        self._is_up = False
        self._is_wanted = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []
        self._changes: set[asyncio.Task[None]] = set()

    @property
    def is_up(self) -> bool:
        return self._is_up

    async def run(self, on_change: OnChange) -> None:
        """Connect, listen, and connect again, until cancelled; what the server wants goes to `on_change`."""
        self._on_change = on_change
        context = tls(self._server)
        said = ""
        while True:
            why = await self._connect_and_listen(context)
            if why != said:
                log.warning("server %s:%d: %s", *self._server.address, why)
                said = why
            await self._rest()

    async def ask(
        self, code: Code, attributes: Iterable[Attribute], within: float, password: bytes | None = None
    ) -> Packet:
        """The server's genuine answer within so many seconds; raises ServerAway, Malformed if not askable."""
        try:
            async with asyncio.timeout(within):
                await self._wait_for_connection()
                return await self._send(code, list(attributes), password)
        except TimeoutError:
            self._count_silence()
            raise ServerAway(f"no answer within {within:g} s") from None

    async def _wait_for_connection(self) -> None:
        """A request makes the next attempt at once, so that the first sign-in after an outage works."""
        if self.is_up:
            return
        outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(outcome)
        self._is_wanted.set()
        try:
            async with asyncio.timeout(WAIT_FOR_CONNECTION):
                await outcome
        except TimeoutError:
            raise ServerAway("no connection") from None

    def _send(
        self, code: Code, attributes: list[Attribute], password: bytes | None
    ) -> asyncio.Future[Packet]:
        if not self._free or self._writer is None:
            raise ServerAway("all 256 identifiers are in use")
        authenticator = secrets.token_bytes(16)
        if password is not None:
            attributes.append(("User-Password", codec.hide(password, authenticator, SECRET)))
        given = authenticator if code == Code.ACCESS_REQUEST else None
        raw = codec.request(code, self._free[0], SECRET, attributes, authenticator=given)
        asked = _Asked(code, raw[4:20])
        self._asked[self._free.pop(0)] = asked
        self._writer.write(raw)
        return asked.answer

    def _count_silence(self) -> None:
        """A connection that only swallows is given up: a new one may reach a living server."""
        self._silences += 1
        if self._silences >= SILENCES_UNTIL_DEAD:
            self._closed()

    async def _connect_and_listen(self, context: ssl.SSLContext) -> str:
        """Why the connection could not be made, or ended."""
        try:
            reader = await self._connect(context)
        except OSError as error:  # ssl.SSLError is one, TimeoutError another
            why = str(error) or "no connection in time"
            self._tell_waiting(ServerAway(why))
            return why
        try:
            await self._listen(reader)
        except Malformed as error:
            return f"closed, because it sent no packet to be believed: {error}"
        except (OSError, EOFError) as error:
            return str(error) or "closed"
        finally:
            self._closed()

    async def _connect(self, context: ssl.SSLContext) -> asyncio.StreamReader:
        async with asyncio.timeout(CONNECT_WITHIN):
            reader, writer = await asyncio.open_connection(
                *self._server.address, ssl=context, server_hostname=self._server.name
            )
        self._opened(writer)
        return reader

    def _opened(self, writer: asyncio.StreamWriter) -> None:
        connection: socket.socket = writer.get_extra_info("socket")
        for option, value in KEPT_ALIVE:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._writer, self._free, self._silences = writer, list(range(256)), 0
        self._is_wanted.clear()
        self._is_up = True
        self._tell_waiting(None)
        log.info("connected to the server %s:%d", *self._server.address)

    def _tell_waiting(self, why_not: ServerAway | None) -> None:
        waiting, self._waiting = self._waiting, []
        for outcome in waiting:
            if outcome.done():
                continue
            if why_not is None:
                outcome.set_result(None)
            else:
                outcome.set_exception(why_not)

    def _closed(self) -> None:
        self._is_up = False
        if self._writer is not None:
            self._writer.transport.abort()
        asked, self._asked, self._writer, self._free = self._asked, {}, None, []
        for one in asked.values():
            if not one.answer.done():
                one.answer.set_exception(ServerAway("the connection broke"))

    async def _rest(self) -> None:
        await asyncio.sleep(FIRST_PAUSE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pause - FIRST_PAUSE):
                await self._is_wanted.wait()
        self._is_wanted.clear()
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    async def _listen(self, reader: asyncio.StreamReader) -> NoReturn:
        while True:
            header = await reader.readexactly(4)
            length = int.from_bytes(header[2:])
            if not codec.HEADER <= length <= codec.LARGEST:
                raise Malformed(f"a packet of {length} bytes")
            self._received(codec.decode(header + await reader.readexactly(length - 4)))

    def _received(self, packet: Packet) -> None:
        if packet.code in CHANGES:
            if not codec.is_genuine_request(packet, SECRET):
                raise Malformed("a change with a wrong authenticator or signature")
            task = asyncio.create_task(self._change(packet))
            self._changes.add(task)
            task.add_done_callback(self._changes.discard)
        else:
            self._answered(packet)
        self._silences, self._pause = 0, FIRST_PAUSE

    def _answered(self, packet: Packet) -> None:
        asked = self._asked.get(packet.identifier)
        if asked is None:
            log.warning("an answer that nobody waits for is dropped")
            return
        genuine = codec.is_genuine_answer(packet, asked.authenticator, SECRET)
        if not genuine or packet.code not in ANSWERS[asked.code]:
            raise Malformed("an answer with a wrong code, authenticator or signature")
        del self._asked[packet.identifier]
        self._free.append(packet.identifier)
        if not asked.answer.done():
            asked.answer.set_result(packet)

    async def _change(self, packet: Packet) -> None:
        answer = await self._on_change(packet)
        if answer is not None and self._writer is not None:
            self._writer.write(answer)


def tls(server: Server) -> ssl.SSLContext:
    """Both sides show a certificate of the KV's own CA; the server's must bear its name. Raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2 if server.tls_1_2 else ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(server.ca)
    context.load_cert_chain(server.certificate, server.key)
    return context
