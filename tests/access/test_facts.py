"""Facts through the whole path: entered by actions, read from their rows, decided, explained, listed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from flexnet.access import actions, endings, facts, locking, queries, rewriting, rules
from flexnet.access.errors import BadExemption, BadNotice, NoSuchExemption, NoSuchNotice
from flexnet.access.models import Access, Interval, Lock, Notice
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.members import actions as members
from tests import make

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY: dict[str, Any] = {"by": make.BY, "reason": "Grund", "now": make.NOW}


def reason_on(access: Access, day: date, channel: Channel = Channel.VPN_SIGN_IN) -> Reason | None:
    """What is said of noon of that day, without asking what happened since."""
    noon = rules.day_begins(day) + timedelta(hours=12)
    answer = queries.explain(access.account.user_name, on=noon, channel=channel).decision
    return answer.reason if isinstance(answer, Refusal) else None


@pytest.mark.parametrize(
    ("ended_on", "last_day"),
    [
        (date(2025, 5, 10), date(2026, 6, 30)),
        (date(2025, 3, 31), date(2026, 3, 31)),
        (date(2025, 12, 31), date(2026, 12, 31)),
    ],
)
def test_activity_over_locks_after_the_fourth_quarter(ended_on: date, last_day: date) -> None:
    alice = make.settled(now=datetime(2026, 1, 5, tzinfo=UTC))
    since = date(2010, 1, 1)
    members.enter_activity(person=alice.person, from_on=since, until_on=ended_on, by=make.BY, now=make.NOW)
    for access in (alice.practice_access, alice.personal_access):
        assert reason_on(access, last_day, Channel.PORTAL) is None
        assert reason_on(access, last_day + DAY, Channel.PORTAL) is Reason.ACTIVITY_OVER


@pytest.mark.parametrize(
    ("kind", "received_on", "last_day"),
    [
        (Notice.Kind.KV, date(2026, 2, 3), date(2026, 3, 31)),
        (Notice.Kind.KV, date(2026, 2, 4), date(2026, 6, 30)),
        (Notice.Kind.MEMBER, date(2026, 3, 1), date(2026, 3, 15)),
        (Notice.Kind.EXTRAORDINARY, date(2026, 3, 1), date(2026, 3, 1)),
    ],
)
def test_notice_ends_the_access_on_its_day(kind: Notice.Kind, received_on: date, last_day: date) -> None:
    alice = make.settled(now=datetime(2026, 1, 5, tzinfo=UTC))
    row = endings.give_notice(
        access=alice.practice_access,
        kind=kind,
        received_on=received_on,
        by=make.BY,
        reason="Umzug",
        now=make.NOW,
    )
    assert row.ends_on == last_day
    assert reason_on(alice.practice_access, last_day) is None
    assert reason_on(alice.practice_access, last_day + DAY) is Reason.ENDED
    assert reason_on(alice.personal_access, last_day + DAY, Channel.PORTAL) is None


def test_of_two_notices_the_earlier_end_counts() -> None:
    alice = make.settled()
    for kind, received_on in ((Notice.Kind.KV, date(2026, 4, 14)), (Notice.Kind.MEMBER, date(2026, 4, 14))):
        endings.give_notice(
            access=alice.practice_access,
            kind=kind,
            received_on=received_on,
            by=make.BY,
            reason="",
            now=make.NOW,
        )
    assert reason_on(alice.practice_access, date(2026, 4, 28)) is None
    assert reason_on(alice.practice_access, date(2026, 4, 29)) is Reason.ENDED


def test_nobody_is_let_in_before_the_declaration_of_an_owner() -> None:
    alice = make.member(declared=False)
    assert reason_on(alice.practice_access, date(2026, 4, 15)) is Reason.DECLARATION_MISSING
    make.declare(alice.person)
    assert reason_on(alice.practice_access, date(2026, 4, 15)) is None


def test_a_declaration_of_somebody_else_opens_nothing() -> None:
    alice, bob = make.member(declared=False), make.member("bob", declared=False)
    make.declare(bob.person)
    assert reason_on(alice.practice_access, date(2026, 4, 15)) is Reason.DECLARATION_MISSING
    assert reason_on(bob.practice_access, date(2026, 4, 15)) is None


def test_a_declaration_counts_while_its_signer_owns_the_practice() -> None:
    alice, bob = make.member(), make.member("bob", declared=False)
    (ownership,) = alice.person.ownerships.all()
    join(bob, alice)
    members.end_ownership(ownership=ownership, until_on=date(2026, 5, 1), by=make.BY, now=make.NOW)
    assert reason_on(alice.practice_access, date(2026, 5, 1)) is None
    assert reason_on(alice.practice_access, date(2026, 5, 2)) is Reason.DECLARATION_MISSING
    assert reason_on(alice.personal_access, date(2026, 5, 2), Channel.PORTAL) is None


def join(who: make.Member, other: make.Member) -> None:
    """One comes into the other's practice as a partner."""
    practice, since = other.site.practice, date(2020, 1, 1)
    members.enter_ownership(practice=practice, person=who.person, from_on=since, by=make.BY, now=make.NOW)


