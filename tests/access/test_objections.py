"""Objections: how they come, who judges them, and that only a clerk locks, with a reason (§ 14(2))."""

from datetime import timedelta
from typing import Any

import pytest

from flexnet.access import locking, objections, queries
from flexnet.access.errors import AlreadyJudged, AlreadyObjected, BadObjection, NoSuchObjection
from flexnet.access.models import Access, Lock, Objection, Terms
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.access.terms import NotAccepted
from flexnet.audit.models import Event
from tests import configured, make

pytestmark = pytest.mark.django_db
TODAY, DAY = make.NOW.date(), timedelta(days=1)
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
WHY: dict[str, Any] = {"reason": "ohne Grund", **ACT}


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def two(alice: make.Member) -> Terms:
    return make.changed_terms(effective_on=TODAY + 14 * DAY)


def by_letter(who: make.Member, version: int = 2, *, text: str = "§ 2", **changes: Any) -> Objection:
    received: dict[str, Any] = {"received_on": TODAY, **changes}
    return objections.enter(signer=who.person, version=version, text=text, **received, **ACT)


def in_portal(access: Access, shown: Terms, text: str = "§ 2") -> Objection | NotAccepted:
    return objections.object_in_portal(
        access=access, version=shown.version, sha256=shown.sha256, text=text, **ACT
    )


def judge(row: Objection, justified: bool) -> Objection:
    return objections.judge(number=row.pk, is_justified=justified, **WHY)


def lock(row: Objection, access: Access, reason: str = "ohne Grund") -> Lock:
    return objections.lock(number=row.pk, access=access, reason=reason, **ACT)


def is_locked(access: Access) -> bool:
    decision = queries.decide_access(access.pk, channel=Channel.PORTAL, now=make.NOW)
    return isinstance(decision, Refusal) and decision.reason is Reason.LOCKED


class TestComing:
    def test_by_letter_it_has_the_day_it_arrived(self, alice: make.Member, two: Terms) -> None:
        row = by_letter(alice, text="Zu teuer.\r\nWirklich.\x00\u202e")
        assert (row.way, row.received_on, row.text) == ("letter", TODAY, "Zu teuer.\nWirklich.")
        assert Event.objects.get(kind="objection.entered").subject == f"person:{alice.person}"

    @pytest.mark.parametrize("days", [-1, 1])
    def test_not_before_the_terms_were_published_and_not_ahead(
        self, alice: make.Member, two: Terms, days: int
    ) -> None:
        with pytest.raises(BadObjection):
            by_letter(alice, received_on=TODAY + days * DAY)

    def test_once_for_each_version(self, alice: make.Member, two: Terms) -> None:
        by_letter(alice)
        with pytest.raises(AlreadyObjected):
            by_letter(alice)

    def test_in_the_portal_by_the_owner_alone_and_twice_is_once(self, alice: make.Member, two: Terms) -> None:
        assert in_portal(alice.practice_access, two) is NotAccepted.NOT_YOURS
        row = in_portal(alice.personal_access, two)
        assert isinstance(row, Objection)
        assert (row.way, row.received_on) == ("portal", TODAY)
        assert in_portal(alice.personal_access, two, "noch einmal") == row
        assert Objection.objects.get().text == "§ 2"

    def test_to_what_was_shown_and_to_nothing_else(self, alice: make.Member, two: Terms) -> None:
        assert in_portal(alice.personal_access, make.terms()) is NotAccepted.REPLACED

    def test_where_it_is_signed_on_paper_the_portal_enters_none(
        self, alice: make.Member, two: Terms, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configured.change(monkeypatch, profile={"statements": "form"})
        assert in_portal(alice.personal_access, two) is NotAccepted.ON_PAPER
        assert not Objection.objects.exists()

    def test_whoever_accepted_gives_notice_instead(self, alice: make.Member, two: Terms) -> None:
        make.tick(alice.personal_access, two)
        with pytest.raises(BadObjection, match="by notice"):
            by_letter(alice)
        with pytest.raises(BadObjection, match="by notice"):
            by_letter(alice, version=1)

    def test_what_is_too_long_is_said_and_not_cut(self, alice: make.Member, two: Terms) -> None:
        with pytest.raises(BadObjection, match="4000 characters"):
            by_letter(alice, text="x" * 4001)
        assert by_letter(alice, text="x" * 4000).text == "x" * 4000


class TestJudging:
    def test_it_is_judged_once_and_with_a_reason(self, alice: make.Member, two: Terms) -> None:
        row = by_letter(alice)
        with pytest.raises(BadObjection, match="reason"):
            objections.judge(number=row.pk, is_justified=True, **{**WHY, "reason": "  "})
        judged = judge(row, True)
        assert (judged.is_justified, judged.judgement, judged.judged_at) == (True, "ohne Grund", make.NOW)
        with pytest.raises(AlreadyJudged):
            judge(row, False)

    def test_there_must_be_one(self) -> None:
        with pytest.raises(NoSuchObjection):
            objections.judge(number=1, is_justified=True, **WHY)


class TestLocking:
    def test_nothing_locks_by_itself_but_a_clerk_may(self, alice: make.Member, two: Terms) -> None:
        row = judge(by_letter(alice), False)
        assert not is_locked(alice.practice_access)
        imposed = lock(row, alice.practice_access)
        assert (imposed.cause, imposed.scope) == (Lock.Cause.OBJECTION, Lock.Scope.ACCESS)
        assert is_locked(alice.practice_access)
        assert not is_locked(alice.personal_access)
        entry = Event.objects.get(kind="lock.imposed")
        assert "\\u00a7 10 Abs. 1 (Verweis in \\u00a7 14 Abs. 2)" in entry.data
        assert "ohne Grund" in entry.data

    @pytest.mark.parametrize("justified", [None, True])
    def test_a_justified_or_open_objection_keeps_the_access(
        self, alice: make.Member, two: Terms, justified: bool | None
    ) -> None:
        row = by_letter(alice)
        if justified:
            judge(row, justified)
        with pytest.raises(BadObjection, match="not judged to be unjustified"):
            lock(row, alice.practice_access)
        assert not is_locked(alice.practice_access)

    def test_without_a_reason_nothing_is_locked(self, alice: make.Member, two: Terms) -> None:
        row = judge(by_letter(alice), False)
        with pytest.raises(BadObjection, match="reason"):
            lock(row, alice.practice_access, reason=" ")

    def test_whoever_accepted_since_is_not_locked_for_it(self, alice: make.Member, two: Terms) -> None:
        row = judge(by_letter(alice), False)
        make.tick(alice.personal_access, two)
        with pytest.raises(BadObjection, match="accepted"):
            lock(row, alice.practice_access)

    def test_nobody_elses_access_is_locked(self, alice: make.Member, two: Terms) -> None:
        row, bob = judge(by_letter(alice), False), make.settled("bob")
        for access in (bob.practice_access, bob.personal_access):
            with pytest.raises(BadObjection, match="does not rest"):
                lock(row, access)

    def test_the_lock_is_lifted_like_any_other(self, alice: make.Member, two: Terms) -> None:
        imposed = lock(judge(by_letter(alice), False), alice.practice_access)
        locking.lift_lock(imposed, by=make.BY, reason="geeinigt", now=make.NOW)
        assert queries.explain(str(alice.practice_access), on=make.NOW).decision == Granted()
