"""Whether the right gateway answers: name, issuer and dates of its certificate, over real TLS on loopback."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flexnet_client import gateway
from flexnet_client.failures import Exit, Failure
from flexnet_client.settings import Settings
from tests.flexnet_client.certificates import Issuer

NAME = "localhost"
DAY = timedelta(days=1)


@contextlib.contextmanager
def answering(files: tuple[Path, Path]) -> Iterator[int]:
    """Answer TLS on a free port of loopback for the block."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, context))
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    with contextlib.suppress(OSError):  # the listener was closed: the test is over
        while True:
            connection, _address = listener.accept()
            with connection, contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True):
                pass


def settings(port: int, ca_file: Path, name: str = NAME) -> Settings:
    return Settings(name, "Flexnet-Yubikey", port=port, ca_file=ca_file, hotline="0391 627 7000")


def refused(chosen: Settings) -> str:
    with pytest.raises(Failure) as caught:
        gateway.find(chosen)
    assert caught.value.code is Exit.GATEWAY
    return str(caught.value)


def test_the_right_gateway_is_found_under_one_address(tmp_path: Path) -> None:
    issuer = Issuer()
    with answering(issuer.issue(tmp_path, NAME)) as port:
        found = gateway.find(settings(port, issuer.write(tmp_path / "ca.pem")))
    assert (found.name, found.address, found.port) == (NAME, "127.0.0.1", port)
    assert found.authority == f"localhost:{port}"
    assert gateway.Gateway("a.example", "192.0.2.1", 443).authority == "a.example"


@pytest.mark.parametrize(
    ("name", "begins", "ends", "said"),
    [
        ("other.example", -DAY, DAY, "gehört zu einem anderen Namen"),
        (NAME, DAY, 2 * DAY, "gilt noch nicht"),
        (NAME, -2 * DAY, -DAY, "ist abgelaufen"),
    ],
)
def test_a_wrong_certificate_is_named_and_nothing_was_sent(
    tmp_path: Path, name: str, begins: timedelta, ends: timedelta, said: str
) -> None:
    issuer = Issuer()
    with answering(issuer.issue(tmp_path, name, begins=begins, ends=ends)) as port:
        text = refused(settings(port, issuer.write(tmp_path / "ca.pem")))
    assert text.startswith("Es wurde nichts gesendet")
    assert said in text
    assert ("Uhr dieses Computers" in text) == (name == NAME), "only dates point at the clock"
    assert "0391 627 7000" in text


def test_another_issuer_is_named(tmp_path: Path) -> None:
    with answering(Issuer().issue(tmp_path, NAME)) as port:
        text = refused(settings(port, Issuer().write(tmp_path / "ca.pem")))
    assert "nicht vom richtigen Aussteller" in text


def test_a_gateway_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "Verbindung abgelehnt" in refused(settings(port, Issuer().write(tmp_path / "ca.pem")))


def test_a_name_that_does_not_exist_is_told(tmp_path: Path) -> None:
    chosen = settings(443, Issuer().write(tmp_path / "ca.pem"), "does-not-exist.invalid")
    assert "kennt das Internet nicht" in refused(chosen)
