"""Commands for the ways in: ranges of providers' participants, and what stops them."""

import csv
import sys
from datetime import date
from typing import Annotated

import typer

from flexnet import configuration
from flexnet.access.rules import day_of
from flexnet.cli.options import Day, From, Json, PerhapsUntil, Why, acting, day, now
from flexnet.cli.output import end_with, say, told
from flexnet.publications import queries, ranges, stopping
from flexnet.publications.models import Stop
from flexnet.publications.queries import Line

range_, stop = typer.Typer(no_args_is_help=True), typer.Typer(no_args_is_help=True)

Provider = Annotated[str, typer.Option("--provider", help="Its name, as `flexnet provider list` shows it.")]
Number = Annotated[int, typer.Argument(help="As it was told when it was entered.")]


@range_.command("add")
@told
def add_range(
    provider: Provider,
    network: Annotated[str, typer.Option(help="As 10.20.0.0/16 or 2001:db8::/32.")],
    from_on: From,
    until_on: PerhapsUntil = None,
) -> None:
    """Whoever comes from there is a participant of this provider."""
    row = ranges.enter(
        provider=queries.provider(provider),
        network=network,
        from_on=from_on,
        until_on=until_on,
        by=acting(),
        now=now(),
    )
    say(f"{row.network} is {provider}'s from {from_on} (range {row.pk}).")


@range_.command("end")
@told
def end_range(
    number: Number,
    last_on: Annotated[date, typer.Option("--last-day", parser=day, metavar="DAY", help="Yesterday: now.")],
    reason: Why,
) -> None:
    """One range ends, for all who come by it. To stop a provider: `flexnet provider stop`."""
    row = queries.range_numbered(number)
    ranges.end(row, last_on=last_on, by=acting(), reason=reason, now=now())
    say(f"{row.network} is {row.provider}'s until {last_on}.")


@range_.command("list")
@told
def list_ranges(json: Json = False) -> None:
    """Providers with their ranges, also those that ended, and what is to be decided."""
    lines = queries.providers(day_of(now()))
    for line in lines:
        say(f"{line.provider}: {_standing(line)}")
        for one in line.ranges:
            says = "holds" if one.holds(line.on) else "does not hold"
            say(f"  {one.number}: {one.network}, {one.from_on} to {one.last_on or 'further notice'}, {says}")
    end_with({"providers": [_as_json(line) for line in lines]}, as_json=json)


@stop.command("decide")
@told
def decide_stop(provider: Provider, stops_on: Day, reason: Why) -> None:
    """Its ranges stop: from that day on nobody comes in by them, once those concerned were written to."""
    row = stopping.decide(
        provider=queries.provider(provider), stops_on=stops_on, by=acting(), reason=reason, now=now()
    )
    say(f"{provider} is to stop on {stops_on} (stop {row.pk}). Write to those concerned:")
    say(f"  flexnet provider affected --provider {provider!r}")
    say(f"and note it: flexnet provider stop written {row.pk} --on DAY")


@stop.command("written")
@told
def note_written(number: Number, on: Day) -> None:
    """Those concerned were written to: now it stops on its day."""
    row = queries.stop_numbered(number)
    stopping.note_written(row, on=on, by=acting(), now=now())
    say(f"{row.provider} stops on {row.stops_on}.")


@stop.command("at-once")
@told
def stop_at_once(
    provider: Provider,
    reason: Why,
    stops_on: Annotated[
        date | None, typer.Option("--on", parser=day, metavar="DAY", help="First day without; else today.")
    ] = None,
) -> None:
    """Its ranges stop without a letter, for a reason that allows no waiting; open sessions end."""
    row = stopping.stop_at_once(
        provider=queries.provider(provider),
        stops_on=stops_on or day_of(now()),
        by=acting(),
        reason=reason,
        now=now(),
    )
    say(f"{provider} stops on {row.stops_on} (stop {row.pk}), whether or not they were written to.")


@stop.command("cancel")
@told
def cancel_stop(number: Number, reason: Why) -> None:
    """It does not stop after all."""
    row = queries.stop_numbered(number)
    stopping.cancel(row, by=acting(), reason=reason, now=now())
    say(f"{row.provider} goes on.")


@told
def affected(
    provider: Provider,
    days: Annotated[int | None, typer.Option(help="Who signed in within so many days.")] = None,
    json: Json = False,
) -> None:
    """Whom it concerns if a provider stops: accesses that signed in by its ranges, as CSV."""
    within = days or configuration.current().ways.affected_days
    rows = list(queries.affected(queries.provider(provider), now(), days=within))
    table = csv.writer(sys.stdout, delimiter=";")
    table.writerow(("user_name", "last_sign_in"))
    table.writerows((str(row.access), row.last_at.isoformat()) for row in rows)
    sys.stdout.flush()
    end_with({"accesses": len(rows), "days": within}, as_json=json)


def _standing(line: Line) -> str:
    until = f"certified until {line.certified_until}" if line.certified_until else "never certified"
    if line.needs_decision:
        return f"{until}; its ranges hold still: decide when they stop"
    return f"{until}; {_stopping(line.stop)}" if line.stop else until


def _stopping(row: Stop) -> str:
    if row.takes_effect:
        return f"stops on {row.stops_on} (stop {row.pk})"
    return f"is to stop on {row.stops_on} (stop {row.pk}), and does not before those concerned are written to"


def _as_json(line: Line) -> dict[str, object]:
    return {
        "name": line.provider.name,
        "certified_until": line.certified_until,
        "stop": line.stop and line.stop.pk,
        "stops_on": line.stop and line.stop.stops_on,
        "needs_decision": line.needs_decision,
        "needs_letters": line.needs_letters,
        "ranges": [
            {
                "number": one.number,
                "network": str(one.network),
                "from": one.from_on,
                "until": one.last_on,
                "holds": one.holds(line.on),
            }
            for one in line.ranges
        ],
    }
