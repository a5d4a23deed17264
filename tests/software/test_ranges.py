"""Parts of files: asked for as RFC 9110 has it, counted together as they were given."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.software import ranges
from flexnet.software.ranges import NotThere, Span

ETAG = '"abc"'


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-9", Span(0, 10)),
        ("bytes=90-", Span(90, 100)),
        ("bytes=90-500", Span(90, 100)),
        ("bytes=-10", Span(90, 100)),
        ("bytes=-500", Span(0, 100)),
        ("bytes=99-99", Span(99, 100)),
        ("bytes=0-1,5-6", None),
        ("bytes=9-0", None),
        ("bytes=-", None),
        ("bits=0-9", None),
        ("bytes=x", None),
        (None, None),
    ],
)
def test_the_part_that_is_asked_for(header: str | None, span: Span | None) -> None:
    assert ranges.asked(header, None, size=100, etag=ETAG) == span


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_what_is_not_in_the_file(header: str) -> None:
    with pytest.raises(NotThere):
        ranges.asked(header, None, size=100, etag=ETAG)


@pytest.mark.parametrize(
    ("if_range", "is_part"), [(ETAG, True), (f"W/{ETAG}", False), ('"old"', False), ("", False)]
)
def test_a_part_of_another_file_is_none(if_range: str, is_part: bool) -> None:
    assert (ranges.asked("bytes=5-", if_range, size=100, etag=ETAG) is not None) is is_part


@given(st.text(max_size=60), st.integers(1, 10**12))
def test_no_header_leads_out_of_the_file(header: str, size: int) -> None:
    try:
        span = ranges.asked(f"bytes={header}", None, size=size, etag=ETAG)
    except NotThere:
        return
    assert span is None or 0 <= span.start < span.end <= size


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=20))
def test_what_was_given_is_counted_once(pairs: list[tuple[int, int]]) -> None:
    spans = [Span(min(pair), max(pair)) for pair in pairs]
    merged = ranges.together(spans)
    there = {number for span in spans for number in range(span.start, span.end)}
    assert {number for span in merged for number in range(span.start, span.end)} == there
    assert ranges.total(merged) == len(there)
    assert ranges.read(ranges.written(merged)) == merged
    assert all(first.end < second.start for first, second in itertools.pairwise(merged))
