"""Commands for what everybody may read: certified providers, maintenance."""

from datetime import date, datetime
from typing import Annotated

import typer

from flexnet.access.rules import BERLIN
from flexnet.cli.options import From, Name, Until, Why, acting, day, now
from flexnet.cli.output import say, told
from flexnet.publications import actions, queries

provider, maintenance = typer.Typer(), typer.Typer()


def moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time; write it as 2026-04-01T18:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=BERLIN)


Number = Annotated[int, typer.Argument(help="As `list` shows it.")]
Begins = Annotated[datetime, typer.Option("--begins", parser=moment, metavar="TIME", help="In German time.")]
Ends = Annotated[datetime, typer.Option("--ends", parser=moment, metavar="TIME", help="In German time.")]


@provider.command("add")
@told
def add_provider(name: Name, url: str, from_on: From, until_on: Until) -> None:
    """A provider of KV-SafeNet is certified for a time; a further one renews it."""
    row = actions.certify(name=name, url=url, from_on=from_on, until_on=until_on, by=acting())
    say(f"{row.name} is certified until {row.until_on} (certificate {row.pk}).")


@provider.command("withdraw")
@told
def withdraw_provider(
    number: Number,
    on: Annotated[date, typer.Option(parser=day, metavar="DAY", help="First day without it.")],
    reason: Why,
) -> None:
    """A certificate is withdrawn; from that day on the provider is not shown."""
    row = actions.withdraw_certificate(number=number, on=on, by=acting(), reason=reason)
    say(f"{row.name} is not certified from {on} on.")


@provider.command("list")
@told
def list_providers() -> None:
    """All certificates, also those that ran out."""
    for row in queries.certificates():
        until = f", withdrawn on {row.withdrawn_on}" if row.withdrawn_on else ""
        say(f"{row.pk}: {row.name} ({row.url}), {row.from_on} to {row.until_on}{until}")


@maintenance.command("announce")
@told
def announce(begins: Begins, ends: Ends, text: str) -> None:
    """Tell everybody that services will be limited."""
    row = actions.announce_maintenance(begins_at=begins, ends_at=ends, text=text, by=acting(), now=now())
    say(f"Maintenance {row.pk} is announced from {begins.isoformat()} to {ends.isoformat()}.")


@maintenance.command("cancel")
@told
def cancel(number: Number, reason: Why) -> None:
    """It does not take place, or is over sooner."""
    actions.cancel_maintenance(number=number, by=acting(), reason=reason, now=now())
    say(f"Maintenance {number} is cancelled.")


@maintenance.command("list")
@told
def list_maintenance() -> None:
    """What goes on and what is to come."""
    for row in queries.maintenance(now()):
        begins, ends = (at.astimezone(BERLIN).isoformat() for at in (row.begins_at, row.ends_at))
        say(f"{row.pk}: {begins} to {ends}: {row.text}")
