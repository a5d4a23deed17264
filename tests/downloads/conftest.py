"""The server of downloads in a thread of the test, on a port of its own; what is written is visible to it."""

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from django.db import connections

from flexnet.downloads import giving, server
from flexnet.software.models import Release
from tests import configured, make
from tests.flexnet_gateway.certificates import Authority, Pair
from tests.software import giving_out


@dataclass(frozen=True)
class Door:
    """Where it listens; with a CA it speaks TLS."""

    port: int
    ca: Path | None = None

    def connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        if self.ca is None:
            return connection
        context = ssl.create_default_context(cafile=str(self.ca))
        return context.wrap_socket(connection, server_hostname="localhost")


@dataclass(frozen=True)
class Scene:
    """A release, and a link that was sent for it."""

    release: Release
    token: str

    def address(self) -> str:
        return f"/{giving_out.downloading(self.release, self.token)}/{self.release.file_name}"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=True):
        yield


@pytest.fixture
def scene(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    configured.change(monkeypatch, software={"store": tmp_path / "store"})
    release = giving_out.release(tmp_path)
    _link, token = giving_out.linked(giving_out.practice())
    return Scene(release, token)


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, Path]:
    """Made before the clock is set, for OpenSSL goes by another."""
    authority = Authority(tmp_path_factory.mktemp("ca"))
    return authority.issue("localhost"), authority.file


@pytest.fixture(params=["plain", "tls"])
def door(
    request: pytest.FixtureRequest, issued: tuple[Pair, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Door]:
    monkeypatch.setattr(server, "_LOOK_EVERY", 0.05)
    context, ca = None, None
    if request.param == "tls":
        pair, ca = issued
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.certificate, pair.key)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        work = (listening, context, stop, giving.answer)
        thread = threading.Thread(target=server.serve, args=work)
        thread.start()
        yield Door(listening.getsockname()[1], ca)
        stop.set()
        thread.join(20)
    connections.close_all()
