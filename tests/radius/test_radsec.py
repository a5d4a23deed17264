"""RADIUS over TLS: who may speak, what ends a connection, and that gateways do not disturb each other."""

import logging
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flexnet.configuration import Radius
from flexnet.radius import gateways, radsec, tls
from flexnet.radius.server import Bound
from tests.radius import make_packets, speaking
from tests.radius.certificates import Authority, Pair
from tests.radius.conftest import Certificates
from tests.radius.make_packets import Example
from tests.radius.small_domain import SmallDomain

ACCEPT = make_packets.ACCESS_ACCEPT


def named(gateway: str, request: Example) -> Example:
    """The request as that gateway sends it over TLS."""
    return replace(
        request, attributes=request.attributes | {"NAS-Identifier": gateway}, secret=gateways.RADSEC_SECRET
    )


def exchange(connection: ssl.SSLSocket, request: Example) -> bytes:
    connection.sendall(speaking.raw(request))
    return speaking.read(connection)


@pytest.fixture
def gw1(bound: Bound, certificates: Certificates) -> Iterator[ssl.SSLSocket]:
    with speaking.tls(bound.radsec, certificates.authority, certificates.gw1) as connection:
        yield connection


@pytest.fixture
def gw2(bound: Bound, certificates: Certificates) -> Iterator[ssl.SSLSocket]:
    with speaking.tls(bound.radsec, certificates.authority, certificates.gw2) as connection:
        yield connection


def test_a_gateway_signs_in_authorizes_and_accounts_on_one_connection(gw1: ssl.SSLSocket) -> None:
    assert exchange(gw1, named("gw1", speaking.sign_in()))[0] == ACCEPT
    assert exchange(gw1, named("gw1", speaking.authorize()))[0] == ACCEPT
    assert exchange(gw1, named("gw1", speaking.accounting()))[0] == make_packets.ACCOUNTING_RESPONSE


def test_the_answer_is_signed_with_the_secret_of_radsec(gw1: ssl.SSLSocket) -> None:
    request = named("gw1", speaking.sign_in(field="wrong123456"))
    words = {"Reply-Message": speaking.NEUTRAL}
    expected = Example("", make_packets.ACCESS_REJECT, request.identifier, words)
    assert exchange(gw1, request) == speaking.raw(expected, speaking.raw(request))


def test_it_is_tls_1_3(gw1: ssl.SSLSocket) -> None:
    assert gw1.version() == "TLSv1.3"


@pytest.mark.parametrize(("is_allowed", "version"), [(True, "TLSv1.2"), (False, None)])
def test_tls_1_2_only_where_it_is_configured(
    domain: SmallDomain,
    radsec_settings: dict[str, Any],
    certificates: Certificates,
    *,
    is_allowed: bool,
    version: str | None,
) -> None:
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(certificates.authority.pair.certificate)
    client.load_cert_chain(certificates.gw1.certificate, certificates.gw1.key)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    with speaking.serving(domain, **radsec_settings, tls_1_2=is_allowed) as bound, ExitStack() as opened:
        assert bound.radsec
        plain = opened.enter_context(socket.create_connection(bound.radsec))
        try:
            found = opened.enter_context(
                client.wrap_socket(plain, server_hostname="radius.example")
            ).version()
        except ssl.SSLError:
            found = None
    assert found == version


def test_packets_may_come_in_pieces_and_together(gw1: ssl.SSLSocket) -> None:
    first, second = (speaking.raw(named("gw1", speaking.sign_in())) for _ in range(2))
    for at in range(len(first)):
        gw1.sendall(first[at : at + 1])
    assert speaking.read(gw1)[1] == first[1]
    third = speaking.raw(named("gw1", speaking.authorize()))
    gw1.sendall(second + third)
    assert {speaking.read(gw1)[1], speaking.read(gw1)[1]} == {second[1], third[1]}


