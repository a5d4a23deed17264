"""The manual says what the system says: each sentence in „…“ stands in the pages, letters or programs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import flexnet
from flexnet import configuration
from flexnet.configuration import Configuration
from flexnet.manual import books, walking
from flexnet.manual.books import Name
from tests.web.test_catalogue import CATALOGUES, key, read

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SOURCE = Path(flexnet.__file__).parents[1]
WITHOUT_CATALOGUE = ("flexnet_client", "flexnet_gateway", "flexnet/radius", "flexnet/post", "flexnet/cli")
QUOTED = re.compile("„([^“]+)“")
PLACEHOLDER = r"(?:%\(\w+\)s|\{\w+\}|\{\})"
PROFILES = ("kvsa", "kvs")
BOOKS: tuple[Name, ...] = ("praxis", "geschaeftsstelle")


@cache
def everything_said() -> str:
    """A line for each sentence of the pages, which the catalogues hold completely, and of our programs."""
    marked = (key(message)[0] for path in CATALOGUES for message in read(path))
    return "\n".join(" ".join(text.split()) for text in (*marked, *constants()))


def constants() -> Iterator[str]:
    """Of an f-string with {} for what it is filled with."""
    for path in (path for folder in WITHOUT_CATALOGUE for path in (SOURCE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield "".join(
                    str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def is_said(quoted: str, of: Configuration) -> bool:
    words = [of.profile.words.password, of.profile.words.user_name, of.profile.short_name]
    pattern = re.escape(quoted)
    for word in map(re.escape, words):
        pattern = pattern.replace(word, f"(?:{word}|{PLACEHOLDER})")
    return bool(re.search(rf"(?<!\w){pattern}(?!\w)", everything_said()))


@pytest.mark.parametrize("slug", PROFILES)
@pytest.mark.parametrize("name", BOOKS)
def test_what_the_manual_quotes_is_what_the_system_says(name: Name, slug: str) -> None:
    of = configuration.load(DEPLOY / f"{slug}.toml")
    quoted = {
        (chapter.slug, one)
        for chapter in books.read(name, of).chapters
        for sentence in walking.sentences(chapter.blocks)
        for one in QUOTED.findall(sentence)
    }
    assert quoted
    assert {one for one in quoted if not is_said(one[1], of)} == set()


def test_a_sentence_that_nobody_says_is_found() -> None:
    of = configuration.load(DEPLOY / "kvsa.toml")
    assert is_said("Das bisherige Kennwort stimmt nicht.", of)
    assert not is_said("Das bisherige Kennwort stimmt vielleicht nicht.", of)
