"""The TLS connection to the server: who is believed, and how it heals."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from flexnet_gateway import codec, radsec
from flexnet_gateway.codec import Attribute, Code, Packet
from flexnet_gateway.configuration import Server
from flexnet_gateway.errors import ServerAway
from flexnet_gateway.radsec import RadSec
from tests.flexnet_gateway import fake_server
from tests.flexnet_gateway.certificates import Authority
from tests.flexnet_gateway.fake_server import PASSWORD, SECRET, FakeServer

SIGN_IN: list[Attribute] = [
    ("User-Name", "anna"),
    ("NAS-Identifier", "gw1"),
    ("Service-Type", "Authenticate-Only"),
]


class Wire:
    """A fake server on a real port, and the certificates of both sides."""

    def __init__(self, folder: Path) -> None:
        authority = Authority(folder)
        theirs, ours = authority.issue("radius.kvsa.de"), authority.issue("gw1")
        self.fake = FakeServer()
        self.tls = fake_server.tls(theirs.certificate, theirs.key, authority.file)
        self.server = Server(
            ("127.0.0.1", 0), "radius.kvsa.de", ours.certificate, ours.key, authority.file, False
        )
        self.changed: list[Packet] = []
        self.connections: list[asyncio.StreamWriter] = []

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Serve on one and the same port, however often."""
        port = self.server.address[1]
        listener = await asyncio.start_server(self._serve, "127.0.0.1", port, ssl=self.tls)
        address = listener.sockets[0].getsockname()
        self.server = dataclasses.replace(self.server, address=(address[0], address[1]))
        try:
            yield
        finally:
            listener.close()
            self.hang_up()

    def hang_up(self) -> None:
        for writer in self.connections:
            writer.transport.abort()
        self.connections.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        await self.fake.serve(reader, writer)

    async def on_change(self, packet: Packet) -> bytes:
        self.changed.append(packet)
        return codec.answer(Code.DISCONNECT_ACK, packet, SECRET, [])

    @contextlib.asynccontextmanager
    async def connected(self, server: Server | None = None) -> AsyncIterator[RadSec]:
        """The agent's end."""
        client = RadSec(server or self.server)
        running = asyncio.create_task(client.run(self.on_change))
        try:
            yield client
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await asyncio.sleep(0)


@pytest.fixture
def wire(tmp_path: Path) -> Wire:
    return Wire(tmp_path)


async def sign_in(client: RadSec, within: float = 2.0) -> Packet:
    return await client.ask(Code.ACCESS_REQUEST, SIGN_IN, within, PASSWORD)


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.001)


