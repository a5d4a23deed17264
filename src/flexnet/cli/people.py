"""Commands that enter practices, people and what binds them."""

import typer

from flexnet.cli.options import Bsnr, From, Lanr, Name, PerhapsUntil, Until, acting, now
from flexnet.cli.output import say, told
from flexnet.members import actions, queries

practice, person, owner, activity = typer.Typer(), typer.Typer(), typer.Typer(), typer.Typer()


@practice.command("add")
@told
def add_practice(bsnr: Bsnr, name: Name) -> None:
    """A practice with its first site."""
    site = actions.enter_practice(bsnr=bsnr, name=name, by=acting())
    say(f"Practice {site.practice} with the site {site.bsnr} is entered.")


@person.command("add")
@told
def add_person(lanr: Lanr, name: Name) -> None:
    """A doctor or psychotherapist."""
    entered = actions.enter_person(lanr=lanr, name=name, by=acting())
    say(f"Person {entered.lanr} is entered.")


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
