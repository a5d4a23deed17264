"""A book says what one KV's rules are, and its Markdown is a closed part of Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from flexnet import configuration
from flexnet.configuration import Configuration
from flexnet.manual import books, filling, markdown, pictures, walking
from flexnet.manual.blocks import Code, Heading, Listing, Notice, Paragraph, Picture, Span, Table
from flexnet.manual.errors import BadManual

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NASTY = "*Kenn*_wort_ <b>[x](y)</b> | `a` 1. # {{ kv }} \\ „“"


@pytest.fixture
def kvsa() -> Configuration:
    return configuration.load(DEPLOY / "kvsa.toml")


@pytest.fixture
def kvs() -> Configuration:
    return configuration.load(DEPLOY / "kvs.toml")


def said(book: books.Book) -> str:
    return "\n".join(one for chapter in book.chapters for one in walking.sentences(chapter.blocks))


def test_each_kv_reads_of_its_own_ways_only(kvsa: Configuration, kvs: Configuration) -> None:
    with_key, without = books.read("praxis", kvsa), books.read("praxis", kvs)
    assert with_key.chapter("verbinden")
    assert not without.chapter("verbinden")
    for mine, others in ((with_key, without), (without, with_key)):
        assert mine.title != others.title
    assert "flexnet.kvsa.de" in said(with_key)
    assert "Flexnet-Yubikey" in said(with_key)
    assert "0391 627 7000" in said(with_key)
    assert "YubiKey" not in said(without)
    assert "Kennwort" not in said(without).replace("Sperrkennwort", "")
    assert "mipo.kvs.kv-safenet.de" in said(without)
    assert "Die Bilder zeigen Seiten der KVSA." in said(without)
    assert "Die Bilder zeigen" not in said(with_key)


def test_a_word_of_the_configuration_is_no_markdown(kvsa: Configuration) -> None:
    words = kvsa.profile.words.model_copy(update={"password": NASTY})
    profile = kvsa.profile.model_copy(update={"words": words, "hotline": NASTY, "portal_name": NASTY})
    text = said(books.read("praxis", kvsa.model_copy(update={"profile": profile})))
    assert text.count(NASTY) > 20
    assert text.replace(NASTY, "").count("**") == 0


def test_every_picture_is_there_and_every_one_that_is_there_is_shown(kvsa: Configuration) -> None:
    shown = {one.name for name in ("praxis", "geschaeftsstelle") for one in _pictures(kvsa, name)}
    assert shown == set(pictures.kept().outlines)
    assert shown == {path.stem for path in pictures.FOLDER.glob("*.png")}
    assert all(0 < pictures.size(name).height <= 860 for name in shown)


def _pictures(of: Configuration, name: str) -> list[Picture]:
    assert name in ("praxis", "geschaeftsstelle")
    return books.read("praxis" if name == "praxis" else "geschaeftsstelle", of).pictures()


def test_what_changes_from_day_to_day_is_no_change_of_a_page() -> None:
    before = ["Eingereicht am Freitag, 15. Januar 2027", "", "Weiter "]
    assert pictures.outline(before) == pictures.outline(["Eingereicht am Montag, 4. Mai 2026", "Weiter"])
    assert pictures.outline(before) != pictures.outline(["Eingegangen am Freitag, 15. Januar 2027", "Weiter"])


def test_the_closed_part_of_markdown() -> None:
    text = (
        "# Titel\n\nEin **fetter** [Link](03-post.md),\nzwei Zeilen und `code`.\n\n"
        '1. Erst\n\n   ![Alt](../bilder/x.png "Unterschrift")\n\n2. Dann\n\n'
        "> Merken\n\n| A | B |\n|---|---|\n| a | b |\n\n```\nsudo x\n```\n"
    )
    title, paragraph, steps, notice, table, code = markdown.blocks(text)
    assert title == Heading(1, (Span("Titel"),))
    assert paragraph == Paragraph(
        (
            Span("Ein "),
            Span("fetter", "strong"),
            Span(" "),
            Span("Link", link="post"),
            Span(", zwei Zeilen und "),
            Span("code", "code"),
            Span("."),
        )
    )
    assert isinstance(steps, Listing)
    assert steps.items[0][1] == Picture("x", "Alt", "Unterschrift")
    assert notice == Notice((Paragraph((Span("Merken"),)),))
    assert table == Table(((Span("A"),), (Span("B"),)), (((Span("a"),), (Span("b"),)),))
    assert code == Code("sudo x")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("![](../bilder/x.png)", "a picture needs a text"),
        ('![alt](../bilder/x.svg "c")', "neither a chapter nor a picture"),
        ('vorher ![alt](x.png "c")', "a paragraph of its own"),
        ("[x](../../etc/passwd)", "neither a chapter nor a picture"),
    ],
)
def test_what_is_not_part_of_it_is_named_with_its_line(text: str, why: str) -> None:
    with pytest.raises(BadManual, match=why) as refused:
        markdown.blocks(f"# Titel\n\n{text}\n")
    assert "line 3" in str(refused.value)


def test_html_is_text() -> None:
    text = "<script>alert(1)</script> [x](javascript:alert(1))"
    assert markdown.blocks(text) == (Paragraph((Span(text),)),)


def test_a_chapter_that_asks_for_what_no_profile_says_is_refused(kvsa: Configuration) -> None:
    with pytest.raises(BadManual, match="no profile says"):
        filling.filled("Rufen Sie an: {{ telefon }}", filling.known(kvsa))
    assert filling.filled("{% if yubikey %}ja{% endif %}", filling.known(kvsa)) == "ja"
