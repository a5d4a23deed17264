"""One request and its answer: a file, whole or in part, or where somebody learns what to do."""

import contextlib
import fcntl
import logging
import os
import socket
import ssl
import sys
import termios
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO, Final

from django.db import DatabaseError, close_old_connections, connection

from flexnet import configuration
from flexnet.downloads import heads
from flexnet.downloads.heads import Asked, BadHead
from flexnet.software import links, ranges, store
from flexnet.software.links import Permit
from flexnet.software.ranges import NotThere, Span

log = logging.getLogger(__name__)
_SILENT_FOR: Final = 60.0  # seconds that nothing is taken before it counts as broken off
_CHUNK: Final = 256 * 1024  # that is read and encrypted at once
_PIECE: Final = 16 * 1024 * 1024  # that the kernel sends by itself
_LOOK_EVERY: Final = 0.02
_MOST_OF_ONE: Final = 8  # connections of one download at once
_WHAT_TO_DO: Final = "/software/neu/"
_TEXTS: Final = {
    HTTPStatus.NOT_FOUND: "Diese Adresse gilt nicht mehr. Öffnen Sie noch einmal den Link aus der E-Mail.\n",
    HTTPStatus.TOO_MANY_REQUESTS: "Das sind zu viele Verbindungen für einen Download.\n",
    HTTPStatus.SERVICE_UNAVAILABLE: "Das geht gerade nicht. Bitte versuchen Sie es später wieder.\n",
    HTTPStatus.METHOD_NOT_ALLOWED: "Hier gibt es nur Dateien zum Herunterladen.\n",
    HTTPStatus.BAD_REQUEST: "Diese Anfrage haben wir nicht verstanden.\n",
}

_running: Counter[int] = Counter()
_lock = threading.Lock()


def answer(spoken: socket.socket, within: float) -> None:
    """Read one head, answer it, and that is all. Raises OSError for whoever went away."""
    try:
        asked = heads.parsed(_head(spoken, within))
    except BadHead:
        _say(spoken, HTTPStatus.BAD_REQUEST)
        return
    spoken.settimeout(_SILENT_FOR)
    try:
        _answer(spoken, asked)
    except DatabaseError as error:
        log.warning("the database does not answer: %s", error)
        _say(spoken, HTTPStatus.SERVICE_UNAVAILABLE)
    finally:
        connection.close()


def _head(spoken: socket.socket, within: float) -> bytes:
    """Raises BadHead, OSError; TimeoutError for one that comes in drops."""
    ends_at, read = time.monotonic() + within, b""
    while heads.END not in read:
        left = ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        spoken.settimeout(left)
        more = spoken.recv(4096)
        read += more
        if not more or len(read) > heads.LONGEST:
            raise BadHead
    return read.partition(heads.END)[0]


def _answer(spoken: socket.socket, asked: Asked) -> None:
    if asked.method not in ("GET", "HEAD"):
        _say(spoken, HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"})
        return
    close_old_connections()
    permit = links.permitted(_token(asked.path), datetime.now(UTC))
    file = _opened(permit) if permit else None
    if permit is None or file is None:
        _no_file(spoken, asked)
        return
    with file:
        _file(spoken, asked, permit, file)


def _file(spoken: socket.socket, asked: Asked, permit: Permit, file: IO[bytes]) -> None:
    release = permit.release
    told = heads.File(release.file_name, release.size, permit.etag, release.published_at.astimezone(UTC))
    wanted = asked.fields.get("range")
    try:
        span = ranges.asked(wanted, asked.fields.get("if-range"), size=release.size, etag=permit.etag)
    except NotThere:
        spoken.sendall(heads.of_no_part(release.size))
        return
    if asked.method == "HEAD":
        spoken.sendall(heads.of_file(told, span))
        return
    with _counted(permit.download) as has_room:
        if has_room:
            _give(spoken, heads.of_file(told, span), permit, file, span or Span(0, release.size))
        else:
            _say(spoken, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": "10"})


def _give(spoken: socket.socket, head: bytes, permit: Permit, file: IO[bytes], span: Span) -> None:
    """Whatever was handed out is noted, also of what broke off."""
    links.begin(permit, datetime.now(UTC))
    connection.close()  # nobody needs the database while minutes pass
    end, is_taken = span.start, False
    try:
        spoken.sendall(head)
        for end in _handed_out(spoken, file, span):  # noqa: B007 - how far it came, also if it breaks off
            pass
        is_taken = _is_taken(spoken)
    finally:
        links.note_given(permit, Span(span.start, end), is_taken=is_taken, now=datetime.now(UTC))


def _handed_out(spoken: socket.socket, file: IO[bytes], span: Span) -> Iterator[int]:
    """After each piece, where it ended. Raises OSError."""
    at = span.start
    if not isinstance(spoken, ssl.SSLSocket):
        while at < span.end:
            at += spoken.sendfile(file, at, min(span.end - at, _PIECE))
            yield at
        return
    while at < span.end:
        content = os.pread(file.fileno(), min(_CHUNK, span.end - at), at)
        spoken.sendall(content)
        at += len(content)
        yield at


def _is_taken(spoken: socket.socket) -> bool:
    """Whether the other machine has taken all of it: of the last megabytes only the kernel knows.

    Waits while it goes on taking. Raises OSError.
    """
    left, silent_since = _untaken(spoken), time.monotonic()
    while left:
        time.sleep(_LOOK_EVERY)
        now_left = _untaken(spoken)
        if now_left < left:
            left, silent_since = now_left, time.monotonic()
        elif time.monotonic() - silent_since > _SILENT_FOR:
            return False
    return True


def _untaken(spoken: socket.socket) -> int:
    """Bytes that were handed to the kernel and that the other side has not acknowledged. Raises OSError."""
    if error := spoken.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(error, os.strerror(error))
    answer = fcntl.ioctl(spoken.fileno(), termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(answer, sys.byteorder)


@contextlib.contextmanager
def _counted(download: int) -> Iterator[bool]:
    """Whether one more connection of this download has room."""
    with _lock:
        has_room = _running[download] < _MOST_OF_ONE
        _running[download] += has_room
    try:
        yield has_room
    finally:
        with _lock:
            _running[download] -= has_room
            if not _running[download]:
                del _running[download]


def _opened(permit: Permit) -> IO[bytes] | None:
    """None if the store has not what the database says, which is told to whoever runs it."""
    path: Path = store.path_of(permit.release.sha256)
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        log.error("release %d is not in the store: %s", permit.release.pk, error)
        return None
    if os.fstat(file.fileno()).st_size == permit.release.size:
        return file
    file.close()
    log.error("release %d has another size in the store", permit.release.pk)
    return None


def _token(path: str) -> str:
    """Of `/<token>/<name>`; the name is for people."""
    return path.split("/")[1] if path.count("/") == 2 else ""


def _no_file(spoken: socket.socket, asked: Asked) -> None:
    """One answer for every reason: a person is led to the page that says what to do, a program hears 404."""
    if asked.fields.get("sec-fetch-mode") == "navigate" and "range" not in asked.fields:
        url = f"{configuration.current().public.url.rstrip('/')}{_WHAT_TO_DO}"
        _say(spoken, HTTPStatus.SEE_OTHER, {"Location": url})
    else:
        _say(spoken, HTTPStatus.NOT_FOUND, is_bare=asked.method == "HEAD")


def _say(
    spoken: socket.socket, status: HTTPStatus, more: dict[str, str] | None = None, *, is_bare: bool = False
) -> None:
    body = _TEXTS.get(status, "").encode()
    spoken.sendall(heads.of_text(status, len(body), more) + (b"" if is_bare else body))
