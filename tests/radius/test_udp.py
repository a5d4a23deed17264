"""Plain RADIUS over real sockets: who is answered what, and who hears nothing."""

import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from prometheus_client import REGISTRY

from flexnet.radius import lanes, server
from flexnet.radius.server import Bound
from tests.radius import make_packets, speaking
from tests.radius.make_packets import Example
from tests.radius.small_domain import STATE, UDP_SECRET, SmallDomain

REJECTED = {"Reply-Message": speaking.NEUTRAL}


def said(code: int, request: Example, attributes: dict[str, Any]) -> bytes:
    """The whole answer that is to come, computed apart from the server."""
    answer = Example("answer", code, request.identifier, attributes, signed=code < 4, secret=UDP_SECRET)
    return speaking.raw(answer, speaking.raw(request))


def rejected(request: Example) -> bytes:
    return said(make_packets.ACCESS_REJECT, request, REJECTED)


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def test_a_sign_in_is_accepted_with_group_time_and_state(bound: Bound, domain: SmallDomain) -> None:
    request = speaking.sign_in(attributes={"Connect-Info": "AnyConnect", "NAS-Identifier": "gw1"})
    words = {"Class": "OU=Flexnet-Yubikey", "Session-Timeout": 36000, "State": "0x" + STATE.hex()}
    answer = speaking.over_udp(bound.authentication[0], speaking.raw(request))
    assert answer == said(make_packets.ACCESS_ACCEPT, request, words)
    asked = {"gateway": "gw1", "user_name": "alice", "field": b"right123456"}
    assert domain.calls == [("sign_in", asked | {"source": "198.51.100.10", "user_agent": "AnyConnect"})]


def test_a_refused_sign_in_hears_one_neutral_sentence(bound: Bound) -> None:
    request = speaking.sign_in(field="wrong123456")
    assert speaking.over_udp(bound.authentication[0], speaking.raw(request)) == rejected(request)


@pytest.mark.parametrize("typed", ["geheimä123456".encode("latin-1"), "geheimä123456".encode()])
def test_the_typed_bytes_reach_the_domain(bound: Bound, domain: SmallDomain, typed: bytes) -> None:
    request = speaking.sign_in(field="0x" + typed.hex())
    speaking.over_udp(bound.authentication[0], speaking.raw(request))
    assert domain.calls[0][1]["field"] == typed


def test_an_authorization_brings_rules_that_are_joined_again(bound: Bound, domain: SmallDomain) -> None:
    domain.rules = tuple(make_packets.RULES)
    request = speaking.authorize()
    words = {"NAS-Filter-Rule": make_packets.RULES, "Session-Timeout": 35000}
    answer = speaking.over_udp(bound.authentication[0], speaking.raw(request))
    assert answer == said(make_packets.ACCESS_ACCEPT, request, words)


def test_rules_that_do_not_fit_into_a_packet_are_a_reject(bound: Bound, domain: SmallDomain) -> None:
    domain.rules = ("permit in tcp from assigned to 10.20.0.10 443",) * 100
    request = speaking.authorize()
    assert speaking.over_udp(bound.authentication[0], speaking.raw(request)) == rejected(request)


def test_a_state_that_does_not_hold_is_rejected_in_the_same_words(bound: Bound) -> None:
    request = speaking.authorize(state=b"no longer")
    assert speaking.over_udp(bound.authentication[0], speaking.raw(request)) == rejected(request)


@pytest.mark.parametrize("missing", ["User-Name", "User-Password", "State", "Acct-Session-Id"])
def test_a_signed_request_without_what_it_needs_is_rejected(bound: Bound, missing: str) -> None:
    kind = speaking.sign_in if missing.startswith("User") else speaking.authorize
    request = kind()
    del request.attributes[missing]
    assert speaking.over_udp(bound.authentication[0], speaking.raw(request)) == rejected(request)


