"""Lines that fall silent: whoever waits for their bytes is let go, and nobody else is."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from flexnet.web import lines


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


def connected(listening: socket.socket, source: str) -> tuple[socket.socket, socket.socket]:
    """Theirs and ours."""
    theirs = socket.create_connection(("127.0.0.1", port(listening)), source_address=(source, 0), timeout=20)
    return theirs, listening.accept()[0]


def test_only_lines_of_that_address_to_that_port_are_ended(listening: socket.socket) -> None:
    dead, ours = connected(listening, "127.0.0.2")
    other, its = connected(listening, "127.0.0.3")
    with dead, ours, other, its:
        assert lines.end("127.0.0.2", port(listening) + 1) == 0
        assert lines.end("127.0.0.2", port(listening)) == 1
        assert dead.recv(1) == b""
        its.sendall(b"x")
        assert other.recv(1) == b"x"


def test_whoever_sent_something_lately_stays(listening: socket.socket) -> None:
    alive, ours = connected(listening, "127.0.0.2")
    with alive, ours:
        alive.sendall(b"x")
        assert ours.recv(1) == b"x"
        assert lines.end("127.0.0.2", port(listening), silent_for=600) == 0
        ours.sendall(b"y")
        assert alive.recv(1) == b"y"


class Line:
    """What a server gives an application to read from."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def read(self, size: int) -> bytes:
        return self._connection.recv(size)

    readline = read


@pytest.mark.parametrize("way", ["read", "readline"])
def test_a_body_that_does_not_come_ends(listening: socket.socket, way: str) -> None:
    """Without the watch this test would wait for ever."""
    read: list[bytes] = []

    def application(environ: dict[str, Any], _start: object) -> None:
        body = environ["wsgi.input"]
        read.extend((getattr(body, way)(4), getattr(body, way)(4)))

    dead, ours = connected(listening, "127.0.0.2")
    with dead, ours:
        dead.sendall(b"half")
        watch = lines.Watch(port(listening), silent_for=0.02, every=0.01)
        environ = {"wsgi.input": Line(ours), "REMOTE_ADDR": "127.0.0.2"}
        answering = threading.Thread(target=lines.watched(application, watch), args=(environ, None))
        answering.start()
        answering.join(20)
        assert not answering.is_alive()
    assert read == [b"half", b""]
