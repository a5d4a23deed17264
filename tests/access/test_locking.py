"""Locks of every scope, reports, reviews, four eyes; and restrictions to named services."""

from datetime import timedelta
from typing import Any

import pytest

from flexnet.access import actions, locking, queries, restricting
from flexnet.access.errors import BadLock, FourEyesNeeded
from flexnet.access.models import Access, Lock, Report, Restriction, Service
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.accounts.models import WebSession
from flexnet.audit import queries as trail
from flexnet.audit.models import Event
from flexnet.gateway.models import Change, Session
from tests import make

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
WHY: dict[str, Any] = {"reason": "Grund", **ACT}
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
LETTERS, TIMES = (
    "permit in tcp from assigned to 10.20.0.30 443",
    "permit in udp from assigned to 10.20.0.40 123",
)


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


def decided(access: Access, channel: Channel = Channel.PORTAL, *, now: Any = make.NOW) -> object:
    return queries.decide_access(access.pk, channel=channel, now=now)


def change(access: Access, new: str, *, now: Any = make.NOW) -> actions.PasswordRefusal | None:
    access.account.refresh_from_db()
    return actions.change_password(account=access.account, old=make.PASSWORD, new=new, by=make.BY, now=now)


class TestPassword:
    """The password as a component: nothing opens with it until there is another one."""

    @pytest.fixture
    def lock(self, alice: make.Member) -> Lock:
        return locking.lock_password(access=alice.practice_access, cause=Lock.Cause.LOSS, **WHY)

    @pytest.mark.parametrize("channel", Channel)
    def test_it_opens_no_door(self, alice: make.Member, lock: Lock, channel: Channel) -> None:
        assert decided(alice.practice_access, channel) == Refusal(Reason.PASSWORD_LOCKED, make.NOW)
        assert decided(alice.personal_access) == Granted()

    def test_whoever_has_it_does_not_change_it(self, alice: make.Member, lock: Lock) -> None:
        assert change(alice.practice_access, "Sommer-2026-neu") is not None
        locking.lift_lock(lock, **WHY)
        assert change(alice.practice_access, "Sommer-2026-neu", now=make.NOW + SECOND) is None

    def test_it_holds_for_a_password_set_by_a_clock_that_is_ahead(self, alice: make.Member) -> None:
        access, ahead = alice.practice_access, make.NOW + HOUR
        assert change(access, "Sommer-2026-neu", now=ahead) is None
        lock = locking.lock_password(access=access, cause=Lock.Cause.LOSS, **WHY)
        assert lock.imposed_at == ahead
        assert decided(access) == Refusal(Reason.PASSWORD_LOCKED, ahead)

    def test_a_later_one_is_not_locked(self, alice: make.Member, lock: Lock) -> None:
        account = alice.practice_access.account
        account.password_set_at = make.NOW + SECOND
        account.save()
        assert decided(alice.practice_access, now=make.NOW + SECOND) == Granted()


