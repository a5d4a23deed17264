"""Make it happen: what an approval creates, in the order of its plan, in the approval's transaction."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flexnet.access import actions as access
from flexnet.access import derived, terms
from flexnet.access.rules import day_of
from flexnet.accounts import actions as accounts
from flexnet.accounts.actions import Issued
from flexnet.applications import queries
from flexnet.applications.content import Content
from flexnet.applications.kinds import Act, Kind
from flexnet.applications.models import Application
from flexnet.applications.rules import Plan
from flexnet.members import actions as members
from flexnet.members import addresses, third_parties
from flexnet.members import queries as entered
from flexnet.members.models import Employment, Person, Site, ThirdParty

_OPENING = (Act.OPEN_PRACTICE_ACCESS, Act.OPEN_PERSONAL_ACCESS, Act.OPEN_THIRD_PARTY_ACCESS)


@dataclass(frozen=True)
class Letter:
    """What must be posted: to which account, and for which kind of access."""

    act: Act
    issued: Issued


def accounts_for(plan: Plan, user_names: Mapping[Act, str], *, now: datetime) -> dict[Act, Issued]:
    """The accounts that the plan opens, not yet stored; raises BadUserName."""
    wanted = {act: user_names.get(act) or plan.user_names[act] for act in _OPENING if plan.does(act)}
    return {act: accounts.new_account_without_secrets(name, now=now) for act, name in wanted.items()}


def carry_out(
    application: Application, plan: Plan, issued: Mapping[Act, Issued], *, by: str, now: datetime
) -> tuple[Letter, ...]:
    """Every act of the plan; raises UserNameTaken."""
    task = _Task(Kind(application.kind), application.content, plan.terms_version, by, now)
    for act, _text in plan.acts:
        if act in _DO:
            _DO[act](task)
    return tuple(_open(act, one, task) for act, one in issued.items())


@dataclass(frozen=True)
class _Task:
    """What is approved; whoever and whatever it is about is looked up once, when the first act needs it."""

    kind: Kind
    said: Content
    terms_version: int
    by: str
    now: datetime

    @property
    def since_on(self) -> date:
        return self.said.since_on or self.said.signed_on or day_of(self.now)

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.by, "now": self.now}

    @functools.cached_property
    def site(self) -> Site:
        return entered.site(self.said.bsnr)

    @functools.cached_property
    def person(self) -> Person:
        return entered.person(self.said.lanr)

    @functools.cached_property
    def party(self) -> ThirdParty:
        found = queries.third_party_named(self.said.organisation)
        assert found  # noqa: S101 - it was there, or was entered a moment before
        return found


def _enter_practice(task: _Task) -> None:
    members.enter_practice(bsnr=task.said.bsnr, name=task.said.organisation, by=task.by)


def _register_address(task: _Task) -> None:
    addressee = task.party if task.kind is Kind.THIRD_PARTY else task.site
    address = addresses.PostalAddress(task.said.street, task.said.postcode, task.said.town)
    addresses.register(addressee=addressee, address=address, seen=None, from_on=day_of(task.now), **task.who)


def _enter_person(task: _Task) -> None:
    members.enter_person(lanr=task.said.lanr, name=task.said.name, by=task.by)


def _enter_ownership(task: _Task) -> None:
    members.enter_ownership(
        practice=task.site.practice, person=task.person, from_on=task.since_on, **task.who
    )


def _enter_employment(task: _Task) -> None:
    kind = Employment.Kind(task.said.role)
    members.enter_employment(
        practice=task.site.practice, person=task.person, kind=kind, from_on=task.since_on, **task.who
    )


def _enter_activity(task: _Task) -> None:
    members.enter_activity(person=task.person, from_on=task.since_on, **task.who)


def _enter_third_party(task: _Task) -> None:
    said = task.said
    details = third_parties.ThirdPartyDetails(
        said.organisation, said.name, said.name, said.interest, said.phone, said.email
    )
    third_parties.enter(details=details, from_on=task.since_on, until_on=said.until_on, **task.who)


def _enter_declaration(task: _Task) -> None:
    terms.enter_declaration(
        person=task.party if task.kind is Kind.THIRD_PARTY else task.person,
        version=task.terms_version,
        signed_on=task.said.signed_on or day_of(task.now),
        **task.who,
    )


def _open(act: Act, issued: Issued, task: _Task) -> Letter:
    if act is Act.OPEN_PRACTICE_ACCESS:
        access.open_practice_access(site=task.site, user_name=issued, **task.who)
    elif act is Act.OPEN_PERSONAL_ACCESS:
        access.open_personal_access(person=task.person, user_name=issued, **task.who)
    else:
        derived.open_third_party_access(
            party=task.party, holder=task.said.name, user_name=issued, is_signatory=True, **task.who
        )
    return Letter(act, issued)


_DO: dict[Act, Callable[[_Task], None]] = {
    Act.ENTER_PRACTICE: _enter_practice,
    Act.REGISTER_ADDRESS: _register_address,
    Act.ENTER_PERSON: _enter_person,
    Act.ENTER_OWNERSHIP: _enter_ownership,
    Act.ENTER_EMPLOYMENT: _enter_employment,
    Act.ENTER_ACTIVITY: _enter_activity,
    Act.ENTER_THIRD_PARTY: _enter_third_party,
    Act.ENTER_DECLARATION: _enter_declaration,
}
