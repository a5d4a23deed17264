"""ocserv's RADIUS server: one answer to each sign-in, nothing to what is none."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from xml.sax import saxutils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet_gateway import codec, loopback
from flexnet_gateway.codec import Attribute, Code, Malformed
from flexnet_gateway.loopback import Asked, Loopback, Told
from flexnet_gateway.signing_in import in_xml

SECRET = b"between ocserv and us"
AUTHENTICATOR = b"0123456789abcdef"


def request(password: bytes = b"geheim", identifier: int = 1, secret: bytes = SECRET) -> bytes:
    attributes: list[Attribute] = [
        ("User-Name", "anna"),
        ("User-Password", codec.hide(password, AUTHENTICATOR, secret)),
        ("Calling-Station-Id", "198.51.100.10"),
    ]
    signed = codec.request(Code.ACCESS_REQUEST, identifier, secret, attributes, authenticator=AUTHENTICATOR)
    bare = signed[:20] + signed[38:]  # ocserv 1.1.6 sends no Message-Authenticator
    return bare[:2] + len(bare).to_bytes(2) + bare[4:]


class Client(asyncio.DatagramProtocol):
    """Counts what comes back."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.answers.put_nowait(data)


class Door:
    """The listener with a sign-in that waits until it may answer."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.may_answer = asyncio.Event()

    async def sign_in(self, asked: Asked) -> Told:
        self.asked.append(asked)
        await self.may_answer.wait()
        return Told(asked.password == b"geheim", (("Reply-Message", "So ist es."),))

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[Client, asyncio.DatagramTransport]]:
        loop = asyncio.get_running_loop()
        ours, _ = await loop.create_datagram_endpoint(
            lambda: Loopback(SECRET, self.sign_in), local_addr=("127.0.0.1", 0)
        )
        theirs, client = await loop.create_datagram_endpoint(
            Client, remote_addr=ours.get_extra_info("sockname")
        )
        yield client, theirs
        theirs.close()
        ours.close()


def story(told: Callable[[Door], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(5):
            await told(Door())

    asyncio.run(whole())


def test_a_sign_in_is_asked_once_however_often_it_is_sent() -> None:
    async def told(door: Door) -> None:
        async with door.open() as (client, wire):
            for _ in range(3):
                wire.sendto(request())
            wire.sendto(request(b"other", identifier=2))
            while len(door.asked) < 2:
                await asyncio.sleep(0)
            door.may_answer.set()
            first = {(await client.answers.get())[1]: 1, (await client.answers.get())[1]: 1}
            assert set(first) == {1, 2}
            wire.sendto(request())
            assert (await client.answers.get())[1] == 1, "the copy gets the same answer"
            assert client.answers.empty()
            assert [one.password for one in door.asked] == [b"geheim", b"other"]

    story(told)


@pytest.mark.parametrize(("password", "code"), [(b"geheim", 2), (b"anders", 3)])
def test_the_answer_is_genuine(password: bytes, code: int) -> None:
    async def told(door: Door) -> None:
        door.may_answer.set()
        async with door.open() as (client, wire):
            wire.sendto(request(password))
            answer = codec.decode(await client.answers.get())
            assert (answer.code, answer.text("Reply-Message")) == (code, "So ist es.")
            assert codec.is_genuine_answer(answer, AUTHENTICATOR, SECRET)

    story(told)


def test_a_signature_is_checked_where_there_is_one() -> None:
    attributes: list[Attribute] = [("User-Name", "anna"), ("User-Password", bytes(16))]
    signed = codec.decode(codec.request(Code.ACCESS_REQUEST, 1, SECRET, attributes))
    assert loopback.read(signed, SECRET).user_name == "anna"
    with pytest.raises(Malformed, match="Message-Authenticator"):
        loopback.read(signed, b"another secret")


@pytest.mark.parametrize("missing", [1, 2])
def test_without_name_or_password_it_is_no_sign_in(missing: int) -> None:
    whole: list[Attribute] = [("User-Name", "anna"), ("User-Password", bytes(16))]
    raw = codec.request(Code.ACCESS_REQUEST, 1, SECRET, whole[: missing - 1] + whole[missing:])
    with pytest.raises(Malformed, match="missing"):
        loopback.read(codec.decode(raw), SECRET)


def test_accounting_from_ocserv_is_not_expected() -> None:
    raw = codec.request(Code.ACCOUNTING_REQUEST, 1, SECRET, [("Acct-Status-Type", "Start")])
    with pytest.raises(Malformed, match="code 4"):
        loopback.read(codec.decode(raw), SECRET)


@given(st.binary(max_size=300))
def test_random_bytes_are_dropped(raw: bytes) -> None:
    door = Loopback(SECRET, Door().sign_in)
    door.datagram_received(raw, ("127.0.0.1", 1))


def test_a_sign_in_shows_no_password() -> None:
    assert "geheim" not in repr(Asked("anna", b"geheim", "198.51.100.10", "openconnect"))


@given(st.text() | st.text("&<ä\0", min_size=200))
def test_a_reply_message_is_xml_text_and_fits(message: str) -> None:
    shown = in_xml(message)
    assert len(shown.encode()) <= codec.LARGEST_ATTRIBUTE
    assert not {"<", ">", "\0"} & set(shown)
    assert message.startswith(saxutils.unescape(shown)) or not message.isprintable()
