"""Our packets are the contract's packets, and what it calls bad is not believed."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet_gateway import changes, codec, filter_rules
from flexnet_gateway.codec import Attribute, Code, Malformed, Packet

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = {
    path.stem: json.loads(path.read_text()) for path in (ROOT / "contracts" / "packets").glob("*.json")
}
GOOD = sorted(name for name in EXAMPLES if not name.startswith("bad-"))
BAD = sorted(name for name in EXAMPLES if name.startswith("bad-"))
REQUESTS = {Code.ACCESS_REQUEST, Code.ACCOUNTING_REQUEST, Code.DISCONNECT_REQUEST, Code.COA_REQUEST}


def is_believed(example: dict[str, Any], raw: bytes) -> bool:
    """What the two doors of the agent ask of a packet."""
    secret = example["secret"].encode()
    try:
        found = codec.decode(raw)
    except Malformed:
        return False
    if "request_authenticator" in example:
        return codec.is_genuine_answer(found, bytes.fromhex(example["request_authenticator"]), secret)
    genuine = codec.is_genuine_request(found, secret)
    return genuine and not (found.code in (40, 43) and changes.is_stale(found, example["at"]))


def ours(example: dict[str, Any], theirs: Packet) -> bytes:
    """The same packet, made by us."""
    secret, code = example["secret"].encode(), Code(example["code"])
    attributes = [
        one
        for name, value in example["attributes"].items()
        for one in _attribute(name, value, theirs, secret)
    ]
    if code in REQUESTS:
        fixed = theirs.authenticator if code == Code.ACCESS_REQUEST else None
        return codec.request(code, example["identifier"], secret, attributes, authenticator=fixed)
    asked = Packet(0, example["identifier"], bytes.fromhex(example["request_authenticator"]), b"", {})
    return codec.answer(code, asked, secret, attributes)


def _attribute(name: str, value: Any, theirs: Packet, secret: bytes) -> list[Attribute]:
    if name == "NAS-Filter-Rule":
        joined = "\0".join(value).encode()
        return [(name, joined[at : at + 253]) for at in range(0, len(joined), 253)]
    octets = bytes.fromhex(value[2:]) if str(value).startswith("0x") else None
    if name == "User-Password":
        return [(name, codec.hide(octets or value.encode(), theirs.authenticator, secret))]
    if name == "Class":
        return [(name, value.encode())]
    return [(name, value if octets is None else octets)]


def test_our_dictionary_is_the_contracts_dictionary() -> None:
    own = ROOT / "src" / "flexnet_gateway" / "dictionary"
    assert own.read_bytes() == (ROOT / "contracts" / "dictionary").read_bytes()


def test_there_are_examples() -> None:
    assert len(GOOD) > 15
    assert len(BAD) > 50


@pytest.mark.parametrize("name", GOOD)
def test_a_good_example_is_believed_and_is_what_we_would_send(name: str) -> None:
    raw = bytes.fromhex(EXAMPLES[name]["hex"])
    assert is_believed(EXAMPLES[name], raw)
    assert ours(EXAMPLES[name], codec.decode(raw)) == raw


@pytest.mark.parametrize("name", BAD)
def test_a_bad_example_is_not_believed(name: str) -> None:
    assert not is_believed(EXAMPLES[name], bytes.fromhex(EXAMPLES[name]["hex"]))


def test_rules_cut_in_the_middle_are_joined_again() -> None:
    example = EXAMPLES["authorize-accept"]
    found = codec.decode(bytes.fromhex(example["hex"]))
    assert len(found.every("NAS-Filter-Rule")) > 1
    assert filter_rules.texts(found.every("NAS-Filter-Rule")) == tuple(
        example["attributes"]["NAS-Filter-Rule"]
    )


@given(st.binary(max_size=128), st.binary(min_size=16, max_size=16), st.binary(min_size=1))
def test_a_password_arrives_as_typed(password: bytes, authenticator: bytes, secret: bytes) -> None:
    hidden = codec.hide(password, authenticator, secret)
    assert codec.reveal(hidden, authenticator, secret) == password.rstrip(b"\0")


def test_a_password_that_is_too_long_is_not_cut() -> None:
    with pytest.raises(Malformed, match="128"):
        codec.hide(b"x" * 129, bytes(16), b"radsec")


@given(st.binary(max_size=253))
def test_octets_are_sent_as_they_are(state: bytes) -> None:
    raw = codec.request(Code.ACCESS_REQUEST, 0, b"radsec", [("State", b"0x41" + state[:200])])
    assert codec.decode(raw).octets("State") == b"0x41" + state[:200]


@given(st.binary(max_size=200))
def test_bytes_are_a_packet_or_malformed(raw: bytes) -> None:
    sized = raw[:2] + len(raw).to_bytes(2) + raw[4:]
    for one in (raw, sized):
        with contextlib.suppress(Malformed):
            assert codec.decode(one).raw == one


def test_nothing_over_4096_bytes_is_sent() -> None:
    with pytest.raises(Malformed, match="4096"):
        codec.request(Code.COA_REQUEST, 0, b"radsec", [("NAS-Filter-Rule", b"x" * 253)] * 17)


def test_what_may_come_once_and_comes_twice_is_malformed() -> None:
    raw = codec.request(Code.ACCESS_REQUEST, 0, b"radsec", [("State", b"a"), ("State", b"b")])
    with pytest.raises(Malformed, match="State is there 2 times"):
        codec.decode(raw).octets("State")


def test_text_that_is_not_utf8_and_numbers_of_other_length_are_malformed() -> None:
    raw = codec.request(
        Code.ACCESS_REQUEST, 0, b"radsec", [("User-Name", b"\xe4"), ("Session-Timeout", b"\0")]
    )
    with pytest.raises(Malformed, match="UTF-8"):
        codec.decode(raw).text("User-Name")
    with pytest.raises(Malformed, match="not 4"):
        codec.decode(raw).number("Session-Timeout")


def test_an_answer_brings_back_proxy_state_in_order() -> None:
    asked = codec.request(Code.ACCESS_REQUEST, 9, b"s", [("Proxy-State", b"1"), ("Proxy-State", b"2")])
    answer = codec.decode(codec.answer(Code.ACCESS_REJECT, codec.decode(asked), b"s", []))
    assert answer.every("Proxy-State") == [b"1", b"2"]
    assert codec.is_genuine_answer(answer, asked[4:20], b"s")


def test_a_packet_shows_no_secrets() -> None:
    raw = codec.request(Code.ACCESS_REQUEST, 1, b"s", [("State", b"very-secret")])
    assert repr(codec.decode(raw)) == "Packet(code=1, identifier=1)"