def test_a_practice_goes_on_as_long_as_one_of_its_owners_works() -> None:
    alice, bob = make.settled(), make.settled("bob")
    practice, since = alice.site.practice, date(2015, 1, 1)
    members.enter_ownership(practice=practice, person=bob.person, from_on=since, by=make.BY, now=make.NOW)
    ended = date(2020, 6, 30)
    members.enter_activity(person=alice.person, from_on=since, until_on=ended, by=make.BY, now=make.NOW)
    assert reason_on(alice.personal_access, date(2026, 4, 15), Channel.PORTAL) is Reason.ACTIVITY_OVER
    assert reason_on(alice.practice_access, date(2026, 4, 15)) is None
    members.enter_activity(person=bob.person, from_on=since, until_on=ended, by=make.BY, now=make.NOW)
    assert reason_on(alice.practice_access, date(2026, 4, 15)) is Reason.ACTIVITY_OVER


def test_a_lock_of_a_practice_reaches_its_accesses_and_its_owners_and_nobody_else() -> None:
    alice, bob = make.settled(), make.settled("bob")
    locking.lock_practice(
        practice=alice.site.practice, cause=Lock.Cause.MISUSE, by=make.BY, reason="Verdacht", now=make.NOW
    )
    for access in (alice.practice_access, alice.personal_access):
        decision = queries.decide(access.account, channel=Channel.PORTAL, now=make.NOW)
        assert decision == Refusal(Reason.LOCKED, make.NOW)
    assert queries.decide(bob.practice_access.account, channel=Channel.PORTAL, now=make.NOW) == Granted()


def test_a_lost_key_locks_the_tunnel_and_leaves_the_password() -> None:
    alice = make.settled()
    locking.report_key_lost(serial=alice.key.serial, by=make.BY, reason="Zug", now=make.NOW)
    account = alice.practice_access.account
    assert queries.decide(account, channel=Channel.VPN_SIGN_IN, now=make.NOW) == Refusal(
        Reason.KEY_LOCKED, make.NOW
    )
    assert queries.decide(account, channel=Channel.PORTAL, now=make.NOW) == Granted()


def test_a_lifted_lock_opens_again_at_once() -> None:
    alice = make.settled()
    lock = locking.lock_access(
        access=alice.practice_access, cause=Lock.Cause.OTHER, by=make.BY, reason="Irrtum", now=make.NOW
    )
    locking.lift_lock(lock, by=make.BY, reason="Irrtum", now=make.NOW + HOUR)
    assert (
        queries.decide_access(alice.practice_access.pk, channel=Channel.VPN_SIGN_IN, now=make.NOW + HOUR)
        == Granted()
    )


@pytest.mark.parametrize("behind", [timedelta(), HOUR, 2 * HOUR])
def test_a_lock_holds_at_a_door_whose_clock_is_behind(behind: timedelta) -> None:
    alice = make.settled()
    locking.lock_access(
        access=alice.practice_access, cause=Lock.Cause.OTHER, by=make.BY, reason="", now=make.NOW
    )
    decision = queries.decide_access(alice.practice_access.pk, channel=Channel.PORTAL, now=make.NOW - behind)
    assert decision == Refusal(Reason.LOCKED, make.NOW)


