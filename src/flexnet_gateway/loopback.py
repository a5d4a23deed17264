"""ocserv's RADIUS server on 127.0.0.1: takes sign-ins from it and gives one answer to each."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

from flexnet_gateway import codec
from flexnet_gateway.codec import Attribute, Code, Malformed, Packet

log = logging.getLogger(__name__)

REMEMBERED = 1024  # answers kept for copies of their requests

Source = tuple[str, int]


@dataclass(frozen=True)
class Asked:
    """A sign-in as ocserv passes it on."""

    user_name: str
    password: bytes = field(repr=False)
    source: str
    user_agent: str


@dataclass(frozen=True)
class Told:
    """What ocserv shall hear: the attributes of an accept, or of a reject."""

    is_accepted: bool
    attributes: tuple[Attribute, ...]


SignIn = Callable[[Asked], Awaitable[Told]]


class Loopback(asyncio.DatagramProtocol):
    """Copies of a request get its answer, or nothing while it is under way."""

    def __init__(self, secret: bytes, sign_in: SignIn) -> None:
        self._secret = secret
        self._sign_in = sign_in
        self._answers: OrderedDict[tuple[Source, bytes], bytes | None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Source) -> None:
        if (addr, data) in self._answers:
            self._reply(self._answers[addr, data], addr)
            return
        try:
            packet = codec.decode(data)
            asked = read(packet, self._secret)
        except Malformed as error:
            log.warning("dropped what came to the RADIUS port from %s: %s", addr[0], error)
            return
        self._remember(addr, data, None)
        task = asyncio.create_task(self._answer(packet, asked, addr))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, packet: Packet, asked: Asked, source: Source) -> None:
        told = await self._sign_in(asked)
        code = Code.ACCESS_ACCEPT if told.is_accepted else Code.ACCESS_REJECT
        answer = codec.answer(code, packet, self._secret, told.attributes)
        self._remember(source, packet.raw, answer)
        self._reply(answer, source)

    def _reply(self, answer: bytes | None, source: Source) -> None:
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, source)

    def _remember(self, source: Source, data: bytes, answer: bytes | None) -> None:
        self._answers[source, data] = answer
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)


def read(packet: Packet, secret: bytes) -> Asked:
    """The sign-in in an Access-Request; raises Malformed. ocserv 1.1.6 does not sign, later ones do."""
    if packet.code != Code.ACCESS_REQUEST:
        raise Malformed(f"code {packet.code} is none that ocserv should send")
    if packet.every("Message-Authenticator") and not codec.is_genuine_request(packet, secret):
        raise Malformed("the Message-Authenticator is wrong")
    user_name, hidden = packet.text("User-Name"), packet.octets("User-Password")
    if not user_name or hidden is None:
        raise Malformed("User-Name or User-Password is missing")
    return Asked(
        user_name=user_name,
        password=codec.reveal(hidden, packet.authenticator, secret),
        source=packet.text("Calling-Station-Id") or "",
        user_agent=packet.text("Connect-Info") or "",
    )
