"""Options that several commands have, and what they mean."""

import getpass
import os
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from flexnet.access.rules import BERLIN


def acting() -> str:
    """Who gives the command, also behind sudo."""
    return f"cli:{os.environ.get('SUDO_USER') or getpass.getuser()}"


def now() -> datetime:
    return datetime.now(UTC)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2026-04-01.") from None


def instant(text: str) -> datetime:
    try:
        known = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no instant; write it as 2026-04-01T08:00.") from None
    return known if known.tzinfo else known.replace(tzinfo=BERLIN)


Bsnr = Annotated[str, typer.Option("--bsnr", help="Number of the site, nine digits.")]
Lanr = Annotated[str, typer.Option("--lanr", help="Number of the person, nine digits.")]
Name = Annotated[str, typer.Option("--name")]
UserName = Annotated[str, typer.Option("--user-name")]
Serial = Annotated[str, typer.Option("--serial", help="Serial number of the key.")]
Slug = Annotated[str, typer.Option("--slug", help="Short name of the service.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stands in the audit trail.")]
From = Annotated[date, typer.Option("--from", parser=day, metavar="DAY", help="First day, as 2026-04-01.")]
Day = Annotated[date, typer.Option("--on", parser=day, metavar="DAY", help="The day, as 2026-04-01.")]
Until = Annotated[date, typer.Option("--until", parser=day, metavar="DAY", help="Last day, inclusive.")]
PerhapsUntil = Annotated[
    date | None, typer.Option("--until", parser=day, metavar="DAY", help="Last day, inclusive.")
]
Json = Annotated[bool, typer.Option("--json", help="End with one line of JSON.")]