def test_an_access_opens_on_its_day_and_no_newer_act_opens_it_before() -> None:
    alice = make.settled()
    actions.open_practice_access(
        site=alice.site, user_name="alice-zwei", by=make.BY, now=make.NOW, from_on=date(2026, 5, 1)
    )
    access = queries.access_named("alice-zwei")
    actions.assign_key(key=make.stock_key(), access=access, by=make.BY, reason="zweiter", now=make.NOW + HOUR)
    assert reason_on(access, date(2026, 4, 30)) is Reason.NOT_YET_UNLOCKED
    assert reason_on(access, date(2026, 5, 1)) is None
    decision = queries.decide_access(access.pk, channel=Channel.PORTAL, now=make.NOW + HOUR)
    assert decision == Refusal(Reason.NOT_YET_UNLOCKED)


def test_explain_names_the_next_change() -> None:
    make.member()
    found = queries.explain("alice-praxis", on=make.NOW)
    assert found.decision == Granted(Reason.PASSWORD_CHANGE_DUE)
    assert found.next_change == make.NOW + timedelta(days=28)
    after = queries.explain("alice-praxis", on=make.NOW + timedelta(days=28))
    assert after.decision == Refusal(Reason.INITIAL_PASSWORD_EXPIRED, make.NOW + timedelta(days=28))
    assert after.next_change is None


def test_nobody_is_unknown() -> None:
    assert queries.explain("nobody", on=make.NOW).decision == Refusal(Reason.UNKNOWN)


def test_a_service_is_for_everyone_or_granted_or_refused() -> None:
    alice, bob = make.settled(), make.settled("bob")
    make.portal_service()
    letters = make.service("letters", "permit in tcp from assigned to 10.20.0.30 443")
    actions.grant(access=alice.practice_access, service=letters, by=make.BY, now=make.NOW)

    def decided(access: Access, service: str) -> rules.Decision:
        return queries.decide(access.account, channel=Channel.PORTAL, now=make.NOW, service=service)

    assert decided(alice.practice_access, "letters") == Granted()
    assert decided(bob.practice_access, "letters") == Refusal(Reason.SERVICE_NOT_GRANTED)
    assert decided(bob.practice_access, "portal") == Granted()
    actions.revoke(access=alice.practice_access, service=letters, by=make.BY, reason="", now=make.NOW)
    assert decided(alice.practice_access, "letters") == Refusal(Reason.SERVICE_NOT_GRANTED)


