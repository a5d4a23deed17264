"""The manual as PDF: for the archive, for screen readers, the same each time, with each KV's own names."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from typer.testing import CliRunner

from flexnet import configuration
from flexnet.manual import books, drawing
from flexnet.manual.errors import BadManual

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.mark.parametrize(
    ("slug", "title", "page_two"),
    [("kvsa", "Handbuch KV-FlexNet", "flexnet.kvsa.de"), ("kvs", "Handbuch Mitgliederportal", "Nutzername")],
)
def test_it_can_be_printed_kept_and_heard(slug: str, title: str, page_two: str) -> None:
    of = configuration.load(DEPLOY / f"{slug}.toml")
    book = books.read("praxis", of)
    content = drawing.pdf(book, of)
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.metadata is not None
    assert reader.metadata.title == title
    assert str(reader.root_object["/Lang"]) == "de-DE"
    assert b"pdfuaid" in content
    assert b"pdfaid" in content
    assert len([one for one in reader.outline if not isinstance(one, list)]) == len(book.chapters)
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert page_two in text
    assert all(chapter.title in text for chapter in book.chapters)
    assert len(reader.pages) <= 18, "it is to be a short manual"
    assert drawing.pdf(book, of) == content


def test_without_its_pictures_it_is_refused(tmp_path: Path) -> None:
    of = configuration.load(DEPLOY / "kvsa.toml")
    with pytest.raises(BadManual, match="scripts/handbuch takes the pictures"):
        drawing.pdf(books.read("praxis", of), of, tmp_path)


def test_the_command_writes_it(tmp_path: Path) -> None:
    from flexnet.cli import commands  # needs Django set up

    path = tmp_path / "handbuch.pdf"
    done = CliRunner().invoke(
        commands.app, ["handbuch", "pdf", "--book", "geschaeftsstelle", "--to", str(path)]
    )
    assert done.exit_code == 0, done.output
    assert path.read_bytes().startswith(b"%PDF-")