class TestReports:
    def test_a_report_locks_at_once_and_says_who_and_how(self, alice: make.Member) -> None:
        sent = make.NOW - HOUR
        lock = locking.report(
            locking.of(alice.practice_access, cause=Lock.Cause.LOSS, now=make.NOW),
            reported_by="Frau Muster",
            way=Report.Way.EMAIL,
            received_at=sent,
            by=make.BY,
            reason="Tasche gestohlen",
        )
        assert decided(alice.practice_access) == Refusal(Reason.LOCKED, make.NOW)
        assert lock.report is not None
        assert (lock.report.way, lock.report.reported_by, lock.report.received_at) == (
            "email",
            "Frau Muster",
            sent,
        )
        entry = Event.objects.get(kind="lock.imposed")
        assert trail.personal(entry) == {"reported_by": "Frau Muster"}
        assert "Muster" not in entry.data

    def test_it_waits_at_the_desk_until_somebody_asked(self, alice: make.Member) -> None:
        locking.lock_access(access=alice.personal_access, cause=Lock.Cause.OTHER, **WHY)
        first = self.reported(alice.practice_access, at=make.NOW)
        second = self.reported(alice.personal_access, at=make.NOW + SECOND)
        assert queries.desk_reported_locks() == [first, second]
        with pytest.raises(BadLock):
            locking.review(first, note=" ", **ACT)
        locking.review(first, note="Zurückgerufen, bleibt gesperrt", **ACT)
        assert queries.desk_reported_locks() == [second]
        locking.lift_lock(second, **WHY)
        assert queries.desk_reported_locks() == []
        assert decided(alice.practice_access) == Refusal(Reason.LOCKED, make.NOW)

    def reported(self, access: Access, *, at: Any) -> Lock:
        lock = locking.of(access, cause=Lock.Cause.LOSS, now=at)
        return locking.report(lock, reported_by="", way=Report.Way.TELEPHONE, by=make.BY, reason="")

    def test_a_report_did_not_arrive_after_its_lock(self, alice: make.Member) -> None:
        lock = locking.of(alice.practice_access, cause=Lock.Cause.LOSS, now=make.NOW)
        locking.report(
            lock, reported_by="", way=Report.Way.FAX, received_at=make.NOW + HOUR, by=make.BY, reason=""
        )
        assert Report.objects.get().received_at == make.NOW


class TestLifting:
    def test_it_needs_a_reason(self, alice: make.Member) -> None:
        lock = locking.lock_access(access=alice.practice_access, cause=Lock.Cause.OTHER, **WHY)
        with pytest.raises(BadLock):
            locking.lift_lock(lock, reason="  ", **ACT)
        assert decided(alice.practice_access) == Refusal(Reason.LOCKED, make.NOW)

    @pytest.mark.parametrize("second", ["", "  ", make.BY])
    def test_a_misuse_needs_a_second_person(self, alice: make.Member, second: str) -> None:
        lock = locking.lock_access(access=alice.practice_access, cause=Lock.Cause.MISUSE, **WHY)
        with pytest.raises(FourEyesNeeded):
            locking.lift_lock(lock, approved_by=second, **WHY)
        assert decided(alice.practice_access) == Refusal(Reason.LOCKED, make.NOW)
        locking.lift_lock(lock, approved_by="office:bea", **WHY)
        assert decided(alice.practice_access) == Granted()
        lock.refresh_from_db()
        assert (lock.lifted_by, lock.lift_approved_by, lock.lift_reason) == (make.BY, "office:bea", "Grund")

    @pytest.mark.parametrize("cause", set(Lock.Cause) - {Lock.Cause.MISUSE})
    def test_any_other_cause_needs_one(self, alice: make.Member, cause: Lock.Cause) -> None:
        lock = locking.lock_access(access=alice.practice_access, cause=cause, **WHY)
        locking.lift_lock(lock, **WHY)
        assert decided(alice.practice_access) == Granted()

    def test_the_first_lifting_stands(self, alice: make.Member) -> None:
        lock = locking.lock_access(access=alice.practice_access, cause=Lock.Cause.OTHER, **WHY)
        locking.lift_lock(lock, **WHY)
        locking.lift_lock(lock, by="office:bea", reason="anderer", now=make.NOW + HOUR)
        lock.refresh_from_db()
        assert (lock.lifted_at, lock.lifted_by) == (make.NOW, make.BY)


def test_a_lock_counts_the_browsers_it_signs_out(alice: make.Member) -> None:
    door = make.door(alice)
    door.open()
    browser("through the tunnel", alice.personal_access, via=str(Session.objects.get().pk))
    browser("by itself", alice.practice_access)
    browser("of another access", alice.personal_access)
    lock = locking.lock_access(access=alice.practice_access, cause=Lock.Cause.LOSS, **WHY)
    assert Lock.objects.get().browsers_ended == lock.browsers_ended == 2
    assert Session.objects.get().ended_by == f"lock:{lock.pk}"


def browser(name: str, access: Access, **columns: str) -> None:
    WebSession.objects.create(
        session_key=name, session_data="", expire_date=make.NOW + HOUR, account=access.account, **columns
    )


