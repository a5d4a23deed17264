"""Where is the audit event of what staff do? Every public action records one, or stands here with why not."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from flexnet import transactions
from flexnet.accounts import app_secrets, assignments, factors, four_eyes, staff, staff_entry
from flexnet.accounts.models import Approval, Role
from flexnet.accounts.proofs import AppCode
from flexnet.accounts.staff_entry import FirstStep
from flexnet.audit.models import Event
from flexnet.lib import totp
from tests import make
from tests.accounts.test_webauthn import added
from tests.architecture.test_audited import public_functions
from tests.authenticator import Authenticator

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
WHY: dict[str, Any] = {"reason": "Grund", **ACT}

SILENT: Final = {
    "staff.subject": "reads",
    "staff.fresh_credentials": "stores nothing; reset does",
    "factors.are_set_up": "reads",
    "factors.reseal": "recorded by `flexnet secrets rotate`, with all others",
    "staff_entry.first_step": "half of a sign-in; a refusal is tallied",
    "staff_entry.resumed": "reads",
    "staff_entry.check_enrolment": "half of setting up a factor; a refusal is tallied",
    "four_eyes.state": "reads",
    "four_eyes.runs_out_at": "reads",
    "four_eyes.why_not_decidable": "reads",
    "four_eyes.payload": "reads",
    "four_eyes.waiting": "reads",
    "four_eyes.is_waiting": "reads",
    "four_eyes.waiting_for": "reads",
    "four_eyes.seen_by": "reads",
    "assignments.of": "reads",
}


class World:
    """Clara and Dora, who work here; every act below is done to Clara."""

    def __init__(self) -> None:
        self.colleague = make.colleague(Role.CLERK)
        self.clara = self.colleague.staff
        self.dora = make.colleague(Role.CLERK, name="dora").staff

    def first(self) -> FirstStep:
        found = staff_entry.first_step(
            user_name="clara", password=make.PASSWORD, source=make.SOURCE, now=make.NOW
        )
        assert isinstance(found, FirstStep)
        return found

    def ask(self) -> Approval:
        about: dict[str, Any] = {"act": Approval.Act.EXEMPT, "subject": "access:alice", "payload": {}}
        return four_eyes.ask(**about, staff=self.clara, reason="Grund", now=make.NOW)

    def decide(self) -> None:
        wish = self.ask()
        with transactions.writing():
            four_eyes.decide(wish, staff=self.dora, granted=True, now=make.NOW)

    def add_app(self) -> bool:
        sealed = app_secrets.make(self.clara)
        code = totp.code(app_secrets.opened(sealed, self.clara), make.NOW)
        return factors.add_app(staff=self.clara, sealed_secret=sealed, typed=code, **ACT)

    def remove_app(self) -> None:
        added(self.clara, Authenticator())
        factors.remove_app(staff=self.clara, **ACT)

    def remove_key(self) -> None:
        row = added(self.clara, Authenticator())
        factors.remove_key(staff=self.clara, number=row.pk, **ACT)

    def change_password(self) -> object:
        return staff.change_password(staff=self.clara, old=make.PASSWORD, new="Sommer-2026-neu", **ACT)

    def confirm(self) -> object:
        code = AppCode(self.colleague.code())
        return staff_entry.confirm(staff=self.clara, proof=code, source=make.SOURCE, now=make.NOW)

    def take(self) -> None:
        assignments.take(task="lock:1", staff=self.clara, now=make.NOW)

    def give_back(self) -> None:
        self.take()
        assignments.give_back(task="lock:1", staff=self.clara)


Act = Callable[[World], object]
RECORDED: Final[dict[str, tuple[str, Act]]] = {
    "staff.enter": ("staff.entered", lambda w: staff.enter(user_name="erik", name="Erik", **ACT)),
    "staff.set_roles": (
        "staff.roles_changed",
        lambda w: staff.set_roles(staff=w.clara, roles=[Role.IT], **WHY),
    ),
    "staff.end": ("staff.ended", lambda w: staff.end(staff=w.clara, **WHY)),
    "staff.reset": ("staff.reset", lambda w: staff.reset(staff.fresh_credentials(w.clara), **WHY)),
    "staff.change_password": ("password.changed", World.change_password),
    "factors.add_app": ("factor.added", World.add_app),
    "factors.add_key": ("factor.added", lambda w: added(w.clara, Authenticator())),
    "factors.remove_app": ("factor.removed", World.remove_app),
    "factors.remove_key": ("factor.removed", World.remove_key),
    "factors.issue_recovery_codes": (
        "recovery_codes.issued",
        lambda w: factors.issue_recovery_codes(staff=w.clara, **ACT),
    ),
    "staff_entry.second_step": (
        "sign_in.accepted",
        lambda w: staff_entry.second_step(w.first(), AppCode(w.colleague.code()), now=make.NOW),
    ),
    "staff_entry.enrolled": (
        "sign_in.accepted",
        lambda w: staff_entry.enrolled(w.first(), factor="app", now=make.NOW),
    ),
    "staff_entry.confirm": ("factor.confirmed", World.confirm),
    "four_eyes.ask": ("approval.asked", World.ask),
    "four_eyes.decide": ("approval.granted", World.decide),
    "assignments.take": ("task.taken", World.take),
    "assignments.give_back": ("task.given_back", World.give_back),
}


def test_every_public_action_stands_in_one_of_the_two_tables() -> None:
    modules = {
        "staff": staff,
        "factors": factors,
        "staff_entry": staff_entry,
        "four_eyes": four_eyes,
        "assignments": assignments,
    }
    public = set[str]().union(*(public_functions(*pair) for pair in modules.items()))
    assert public == set(RECORDED) | set(SILENT)
    assert not set(RECORDED) & set(SILENT)


@pytest.mark.parametrize("name", RECORDED)
def test_an_act_leaves_its_entry_with_who_did_it(name: str) -> None:
    kind, act = RECORDED[name]
    world = World()
    before = Event.objects.filter(kind=kind).count()
    act(world)
    assert Event.objects.filter(kind=kind).count() == before + 1
    entry = Event.objects.filter(kind=kind).latest("pk")
    assert entry.by in (make.BY, "office", "office:clara", "office:dora")
    assert entry.subject