def story(told: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(20):
            await told()

    asyncio.run(whole())


def test_a_sign_in_is_answered(wire: Wire) -> None:
    async def told() -> None:
        async with wire.listening(), wire.connected() as client:
            answer = await sign_in(client)
            assert (answer.code, answer.octets("Class")) == (Code.ACCESS_ACCEPT, b"OU=Flexnet-Yubikey")

    story(told)


def test_256_requests_are_under_way_at_once_and_each_gets_its_own_answer(wire: Wire) -> None:
    async def told() -> None:
        async with wire.listening(), wire.connected() as client:
            await sign_in(client)
            answers = await asyncio.gather(*(sign_in(client) for _ in range(257)), return_exceptions=True)
            accepted = [one.octets("State") for one in answers if isinstance(one, Packet)]
            assert len(set(accepted)) == 256
            assert "identifiers" in str(next(one for one in answers if isinstance(one, ServerAway)))
            assert (await sign_in(client)).code == Code.ACCESS_ACCEPT

    story(told)


def test_the_very_next_sign_in_after_an_outage_works(wire: Wire) -> None:
    async def told() -> None:
        async with wire.listening(), wire.connected() as client:
            await sign_in(client)
            wire.hang_up()
            await until(lambda: not client.is_up)
            assert (await sign_in(client)).code == Code.ACCESS_ACCEPT

    story(told)


def test_without_a_server_the_answer_is_no_at_once(wire: Wire) -> None:
    async def told() -> None:
        async with wire.listening():
            pass
        async with wire.connected() as client:
            began = time.monotonic()
            with pytest.raises(ServerAway, match="Connect call failed"):
                await sign_in(client)
            assert time.monotonic() - began < 1
            async with wire.listening():
                assert (await sign_in(client)).code == Code.ACCESS_ACCEPT

    story(told)


@pytest.mark.parametrize("change", ["name", "ca", "certificate"])
def test_who_shows_another_name_or_ca_is_not_spoken_to(wire: Wire, tmp_path: Path, change: str) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    stranger = other.issue("gw1")
    wrong = {
        "name": {"name": "portal.kvsa.de"},
        "ca": {"ca": other.file},
        "certificate": {"certificate": stranger.certificate, "key": stranger.key},
    }

    async def told() -> None:
        async with wire.listening():
            server = dataclasses.replace(wire.server, **wrong[change])  # type: ignore[arg-type]  # mixed values
            async with wire.connected(server) as client:
                with pytest.raises(ServerAway):
                    await sign_in(client)
        assert wire.fake.signed_in == 0

    story(told)


def test_a_silent_server_is_given_up_and_tried_anew(wire: Wire) -> None:
    async def told() -> None:
        async with wire.listening(), wire.connected() as client:
            await sign_in(client)
            wire.fake.is_silent = True
            for _ in range(radsec.SILENCES_UNTIL_DEAD):
                with pytest.raises(ServerAway, match="no answer within"):
                    await sign_in(client, within=0.05)
            wire.fake.is_silent = False
            assert (await sign_in(client)).code == Code.ACCESS_ACCEPT
            assert len(wire.connections) == 2

    story(told)


def test_a_late_answer_is_no_other_requests_answer(wire: Wire) -> None:
    async def told() -> None:
        async with wire.listening(), wire.connected() as client:
            await sign_in(client)
            with pytest.raises(ServerAway):
                await sign_in(client, within=0.0001)
            assert (await sign_in(client)).octets("State") == f"0x{3:030x}".encode()

    story(told)


def test_an_answer_that_is_not_genuine_closes_the_connection(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def told() -> None:
        async with wire.listening(), wire.connected() as client:
            await sign_in(client)
            genuine = wire.fake.answer
            monkeypatch.setattr(wire.fake, "answer", lambda packet: genuine(packet)[:-1] + b"!")
            with pytest.raises(ServerAway, match="broke"):
                await sign_in(client)
            monkeypatch.setattr(wire.fake, "answer", genuine)
            assert (await sign_in(client)).code == Code.ACCESS_ACCEPT
            assert len(wire.connections) == 2

    story(told)


def test_a_change_comes_back_on_our_connection(wire: Wire) -> None:
    async def told() -> None:
        async with wire.listening(), wire.connected() as client:
            await sign_in(client)
            answer = await wire.fake.change(Code.DISCONNECT_REQUEST, [("User-Name", "anna")])
            assert answer.code == Code.DISCONNECT_ACK
            assert [one.text("User-Name") for one in wire.changed] == ["anna"]

    story(told)


def test_a_forged_change_has_no_effect_and_closes_the_connection(wire: Wire) -> None:
    async def told() -> None:
        async with wire.listening(), wire.connected() as client:
            await sign_in(client)
            forged = codec.request(Code.DISCONNECT_REQUEST, 0, b"guessed", [("User-Name", "anna")])
            with pytest.raises(TimeoutError):
                await wire.fake.send(forged, within=0.3)
            assert wire.changed == []
            await sign_in(client)
            assert len(wire.connections) == 2

    story(told)


def test_a_length_that_cannot_be_closes_the_connection(wire: Wire) -> None:
    async def told() -> None:
        async with wire.listening(), wire.connected() as client:
            await sign_in(client)
            wire.connections[0].write(b"\x02\x00\x00\x03")
            await until(lambda: not client.is_up)
            assert (await sign_in(client)).code == Code.ACCESS_ACCEPT
            assert len(wire.connections) == 2

    story(told)