def test_a_record_is_kept_and_then_acknowledged(bound: Bound, domain: SmallDomain) -> None:
    request = speaking.accounting("Stop", attributes={"Acct-Terminate-Cause": "User-Request"})
    answer = speaking.over_udp(bound.accounting[0], speaking.raw(request))
    assert answer == said(make_packets.ACCOUNTING_RESPONSE, request, {})
    kept = domain.calls[0][1]["record"]
    assert (kept.status, kept.acct_session_id, kept.terminate_cause) == ("stop", "session-1", "User-Request")


def test_a_record_that_cannot_be_kept_is_not_acknowledged_and_may_come_again(
    bound: Bound, domain: SmallDomain
) -> None:
    request = speaking.raw(speaking.accounting())
    domain.before = _breaks
    before = counted("flexnet_radius_failed_total", kind="accounting")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gateway:
        gateway.settimeout(speaking.PATIENCE)
        gateway.sendto(request, bound.accounting[0])
        speaking.wait_until(lambda: counted("flexnet_radius_failed_total", kind="accounting") > before)
        domain.before = lambda: None
        gateway.sendto(request, bound.accounting[0])
        assert gateway.recv(4096)[0] == make_packets.ACCOUNTING_RESPONSE
    assert len(domain.calls) == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"signed": False},
        {"message_authenticator": bytes(16)},
        {"message_authenticator": b"x" * 16},
        {"secret": b"another secret"},
        {"extra": bytes([18, 10]) + b"abc"},
        {"extra": make_packets.SECOND_SIGNATURE},
        {"length": 4000},
        {"extra": make_packets.TOO_MUCH},
        {"attributes": {"NAS-Identifier": "gw2"}},
        {"attributes": {"Service-Type": "0x0011"}},
    ],
)
def test_a_bad_sign_in_hears_nothing(bound: Bound, domain: SmallDomain, spoilt: dict[str, Any]) -> None:
    packet = speaking.raw(speaking.sign_in("mallory", **spoilt))
    assert speaking.hears_nothing(bound.authentication[0], packet, speaking.sign_in())
    assert "mallory" not in {said["user_name"] for _, said in domain.calls}


def test_an_unsigned_record_with_a_wrong_authenticator_hears_nothing(bound: Bound) -> None:
    packet = speaking.raw(speaking.accounting(authenticator=b"x" * 16))
    assert speaking.hears_nothing(bound.accounting[0], packet, speaking.accounting("Interim-Update"))


@pytest.mark.parametrize("source", ["127.0.0.9", "127.0.0.3"])
def test_an_address_unknown_or_without_secret_hears_nothing(bound: Bound, source: str) -> None:
    packet = speaking.raw(speaking.sign_in())
    assert speaking.hears_nothing(bound.authentication[0], packet, speaking.sign_in(), source)


def test_each_port_takes_its_own_kind_only(bound: Bound) -> None:
    record, sign_in = speaking.raw(speaking.accounting()), speaking.raw(speaking.sign_in())
    assert speaking.hears_nothing(bound.authentication[0], record, speaking.sign_in())
    assert speaking.hears_nothing(bound.accounting[0], sign_in, speaking.accounting())


def test_padding_behind_a_packet_does_no_harm(bound: Bound) -> None:
    packet = speaking.raw(speaking.sign_in()) + bytes(30)
    assert speaking.over_udp(bound.authentication[0], packet)[0] == make_packets.ACCESS_ACCEPT


def test_what_is_dropped_is_counted(bound: Bound) -> None:
    before = counted("flexnet_radius_dropped_total", transport="udp", why="message_authenticator_missing")
    packet = speaking.raw(speaking.sign_in(signed=False))
    assert speaking.hears_nothing(bound.authentication[0], packet, speaking.sign_in())
    after = counted("flexnet_radius_dropped_total", transport="udp", why="message_authenticator_missing")
    assert after == before + 1


def test_a_domain_that_breaks_is_a_reject(bound: Bound, domain: SmallDomain) -> None:
    domain.before = _breaks
    for request in (speaking.sign_in(), speaking.authorize()):
        assert speaking.over_udp(bound.authentication[0], speaking.raw(request)) == rejected(request)


