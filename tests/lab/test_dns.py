"""The lab's name server answers what it knows and is not confused by anything else."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from lab import dns

_NAMES = {"kvsaonline.kvsa.kv-safenet.de": "10.20.0.10"}


def test_a_known_name_has_its_address() -> None:
    assert dns.address(dns.answer(dns.question("kvsaonline.kvsa.kv-safenet.de"), _NAMES)) == "10.20.0.10"


def test_an_unknown_name_does_not_exist() -> None:
    reply = dns.answer(dns.question("www.example"), _NAMES)
    assert reply[3] & 0xF == 3
    assert dns.address(reply) is None


def test_a_known_name_has_no_other_kind_of_record() -> None:
    ask_for_ipv6 = dns.question("kvsaonline.kvsa.kv-safenet.de")[:-4] + b"\0\x1c\0\1"
    reply = dns.answer(ask_for_ipv6, _NAMES)
    assert reply[3] & 0xF == 0
    assert dns.address(reply) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_or_refused(data: bytes) -> None:
    with contextlib.suppress(dns.BadQuery):
        assert dns.answer(data, _NAMES)[:2] == data[:2]
