"""The English catalogues: whole, without leftovers, and their sentences take the same values."""

import re
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.web import sentences

CATALOGUES = sorted(sentences.SOURCE.glob("*/locale/en/LC_MESSAGES/django.po"))
VALUE = re.compile(r"%\((\w+)\)[sd]|{(\w+)}")
# English needs no name for what German pages call by the words of the KV.
DROPPED = {"word", "user_name", "password"}


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parts[-5])
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return read(request.param)


def read(path: Path) -> Catalog:
    return read_po(BytesIO(path.read_bytes()), locale="en")


def key(message: Message) -> sentences.Key:
    return (message.id if isinstance(message.id, str) else message.id[0]), message.context


def forms(message: Message) -> tuple[str, ...]:
    text = message.string
    return (text,) if isinstance(text, str) else tuple(text or ())


def test_every_sentence_of_the_pages_is_in_one_of_them_and_nothing_else() -> None:
    known = Counter(key(message) for path in CATALOGUES for message in read(path) if message.id)
    assert set(known) == sentences.all_marked()
    assert not [one for one, count in known.items() if count > 1]


def test_every_sentence_is_translated_and_none_is_doubtful(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            assert forms(message), message.id
            assert all(forms(message)), message.id
            assert not message.fuzzy, message.id


def test_every_value_of_a_sentence_is_one_that_the_page_gives(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            given = set(VALUE.findall(str(message.id)))
            for text in forms(message):
                used = set(VALUE.findall(text))
                assert used <= given, message.id
                assert {name or other for name, other in given - used} <= DROPPED, message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-5])
def test_it_compiles(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "django.mo"
    command = [
        str(Path(sys.executable).with_name("pybabel")),
        "compile",
        "-i",
        str(path),
        "-o",
        str(out),
    ]
    subprocess.run([*command, "-l", "en"], check=True, capture_output=True)
    assert out.stat().st_size > 100
