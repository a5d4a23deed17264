"""The web server of the sites: what it needs before it starts, and that nobody can make it stand still."""

import contextlib
import http.client
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from flexnet.configuration import BadConfiguration, Portal
from flexnet.web import server
from lab import ports
from tests import children
from tests.flexnet_gateway.certificates import Authority, Pair

pytestmark = pytest.mark.long

HALF_OPEN = 40  # more than the server has threads


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="module")
def pair(authority: Authority) -> Pair:
    return authority.issue("portal.example", "127.0.0.1")


@pytest.fixture(scope="module")
def port(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A portal of its own process, over TLS, with a database of its own."""
    number, folder = ports.claim(), tmp_path_factory.mktemp("server")
    configured = _configured(folder, pair, number)
    environment = os.environ | {
        "FLEXNET_CONFIG": str(configured),
        "DJANGO_SETTINGS_MODULE": "flexnet.settings",
    }
    command = [sys.executable, "-m", "flexnet.cli"]
    for prepare in (["secrets", "make"], ["migrate"]):
        subprocess.run([*command, *prepare], env=environment, check=True, capture_output=True)
    with children.started([*command, "run", "portal"], folder, environment) as portal:
        portal.wait_until(lambda: _is_open(number))
        yield number
        portal.popen.terminate()
        assert portal.wait() == 0


def _configured(folder: Path, pair: Pair, port: int) -> Path:
    text = (Path(__file__).parents[2] / "deploy" / "kvsa.toml").read_text(encoding="utf-8")
    for old, new in (
        ("postgresql:///flexnet?host=/run/postgresql", f"sqlite:///{folder}/own.sqlite3"),
        ("/var/lib/flexnet", str(folder)),
        ('= "texts/', f'= "{Path(__file__).parents[2]}/deploy/texts/'),
        ("10.20.0.10:443", f"127.0.0.1:{port}"),
        ("secrets/portal.pem", str(pair.certificate)),
        ("secrets/portal.key", str(pair.key)),
    ):
        assert old in text
        text = text.replace(old, new)
    path = folder / "flexnet.toml"
    path.write_text(f'{text}\n[ways]\nothers = ["127.0.0.1/32"]\n', encoding="utf-8")
    return path


def _is_open(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def get(
    port: int, authority: Authority, *, source: str = "127.0.0.1", path: str = "/"
) -> tuple[int, Message]:
    """Status and headers of a page."""
    trusting = ssl.create_default_context(cafile=authority.file)
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, context=trusting, timeout=5, source_address=(source, 0)
    )
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers


def test_the_start_page_comes_over_tls_with_cookies_bound_to_the_host(
    port: int, authority: Authority
) -> None:
    status, headers = get(port, authority)
    assert status == 200
    assert "max-age" in headers["Strict-Transport-Security"]
    [cookie] = headers.get_all("Set-Cookie") or []
    assert cookie.startswith("__Host-")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("path", ["/", "/static/web/flexnet.css", "/handbuch/", "/nirgends/"])
def test_whoever_comes_by_none_of_the_ways_in_is_not_answered(
    port: int, authority: Authority, path: str
) -> None:
    with pytest.raises(http.client.RemoteDisconnected):
        get(port, authority, source="127.0.0.2", path=path)
    assert get(port, authority)[0] == 200


def test_nothing_below_tls_1_3_is_spoken(port: int, authority: Authority) -> None:
    older = ssl.create_default_context(cafile=authority.file)
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", port)) as bare,
        pytest.raises(ssl.SSLError, match=r"(?i)protocol.version"),
    ):
        older.wrap_socket(bare, server_hostname="127.0.0.1")


@pytest.mark.parametrize("beginning", [b"", b"\x16\x03\x01\x02\x00\x01"], ids=["silent", "half a hello"])
def test_connections_that_stop_in_the_middle_keep_nobody_else_out(
    port: int, authority: Authority, beginning: bytes
) -> None:
    held = [socket.create_connection(("127.0.0.1", port)) for _ in range(HALF_OPEN)]
    try:
        for connection in held:
            connection.sendall(beginning)
        assert get(port, authority)[0] == 200
    finally:
        for connection in held:
            connection.close()


def test_a_key_in_another_form_is_named_with_its_cure(pair: Pair, tmp_path: Path) -> None:
    other = tmp_path / "old.key"
    subprocess.run(["openssl", "ec", "-in", pair.key, "-out", other], check=True, capture_output=True)
    server._check_files("portal", pair.certificate, pair.key)
    with pytest.raises(BadConfiguration, match=r"old\.key is not in the form PKCS#8\. Convert it"):
        server._check_files("portal", pair.certificate, other)


@pytest.mark.parametrize("content", [None, b"nonsense"], ids=["missing", "no key"])
def test_a_bad_key_file_is_named(pair: Pair, tmp_path: Path, content: bytes | None) -> None:
    key = tmp_path / "bad.key"
    if content is not None:
        key.write_bytes(content)
    with pytest.raises(BadConfiguration, match=r"key .*bad\.key: .* Mend the file"):
        server._check_files("portal", pair.certificate, key)


def test_a_port_in_use_is_not_shared() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        portal = Portal(listen=listen, url=f"http://{listen}/")
        with pytest.raises(OSError, match="Is another portal running"):
            server._check_nobody_listens("portal", portal)
