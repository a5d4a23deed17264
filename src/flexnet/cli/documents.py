"""Commands for documents: files of a folder are put where practices find them."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from flexnet.cli.options import Json, acting, now
from flexnet.cli.output import end_with, say, told
from flexnet.documents import taking
from flexnet.documents.rules import CURES
from flexnet.documents.taking import Line, What

documents = typer.Typer()
_WORDS = {
    What.TAKEN: "taken",
    What.THERE_ALREADY: "there already",
    What.WAITS: "still being written, or not whole yet; left where it is",
    What.REFUSED: "refused",
    What.NOT_MOVED: "refused, and could not be moved into quarantine",
}


@documents.callback()
def group() -> None:
    """Documents for practices."""


@documents.command("take")
@told
def take(
    folder: Path,
    all_or_none: Annotated[bool, typer.Option("--all", help="If one is wrong, take none.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
    as_json: Json = False,
) -> None:
    """Take every file of a folder: into the archive, or with the reason into FOLDER/quarantine."""
    report = taking.take(folder=folder, by=acting(), now=now(), all_or_none=all_or_none, only_look=dry_run)
    for line in report:
        say(_said(line))
    counts = Counter(line.what for line in report)
    say(
        ", ".join(f"{counts[what]} {what.value.replace('_', ' ')}" for what in What if counts[what])
        or "No files."
    )
    files = [{"name": line.shown, "what": line.what, "why": line.why} for line in report]
    end_with({"files": files, **{what.value: counts[what] for what in What}}, as_json=as_json)
    if counts[What.REFUSED] or counts[What.NOT_MOVED]:
        raise typer.Exit(1)


def _said(line: Line) -> str:
    cure = f": {CURES[line.why]}" if line.why else ""
    return f"{line.name!a}  {_WORDS[line.what]}{cure}"
