"""What a gateway does: sends packets it built by hand, reads answers, keeps a TLS connection."""

import asyncio
import contextlib
import itertools
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flexnet.configuration import Radius
from flexnet.radius import server
from flexnet.radius.domain import Domain
from tests.radius import make_packets
from tests.radius.certificates import Authority, Pair
from tests.radius.make_packets import Example
from tests.radius.small_domain import STATE, UDP_SECRET

NEUTRAL = "Die Anmeldung war nicht möglich."
PATIENCE = 5.0  # seconds; more than any answer takes
Clock = Callable[[], datetime]
Begun = tuple[asyncio.AbstractEventLoop, asyncio.Event, server.Bound]
_numbers = itertools.count()


def _now() -> datetime:
    return datetime.now(UTC)


@contextlib.contextmanager
def serving(domain: Domain, *, clock: Clock = _now, **settings: Any) -> Iterator[server.Bound]:
    """The whole door on free loopback ports, in a thread of its own."""
    free = {
        "udp_authentication": ("127.0.0.1:0",),
        "udp_accounting": ("127.0.0.1:0",),
        "nudge": "127.0.0.1:0",
    }
    radius = Radius.model_construct(**{**free, **settings})  # unchecked: port 0 is for tests only
    ready: queue.SimpleQueue[Begun | None] = queue.SimpleQueue()

    async def serve() -> None:
        end = asyncio.Event()
        async with server.running(radius, domain, NEUTRAL, clock) as bound:
            ready.put((asyncio.get_running_loop(), end, bound))
            await end.wait()

    def serve_or_say_no() -> None:
        try:
            asyncio.run(serve())
        finally:
            ready.put(None)

    thread = threading.Thread(target=serve_or_say_no)
    thread.start()
    begun = ready.get()
    assert begun is not None
    loop, end, bound = begun
    try:
        yield bound
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()


def sign_in(user_name: str = "alice", field: str = "right123456", **changes: Any) -> Example:
    """A sign-in over plain RADIUS, each with an authenticator of its own."""
    attributes = {"User-Name": user_name, "User-Password": field, "Calling-Station-Id": "198.51.100.10"}
    return asked(make_packets.ACCESS_REQUEST, attributes, **changes)


def authorize(state: bytes = STATE, **changes: Any) -> Example:
    attributes = {
        "Service-Type": "Authorize-Only",
        "User-Name": "alice",
        "State": "0x" + state.hex(),
        "Acct-Session-Id": "session-1",
        "Framed-IP-Address": "10.66.0.5",
    }
    return asked(make_packets.ACCESS_REQUEST, attributes, **changes)


def accounting(status: str = "Start", **changes: Any) -> Example:
    attributes = {"Acct-Status-Type": status, "Acct-Session-Id": "session-1", "User-Name": "alice"}
    return asked(make_packets.ACCOUNTING_REQUEST, attributes, signed=False, **changes)


def asked(code: int, words: dict[str, Any], /, **changes: Any) -> Example:
    number = next(_numbers)
    more = changes.pop("attributes", {})
    return Example(f"request {number}", code, number % 256, words | more, **{"secret": UDP_SECRET, **changes})


def raw(example: Example, answers: bytes = bytes(20)) -> bytes:
    """The packet's bytes; `answers` is the request that it answers."""
    return make_packets.packet(example, answers[4:20])


def over_udp(port: tuple[str, int], packet: bytes, source: str = "127.0.0.1") -> bytes:
    """The answer; raises TimeoutError if there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gateway:
        gateway.bind((source, 0))
        gateway.settimeout(PATIENCE)
        gateway.sendto(packet, port)
        return gateway.recv(65535)


def hears_nothing(port: tuple[str, int], packet: bytes, good: Example, source: str = "127.0.0.1") -> bool:
    """Whether a packet stays without an answer while a good one sent after it, twice, gets its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gateway:
        gateway.bind((source, 0))
        gateway.sendto(packet, port)
        for copy in (good, replace(good, name=f"{good.name} again", identifier=good.identifier ^ 1)):
            over_udp(port, raw(copy))
        gateway.setblocking(False)
        try:
            gateway.recv(65535)
        except BlockingIOError:
            return True
        return False


def attributes_of(packet: bytes) -> list[tuple[int, bytes]]:
    """(number, value), read without the codec under test."""
    found, at = [], 20
    while at < len(packet):
        found.append((packet[at], packet[at + 2 : at + packet[at + 1]]))
        at += packet[at + 1]
    return found


def tls(
    address: tuple[str, int] | None, authority: Authority, shown: Pair | None, source: str = "127.0.0.1"
) -> ssl.SSLSocket:
    """A gateway's connection; raises SSLError."""
    assert address is not None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(authority.pair.certificate)
    if shown:
        context.load_cert_chain(shown.certificate, shown.key)
    plain = socket.create_connection(address, PATIENCE, (source, 0))
    try:
        return context.wrap_socket(plain, server_hostname="radius.example")
    except (OSError, ssl.SSLError):
        plain.close()
        raise


def read(connection: ssl.SSLSocket) -> bytes:
    """One whole packet; empty once the connection is closed."""
    head = connection.recv(4)
    if not head:
        return b""
    packet = head
    while len(packet) < int.from_bytes(head[2:4], "big"):
        packet += connection.recv(4096)
    return packet


def is_closed(connection: ssl.SSLSocket) -> bool:
    """Whether the other side hung up without another word; raises TimeoutError if it did not."""
    try:
        return connection.recv(1) == b""
    except (ConnectionError, ssl.SSLError):
        return True


def is_refused(connection: ssl.SSLSocket, packet: bytes) -> bool:
    """Whether the other side hangs up rather than answer; with TLS 1.3 it may do so before or after."""
    try:
        connection.sendall(packet)
    except (ConnectionError, ssl.SSLError):
        return True
    return is_closed(connection)


def drain(plain: socket.socket) -> None:
    """Read whatever comes until the other side hangs up."""
    try:
        while plain.recv(4096):
            pass
    except ConnectionError:
        return


def say_hello(connection: ssl.SSLSocket, gateway: str) -> None:
    """Speak once over TLS and hear the answer: from then on the server knows the connection."""
    connection.sendall(raw(accounting(secret=b"radsec", attributes={"NAS-Identifier": gateway})))
    assert read(connection)[0] == make_packets.ACCOUNTING_RESPONSE


def wait_until(holds: Callable[[], bool]) -> None:
    """Raises AssertionError if it does not come to that within PATIENCE."""
    until, pause = time.monotonic() + PATIENCE, threading.Event()
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        pause.wait(0.005)
