"""Commands about the manual."""

from pathlib import Path
from typing import Annotated

import typer

from flexnet import configuration
from flexnet.cli.output import say, told
from flexnet.manual import books, drawing, pictures
from flexnet.manual.books import Name

handbuch = typer.Typer()


@handbuch.callback()
def _group() -> None:
    """Keeps `pdf` a word of its own."""


@handbuch.command("pdf")
@told
def pdf(
    to: Annotated[Path, typer.Option(dir_okay=False, help="Where it is written.")],
    book: Annotated[Name, typer.Option(help="For practices, or for the KV's own staff.")] = "praxis",
    folder: Annotated[
        Path, typer.Option("--pictures", exists=True, file_okay=False, help="Others than those it came with.")
    ] = pictures.FOLDER,
) -> None:
    """The whole manual as PDF, with this KV's names and rules, to be printed and enclosed with letters."""
    current = configuration.current()
    content = drawing.pdf(books.read(book, current), current, folder)
    to.write_bytes(content)
    say(f"{to}: {len(content)} bytes")
