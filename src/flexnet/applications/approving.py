"""Make it happen: what an approval creates, in the order of its plan, in the approval's transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flexnet.access import actions as access
from flexnet.access import terms
from flexnet.access.rules import day_of
from flexnet.accounts import actions as accounts
from flexnet.accounts.actions import Issued
from flexnet.applications.content import Content
from flexnet.applications.models import Application
from flexnet.applications.rules import Act, Plan
from flexnet.members import actions as members
from flexnet.members import queries as entered

_OPENING = (Act.OPEN_PRACTICE_ACCESS, Act.OPEN_PERSONAL_ACCESS)


@dataclass(frozen=True)
class Letter:
    """What must be posted: the account with its initial password, and for which kind of access."""

    act: Act
    issued: Issued


def accounts_for(plan: Plan, user_names: Mapping[Act, str], *, now: datetime) -> dict[Act, Issued]:
    """The accounts that the plan opens, with their passwords, not yet stored; raises BadUserName. Hashes."""
    wanted = {act: user_names.get(act) or plan.user_names[act] for act in _OPENING if plan.does(act)}
    return {act: accounts.new_account(name, now=now) for act, name in wanted.items()}


def carry_out(
    application: Application, plan: Plan, issued: Mapping[Act, Issued], *, by: str, now: datetime
) -> tuple[Letter, ...]:
    """Every act of the plan; raises UserNameTaken."""
    task = _Task(application.content, plan.terms_version, by, now)
    for act, _text in plan.acts:
        if act in _DO:
            _DO[act](task)
    return tuple(_open(act, one, task) for act, one in issued.items())


@dataclass(frozen=True)
class _Task:
    said: Content
    terms_version: int
    by: str
    now: datetime

    @property
    def since_on(self) -> date:
        return self.said.since_on or self.said.signed_on or day_of(self.now)


def _enter_practice(task: _Task) -> None:
    members.enter_practice(bsnr=task.said.bsnr, name=task.said.organisation, by=task.by)


def _enter_person(task: _Task) -> None:
    members.enter_person(lanr=task.said.lanr, name=task.said.name, by=task.by)


def _enter_ownership(task: _Task) -> None:
    site, person = entered.site(task.said.bsnr), entered.person(task.said.lanr)
    members.enter_ownership(
        practice=site.practice, person=person, from_on=task.since_on, by=task.by, now=task.now
    )


def _enter_activity(task: _Task) -> None:
    person = entered.person(task.said.lanr)
    members.enter_activity(person=person, from_on=task.since_on, by=task.by, now=task.now)


def _enter_declaration(task: _Task) -> None:
    terms.enter_declaration(
        person=entered.person(task.said.lanr),
        version=task.terms_version,
        signed_on=task.said.signed_on or day_of(task.now),
        by=task.by,
        now=task.now,
    )


def _open(act: Act, issued: Issued, task: _Task) -> Letter:
    if act is Act.OPEN_PRACTICE_ACCESS:
        site = entered.site(task.said.bsnr)
        access.open_practice_access(site=site, user_name=issued, by=task.by, now=task.now)
    else:
        person = entered.person(task.said.lanr)
        access.open_personal_access(person=person, user_name=issued, by=task.by, now=task.now)
    return Letter(act, issued)


_DO: dict[Act, Callable[[_Task], None]] = {
    Act.ENTER_PRACTICE: _enter_practice,
    Act.ENTER_PERSON: _enter_person,
    Act.ENTER_OWNERSHIP: _enter_ownership,
    Act.ENTER_ACTIVITY: _enter_activity,
    Act.ENTER_DECLARATION: _enter_declaration,
}
