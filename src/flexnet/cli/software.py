"""Commands for client software: releases, and who asked for it."""

from pathlib import Path
from typing import Annotated

import typer

from flexnet.cli.options import Json, Why, acting, now
from flexnet.cli.output import end_with, say, told
from flexnet.software import links, queries, releases, requests

software = typer.Typer()

Number = Annotated[int, typer.Argument(help="As `list` or `requests` shows it.")]
Minimum = Annotated[
    str, typer.Option("--minimum", help="Oldest system: 10 of Windows, 10.15 of macOS, 3.2 of Linux.")
]


@software.command("add")
@told
def add(files: list[Path], minimum: Minimum, as_json: Json = False) -> None:
    """Publish a release; the first file's name says which. Several become one ZIP."""
    row = releases.publish(files=files, minimum=minimum, by=acting(), now=now())
    say(f"Release {row.pk}: {row.file_name}, version {row.version} for {row.system}, {row.size} bytes.")
    say(f"SHA-256 {row.sha256}")
    end_with({"release": row.pk, "file": row.file_name, "sha256": row.sha256}, as_json=as_json)


@software.command("list")
@told
def list_releases() -> None:
    """All releases, also those that were withdrawn."""
    for row in queries.releases():
        state = f", withdrawn: {row.withdrawn_why}" if row.withdrawn_at else ""
        say(f"{row.pk}: {row.file_name} ({row.title} {row.version}, {row.system} {row.minimum}){state}")


@software.command("withdraw")
@told
def withdraw(number: Number, reason: Why) -> None:
    """A release is given out no more."""
    row = releases.withdraw(number=number, by=acting(), reason=reason, now=now())
    say(f"{row.file_name} is withdrawn. Links that were sent offer the newest release that is left.")


@software.command("requests")
@told
def list_requests() -> None:
    """Who waits for software."""
    at = now()
    for row in queries.requests(state="open"):
        whose = row.site or row.sender or "?"
        wants, state = row.system or "?", queries.state_of(row, at)
        say(f"{row.pk}: {whose}, {wants}, {row.requested_at.isoformat()}, {state}")


@software.command("send")
@told
def send(number: Number) -> None:
    """The practice gets its link by mail, to its registered address."""
    link = links.send(number=number, by=acting(), now=now())
    say(f"The link is on its way to {link.sent_to}; it holds until {link.expires_at.isoformat()}.")


@software.command("refuse")
@told
def refuse(number: Number, reason: Why) -> None:
    """No link is sent."""
    requests.refuse(number=number, by=acting(), reason=reason, now=now())
    say(f"Request {number} is refused.")
