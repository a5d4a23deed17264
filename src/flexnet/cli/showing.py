"""Commands that show: why an access may or may not, and whether the audit trail is whole."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flexnet.access import queries, rules
from flexnet.audit import actions as audit_actions
from flexnet.audit import keys
from flexnet.audit import queries as audit_queries
from flexnet.cli.options import Json, acting, day
from flexnet.cli.options import now as the_present
from flexnet.cli.output import end_with, say, told

audit = typer.Typer()


@told
def explain(
    access: Annotated[str, typer.Argument(help="The user name.")],
    on: Annotated[
        date | None, typer.Option(parser=day, metavar="DAY", help="A day, also a future one.")
    ] = None,
    channel: rules.Channel = rules.Channel.VPN_SIGN_IN,
    way: Annotated[
        rules.Way | None, typer.Option(help="As if it came by this way into the closed network.")
    ] = None,
    service: Annotated[str | None, typer.Option(help="Of a service, once the channel is granted.")] = None,
    abroad: Annotated[bool, typer.Option("--abroad", help="As if it came from abroad.")] = False,
    json: Json = False,
) -> None:
    """Why may this access sign in, or why not, and what is to come?"""
    now = rules.day_begins(on) if on else the_present()
    found = queries.explain(
        access, on=now, channel=channel, is_abroad=abroad or None, way=way, service=service
    )
    decision = found.decision
    refusal = decision if isinstance(decision, rules.Refusal) else None
    say(f"{access}, {channel}, {now.isoformat()}: {_said(decision)}")
    if refusal:
        say(f"  since {refusal.since or 'the beginning'}; what helps: {refusal.cure}")
    if found.restricted_to is not None:
        say(f"  restricted to: {', '.join(found.restricted_to) or 'what everyone reaches'}")
    for at, coming in found.changes:
        say(f"  from {at.isoformat()}: {_said(coming)}")
    if not found.changes:
        say("  it stays so, if no fact changes")
    answer = {
        "granted": refusal is None,
        "reason": _reason(decision),
        "rule": refusal.rule if refusal else None,
        "since": refusal.since if refusal else None,
        "cure": refusal.cure if refusal else None,
        "restricted_to": found.restricted_to,
        "next_change": found.next_change,
        "changes": [{"from": at, "reason": _reason(coming)} for at, coming in found.changes],
    }
    end_with(answer, as_json=json)


def _reason(decision: rules.Decision) -> rules.Reason | None:
    return decision.reason if isinstance(decision, rules.Refusal) else decision.narrow


def _said(decision: rules.Decision) -> str:
    if isinstance(decision, rules.Refusal):
        return f"refused, {decision.reason} ({decision.rule})"
    return f"granted narrowly, {decision.narrow} comes first" if decision.narrow else "granted"


@audit.command("verify")
@told
def verify(json: Json = False) -> None:
    """Is the trail whole, and up to which head that stands outside the database?"""
    report = audit_queries.verify()
    say(f"{report.entries} entries, {report.checkpoints} checkpoints")
    say(f"anchored up to entry {report.anchored_up_to}")
    say("the trail is whole" if report.ok else f"NOT WHOLE: {report.first_bad}")
    answer = {
        "entries": report.entries,
        "checkpoints": report.checkpoints,
        "ok": report.ok,
        "first_bad": report.first_bad or None,
        "anchored_up_to": report.anchored_up_to,
    }
    end_with(answer, as_json=json)
    if not report.ok:
        raise typer.Exit(1)


@audit.command("seal")
@told
def seal() -> None:
    """Link what waits and sign the head now, without waiting for the worker."""
    sealed = audit_actions.seal_pending()
    head = audit_actions.checkpoint()
    say(
        f"{sealed} entries sealed; " + (f"head signed at entry {head.seq}" if head else "nothing new to sign")
    )


@audit.command("export")
@told
def export(file: Path) -> None:
    """Write entries and checkpoints for the stand-alone verifier."""
    with file.open("xb") as stream:
        say(f"{audit_queries.export(stream)} records written to {file}.")


@audit.command("public-key")
@told
def public_key() -> None:
    """What verifiers are given."""
    say(keys.current().public_pem().decode())


@audit.command("forget")
@told
def forget(person: str) -> None:
    """Destroy the key of a person: what is personal in their entries stays unreadable."""
    found = audit_actions.forget(person, by=acting())
    say(f"{person} is forgotten." if found else f"There is nothing of {person}.")
