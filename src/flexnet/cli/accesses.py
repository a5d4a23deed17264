"""Commands that enter accesses and what they may reach."""

from datetime import date
from typing import Annotated, cast

import typer

from flexnet.access import actions, endings, queries, rewriting, rules
from flexnet.access.models import Notice
from flexnet.cli.options import Json, Name, Slug, UserName, Why, acting, day, now
from flexnet.cli.output import say, tell_issued, told
from flexnet.members import queries as members

access, service = typer.Typer(), typer.Typer()
_Day = typer.Option(parser=day, metavar="DAY", help="A day, as 2026-04-01.")


@access.command("add")
@told
def add_access(
    kind: Annotated[str, typer.Argument(help="practice or personal")],
    user_name: UserName,
    bsnr: Annotated[str, typer.Option(help="Of the site, for a practice access.")] = "",
    lanr: Annotated[str, typer.Option(help="Of the person, for a personal access.")] = "",
    from_on: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DAY", help="Unlocked from this day on.")
    ] = None,
    json: Json = False,
) -> None:
    """An access with its initial password, which is shown this once."""
    if kind == "practice" and bsnr and not lanr:
        site = members.site(bsnr)
        issued = actions.open_practice_access(
            site=site, user_name=user_name, by=acting(), now=now(), from_on=from_on
        )
    elif kind == "personal" and lanr and not bsnr:
        who = members.person(lanr)
        issued = actions.open_personal_access(
            person=who, user_name=user_name, by=acting(), now=now(), from_on=from_on
        )
    else:
        raise typer.BadParameter("Say `practice --bsnr …` or `personal --lanr …`.")
    tell_issued(issued, as_json=json)


@access.command("notice")
@told
def add_notice(
    user_name: UserName,
    kind: Annotated[Notice.Kind, typer.Option()],
    reason: Why,
    received_on: Annotated[date | None, _Day] = None,
    posted_on: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DAY", help="Of a letter of the KV; it arrives four days later."),
    ] = None,
) -> None:
    """The access ends by notice, counted from the day it arrived."""
    if (received_on is None) == (posted_on is None) or (posted_on and kind is Notice.Kind.MEMBER):
        raise typer.BadParameter("Say --received-on, or --posted-on for a letter of the KV.")
    row = endings.give_notice(
        access=queries.access_named(user_name),
        kind=kind,
        received_on=received_on or rules.letter_arrives_on(cast(date, posted_on)),
        by=acting(),
        reason=reason,
        now=now(),
    )
    say(f"The access {user_name} ends with {row.ends_on} (notice {row.pk}).")


@access.command("withdraw-notice")
@told
def withdraw_notice(
    number: Annotated[int, typer.Argument(help="As it was told when it was given.")],
    agreement: Annotated[str, typer.Option(help="When and how both sides agreed.")],
) -> None:
    """Both sides take a notice back before it has ended the access."""
    row = endings.withdraw_notice(number=number, by=acting(), agreement=agreement, now=now())
    say(f"Notice {number} is withdrawn; the access {row.access} goes on.")


@access.command("exempt")
@told
def exempt(user_name: UserName, until_on: Annotated[date, _Day], reason: Why) -> None:
    """The access lasts longer than its person's activity (§ 10(3)): a decision in a single case."""
    access = queries.access_named(user_name)
    row = endings.exempt(access=access, until_on=until_on, by=acting(), reason=reason, now=now())
    say(f"The access {user_name} lasts through {until_on} (exception {row.pk}).")


@access.command("revoke-exemption")
@told
def revoke_exemption(
    number: Annotated[int, typer.Argument(help="As it was told when it was granted.")], reason: Why
) -> None:
    """The exception ends now."""
    endings.revoke_exemption(number=number, by=acting(), reason=reason, now=now())
    say(f"Exception {number} is revoked.")


@access.command("rewrite-intervals")
@told
def rewrite_intervals() -> None:
    """Derive every interval anew: after the lifetime of passwords or the rule of activation was changed."""
    say(f"The intervals of {rewriting.rewrite_intervals()} accesses are derived anew.")


@service.command("add")
@told
def add_service(
    slug: Slug,
    name: Name,
    rule: Annotated[list[str], typer.Option(help="A NAS-Filter-Rule; may be given several times.")],
    everyone: Annotated[bool, typer.Option("--everyone", help="Every session reaches it.")] = False,
) -> None:
    """Something in the closed network, with its filter rules."""
    actions.add_service(slug=slug, name=name, filter_rules=rule, for_everyone=everyone, by=acting())
    say(f"Service {slug} is entered.")


@service.command("grant")
@told
def grant_service(slug: Slug, user_name: UserName) -> None:
    """The access may use the service from now on."""
    granted, who = queries.service(slug), queries.access_named(user_name)
    actions.grant(access=who, service=granted, by=acting(), now=now())
    say(f"{user_name} may use {slug}.")


@service.command("revoke")
@told
def revoke_service(slug: Slug, user_name: UserName, reason: Why) -> None:
    """The access may use the service no more."""
    granted, who = queries.service(slug), queries.access_named(user_name)
    actions.revoke(access=who, service=granted, by=acting(), reason=reason, now=now())
    say(f"{user_name} may not use {slug} any more.")
