"""Files are given out whole and in parts, noted as they were taken, and to nobody without an address."""

import re
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import pytest

from flexnet.downloads import giving, server
from flexnet.software import releases
from flexnet.software.models import Download
from tests import make
from tests.downloads.conftest import Door, Scene
from tests.software.giving_out import CONTENT

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Answer:
    status: int
    fields: Mapping[str, str]
    body: bytes


def ask(door: Door, path: str, method: str = "GET", **fields: str) -> Answer:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return said(door, ("\r\n".join(lines) + "\r\n\r\n").encode())


def said(door: Door, content: bytes) -> Answer:
    """What comes back for these bytes."""
    with door.connect() as connection:
        connection.sendall(content)
        read = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = read.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Answer(int(first.split()[1]), fields, body)


def eventually(holds: Callable[[], bool]) -> bool:
    """What a thread of the server notes after its last byte."""
    ends_at = time.monotonic() + 20
    while not holds():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.01)
    return True


def is_whole() -> bool:
    return Download.objects.filter(whole_at__isnull=False).exists()


def test_whole_with_all_that_a_program_needs_to_go_on_later(door: Door, scene: Scene) -> None:
    answer = ask(door, scene.address())
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.fields["etag"] == f'"{scene.release.sha256}"'
    assert answer.fields["accept-ranges"] == "bytes"
    assert answer.fields["content-disposition"] == f'attachment; filename="{scene.release.file_name}"'
    assert answer.fields["cache-control"] == "no-store"
    assert eventually(is_whole)


def test_head_says_the_same_and_uses_nothing(door: Door, scene: Scene) -> None:
    address = scene.address()
    answer = ask(door, address, "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.fields["content-length"] == str(len(CONTENT))
    assert Download.objects.get().begun_at is None
    assert ask(door, address).body == CONTENT


def test_a_break_is_noted_and_what_is_missing_is_fetched_later(door: Door, scene: Scene) -> None:
    address = scene.address()
    with door.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        read = connection.recv(60_000)
    assert eventually(lambda: Download.objects.filter(ended_at__isnull=False).exists())
    assert not is_whole()
    begin = len(read.partition(b"\r\n\r\n")[2])
    rest = ask(door, address, Range=f"bytes={begin}-", If_Range=f'"{scene.release.sha256}"')
    assert (rest.status, rest.fields["content-range"]) == (
        206,
        f"bytes {begin}-{len(CONTENT) - 1}/{len(CONTENT)}",
    )
    assert rest.body == CONTENT[begin:]


def test_several_connections_at_once_make_one_whole(door: Door, scene: Scene) -> None:
    address, middle = scene.address(), len(CONTENT) // 2
    first = ask(door, address, Range=f"bytes=0-{middle - 1}")
    assert not is_whole()
    second = ask(door, address, Range=f"bytes={middle}-")
    assert first.body + second.body == CONTENT
    assert eventually(is_whole)


@pytest.mark.parametrize("door", ["plain"], indirect=True)
def test_odd_parts(door: Door, scene: Scene) -> None:
    address = scene.address()
    beyond = ask(door, address, Range=f"bytes={len(CONTENT)}-")
    assert (beyond.status, beyond.fields["content-range"]) == (416, f"bytes */{len(CONTENT)}")
    assert ask(door, address, "HEAD", Range="bytes=0-1,5-6").status == 200
    assert ask(door, address, "HEAD", Range="bytes=0-1", If_Range='"another"').status == 200
    assert ask(door, address, "HEAD", Range="bytes=0-1").status == 206


@pytest.mark.parametrize("door", ["plain"], indirect=True)
def test_wrong_used_up_and_withdrawn_answer_alike(door: Door, scene: Scene) -> None:
    address = scene.address()
    assert ask(door, address).status == 200
    assert eventually(is_whole)
    used, wrong = address, f"/{'0' * 48}/{scene.release.file_name}"
    withdrawn = scene.address()
    releases.withdraw(number=scene.release.pk, by=make.BY, reason="Lücke", now=make.NOW)
    asked = [ask(door, one) for one in (used, wrong, withdrawn, "/", "/../../etc/passwd", "/%00/x")]
    assert {(one.status, one.body) for one in asked} == {(404, asked[0].body)}
    people = [ask(door, one, Sec_Fetch_Mode="navigate") for one in (used, wrong, withdrawn)]
    assert {(one.status, one.fields["location"][-14:]) for one in people} == {(303, "/software/neu/")}


@pytest.mark.parametrize("door", ["plain"], indirect=True)
@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"POST / HTTP/1.1\r\n\r\n", 405),
        (b"GET / HTTP/1.1\r\nname\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n name: folded\r\n\r\n", 400),
        (b"\x16\x03\x01" + bytes(200) + b"\r\n\r\n", 400),
        (b"GET /" + b"x" * 20_000, 400),
        (b"GET http://other/ HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nRange: bytes=0-\x00\r\n\r\n", 400),
    ],
)
def test_what_no_browser_sends(door: Door, transactional_db: None, content: bytes, status: int) -> None:
    assert said(door, content).status == status


def test_whoever_says_nothing_holds_nobody_up(
    door: Door, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_HEAD_WITHIN", 0.3)
    silent = [socket.create_connection(("127.0.0.1", door.port)) for _ in range(server._MOST_OF_ONE - 2)]
    assert ask(door, scene.address()).body == CONTENT
    for connection in silent:
        connection.settimeout(10)
        with suppress(ConnectionResetError):
            assert connection.recv(1) == b""
        connection.close()


@pytest.mark.parametrize("door", ["plain"], indirect=True)
def test_a_place_and_a_download_have_so_many_connections(
    door: Door, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_MOST_OF_ONE", 1)
    with door.connect() as first:
        time.sleep(0.1)
        with door.connect() as second, suppress(ConnectionResetError):
            assert second.recv(1) == b""
        first.sendall(b"x")
    monkeypatch.setattr(server, "_MOST_OF_ONE", 99)
    monkeypatch.setattr(giving, "_MOST_OF_ONE", 0)
    assert ask(door, scene.address()).status == 429


@pytest.mark.parametrize("door", ["plain"], indirect=True)
def test_a_file_that_is_not_as_it_was_published_is_given_to_nobody(door: Door, scene: Scene) -> None:
    from flexnet.software import store

    address = scene.address()
    store.path_of(scene.release.sha256).write_bytes(CONTENT[:-1])
    assert ask(door, address).status == 404
    store.path_of(scene.release.sha256).unlink()
    assert ask(door, address).status == 404


def test_no_address_is_logged(door: Door, scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    address = scene.address()
    ask(door, address)
    ask(door, f"{address}x")
    assert not re.search(re.escape(address.split("/")[1]), caplog.text)
