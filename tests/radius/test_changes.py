"""Disconnect- and CoA-Requests on the gateway's own connection, with a gateway that answers or does not."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from flexnet.gateway.queries import Due
from flexnet.radius import changes, connection
from flexnet.radius.server import Bound
from tests.radius import make_packets, speaking
from tests.radius.conftest import Certificates
from tests.radius.make_packets import Example
from tests.radius.small_domain import SmallDomain

RULES = tuple(make_packets.RULES)
ACK, NAK = make_packets.DISCONNECT_ACK, make_packets.DISCONNECT_NAK


def due(number: int, kind: str = "disconnect", gateway: int = 1, session: str = "session-1") -> Due:
    return Due(number, kind, gateway, f"gw{gateway}", session, "alice", RULES if kind == "coa" else ())


def answer(request: bytes, code: int, words: dict[str, Any] | None = None, **spoilt: Any) -> bytes:
    """The gateway's answer."""
    return speaking.raw(Example("answer", code, request[1], words or {}, **spoilt), request)


def nudge(bound: Bound) -> None:
    assert bound.nudge
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
        waker.sendto(b"", bound.nudge)


@pytest.fixture
def gw1(bound: Bound, certificates: Certificates) -> Iterator[ssl.SSLSocket]:
    """A gateway that has spoken, so that the server knows its connection."""
    with speaking.tls(bound.radsec, certificates.authority, certificates.gw1) as gateway:
        speaking.say_hello(gateway, "gw1")
        yield gateway


@pytest.fixture
def gw2(bound: Bound, certificates: Certificates) -> Iterator[ssl.SSLSocket]:
    with speaking.tls(bound.radsec, certificates.authority, certificates.gw2) as gateway:
        speaking.say_hello(gateway, "gw2")
        yield gateway


def test_a_disconnect_names_gateway_session_and_time(
    gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain
) -> None:
    domain.due = [due(7)]
    nudge(bound)
    request = speaking.read(gw1)
    found = dict(speaking.attributes_of(request))
    sent_at = int.from_bytes(found[55], "big")
    assert abs(time.time() - sent_at) < 300
    words = {"NAS-Identifier": "gw1", "Acct-Session-Id": "session-1", "Event-Timestamp": sent_at}
    expected = Example("", make_packets.DISCONNECT_REQUEST, request[1], words)
    assert request == speaking.raw(expected)
    gw1.sendall(answer(request, ACK))
    assert domain.has_answer.wait(speaking.PATIENCE)
    assert domain.answers == [(7, True, None)]


def test_a_coa_brings_the_whole_new_rules(gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain) -> None:
    domain.due = [due(8, "coa")]
    nudge(bound)
    request = speaking.read(gw1)
    chunks = [value for kind, value in speaking.attributes_of(request) if kind == 92]
    assert request[0] == make_packets.COA_REQUEST
    assert b"".join(chunks).split(b"\0") == [rule.encode() for rule in RULES]
    gw1.sendall(answer(request, make_packets.COA_ACK))
    assert domain.has_answer.wait(speaking.PATIENCE)
    assert domain.answers == [(8, True, None)]


def test_a_session_without_id_is_ended_by_its_user_name(
    gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain
) -> None:
    domain.due = [due(9, session="")]
    nudge(bound)
    found = dict(speaking.attributes_of(speaking.read(gw1)))
    assert found[1] == b"alice"
    assert 44 not in found


def test_a_refusal_is_kept_with_its_cause(gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain) -> None:
    domain.due = [due(10)]
    nudge(bound)
    gw1.sendall(answer(speaking.read(gw1), NAK, {"Error-Cause": 503}))
    assert domain.has_answer.wait(speaking.PATIENCE)
    assert domain.answers == [(10, False, 503)]


def test_without_a_nudge_it_is_sent_at_the_next_poll(gw1: ssl.SSLSocket, domain: SmallDomain) -> None:
    domain.due = [due(11)]
    assert speaking.read(gw1)[0] == make_packets.DISCONNECT_REQUEST


def test_each_gateway_hears_only_of_its_own_sessions(
    gw1: ssl.SSLSocket, gw2: ssl.SSLSocket, bound: Bound, domain: SmallDomain
) -> None:
    domain.due = [due(12, gateway=2), due(13, gateway=1)]
    nudge(bound)
    assert dict(speaking.attributes_of(speaking.read(gw1)))[32] == b"gw1"
    assert dict(speaking.attributes_of(speaking.read(gw2)))[32] == b"gw2"


