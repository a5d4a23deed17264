"""Files are shown to clamd before they are kept: a real socket that keeps its protocol, or breaks it."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flexnet.access.models import Access
from flexnet.billing.actions import Rejected
from flexnet.billing.findings import Code, Finding
from flexnet.billing.models import Delivery
from flexnet.configuration import VirusScan
from tests import configured
from tests.billing import files

pytestmark = pytest.mark.django_db
# The standard test string, in two pieces: whole it would be found in this file, too.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
Answer = Callable[[bytes], bytes]


def honest(content: bytes) -> bytes:
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


class Clamd:
    """One that reads what the protocol says, and answers as it is told."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self.seen, self._answer = list[bytes](), answer
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        self._server.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _peer = self._server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as said:
                assert said.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", said.read(4))[0]:
                    content += said.read(size)
                self.seen.append(content)
                line.sendall(self._answer(content))


@contextmanager
def clamd(path: Path, answer: Answer = honest) -> Iterator[Clamd]:
    found = Clamd(path, answer)
    try:
        yield found
    finally:
        found.close()


@pytest.fixture
def path(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "clamd"
    use(monkeypatch, found)
    return found


def use(patch: pytest.MonkeyPatch, path: Path, **how: str) -> None:
    configured.change(patch, billing={"virus_scan": VirusScan(clamd=str(path), **how)})


def codes(found: Delivery | Rejected) -> list[Code]:
    if isinstance(found, Rejected):
        return [finding.code for finding in found.findings]
    return [Finding.restored(row).code for row in found.warnings]


def test_a_clean_file_is_kept_and_clamd_has_seen_all_of_it(access: Access, path: Path) -> None:
    content = files.plain(cases=400)
    with clamd(path) as there:
        assert isinstance(files.receive(access, content), Delivery)
    assert there.seen == [content]


def test_malware_is_refused_and_nothing_of_it_kept(access: Access, path: Path, store: Path) -> None:
    with clamd(path):
        found = files.receive(access, files.container() + EICAR, name=f"{files.NAME}.XKM")
    assert codes(found) == [Code.INFECTED]
    assert not Delivery.objects.exists()
    assert not [one for one in store.rglob("*") if one.is_file()]


ODD: dict[str, Answer] = {
    "too large for it": lambda _content: b"INSTREAM size limit exceeded. ERROR\0",
    "hangs up": lambda _content: b"",
    "talks nonsense": lambda _content: b"HTTP/1.1 200 OK\r\n" * 1000,
}


@pytest.mark.parametrize("why", ODD)
@pytest.mark.parametrize("if_away", ["refuse", "accept"])
def test_without_a_verdict_it_is_as_configured_and_said(
    access: Access, path: Path, monkeypatch: pytest.MonkeyPatch, why: str, if_away: str
) -> None:
    use(monkeypatch, path, if_away=if_away)
    with clamd(path, ODD[why]):
        found = files.receive(access, files.plain())
    assert codes(found) == [Code.SCAN_AWAY if if_away == "refuse" else Code.NOT_SCANNED]
    assert isinstance(found, Delivery) == (if_away == "accept")


def test_nobody_there_refuses_and_the_file_may_come_again(access: Access, path: Path) -> None:
    assert codes(files.receive(access, files.plain())) == [Code.SCAN_AWAY]
    with clamd(path):
        assert isinstance(files.receive(access, files.plain()), Delivery)


def test_what_is_refused_anyway_is_shown_to_nobody(access: Access, path: Path) -> None:
    assert codes(files.receive(access, b"PK\x03\x04")) == [Code.ARCHIVE]


@pytest.mark.parametrize("clamd_at", ["localhost", "relative/clamd.ctl", ""])
def test_the_socket_is_a_whole_path_or_host_and_port(clamd_at: str) -> None:
    with pytest.raises(ValueError, match="neither a whole path"):
        VirusScan(clamd=clamd_at)
