"""What people type does no harm to whoever reads it later."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import plain_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Dr.  Anna\tBeispiel \r\n", "Dr. Anna Beispiel"),
        ("Praxis\x00 am\x08 Markt", "Praxis am Markt"),
        ("Dr. \u202egnuZ rD\u202c Weg", "Dr. gnuZ rD Weg"),
        ("<b>Praxis</b>", "<b>Praxis</b>"),
        ("Mu\u0308ller", "Müller"),
        ("a\ud800b", "ab"),
        ("", ""),
    ],
)
def test_a_line_is_one_line_of_characters_that_show_themselves(typed: str, kept: str) -> None:
    assert plain_text.line(typed) == kept


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Dr. Žofie Ørsted-ẞ O’Neill „zu“ A\u0301", ""),
        ("Δώρα Третья", ""),
        ("20 € – § 1", ""),
        ("Dr. 😀 李", "😀"),
        ("李", "李"),
        ("أ", "أ"),
    ],
)
def test_what_no_office_writes_is_found(text: str, first: str) -> None:
    assert plain_text.unwritten(text) == first


def test_lines_stay_lines_with_at_most_one_empty_between() -> None:
    assert plain_text.lines("\r\n eins \r\n\r\n\r\n\rzwei\n\n") == "eins\n\nzwei"


@given(st.text())
def test_nothing_is_left_that_cannot_be_seen(text: str) -> None:
    kept = plain_text.line(text)
    assert kept == plain_text.line(kept)
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in kept)
    assert kept.encode().decode() == kept
