"""Paragraphs of the terms: as Germans cite them, and not at all where they are of other terms."""

import pytest
from django.utils import translation

from flexnet.web import paragraphs
from tests import configured

BLANK = "\N{NO-BREAK SPACE}"  # no line ends there
SENTENCE = "Was geschieht, gilt (§ 1 Abs. 2). Mehr (nicht)."


def test_a_rule_is_cited_in_the_language_of_the_page() -> None:
    assert paragraphs.cited(SENTENCE) == "Was geschieht, gilt (§_1 Abs._2). Mehr (nicht).".replace("_", BLANK)
    assert paragraphs.of("§ 7(2), § 10(1)") == "§_7 Abs._2, §_10 Abs._1".replace("_", BLANK)
    assert paragraphs.of("password policy") == ""
    with translation.override("en"):
        assert paragraphs.of("§ 7(2)") == f"§{BLANK}7(2)"


def test_a_kv_with_other_terms_cites_none(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, profile={"cites_paragraphs": False})
    assert paragraphs.cited(SENTENCE) == "Was geschieht, gilt. Mehr (nicht)."
    assert paragraphs.of("§ 7(2)") == ""