def test_facts_of_many_accesses_take_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make.settled(), make.settled("bob")
    ids = list(Access.objects.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        assert sorted(facts.of(ids)) == sorted(ids)


def test_facts_of_nobody_are_none() -> None:
    assert facts.of([]) == facts.of([4711]) == {}


def test_a_changed_configuration_is_followed_by_rewriting_all_intervals() -> None:
    alice = make.settled()
    Interval.objects.all().delete()
    assert rewriting.rewrite_intervals() == 2
    rows = Interval.objects.filter(access=alice.practice_access, channel=Channel.PORTAL)
    assert [(row.reason, row.narrow) for row in rows.order_by("pk")] == [
        ("declaration_missing", ""),
        ("", ""),
        ("", "password_change_due"),
    ]


class TestEndings:
    """What the KV and a member may agree on instead of an end."""

    @pytest.fixture
    def alice(self) -> make.Member:
        return make.settled(now=datetime(2026, 1, 5, tzinfo=UTC))

    @pytest.fixture
    def notice(self, alice: make.Member) -> Notice:
        return self.notice_of(alice, Notice.Kind.MEMBER, make.NOW.date())

    def notice_of(self, alice: make.Member, kind: Notice.Kind, received_on: date) -> Notice:
        access = alice.practice_access
        return endings.give_notice(access=access, kind=kind, received_on=received_on, **WHY)

    def withdraw(self, notice: Notice, *, now: datetime = make.NOW, agreement: str = "Telefonat") -> None:
        endings.withdraw_notice(number=notice.pk, by=make.BY, agreement=agreement, now=now)

    def test_a_notice_that_both_withdraw_ends_nothing(self, alice: make.Member, notice: Notice) -> None:
        self.withdraw(notice)
        assert reason_on(alice.practice_access, notice.ends_on + DAY) is None
        with pytest.raises(NoSuchNotice):
            self.withdraw(notice)

    def test_one_side_alone_withdraws_nothing(self, alice: make.Member, notice: Notice) -> None:
        with pytest.raises(BadNotice, match="agreement"):
            self.withdraw(notice, agreement="  ")
        assert reason_on(alice.practice_access, notice.ends_on + DAY) is Reason.ENDED

    def test_what_has_ended_is_not_brought_back(self, alice: make.Member, notice: Notice) -> None:
        over = rules.day_ends(notice.ends_on)
        with pytest.raises(BadNotice, match="Open a new one"):
            self.withdraw(notice, now=over)
        self.withdraw(notice, now=over - timedelta(seconds=1))
        assert reason_on(alice.practice_access, notice.ends_on + DAY) is None

    def test_withdrawing_one_notice_leaves_the_other(self, alice: make.Member, notice: Notice) -> None:
        other = self.notice_of(alice, Notice.Kind.KV, make.NOW.date())
        self.withdraw(notice)
        assert reason_on(alice.practice_access, other.ends_on) is None
        assert reason_on(alice.practice_access, other.ends_on + DAY) is Reason.ENDED

    def test_a_members_notice_has_arrived_already(self, alice: make.Member) -> None:
        tomorrow = make.NOW.date() + DAY
        with pytest.raises(BadNotice, match="still to come"):
            self.notice_of(alice, Notice.Kind.MEMBER, tomorrow)

    def test_a_letter_of_the_kv_arrives_on_the_fourth_day(self, alice: make.Member) -> None:
        """Posted on the last day that would do had it arrived at once, it ends a quarter later."""
        assert rules.letter_arrives_on(date(2026, 1, 30)) == date(2026, 2, 3)
        row = self.notice_of(alice, Notice.Kind.KV, rules.letter_arrives_on(date(2026, 5, 5)))
        assert row.ends_on == date(2026, 9, 30)

    def test_an_exception_lasts_through_its_last_day(self, alice: make.Member) -> None:
        access, since = alice.practice_access, date(2010, 1, 1)
        members.enter_activity(
            person=alice.person, from_on=since, until_on=date(2025, 3, 31), by=make.BY, now=make.NOW
        )
        assert reason_on(access, date(2026, 5, 1)) is Reason.ACTIVITY_OVER
        row = endings.exempt(access=access, until_on=date(2026, 12, 31), **WHY)
        assert reason_on(access, date(2026, 12, 31)) is None
        over = queries.explain("alice-praxis", on=datetime(2027, 2, 1, tzinfo=UTC)).decision
        assert over == Refusal(Reason.ACTIVITY_OVER, rules.day_begins(date(2027, 1, 1)))
        assert reason_on(alice.personal_access, date(2026, 5, 1), Channel.PORTAL) is Reason.ACTIVITY_OVER
        endings.revoke_exemption(number=row.pk, **WHY)
        assert reason_on(access, date(2026, 5, 1)) is Reason.ACTIVITY_OVER
        with pytest.raises(NoSuchExemption):
            endings.revoke_exemption(number=row.pk, **WHY)

    def test_an_exception_never_makes_an_access_end_sooner(self, alice: make.Member) -> None:
        members.enter_activity(
            person=alice.person,
            from_on=date(2010, 1, 1),
            until_on=date(2026, 3, 31),
            by=make.BY,
            now=make.NOW,
        )
        endings.exempt(access=alice.practice_access, until_on=date(2026, 5, 1), **WHY)
        assert reason_on(alice.practice_access, date(2027, 3, 31)) is None
        assert reason_on(alice.practice_access, date(2027, 4, 1)) is Reason.ACTIVITY_OVER

    @pytest.mark.parametrize(
        ("until_on", "reason", "said"),
        [(date(2026, 4, 13), "Praxisabgabe", "still to come"), (date(2027, 1, 1), " ", "give its reason")],
    )
    def test_an_exception_needs_a_reason_and_a_day_to_come(
        self, alice: make.Member, until_on: date, reason: str, said: str
    ) -> None:
        with pytest.raises(BadExemption, match=said):
            endings.exempt(
                access=alice.practice_access, until_on=until_on, by=make.BY, reason=reason, now=make.NOW
            )
