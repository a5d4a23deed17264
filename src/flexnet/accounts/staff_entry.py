"""Make it happen: somebody who works at the KV signs in, in two steps, or confirms that it is still them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from flexnet import configuration, transactions
from flexnet.accounts import actions, factors, paper_codes, passwords, rules, staff_queries, throttle
from flexnet.accounts.models import EnrolmentCode, Staff
from flexnet.accounts.proofs import Outcome, Proof
from flexnet.accounts.staff import CODE_KIND, subject
from flexnet.audit import actions as audit

BY: Final = "office"
NOBODY: Final = "staff:unknown"  # names that nobody has are counted as one
BETWEEN_STEPS: Final = timedelta(minutes=10)
ENROLMENT_VALID: Final = timedelta(days=3)


class Refused(StrEnum):
    """Why not; who is not signed in is told the same for all but the last two."""

    UNKNOWN = "unknown"
    THROTTLED = "throttled"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of a reason
    WRONG_FACTOR = "wrong_factor"
    FACTOR_ALREADY_USED = "factor_already_used"
    WRONG_ENROLMENT_CODE = "wrong_enrolment_code"
    INITIAL_PASSWORD_EXPIRED = "initial_password_expired"  # noqa: S105 - as above
    STARTED_TOO_LONG_AGO = "started_too_long_ago"


@dataclass(frozen=True)
class FirstStep:
    """Whoever this is knows the password; that alone opens nothing."""

    staff: Staff
    source: str
    at: datetime

    def kept(self) -> dict[str, float]:
        """What a browser's session keeps until the second step."""
        password_set_at = self.staff.account.password_set_at.timestamp()
        return {"account": self.staff.account_id, "at": self.at.timestamp(), "password": password_set_at}


def first_step(*, user_name: str, password: str, source: str, now: datetime) -> FirstStep | Refused:
    """The password. Of an account that is no staff's nothing is looked at, not even its password."""
    name = actions.normal_user_name(user_name)
    staff = staff_queries.at_the_door(name, now=now) if actions.is_user_name(name) else None
    tries = throttle.look(account_id=_account_id(staff), place=rules.place(source), now=now)
    if not tries.are_left:
        return _refuse(staff, tries, Refused.THROTTLED, source=source, now=now)
    typed = password.encode("utf-8", "replace")
    if staff is None:
        passwords.pretended(typed).run()
        return _refuse(staff, tries, Refused.UNKNOWN, source=source, now=now)
    if not passwords.is_right(typed, staff.account.password, user_name=name):
        return _refuse(staff, tries, Refused.WRONG_PASSWORD, source=source, now=now)
    valid = configuration.current().password.initial_valid
    if staff.account.password_is_initial and now - staff.account.password_set_at > valid:
        return _refuse(staff, tries, Refused.INITIAL_PASSWORD_EXPIRED, source=source, now=now)
    return FirstStep(staff, source, now)


def resumed(kept: Mapping[str, float], *, source: str, now: datetime) -> FirstStep | None:
    """The first step as a session kept it; None once it is too old, or the password is another one."""
    at = datetime.fromtimestamp(kept["at"], now.tzinfo)
    staff = staff_queries.at_work(int(kept["account"]), now=now)
    if staff is None or not timedelta() <= now - at <= BETWEEN_STEPS:
        return None
    if staff.account.password_set_at.timestamp() != kept["password"]:
        return None
    return FirstStep(staff, source, at)


def second_step(first: FirstStep, proof: Proof, *, now: datetime) -> Staff | Refused:
    """The second factor; with it they are in."""
    tries = _tries(first, now)
    if not tries.are_left:
        return _refuse(first.staff, tries, Refused.THROTTLED, source=first.source, now=now)
    outcome = proof.spend(first.staff, now=now)
    if outcome is not Outcome.RIGHT:
        return _refuse(first.staff, tries, Refused(outcome), source=first.source, now=now)
    return _let_in(first, tries, proof.factor, now=now)


def check_enrolment(first: FirstStep, typed: str, *, now: datetime) -> int | Refused:
    """The code that allows to set up the first factor: its number. It is used up with the factor."""
    tries = _tries(first, now)
    if not tries.are_left:
        return _refuse(first.staff, tries, Refused.THROTTLED, source=first.source, now=now)
    word, name = paper_codes.normal(typed).encode(), str(first.staff)
    for row in EnrolmentCode.objects.filter(
        staff=first.staff, used_at=None, issued_at__gt=now - ENROLMENT_VALID
    ):
        if passwords.is_right(word, row.hashed, user_name=name, kind=CODE_KIND):
            return row.pk
    return _refuse(first.staff, tries, Refused.WRONG_ENROLMENT_CODE, source=first.source, now=now)


def enrolled(first: FirstStep, *, factor: str, now: datetime) -> Staff | Refused:
    """The first factor was set up a moment ago: with it they are in."""
    if not factors.are_set_up(first.staff):
        return Refused.WRONG_FACTOR
    return _let_in(first, _tries(first, now), factor, now=now)


def confirm(*, staff: Staff, proof: Proof, source: str, now: datetime) -> Refused | None:
    """Somebody who is signed in shows a second factor once more, for a sensitive act. None: it is right."""
    tries = throttle.look_inside(account_id=staff.account_id, now=now)
    if not tries.are_left:
        return _refuse(staff, tries, Refused.THROTTLED, source=source, now=now, what="factor.refused")
    outcome = proof.spend(staff, now=now)
    if outcome is not Outcome.RIGHT:
        return _refuse(staff, tries, Refused(outcome), source=source, now=now, what="factor.refused")
    with transactions.writing():
        data = {"factor": proof.factor}
        audit.record("factor.confirmed", by=f"{BY}:{staff}", subject=subject(staff), data=data)
    return None


def _let_in(first: FirstStep, tries: throttle.Tries, factor: str, *, now: datetime) -> Staff | Refused:
    """Only now do tries come back, and only if nobody ended them or their password since the first step."""
    with transactions.writing():
        transactions.hold(Staff, [first.staff.pk])
        still = resumed(first.kept(), source=first.source, now=now)
        if still is None:
            return Refused.STARTED_TOO_LONG_AGO
        throttle.note_success(tries, now=now)
        who = subject(first.staff)
        personal = {"source": first.source}
        audit.record(
            "sign_in.accepted", by=BY, subject=who, data={"factor": factor}, person=who, personal=personal
        )
    return still.staff


def _tries(first: FirstStep, now: datetime) -> throttle.Tries:
    return throttle.look(account_id=first.staff.account_id, place=rules.place(first.source), now=now)


def _account_id(staff: Staff | None) -> int | None:
    return staff.account_id if staff else None


def _refuse(
    staff: Staff | None,
    tries: throttle.Tries,
    why: Refused,
    *,
    source: str,
    now: datetime,
    what: str = "sign_in.refused",
) -> Refused:
    """Counted, and charged unless there was nothing left to charge."""
    count = audit.counted(
        what,
        by=BY,
        subject=subject(staff) if staff else NOBODY,
        source=rules.place(source),
        reason=why,
        now=now,
    )
    charge = [] if why is Refused.THROTTLED else [throttle.charging(tries.keys, now=now)]
    transactions.write_together([*charge, audit.tallying([count])])
    return why
