"""Lines to the server: who waits for bytes that do not come any more is let go, so that nobody is kept out.

The web server has a time limit for heads and none for bodies: a line that dies while a file is on its way
would hold a thread for hours. granian does not say which connection a request came by; the kernel knows which
of an address are silent.
"""

import contextlib
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from flexnet.publications import networks

SILENT_FOR: Final = 30.0  # s
_EVERY: Final = 5.0  # s
_OPEN_FILES: Final = "/proc/self/fd"
_INTERNET: Final = (socket.AF_INET, socket.AF_INET6)
_LAST_DATA_RECEIVED: Final = 52  # where Linux has it in its struct tcp_info, in ms

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Any]


class Watch:
    """Requests that wait for their bodies; a thread of its own looks after them as long as there are any."""

    def __init__(self, port: int, *, silent_for: float = SILENT_FOR, every: float = _EVERY) -> None:
        self._port, self._silent_for, self._every = port, silent_for, every
        self._waiting: dict[int, tuple[str, float]] = {}
        self._lock = threading.Lock()
        self._is_looking = False

    @contextlib.contextmanager
    def reading(self, address: str) -> Iterator[None]:
        """Somebody at this address is to send the next bytes."""
        number = threading.get_ident()
        with self._lock:
            self._waiting[number] = (address, time.monotonic())
            if not self._is_looking:
                self._is_looking = True
                threading.Thread(target=self._look, name="lines", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._waiting.pop(number, None)

    def _look(self) -> None:
        while True:
            time.sleep(self._every)
            with self._lock:
                if not self._waiting:
                    self._is_looking = False
                    return
                since = time.monotonic() - self._silent_for
                addresses = {address for address, at in self._waiting.values() if at <= since}
            for address in addresses:
                end(address, self._port, silent_for=self._silent_for)


class _Body:
    """What a request brings, as the server gives it, except that whoever falls silent is let go."""

    def __init__(self, body: Any, watch: Watch, address: str) -> None:
        self._body, self._watch, self._address = body, watch, address

    def read(self, *size: int) -> bytes:
        with self._watch.reading(self._address):
            found: bytes = self._body.read(*size)
        return found

    def readline(self, *size: int) -> bytes:
        with self._watch.reading(self._address):
            found: bytes = self._body.readline(*size)
        return found


def watched(application: Wsgi, watch: Watch) -> Wsgi:
    """The same application; its bodies are watched."""

    def answer(environ: Mapping[str, Any], start: Callable[..., Any]) -> Any:
        body = _Body(environ["wsgi.input"], watch, environ["REMOTE_ADDR"])
        return application({**environ, "wsgi.input": body}, start)

    return answer


def end(address: str, port: int, *, silent_for: float = 0.0) -> int:
    """Close what an address holds open to our port and was silent on for so long (s); answers how many."""
    ended = 0
    for name in os.listdir(_OPEN_FILES):
        with contextlib.suppress(OSError):
            ended += _end_one(os.dup(int(name)), address, port, silent_for)
    return ended


def _end_one(number: int, address: str, port: int, silent_for: float) -> bool:
    """Takes the file over. Raises OSError if it is no socket with somebody at its other end."""
    try:
        connection = socket.socket(fileno=number)
    except OSError:
        os.close(number)
        raise
    with connection:
        if connection.family not in _INTERNET or connection.getsockname()[1] != port:
            return False
        if networks.address(connection.getpeername()[0]) != networks.address(address):
            return False
        if _silent_ms(connection) < silent_for * 1000:
            return False
        connection.shutdown(socket.SHUT_RDWR)
        return True


def _silent_ms(connection: socket.socket) -> int:
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_DATA_RECEIVED + 4)
    (found,) = struct.unpack_from("I", told, _LAST_DATA_RECEIVED)
    return int(found)
