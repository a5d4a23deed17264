"""One form of a text: the same words have the same hash, and nothing hides between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import canonical_text
from flexnet.lib.canonical_text import BadText


@pytest.mark.parametrize(
    "written",
    [
        "§ 1 Nutzung\n\nErlaubt für Ärzte.\n",
        "§ 1 Nutzung\r\n\r\nErlaubt für Ärzte.",
        "\ufeff§ 1 Nutzung\r\rErlaubt für Ärzte.\r",
        "\n\n§ 1 Nutzung  \n\t\nErlaubt fu\u0308r A\u0308rzte.\t\n\n\n",
    ],
)
def test_the_same_words_have_the_same_form(written: str) -> None:
    found = canonical_text.canonical(written)
    assert found == "§ 1 Nutzung\n\nErlaubt für Ärzte.\n"
    # printf '§ 1 Nutzung\n\nErlaubt für Ärzte.\n' | sha256sum
    assert canonical_text.sha256(found) == "3606e5a5ec7b1998df0bdc485b39aeeb49ab8040a821fdc897c8d49dca0b85f8"


def test_another_word_has_another_hash() -> None:
    one, other = (canonical_text.canonical(text) for text in ("vier Wochen", "vier  Wochen"))
    assert canonical_text.sha256(one) != canonical_text.sha256(other)


@pytest.mark.parametrize(
    "hidden", ["\x00", "\u202e", "\u200b", "\u2066", "\x1b", "\ufeff", "\ud800", "\ue000"]
)
def test_what_nobody_sees_on_paper_is_refused_with_its_place(hidden: str) -> None:
    with pytest.raises(BadText, match=f"Line 2 holds U\\+{ord(hidden):04X}"):
        canonical_text.canonical(f"erlaubt\nnicht {hidden} verboten")


@pytest.mark.parametrize("empty", ["", " \n\t\r\n", "\ufeff"])
def test_nothing_is_no_text(empty: str) -> None:
    with pytest.raises(BadText, match="empty"):
        canonical_text.canonical(empty)


@given(st.text(st.characters(exclude_categories=["C"], include_characters="\n\r\t")))
def test_a_canonical_text_stays_as_it_is(written: str) -> None:
    try:
        once = canonical_text.canonical(written)
    except BadText:
        return
    assert canonical_text.canonical(once) == once
