"""The door with the real domain behind it: sign-in, the tunnel's life, a lock, all over the wire."""

import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django import db

from flexnet.access import locking
from flexnet.gateway import actions as gateways
from flexnet.gateway.models import Change, Session
from flexnet.radius.server import Bound
from flexnet.radius.wiring import Wiring
from tests import make
from tests.radius import make_packets, speaking
from tests.radius.conftest import Certificates
from tests.radius.make_packets import Example
from tests.radius.small_domain import UDP_SECRET

pytestmark = pytest.mark.django_db(transaction=True)
LATER = make.NOW + timedelta(hours=1)
ACCEPT, REJECT = make_packets.ACCESS_ACCEPT, make_packets.ACCESS_REJECT


@pytest.fixture
def bound(radsec_settings: dict[str, Any]) -> Iterator[Bound]:
    gateways.register(
        name="gw1", certificate_name="gw1.example", address="127.0.0.1", secret=UDP_SECRET, by=make.BY
    )
    make.portal_service()
    with speaking.serving(Wiring(), clock=lambda: LATER, **radsec_settings) as bound:
        yield bound


@pytest.fixture
def gw1(bound: Bound, certificates: Certificates) -> Iterator[ssl.SSLSocket]:
    with speaking.tls(bound.radsec, certificates.authority, certificates.gw1) as gateway:
        yield gateway


def ask(gateway: ssl.SSLSocket, example: Example) -> bytes:
    words = example.attributes | {"NAS-Identifier": "gw1"}
    gateway.sendall(speaking.raw(replace(example, attributes=words, secret=b"radsec")))
    return speaking.read(gateway)


def sign_in(member: make.Member, press: int) -> Example:
    return speaking.sign_in("alice-praxis", member.field(press).decode())


def state_of(accept: bytes) -> bytes:
    return dict(speaking.attributes_of(accept))[24]


def tunnel(gateway: ssl.SSLSocket, member: make.Member) -> bytes:
    """Sign in and connect; the answer to Authorize-Only."""
    accepted = ask(gateway, sign_in(member, 0))
    return ask(gateway, speaking.authorize(state_of(accepted), attributes={"User-Name": "alice-praxis"}))


def test_a_person_signs_in_and_reaches_the_portal(gw1: ssl.SSLSocket) -> None:
    authorized = tunnel(gw1, make.settled())
    assert authorized[0] == ACCEPT
    assert dict(speaking.attributes_of(authorized))[92] == make.PORTAL_RULE.encode()
    session = Session.objects.get()
    assert (session.acct_session_id, session.tunnel_address) == ("session-1", "10.66.0.5")


def test_the_same_over_plain_radius(bound: Bound) -> None:
    packet = speaking.raw(sign_in(make.settled(), 0))
    assert speaking.over_udp(bound.authentication[0], packet)[0] == ACCEPT


def test_a_code_lets_in_once_and_a_copy_of_the_packet_is_no_second_time(gw1: ssl.SSLSocket) -> None:
    member = make.settled()
    request = sign_in(member, 0)
    first = ask(gw1, request)
    assert ask(gw1, request) == first
    assert ask(gw1, sign_in(member, 0))[0] == REJECT
    assert Session.objects.count() == 1


def test_a_refusal_says_no_more_than_another(gw1: ssl.SSLSocket) -> None:
    member = make.settled()
    unknown = speaking.sign_in("nobody-praxis", member.field(1).decode())
    wrong_code = speaking.sign_in("alice-praxis", make.PASSWORD + "000000")
    wrong_password = speaking.sign_in("alice-praxis", member.field(1, "Herbst-2025-x").decode())
    answers = [ask(gw1, request) for request in (unknown, wrong_code, wrong_password)]
    assert {answer[0] for answer in answers} == {REJECT}
    assert len({tuple(speaking.attributes_of(answer)[1:]) for answer in answers}) == 1
    assert {len(answer) for answer in answers} == {len(answers[0])}


def test_a_state_is_bound_to_its_session(gw1: ssl.SSLSocket) -> None:
    state = state_of(ask(gw1, sign_in(make.settled(), 0)))
    mine = {"User-Name": "alice-praxis", "Acct-Session-Id": "mine"}
    assert ask(gw1, speaking.authorize(state, attributes=mine))[0] == ACCEPT
    assert ask(gw1, speaking.authorize(state, attributes=mine))[0] == ACCEPT
    assert ask(gw1, speaking.authorize(state, attributes=mine | {"Acct-Session-Id": "other"}))[0] == REJECT


def test_a_lost_key_ends_the_tunnel_over_the_gateways_own_connection(gw1: ssl.SSLSocket) -> None:
    member = make.settled()
    tunnel(gw1, member)
    locking.report_key_lost(serial=member.key.serial, by=make.BY, reason="lost", now=LATER)
    request = speaking.read(gw1)
    assert request[0] == make_packets.DISCONNECT_REQUEST
    assert dict(speaking.attributes_of(request))[44] == b"session-1"
    acknowledged = Example("ack", make_packets.DISCONNECT_ACK, request[1], {})
    gw1.sendall(speaking.raw(acknowledged, request))
    speaking.wait_until(lambda: Change.objects.filter(acknowledged=True).exists())
    again = speaking.authorize(b"x" * 32, attributes={"User-Name": "alice-praxis"})
    assert ask(gw1, again)[0] == REJECT


def test_what_a_gateway_counts_is_kept_and_its_stop_ends_the_session(gw1: ssl.SSLSocket) -> None:
    tunnel(gw1, make.settled())
    counted = {"Acct-Input-Octets": 5, "Acct-Input-Gigawords": 1, "Acct-Output-Octets": 7}
    ask(gw1, speaking.accounting("Interim-Update", attributes=counted))
    ask(gw1, speaking.accounting("Stop", attributes=counted | {"Acct-Terminate-Cause": "User-Request"}))
    session = Session.objects.get()
    assert (session.octets_in, session.octets_out) == (2**32 + 5, 7)
    assert session.end_reason == "user_request"


def test_names_that_no_database_takes_are_refused_and_not_dropped(gw1: ssl.SSLSocket) -> None:
    for name in ("0x" + b"alice\0praxis".hex(), "0xff", "x" * 253):
        assert ask(gw1, speaking.sign_in(name))[0] == REJECT


def test_an_absurd_record_is_kept_and_not_sent_for_ever(gw1: ssl.SSLSocket) -> None:
    most: dict[str, Any] = {"Acct-Input-Octets": 2**32 - 1, "Acct-Input-Gigawords": 2**32 - 1}
    most |= {"Acct-Session-Id": "s" * 253, "Event-Timestamp": 2**32 - 1, "Acct-Delay-Time": 2**32 - 1}
    for status in ("Start", "Interim-Update", "Stop"):
        answer = ask(gw1, speaking.accounting(status, attributes=most))
        assert answer[0] == make_packets.ACCOUNTING_RESPONSE


@pytest.mark.skipif(db.connection.vendor == "sqlite", reason="a file does not hang up")
def test_a_connection_that_the_database_ended_is_replaced(bound: Bound) -> None:
    """As after its restart."""
    wiring = Wiring()

    def own_connection() -> int:
        wiring.get_ready()
        assert wiring.gateway_by_certificate("gw1.example")
        return int(db.connection.connection.info.backend_pid)

    with ThreadPoolExecutor(1) as aside:
        first = aside.submit(own_connection).result()
        with db.connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, %s)", [first, 5_000])
        assert aside.submit(own_connection).result() != first
        aside.submit(wiring.hang_up).result()
