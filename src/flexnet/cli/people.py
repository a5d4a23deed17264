"""Commands that enter people and what binds them to practices."""

from typing import Annotated

import typer

from flexnet.cli.options import Bsnr, Day, From, Lanr, Name, PerhapsUntil, Until, Why, acting, now
from flexnet.cli.output import say, told
from flexnet.members import actions, editing, queries, succession
from flexnet.members.models import Employment

person, owner, employment = typer.Typer(), typer.Typer(), typer.Typer()
director, signer, activity = typer.Typer(), typer.Typer(), typer.Typer()


@person.command("add")
@told
def add_person(lanr: Lanr, name: Name) -> None:
    """A doctor or psychotherapist."""
    entered = actions.enter_person(lanr=lanr, name=name, by=acting())
    say(f"Person {entered.lanr} is entered.")


@person.command("rename")
@told
def rename_person(lanr: Lanr, name: Name) -> None:
    """Correct the name of a person."""
    who = queries.person(lanr)
    seen, wanted = editing.PersonDetails.of(who), editing.PersonDetails(name)
    editing.edit_person(person=who, seen=seen, wanted=wanted, by=acting())
    say(f"Person {lanr} is {who.name}.")


@person.command("died")
@told
def enter_death(
    lanr: Lanr,
    on: Day,
    heirs: Annotated[str, typer.Option(help="Whom to write to.")] = "",
) -> None:
    """A person died: what was theirs ends at once and passes on to nobody (§ 2(3))."""
    who = queries.person(lanr)
    succession.enter_death(person=who, died_on=on, heirs_contact=heirs, by=acting(), now=now())
    say(f"The death of {lanr} is entered; their accesses have ended.")


@person.command("lives")
@told
def withdraw_death(lanr: Lanr, reason: Why) -> None:
    """The report of a death was wrong."""
    succession.withdraw_death(person=queries.person(lanr), by=acting(), reason=reason, now=now())
    say(f"The death of {lanr} is withdrawn.")


@owner.command("add")
@told
def add_owner(bsnr: Bsnr, lanr: Lanr, from_on: From) -> None:
    """The person owns the practice from a day on."""
    site, who = queries.site(bsnr), queries.person(lanr)
    actions.enter_ownership(practice=site.practice, person=who, from_on=from_on, by=acting(), now=now())
    say(f"{who.lanr} owns the practice of {site.bsnr} from {from_on} on.")


@owner.command("end")
@told
def end_owner(bsnr: Bsnr, lanr: Lanr, until_on: Until) -> None:
    """The person owns the practice up to a day."""
    held = queries.ownership(bsnr=bsnr, lanr=lanr)
    actions.end_ownership(ownership=held, until_on=until_on, by=acting(), now=now())
    say(f"{lanr} owns the practice of {bsnr} until {until_on}.")


@employment.command("add")
@told
def add_employment(
    bsnr: Bsnr, lanr: Lanr, from_on: From, kind: Employment.Kind = Employment.Kind.EMPLOYED
) -> None:
    """The person works in the practice without owning it."""
    practice, who = queries.site(bsnr).practice, queries.person(lanr)
    actions.enter_employment(
        practice=practice, person=who, kind=kind, from_on=from_on, by=acting(), now=now()
    )
    say(f"{lanr} is {kind} at the practice of {bsnr} from {from_on} on.")


@employment.command("end")
@told
def end_employment(bsnr: Bsnr, lanr: Lanr, until_on: Until) -> None:
    """The person works there up to a day."""
    held = queries.employment(bsnr=bsnr, lanr=lanr)
    actions.end_employment(employment=held, until_on=until_on, by=acting(), now=now())
    say(f"{lanr} works at the practice of {bsnr} until {until_on}.")


@director.command("add")
@told
def add_director(bsnr: Bsnr, lanr: Lanr, from_on: From) -> None:
    """The person is the MVZ's medical director from a day on."""
    practice, who = queries.site(bsnr).practice, queries.person(lanr)
    actions.enter_direction(practice=practice, person=who, from_on=from_on, by=acting(), now=now())
    say(f"{lanr} directs the MVZ of {bsnr} from {from_on} on.")


@director.command("end")
@told
def end_director(bsnr: Bsnr, until_on: Until) -> None:
    """Somebody else directs the MVZ after this day, or nobody."""
    held = queries.direction(bsnr)
    actions.end_direction(direction=held, until_on=until_on, by=acting(), now=now())
    say(f"{held.person} directs the MVZ of {bsnr} until {until_on}.")


@signer.command("add")
@told
def add_signer(lanr: Lanr, from_on: From) -> None:
    """The person may sign declarations to the KV from a day on."""
    actions.enter_signing_right(person=queries.person(lanr), from_on=from_on, by=acting(), now=now())
    say(f"{lanr} may sign from {from_on} on.")


@signer.command("end")
@told
def end_signer(lanr: Lanr, until_on: Until) -> None:
    """The person may sign up to a day."""
    right = queries.signing_right(lanr)
    actions.end_signing_right(right=right, until_on=until_on, by=acting(), now=now())
    say(f"{lanr} may sign until {until_on}.")


@activity.command("add")
@told
def add_activity(lanr: Lanr, from_on: From, until_on: PerhapsUntil = None) -> None:
    """Contracted activity of a person."""
    who = queries.person(lanr)
    actions.enter_activity(person=who, from_on=from_on, until_on=until_on, by=acting(), now=now())
    say(f"The activity of {lanr} is entered.")


@activity.command("end")
@told
def end_activity(lanr: Lanr, until_on: Until) -> None:
    """The contracted activity of a person ends with a day; access lasts through the fourth quarter after."""
    actions.end_activity(activity=queries.activity(lanr), until_on=until_on, by=acting(), now=now())
    say(f"The activity of {lanr} ends with {until_on}.")
