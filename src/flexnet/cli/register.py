"""Commands that take the member register over from a file, and answer what it left open."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from flexnet import configuration
from flexnet.cli.options import Json, acting, now
from flexnet.cli.output import end_with, say, told
from flexnet.members import importing, queries, questions, register_file
from flexnet.members.importing import Report

members = typer.Typer()
_MOST_LINES = 200


@members.command("import")
@told
def import_register(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV; docs/operate says how.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, write nothing.")] = False,
    good_rows: Annotated[
        bool, typer.Option("--good-rows", help="Leave wrong rows out, take the rest.")
    ] = False,
    part: Annotated[
        bool, typer.Option("--part", help="The file is a part: ask about nobody missing.")
    ] = False,
    all_lines: Annotated[bool, typer.Option("--all-lines", help="Tell of every row.")] = False,
    json: Json = False,
) -> None:
    """Take the member register over: all rows, or with --good-rows all that are right."""
    prefixes = configuration.current().profile.site_prefixes
    register = register_file.read(file.read_bytes(), prefixes=prefixes)
    report = importing.run(
        register,
        by=acting(),
        now=now(),
        dry=dry_run,
        only_good=good_rows,
        is_complete=not part,
        progress=_progress,
    )
    for column in register.unread_columns:
        say(f"The column {column!r} is not read.")
    _tell(report, most=None if all_lines else _MOST_LINES)
    end_with(_answer(report), as_json=json)
    if report.problems and not report.is_written:
        raise typer.Exit(1)


@members.command("questions")
@told
def show_questions() -> None:
    """Whom the register does not name any more, and nobody has found out about yet."""
    for row in queries.desk_questions():
        who = f"{row.person} {row.person.name}"
        say(f"{row.pk}: {who}, {row.bond} of {row.practice}, since {row.asked_at:%Y-%m-%d}")


@members.command("answer")
@told
def answer_question(
    number: Annotated[int, typer.Argument(help="As `flexnet members questions` tells it.")],
    answer: Annotated[str, typer.Option(help="What you found out.")],
) -> None:
    """Close a question; what follows from the answer is entered by its own command."""
    questions.answer(question=queries.question(number), answer=answer, by=acting(), now=now())
    say(f"Question {number} is answered.")


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total}", end="" if done < total else "\n", file=sys.stderr, flush=True)


def _tell(report: Report, *, most: int | None) -> None:
    lines = list(report.lines())
    for number, text in lines[:most]:
        say(f"row {number}: {text}")
    if most is not None and len(lines) > most:
        say(f"… and {len(lines) - most} more; --all-lines tells them")
    changed, wrong = len(report.changed_rows), len(report.refused_rows)
    say(f"{report.rows} rows: {changed} change something, {wrong} are wrong.")
    say(f"Not named any more: {report.asked}; named again: {report.settled}.")
    if report.needs_four_eyes:
        say(f"{len(report.endings)} endings at once need a second person: import the file in the office.")
    say("It is written." if report.is_written else "Nothing is written.")


def _answer(report: Report) -> dict[str, object]:
    return {
        "rows": report.rows,
        "changed": len(report.changed_rows),
        "wrong": len(report.refused_rows),
        "endings": len(report.endings),
        "needs_four_eyes": report.needs_four_eyes,
        "asked": report.asked,
        "settled": report.settled,
        "written": report.is_written,
    }
