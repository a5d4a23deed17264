"""Draws a book as PDF to be printed and enclosed: PDF/A-2b for the archive, PDF/UA-1 for screen readers."""

import functools
import importlib.resources
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst
from django.utils import translation
from django.utils.formats import date_format

from flexnet import configuration, transactions
from flexnet.configuration import Configuration
from flexnet.manual import books, pictures
from flexnet.manual.blocks import Block, Listing, Notice, Picture
from flexnet.manual.books import Book, Name

_WIDEST = 163  # mm; between the margins


def current(name: Name) -> bytes:
    """The book of this installation's KV; drawn once, for strangers may ask as often as they like."""
    return _kept(name, configuration.current())


@functools.lru_cache(maxsize=4)
def _kept(name: Name, of: Configuration) -> bytes:
    return pdf(books.read(name, of), of)


def pdf(book: Book, of: Configuration, folder: Path = pictures.FOLDER) -> bytes:
    """Its pages; the same book with the same pictures gives the same bytes.

    Takes a second or so: never inside a transaction. Raises BadManual if a picture is missing.
    """
    assert not transactions.is_writing(), "a manual is drawn outside of any transaction"  # noqa: S101 - a promise
    taken = pictures.kept(folder).taken_on
    content: bytes = typst.compile(  # type: ignore[call-overload]  # its stub wants source and root of one kind
        importlib.resources.files("flexnet.manual").joinpath("manual.typ").read_bytes(),
        root=folder,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"book": json.dumps(_content(book, of, folder))},
        pdf_standards=["a-2b", "ua-1"],
        timestamp=datetime.combine(taken, time(12), UTC),
    )
    return content


def _content(book: Book, of: Configuration, folder: Path) -> dict[str, Any]:
    taken, profile = pictures.kept(folder).taken_on, of.profile
    with translation.override("de"):
        written = date_format(taken, "F Y")
    return {
        "title": book.title,
        "subtitle": book.subtitle,
        "kv": profile.name,
        "hotline": profile.hotline,
        "email": profile.email,
        "taken": written,
        "date": {"year": taken.year, "month": taken.month, "day": taken.day},
        "widest": _WIDEST,
        "first": _first(book, of),
        "chapters": [
            {"slug": one.slug, "title": one.title, "blocks": _blocks(one.blocks, folder)}
            for one in book.chapters
        ],
    }


def _first(book: Book, of: Configuration) -> list[tuple[str, str]]:
    """What stands in front of all else: where there is help, and where to lock."""
    profile = of.profile
    ways = [("Telefon", profile.hotline), ("Fax", profile.fax), ("E-Mail", profile.email)]
    lock = [("Verlust? Sofort sperren", f"{of.public.url}notsperre/")] if book.name == "praxis" else []
    return [(name, said) for name, said in (*ways, *lock) if said]


def _blocks(blocks: Sequence[Block], folder: Path) -> list[dict[str, Any]]:
    return [_block(block, folder) for block in blocks]


def _block(block: Block, folder: Path) -> dict[str, Any]:
    if isinstance(block, Picture):
        return asdict(block) | {"width": pictures.size(block.name, folder).width}
    if isinstance(block, Notice):
        return {"kind": block.kind, "blocks": _blocks(block.blocks, folder)}
    if isinstance(block, Listing):
        items = [_blocks(item, folder) for item in block.items]
        return {"kind": block.kind, "is_ordered": block.is_ordered, "items": items}
    return asdict(block)
