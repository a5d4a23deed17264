"""The strict wrapper: nothing but Malformed comes out of it, and nothing too long leaves it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.radius import attributes, codec
from tests.radius import make_packets, speaking

GOOD = speaking.raw(speaking.sign_in(secret=b"radsec"))
REQUEST = codec.read_request(GOOD, b"radsec")


@given(st.binary(max_size=200))
def test_random_bytes_are_malformed(noise: bytes) -> None:
    with pytest.raises(codec.Malformed):
        codec.read_request(noise, b"radsec")


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_byte_of_a_signed_request_can_be_changed(at: int, by: int) -> None:
    changed = GOOD[:at] + bytes([GOOD[at] ^ by]) + GOOD[at + 1 :]
    with pytest.raises(codec.Malformed):
        codec.read_request(changed, b"radsec")


@given(st.binary(max_size=300), st.sampled_from(sorted(codec.REQUESTS | codec.ANSWERS)))
def test_attributes_of_any_form_never_break_the_reader(body: bytes, code: int) -> None:
    packet = bytes([code, 0]) + (20 + len(body)).to_bytes(2, "big") + bytes(16) + body
    with pytest.raises(codec.Malformed):
        codec.read_request(packet, b"radsec")


@given(st.binary(min_size=1, max_size=128).filter(lambda typed: not typed.endswith(b"\0")))
def test_a_password_of_any_bytes_arrives_whole(typed: bytes) -> None:
    hidden = make_packets.hidden(typed, b"secret", b"a" * 16)
    assert codec.revealed(hidden, b"secret", b"a" * 16) == typed


@pytest.mark.parametrize("length", [0, 15, 17, 144])
def test_a_hidden_password_of_no_right_length_is_malformed(length: int) -> None:
    with pytest.raises(codec.Malformed):
        codec.revealed(bytes(length), b"secret", bytes(16))


@given(st.lists(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1), min_size=1))
def test_cut_rules_are_joined_again(rules: list[str]) -> None:
    chunks = [value for _, value in codec.cut(rules)]
    assert b"".join(chunks).split(b"\0") == [rule.encode() for rule in rules]
    assert all(len(chunk) == 253 for chunk in chunks[:-1])


def test_no_rules_are_no_attribute() -> None:
    assert codec.cut([]) == []


def test_an_answer_of_4096_bytes_is_written_and_one_of_4097_is_not() -> None:
    room = codec.LARGEST - 20 - 18
    values = [bytes(253)] * (room // 255)
    fits = [("Class", value) for value in [*values, bytes(room % 255 - 2)]]
    assert len(codec.answer(REQUEST, codec.ACCESS_ACCEPT, fits, b"radsec")) == codec.LARGEST
    with pytest.raises(codec.TooLong):
        codec.answer(REQUEST, codec.ACCESS_ACCEPT, [*fits[:-1], ("Class", bytes(room % 255 - 1))], b"radsec")


def test_a_value_of_254_bytes_is_not_written() -> None:
    with pytest.raises(codec.TooLong):
        codec.answer(REQUEST, codec.ACCESS_ACCEPT, [("State", bytes(254))], b"radsec")


def test_a_state_that_looks_like_hexadecimal_stays_as_it_is() -> None:
    made = codec.answer(REQUEST, codec.ACCESS_ACCEPT, [("State", b"0x4142")], b"radsec")
    assert (24, b"0x4142") in speaking.attributes_of(made)


def test_proxy_states_come_back_in_their_order() -> None:
    proxied = speaking.sign_in(secret=b"radsec", extra=b"\x21\x04ab\x21\x04cd")
    request = codec.read_request(speaking.raw(proxied), b"radsec")
    made = codec.answer(request, codec.ACCESS_REJECT, [], b"radsec")
    assert [value for kind, value in speaking.attributes_of(made) if kind == 33] == [b"ab", b"cd"]


def test_padding_behind_a_datagrams_packet_is_ignored() -> None:
    assert codec.without_padding(GOOD + b"padding") == GOOD


def test_a_packet_does_not_show_what_it_holds() -> None:
    assert repr(REQUEST) == f"Packet(code=1, identifier={REQUEST.identifier})"


def test_an_attribute_that_may_stand_once_is_malformed_when_repeated() -> None:
    twice = speaking.sign_in(secret=b"radsec", extra=make_packets.attribute(1, b"mallory"))
    with pytest.raises(codec.Malformed, match="repeated"):
        codec.read_request(speaking.raw(twice), b"radsec").value("User-Name")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"praxis-\xc3\xa4", "praxis-ä"),
        (b"praxis-\xe4", "praxis-\ufffd"),
        (b"alice\0", "alice\ufffd"),
        (b"alice\nsign-in 'bob': accepted", "alice\ufffdsign-in 'bob': accepted"),
    ],
)
def test_text_is_fit_for_a_log_and_a_database(sent: bytes, read: str) -> None:
    request = codec.Packet(codec.ACCESS_REQUEST, 1, bytes(16), {codec.number("User-Name"): (sent,)})
    assert attributes.text(request, "User-Name") == read
