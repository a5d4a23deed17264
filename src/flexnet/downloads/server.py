"""Gives files out: a thread for each connection, `sendfile` where nothing is encrypted, everything limited.

Why no granian here: docs/decisions/0017-downloads.md.
"""

import contextlib
import logging
import signal
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from flexnet import configuration
from flexnet.accounts import rules as account_rules
from flexnet.configuration import BadConfiguration, Downloads
from flexnet.downloads import giving

log = logging.getLogger(__name__)
_HEAD_WITHIN: Final = 10.0  # seconds, the handshake included
_MOST: Final = 256  # connections at once
_MOST_OF_ONE: Final = 24  # of them from one place
_ENDED_WITHIN: Final = 8.0
_PARTING_WITHIN: Final = 2.0
_LOOK_EVERY: Final = 0.5

Answer = Callable[[socket.socket, float], None]


class Places:
    """How many connections there are, and from where."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()

    def enter(self, place: str) -> bool:
        """Whether there is room for one more from there."""
        with self._lock:
            if self._held.total() >= _MOST or self._held[place] >= _MOST_OF_ONE:
                return False
            self._held[place] += 1
            return True

    def leave(self, place: str) -> None:
        with self._lock:
            self._held[place] -= 1
            self._held += Counter()  # drops what is nobody's

    @property
    def count(self) -> int:
        return self._held.total()


def run() -> None:
    """Until SIGTERM or SIGINT. Raises BadConfiguration, OSError."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    site = configuration.current().downloads
    with _listening(site) as listening:
        log.info("serving %s on %s", site.url, site.listen)
        serve(listening, _context(site), stop, giving.answer)


def serve(
    listening: socket.socket, context: ssl.SSLContext | None, stop: threading.Event, answer: Answer
) -> None:
    """Take connections until `stop`, then give those that run a little time."""
    places = Places()
    listening.settimeout(_LOOK_EVERY)
    while not stop.is_set():
        with contextlib.suppress(TimeoutError, ConnectionError):
            connection, address = listening.accept()
            _take(connection, account_rules.place(address[0]), context, places, answer)
    ends_at = time.monotonic() + _ENDED_WITHIN
    while places.count and time.monotonic() < ends_at:
        time.sleep(0.05)


def _take(
    connection: socket.socket,
    place: str,
    context: ssl.SSLContext | None,
    places: Places,
    answer: Answer,
) -> None:
    """In a thread of its own; whoever finds no room is let go at once."""
    if not places.enter(place):
        connection.close()
        return

    def work() -> None:
        try:
            with contextlib.suppress(OSError), _spoken(connection, context) as spoken:
                answer(spoken, _HEAD_WITHIN)
        finally:
            places.leave(place)

    threading.Thread(target=work, daemon=True, name="download").start()


@contextlib.contextmanager
def _spoken(connection: socket.socket, context: ssl.SSLContext | None) -> Iterator[socket.socket]:
    """After the handshake, where there is one. Raises OSError."""
    with connection:
        connection.settimeout(_HEAD_WITHIN)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is None:
            yield connection
            return
        with context.wrap_socket(connection, server_side=True) as encrypted:
            yield encrypted
            encrypted.settimeout(_PARTING_WITHIN)
            encrypted.unwrap()


def _context(site: Downloads) -> ssl.SSLContext | None:
    """TLS as the other sites have it. Raises BadConfiguration."""
    if not (site.certificate and site.key):
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2 if site.tls_1_2 else ssl.TLSVersion.TLSv1_3
    try:
        context.load_cert_chain(site.certificate, site.key, password=lambda: "")
    except OSError as error:
        files = f"certificate {site.certificate}, key {site.key}"
        raise BadConfiguration(f"[downloads] cannot use its {files}: {error}. Mend the file.") from error
    return context


def _listening(site: Downloads) -> socket.socket:
    host, port = configuration.address(site.listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_MOST)
    except OSError as error:
        raise OSError(
            f"[downloads] cannot listen on {site.listen}: {error.strerror}. Is another one running?"
        ) from error
