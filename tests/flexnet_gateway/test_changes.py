"""Disconnect- and CoA-Requests: what is done, what is refused with which cause, what is dropped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

import pytest

from flexnet_gateway import codec, sessions
from flexnet_gateway.changes import Changes, ErrorCause
from flexnet_gateway.codec import Attribute, Code
from tests.flexnet_gateway.fake_server import SECRET, in_attributes
from tests.flexnet_gateway.fakes import Gateway
from tests.flexnet_gateway.made import PORTAL, sign_in
from tests.flexnet_gateway.test_connecting import connect
from tests.flexnet_gateway.test_connecting import sign_in as signs_in

SESSION: Attribute = ("Acct-Session-Id", "S1")


@pytest.fixture(autouse=True)
def two_sessions(gateway: Gateway) -> None:
    for number, (key, user_name) in enumerate((("S1", "anna"), ("S2", "berta")), 1):
        signs_in(gateway, user_name)
        assert connect(gateway, number, key, f"vpns{number}", user_name) == ""


def packet(code: Code, *attributes: Attribute, age: float = 0, name: str | None = "gw1") -> codec.Packet:
    named: list[Attribute] = [] if name is None else [("NAS-Identifier", name)]
    stamp: Attribute = ("Event-Timestamp", int(time.time() - age))
    return codec.decode(codec.request(code, 5, SECRET, [*named, stamp, *attributes]))


def ask(gateway: Gateway, *requests: codec.Packet) -> list[tuple[int, int | None] | None]:
    """Code and Error-Cause of each answer; None where it was dropped."""
    door = Changes("gw1", gateway.connecting)

    async def all_at_once() -> list[bytes | None]:
        return await asyncio.gather(*(door(one) for one in requests))

    raw = asyncio.run(all_at_once())
    answers = [None if one is None else codec.decode(one) for one in raw]
    return [None if one is None else (one.code, one.number("Error-Cause")) for one in answers]


def live(gateway: Gateway) -> set[str]:
    return {key[0] for key in gateway.kernel.filters}


def test_a_disconnect_takes_the_filter_and_the_tunnel(gateway: Gateway) -> None:
    assert ask(gateway, packet(Code.DISCONNECT_REQUEST, SESSION)) == [(Code.DISCONNECT_ACK, None)]
    assert live(gateway) == {"vpns2"}
    assert gateway.ocserv.cut == [1]
    assert [(one.status, one.cause) for one in gateway.records()][-1] == ("Stop", "Admin-Reset")
    assert "ended" in connect(gateway, 3)


def test_a_name_means_all_its_sessions_however_it_was_typed_and_its_unused_sign_ins(gateway: Gateway) -> None:
    signs_in(gateway, "Anna")
    connect(gateway, 3, "S3", "vpns3", "Anna")
    gateway.ledger.turn(sessions.signed_in(gateway.ledger.book, sign_in("anna", b"unused")))
    assert ask(gateway, packet(Code.DISCONNECT_REQUEST, ("User-Name", "anna"))) == [
        (Code.DISCONNECT_ACK, None)
    ]
    assert live(gateway) == {"vpns2"}
    assert gateway.ledger.book.sign_ins == ()


def test_a_session_that_is_away_is_known_too(gateway: Gateway) -> None:
    asyncio.run(gateway.connecting.disconnect(1, 0, 0))
    assert ask(gateway, packet(Code.DISCONNECT_REQUEST, SESSION)) == [(Code.DISCONNECT_ACK, None)]
    assert "ended" in connect(gateway, 3)


def test_a_session_that_is_just_connecting_is_known_too(gateway: Gateway) -> None:
    gateway.connecting.under_way["S7"] = "anna"
    request = packet(Code.DISCONNECT_REQUEST, ("Acct-Session-Id", "S7"))
    assert ask(gateway, request) == [(Code.DISCONNECT_ACK, None)]
    assert "S7" in gateway.ledger.book.ended


def test_new_rules_replace_the_old_ones(gateway: Gateway) -> None:
    assert ask(gateway, packet(Code.COA_REQUEST, SESSION, *in_attributes([PORTAL]))) == [(Code.COA_ACK, None)]
    assert gateway.kernel.filters["vpns1", "10.66.0.5"].rules == (PORTAL,)
    assert gateway.kernel.filters["vpns2", "10.66.0.5"].rules != (PORTAL,)


# Made when they are sent, for they carry the time.
BAD = [
    (partial(packet, Code.DISCONNECT_REQUEST, SESSION, ("Class", b"x")), ErrorCause.UNSUPPORTED_ATTRIBUTE),
    (
        partial(packet, Code.DISCONNECT_REQUEST, SESSION, *in_attributes([PORTAL])),
        ErrorCause.UNSUPPORTED_ATTRIBUTE,
    ),
    (partial(packet, Code.DISCONNECT_REQUEST), ErrorCause.MISSING_ATTRIBUTE),
    (partial(packet, Code.DISCONNECT_REQUEST, SESSION, name=None), ErrorCause.MISSING_ATTRIBUTE),
    (partial(packet, Code.COA_REQUEST, SESSION), ErrorCause.MISSING_ATTRIBUTE),
    (partial(packet, Code.DISCONNECT_REQUEST, SESSION, name="gw2"), ErrorCause.NAS_IDENTIFICATION_MISMATCH),
    (
        partial(packet, Code.COA_REQUEST, SESSION, ("NAS-Filter-Rule", b"permit all")),
        ErrorCause.INVALID_REQUEST,
    ),
    (partial(packet, Code.DISCONNECT_REQUEST, SESSION, SESSION), ErrorCause.INVALID_REQUEST),
    (
        partial(packet, Code.DISCONNECT_REQUEST, ("Acct-Session-Id", "S9")),
        ErrorCause.SESSION_CONTEXT_NOT_FOUND,
    ),
    (
        partial(packet, Code.DISCONNECT_REQUEST, SESSION, ("User-Name", "berta")),
        ErrorCause.SESSION_CONTEXT_NOT_FOUND,
    ),
]


@pytest.mark.parametrize(("made", "cause"), BAD, ids=lambda one: getattr(one, "name", ""))
def test_a_refusal_names_its_cause_and_changes_nothing(
    gateway: Gateway, made: Callable[[], codec.Packet], cause: ErrorCause
) -> None:
    request_ = made()
    nak = Code.COA_NAK if request_.code == Code.COA_REQUEST else Code.DISCONNECT_NAK
    assert ask(gateway, request_) == [(nak, cause)]
    assert live(gateway) == {"vpns1", "vpns2"}


def test_what_the_kernel_refuses_is_506_and_the_tunnel_ends_all_the_same(gateway: Gateway) -> None:
    gateway.kernel.is_refusing = True
    assert ask(gateway, packet(Code.DISCONNECT_REQUEST, SESSION)) == [(Code.DISCONNECT_NAK, 506)]
    assert gateway.ocserv.cut == [1]


@pytest.mark.parametrize("age", [302, -302])
def test_a_stale_request_is_dropped(gateway: Gateway, age: float) -> None:
    assert ask(gateway, packet(Code.DISCONNECT_REQUEST, SESSION, age=age)) == [None]
    assert live(gateway) == {"vpns1", "vpns2"}


def test_a_copy_gets_the_first_answer_and_has_no_effect(gateway: Gateway) -> None:
    request = packet(Code.DISCONNECT_REQUEST, SESSION)
    assert ask(gateway, request, request, request) == [(Code.DISCONNECT_ACK, None)] * 3
    assert gateway.ocserv.cut == [1]