class TestRestrictions:
    """Of what was granted only the named services stay, at once, also in a tunnel that is up."""

    @pytest.fixture(autouse=True)
    def services(self, alice: make.Member) -> dict[str, Service]:
        made = {"letters": make.service("letters", LETTERS), "times": make.service("times", TIMES)}
        make.portal_service()
        for service in made.values():
            actions.grant(access=alice.practice_access, service=service, **ACT)
        return made

    def restrict(self, alice: make.Member, *services: Service) -> Restriction:
        return restricting.restrict(
            access=alice.practice_access, services=services, cause=Lock.Cause.VIOLATION, **WHY
        )

    def reached(self, access: Access) -> set[str]:
        rules = queries.filter_rules(access.pk, is_narrow=False, now=make.NOW)
        names = {LETTERS: "letters", TIMES: "times", make.PORTAL_RULE: "portal"}
        by_decision = {name for name in names.values() if self.may(access, name)}
        assert by_decision == {names[rule] for rule in rules}
        return by_decision

    def may(self, access: Access, service: str) -> bool:
        decision = queries.decide(access.account, channel=Channel.PORTAL, now=make.NOW, service=service)
        return isinstance(decision, Granted)

    def test_only_the_named_ones_and_what_everyone_reaches_are_left(
        self, alice: make.Member, services: dict[str, Service]
    ) -> None:
        assert self.reached(alice.practice_access) == {"portal", "letters", "times"}
        row = self.restrict(alice, services["letters"])
        assert self.reached(alice.practice_access) == {"portal", "letters"}
        assert decided(alice.practice_access) == Granted(is_restricted=True)
        assert queries.explain("alice-praxis", on=make.NOW).restricted_to == ("letters",)
        restricting.lift_restriction(row, **WHY)
        assert self.reached(alice.practice_access) == {"portal", "letters", "times"}
        assert queries.explain("alice-praxis", on=make.NOW).restricted_to is None

    def test_nothing_named_leaves_what_everyone_reaches(self, alice: make.Member) -> None:
        self.restrict(alice)
        assert self.reached(alice.practice_access) == {"portal"}

    def test_of_two_both_hold(self, alice: make.Member, services: dict[str, Service]) -> None:
        self.restrict(alice, services["letters"])
        second = self.restrict(alice, services["times"])
        assert self.reached(alice.practice_access) == {"portal"}
        assert queries.explain("alice-praxis", on=make.NOW).restricted_to == ()
        restricting.lift_restriction(second, **WHY)
        assert self.reached(alice.practice_access) == {"portal", "letters"}

    def test_naming_a_service_does_not_grant_it(
        self, alice: make.Member, services: dict[str, Service]
    ) -> None:
        actions.revoke(access=alice.practice_access, service=services["times"], **WHY)
        self.restrict(alice, services["times"])
        assert self.reached(alice.practice_access) == {"portal"}

    def test_it_holds_at_a_gateway_whose_clock_is_behind(
        self, alice: make.Member, services: dict[str, Service]
    ) -> None:
        actions.revoke(access=alice.practice_access, service=services["times"], **WHY)
        self.restrict(alice)
        before = make.NOW - SECOND
        assert queries.filter_rules(alice.practice_access.pk, is_narrow=False, now=before) == (
            make.PORTAL_RULE,
        )

    def test_a_tunnel_that_is_up_is_narrowed_at_once(self, alice: make.Member) -> None:
        make.door(alice).open()
        self.restrict(alice)
        assert [change.kind for change in Change.objects.all()] == ["coa"]
        assert not Session.objects.get().ended_at

    def test_lifting_needs_a_reason(self, alice: make.Member) -> None:
        row = self.restrict(alice)
        with pytest.raises(BadLock):
            restricting.lift_restriction(row, reason="", **ACT)
        restricting.lift_restriction(row, **WHY)
        restricting.lift_restriction(row, by="office:bea", reason="anderer", now=make.NOW + HOUR)
        row.refresh_from_db()
        assert (row.lifted_at, row.lifted_by) == (make.NOW, make.BY)