def test_many_are_sent_side_by_side(gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain) -> None:
    domain.due = [due(number, session=f"session-{number}") for number in range(300)]
    nudge(bound)
    requests = [speaking.read(gw1) for _ in range(256)]
    assert {request[1] for request in requests} == set(range(256))
    for request in requests:
        gw1.sendall(answer(request, ACK))
    for _ in range(44):
        gw1.sendall(answer(speaking.read(gw1), ACK))
    speaking.wait_until(lambda: len(domain.answers) == 300)
    assert sorted(number for number, _, _ in domain.answers) == list(range(300))


def test_who_does_not_answer_is_asked_again_in_the_same_words(
    gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TRY_SECONDS", 0.02)
    domain.due = [due(14)]
    nudge(bound)
    first, second = speaking.read(gw1), speaking.read(gw1)
    assert first == second
    gw1.sendall(answer(second, ACK))
    assert domain.has_answer.wait(speaking.PATIENCE)
    assert domain.answers == [(14, True, None)]


def test_who_never_answers_is_left_alone_for_a_while_and_asked_anew(
    gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TRY_SECONDS", 0.02)
    monkeypatch.setattr(changes, "REST", 0.05)
    domain.due = [due(15)]
    nudge(bound)
    requests = [speaking.read(gw1) for _ in range(connection.TRIES + 1)]
    assert len(set(requests[: connection.TRIES])) == 1
    assert requests[-1] != requests[0]


def test_a_new_connection_takes_over_what_the_old_one_left_unanswered(
    gw1: ssl.SSLSocket,
    bound: Bound,
    domain: SmallDomain,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "TRY_SECONDS", 60.0)
    domain.due = [due(16)]
    nudge(bound)
    speaking.read(gw1)
    with speaking.tls(bound.radsec, certificates.authority, certificates.gw1) as again:
        again.sendall(answer(speaking.read(again), ACK))
        assert domain.has_answer.wait(speaking.PATIENCE)
    assert domain.answers == [(16, True, None)]


def test_of_two_changes_to_one_session_the_second_waits_for_the_first(
    gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain
) -> None:
    domain.due = [due(17, "coa"), due(18, "coa")]
    nudge(bound)
    first = speaking.read(gw1)
    gw1.settimeout(0.05)
    with pytest.raises(TimeoutError):
        gw1.recv(1)
    gw1.settimeout(speaking.PATIENCE)
    gw1.sendall(answer(first, make_packets.COA_ACK))
    gw1.sendall(answer(speaking.read(gw1), make_packets.COA_ACK))
    speaking.wait_until(lambda: len(domain.answers) == 2)
    assert [number for number, _, _ in domain.answers] == [17, 18]


def test_a_disconnect_does_not_wait_for_a_coa(gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain) -> None:
    domain.due = [due(19, "coa"), due(20)]
    nudge(bound)
    codes = {speaking.read(gw1)[0], speaking.read(gw1)[0]}
    assert codes == {make_packets.COA_REQUEST, make_packets.DISCONNECT_REQUEST}


def test_rules_that_fit_into_no_packet_are_recorded_as_not_done(
    gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain
) -> None:
    domain.due = [Due(21, "coa", 1, "gw1", "session-1", "alice", RULES * 10)]
    nudge(bound)
    assert domain.has_answer.wait(speaking.PATIENCE)
    assert domain.answers == [(21, False, 506)]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"signed": False},
        {"message_authenticator": bytes(16)},
        {"authenticator": b"x" * 16},
        {"secret": b"another secret"},
        {"code": make_packets.COA_ACK},
    ],
)
def test_an_answer_that_is_not_rightly_signed_ends_the_connection(
    gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain, spoilt: dict[str, Any]
) -> None:
    domain.due = [due(22)]
    nudge(bound)
    request = speaking.read(gw1)
    gw1.sendall(answer(request, **{"code": ACK, **spoilt}))
    assert speaking.is_closed(gw1)
    assert domain.answers == []


def test_an_answer_that_nobody_asked_for_is_ignored(gw1: ssl.SSLSocket, domain: SmallDomain) -> None:
    gw1.sendall(answer(bytes(20), ACK))
    speaking.say_hello(gw1, "gw1")
    assert domain.answers == []


def test_a_domain_that_breaks_is_asked_again(
    gw1: ssl.SSLSocket, bound: Bound, domain: SmallDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = threading.Event()

    def breaks(*_: object) -> list[Due]:
        broken.set()
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(domain, "changes_due", breaks)
    nudge(bound)
    assert broken.wait(speaking.PATIENCE)
    monkeypatch.undo()
    domain.due = [due(23)]
    assert speaking.read(gw1)[0] == make_packets.DISCONNECT_REQUEST