def test_a_domain_that_hangs_is_a_reject_in_time(
    bound: Bound, domain: SmallDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "LIMIT", 0.05)
    released = threading.Event()
    domain.before = lambda: released.wait(speaking.PATIENCE)
    request = speaking.sign_in()
    answer = speaking.over_udp(bound.authentication[0], speaking.raw(request))
    released.set()
    assert answer == rejected(request)


def test_authorizations_do_not_wait_behind_sign_ins(bound: Bound, domain: SmallDomain) -> None:
    hold, held = threading.Event(), threading.Semaphore(0)

    def wait() -> None:
        if domain.calls[-1][0] == "sign_in":
            held.release()
            hold.wait(speaking.PATIENCE)

    domain.before = wait
    with ThreadPoolExecutor(8) as gateways:
        waiting = [_in_the_background(gateways, bound, speaking.sign_in()) for _ in range(8)]
        for _ in range(4):
            held.acquire(timeout=speaking.PATIENCE)
        answer = speaking.over_udp(bound.authentication[0], speaking.raw(speaking.authorize()))
        assert not any(one.done() for one in waiting)
        hold.set()
        assert [one.result()[0] for one in waiting] == [make_packets.ACCESS_ACCEPT] * 8
    assert answer[0] == make_packets.ACCESS_ACCEPT


def test_more_than_may_wait_is_dropped_and_counted(
    domain: SmallDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "WAITING", 4)
    hold = threading.Event()
    domain.before = lambda: hold.wait(speaking.PATIENCE)
    before = counted("flexnet_radius_dropped_total", transport="udp", why="overloaded")
    with speaking.serving(domain) as bound, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gateway:
        gateway.settimeout(speaking.PATIENCE)
        for _ in range(20):
            gateway.sendto(speaking.raw(speaking.sign_in()), bound.authentication[0])
        speaking.wait_until(
            lambda: counted("flexnet_radius_dropped_total", transport="udp", why="overloaded") >= before + 12
        )
        hold.set()
        assert gateway.recv(4096)[0] == make_packets.ACCESS_ACCEPT


def test_copies_sent_at_once_are_one_sign_in_with_one_answer(bound: Bound, domain: SmallDomain) -> None:
    packet = speaking.raw(speaking.sign_in())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gateway:
        gateway.settimeout(speaking.PATIENCE)
        for _ in range(50):
            gateway.sendto(packet, bound.authentication[0])
        answers = {gateway.recv(4096) for _ in range(50)}
    assert len(answers) == 1
    assert len(domain.calls) == 1


def test_the_same_bytes_of_another_port_are_another_request(bound: Bound, domain: SmallDomain) -> None:
    packet = speaking.raw(speaking.sign_in())
    speaking.over_udp(bound.authentication[0], packet)
    speaking.over_udp(bound.authentication[0], packet)
    assert len(domain.calls) == 2


def test_no_secret_reaches_the_log(
    bound: Bound, domain: SmallDomain, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sentinel = "Sentinel-Kennwort"
    ways = (_nothing_more, _breaks)
    for domain.before in ways:
        speaking.over_udp(bound.authentication[0], speaking.raw(speaking.sign_in(field=sentinel + "123456")))
        speaking.over_udp(bound.authentication[0], speaking.raw(speaking.authorize(sentinel.encode())))
        speaking.over_udp(bound.authentication[0], speaking.raw(speaking.sign_in()))
    assert len([line for line in caplog.messages if line.startswith("sign-in 'alice' at gw1")]) == 4
    for secret in (sentinel, "123456", repr(STATE), STATE.hex(), UDP_SECRET.decode(), _WITHIN_ERROR):
        assert secret not in caplog.text


_WITHIN_ERROR = "what the database would not take"


def _nothing_more() -> None:
    """The domain works."""


def _breaks() -> None:
    raise RuntimeError(_WITHIN_ERROR)


def _in_the_background(gateways: ThreadPoolExecutor, bound: Bound, request: Example) -> Any:
    return gateways.submit(speaking.over_udp, bound.authentication[0], speaking.raw(request))