def test_several_gateways_are_served_at_once(
    gw1: ssl.SSLSocket, gw2: ssl.SSLSocket, domain: SmallDomain
) -> None:
    assert exchange(gw2, named("gw2", speaking.sign_in()))[0] == ACCEPT
    assert exchange(gw1, named("gw1", speaking.sign_in()))[0] == ACCEPT
    assert [said["gateway"] for _, said in domain.calls] == ["gw2", "gw1"]


def test_a_copy_over_a_new_connection_gets_the_first_answer(
    bound: Bound, certificates: Certificates, gw1: ssl.SSLSocket, domain: SmallDomain
) -> None:
    request = named("gw1", speaking.sign_in())
    first = exchange(gw1, request)
    with speaking.tls(bound.radsec, certificates.authority, certificates.gw1) as again:
        assert exchange(again, request) == first
    assert len(domain.calls) == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"attributes": {"User-Name": "alice", "NAS-Identifier": "gw2"}},
        {"attributes": {"User-Name": "alice"}},
        {"signed": False},
        {"message_authenticator": bytes(16)},
        {"secret": b"another secret"},
        {"extra": b"\x12\x01"},
        {"length": 19},
        {"length": 5000},
        {"code": 12},
        {"code": make_packets.DISCONNECT_REQUEST},
    ],
)
def test_a_bad_packet_ends_its_own_connection_only(
    gw1: ssl.SSLSocket, gw2: ssl.SSLSocket, domain: SmallDomain, spoilt: dict[str, Any]
) -> None:
    gw1.sendall(speaking.raw(replace(named("gw1", speaking.sign_in()), **spoilt)))
    assert speaking.is_closed(gw1)
    assert exchange(gw2, named("gw2", speaking.sign_in()))[0] == ACCEPT
    assert [said["gateway"] for _, said in domain.calls] == ["gw2"]


def strangers(certificates: Certificates, folder: Path) -> dict[str, Pair | None]:
    """Who is not let in, by why."""
    ours, other = certificates.authority, Authority(folder, "another")
    return {
        "no certificate": None,
        "another CA": other.issue("gw1", "gw1.example"),
        "unknown name": ours.issue("nobody", "nobody.example"),
        "name only as common name": ours.issue("gw1.example"),
        "two gateways in one": ours.issue("both", "gw1.example", "gw2.example"),
        "a hundred names": ours.issue("many", *(f"gw{n}.example" for n in range(1, 101))),
        "expired": ours.issue("expired", "gw1.example", expired=True),
    }


@pytest.mark.parametrize(
    "why",
    [
        "no certificate",
        "another CA",
        "unknown name",
        "name only as common name",
        "two gateways in one",
        "a hundred names",
        "expired",
    ],
)
def test_a_stranger_is_refused(
    bound: Bound, certificates: Certificates, tmp_path: Path, domain: SmallDomain, why: str
) -> None:
    shown = strangers(certificates, tmp_path)[why]
    with speaking.tls(bound.radsec, certificates.authority, shown) as connection:
        assert speaking.is_refused(connection, speaking.raw(named("gw1", speaking.sign_in())))
    assert domain.calls == []


def test_who_begins_a_packet_must_end_it(
    monkeypatch: pytest.MonkeyPatch,
    domain: SmallDomain,
    radsec_settings: dict[str, Any],
    certificates: Certificates,
) -> None:
    monkeypatch.setattr(radsec, "WHOLE", 0.05)
    with (
        speaking.serving(domain, **radsec_settings) as bound,
        speaking.tls(bound.radsec, certificates.authority, certificates.gw1) as connection,
    ):
        connection.sendall(speaking.raw(named("gw1", speaking.sign_in()))[:30])
        assert speaking.is_closed(connection)


def test_who_says_nothing_for_long_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
    domain: SmallDomain,
    radsec_settings: dict[str, Any],
    certificates: Certificates,
) -> None:
    monkeypatch.setattr(radsec, "IDLE", 0.05)
    with (
        speaking.serving(domain, **radsec_settings) as bound,
        speaking.tls(bound.radsec, certificates.authority, certificates.gw1) as connection,
    ):
        assert speaking.is_closed(connection)


