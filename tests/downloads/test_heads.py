"""Heads of requests: whatever comes is read or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.downloads import heads
from flexnet.downloads.heads import BadHead


def test_of_two_fields_of_one_name_the_first_counts_and_their_case_does_not() -> None:
    asked = heads.parsed(b"GET /a/b?c HTTP/1.1\r\nRANGE:\t bytes=0- \r\nrange: bytes=5-")
    assert (asked.method, asked.path, asked.fields) == ("GET", "/a/b?c", {"range": "bytes=0-"})


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GET / HTTP/2",
        b"GET  / HTTP/1.1",
        b"get / HTTP/1.1",
        b"GET /\xff HTTP/1.1",
        b"GET / HTTP/1.1\nx: y",
    ],
)
def test_what_is_no_head_is_refused(head: bytes) -> None:
    with pytest.raises(BadHead):
        heads.parsed(head)


@given(st.binary(max_size=300))
def test_nothing_else_is_raised(content: bytes) -> None:
    for head in (content, b"GET / HTTP/1.1\r\n" + content):
        try:
            asked = heads.parsed(head)
        except BadHead:
            continue
        assert asked.path.startswith("/")
        assert not any("\r" in value or "\n" in value for value in asked.fields.values())