def test_who_does_not_shake_hands_is_let_go(
    monkeypatch: pytest.MonkeyPatch, domain: SmallDomain, radsec_settings: dict[str, Any]
) -> None:
    monkeypatch.setattr(radsec, "HANDSHAKE", 0.05)
    with speaking.serving(domain, **radsec_settings) as bound:
        assert bound.radsec
        with socket.create_connection(bound.radsec, timeout=speaking.PATIENCE) as silent:
            assert silent.recv(1) == b""


def test_one_address_cannot_take_all_connections(
    monkeypatch: pytest.MonkeyPatch,
    domain: SmallDomain,
    radsec_settings: dict[str, Any],
    certificates: Certificates,
) -> None:
    monkeypatch.setattr(radsec, "MOST_OF_ONE", 3)
    monkeypatch.setattr(radsec, "HANDSHAKE", 60.0)
    with speaking.serving(domain, **radsec_settings) as bound, ExitStack() as opened:
        assert bound.radsec
        for _ in range(3):
            opened.enter_context(socket.create_connection(bound.radsec))
        one_more = opened.enter_context(socket.create_connection(bound.radsec, timeout=speaking.PATIENCE))
        assert one_more.recv(1) == b""
        elsewhere = opened.enter_context(
            speaking.tls(bound.radsec, certificates.authority, certificates.gw1, source="127.0.0.2")
        )
        assert exchange(elsewhere, named("gw1", speaking.sign_in()))[0] == ACCEPT


def test_noise_ends_the_connection_and_nothing_else(bound: Bound, gw2: ssl.SSLSocket) -> None:
    assert bound.radsec
    for noise in (b"\x16\x03\x01", b"GET / HTTP/1.0\r\n\r\n", bytes(3000), b"\xff" * 100):
        with socket.create_connection(bound.radsec, timeout=speaking.PATIENCE) as stranger:
            stranger.sendall(noise)
            stranger.shutdown(socket.SHUT_WR)
            speaking.drain(stranger)
    assert exchange(gw2, named("gw2", speaking.sign_in()))[0] == ACCEPT


def test_a_request_at_work_is_answered_before_the_door_closes(
    domain: SmallDomain, radsec_settings: dict[str, Any], certificates: Certificates
) -> None:
    begun, go = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        go.wait(speaking.PATIENCE)

    domain.before = wait
    with ThreadPoolExecutor(1) as aside, ExitStack() as opened, ExitStack() as door:
        bound = door.enter_context(speaking.serving(domain, **radsec_settings))
        gw1 = opened.enter_context(speaking.tls(bound.radsec, certificates.authority, certificates.gw1))
        gw1.sendall(speaking.raw(named("gw1", speaking.sign_in())))
        begun.wait(speaking.PATIENCE)
        closed = aside.submit(door.pop_all().close)
        go.set()
        assert speaking.read(gw1)[0] == ACCEPT
        closed.result()


def test_an_answer_to_a_gateway_that_is_gone_is_let_fall_without_a_word(
    domain: SmallDomain,
    radsec_settings: dict[str, Any],
    certificates: Certificates,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    begun, go = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        go.wait(speaking.PATIENCE)

    domain.before = wait
    with speaking.serving(domain, **radsec_settings) as bound:
        with speaking.tls(bound.radsec, certificates.authority, certificates.gw1) as gw1:
            gw1.sendall(speaking.raw(named("gw1", speaking.sign_in())))
            assert begun.wait(speaking.PATIENCE)
            gw1.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # goes by a reset
        speaking.wait_until(lambda: "gw1 is gone" in caplog.text)
        go.set()
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.mark.parametrize("missing", ["certificate", "key", "ca"])
def test_a_file_that_cannot_be_used_is_named(
    radsec_settings: dict[str, Any], tmp_path: Path, missing: str
) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    with pytest.raises(OSError, match=f"{missing} {empty}"):
        tls.context(Radius.model_construct(**radsec_settings | {missing: empty}))
