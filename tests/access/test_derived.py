"""Accesses that are no member's own: what they may, and with what they fall."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from flexnet.access import actions, derived, endings, facts, locking, queries, rules, sign_in
from flexnet.access.errors import (
    AlreadyPermitted,
    AlreadyWithdrawn,
    BadExemption,
    BadOrigin,
    BadPermission,
    KeyOfNoUse,
)
from flexnet.access.models import Access, Interval, Lock, Notice, Permission
from flexnet.access.present import Present
from flexnet.access.rules import Channel, Decision, Granted, Reason, Refusal, day_begins
from flexnet.accounts.models import WebSession
from flexnet.members import actions as members
from flexnet.members import succession, third_parties
from flexnet.members.models import Employment, Practice
from tests import make

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
WHY: dict[str, Any] = {"reason": "Grund", **ACT}
TODAY = make.NOW.date()
HOUR = timedelta(hours=1)
SUBMISSION, PORTAL = Permission.Function.SUBMISSION, Permission.Function.PORTAL


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def carol(alice: make.Member) -> Access:
    """Of the staff of Alice's practice, under its practice access."""
    return make.employee(alice.practice_access)


@pytest.fixture
def dora() -> Access:
    """A third party's signatory."""
    return make.third_party()


def decided(access: Access, channel: Channel = Channel.PORTAL) -> Decision:
    return queries.decide_access(access.pk, channel=channel, now=make.NOW)


def reason_on(access: Access, day: date) -> Reason | None:
    noon = rules.day_begins(day) + timedelta(hours=12)
    answer = queries.explain(str(access), on=noon, channel=Channel.PORTAL).decision
    return answer.reason if isinstance(answer, Refusal) else None


class TestEmployees:
    def test_one_signs_in_at_the_portal_for_the_members_sites(
        self, alice: make.Member, carol: Access
    ) -> None:
        found = sign_in.to_portal(user_name="carol", password=make.PASSWORD, source=make.SOURCE, now=make.NOW)
        assert isinstance(found, sign_in.SignedIn)
        assert queries.sites_of(found.access, TODAY) == (alice.site.bsnr,)
        assert queries.names_inside(queries.whole().get(pk=carol.pk)) == (alice.site.bsnr,)

    def test_handing_in_is_delegated_and_taken_back(self, carol: Access) -> None:
        refused = Refusal(Reason.SERVICE_NOT_GRANTED)
        assert decided(carol, Channel.SUBMISSION) == refused
        derived.permit(access=carol, function=SUBMISSION, **ACT)
        assert decided(carol, Channel.SUBMISSION) == Granted()
        assert decided(carol, Channel.SIGNATURE) == refused
        with pytest.raises(AlreadyPermitted):
            derived.permit(access=carol, function=SUBMISSION, **ACT)
        for _ in range(2):
            derived.forbid(access=carol, function=SUBMISSION, **WHY)
        assert decided(carol, Channel.SUBMISSION) == refused

    def test_one_comes_through_the_practices_tunnel_and_has_no_key(self, carol: Access) -> None:
        with pytest.raises(KeyOfNoUse, match="tunnel"):
            actions.assign_key(key=make.stock_key(), access=carol, **ACT)
        assert decided(carol, Channel.VPN_SIGN_IN) == Refusal(Reason.SERVICE_NOT_GRANTED)

    def test_none_is_derived_from_an_employee_or_a_third_party(self, carol: Access, dora: Access) -> None:
        for origin in (carol, dora):
            with pytest.raises(BadOrigin):
                derived.open_employee_access(origin=origin, holder="Emil", user_name="emil", **ACT)

    def test_the_member_withdraws_it_at_once_and_for_good(self, alice: make.Member, carol: Access) -> None:
        derived.withdraw(access=carol, **WHY)
        assert decided(carol) == Refusal(Reason.WITHDRAWN, make.NOW)
        for access in (carol, alice.practice_access):
            with pytest.raises(AlreadyWithdrawn):
                derived.withdraw(access=access, **WHY)
        assert decided(alice.practice_access) == Granted()

    def test_it_is_not_exempted_beyond_its_member(self, carol: Access) -> None:
        with pytest.raises(BadExemption, match="alice-praxis"):
            endings.exempt(access=carol, until_on=date(2027, 3, 31), **WHY)

    def test_the_rows_of_all_kinds_are_bound_as_they_say(self, alice: make.Member, carol: Access) -> None:
        for wrong in ({"site": alice.site}, {"origin": None}, {"holder": ""}, {"is_signatory": True}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Access.objects.filter(pk=carol.pk).update(**wrong)


def lock_origin(alice: make.Member) -> None:
    locking.lock_access(access=alice.practice_access, cause=Lock.Cause.OTHER, **WHY)


def lock_practice(alice: make.Member) -> None:
    locking.lock_practice(practice=alice.site.practice, cause=Lock.Cause.MISUSE, **WHY)


def give_notice(alice: make.Member) -> None:
    kind, yesterday = Notice.Kind.EXTRAORDINARY, TODAY - timedelta(days=1)
    endings.give_notice(access=alice.practice_access, kind=kind, received_on=yesterday, **WHY)


def stop_working(alice: make.Member) -> None:
    since, until = date(2010, 1, 1), date(2024, 12, 31)
    members.enter_activity(person=alice.person, from_on=since, until_on=until, **ACT)


def close_site(alice: make.Member) -> None:
    members.close_site(site=alice.site, until_on=date(2024, 12, 31), **ACT)


def die(alice: make.Member) -> None:
    succession.enter_death(person=alice.person, died_on=TODAY, heirs_contact="", **ACT)


def hand_over(alice: make.Member) -> None:
    bob = make.member("bob")
    succession.takeover(practice=alice.site.practice, to=bob.person, on=TODAY, **ACT)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lock_origin, Reason.LOCKED),
        (lock_practice, Reason.LOCKED),
        (give_notice, Reason.ENDED),
        (stop_working, Reason.ACTIVITY_OVER),
        (close_site, Reason.ACTIVITY_OVER),
        (die, Reason.NOT_TRANSFERABLE),
        (hand_over, Reason.NOT_TRANSFERABLE),
    ],
)
def test_what_ends_or_locks_the_members_ends_the_employees(
    act: Callable[[make.Member], None], reason: Reason, alice: make.Member, carol: Access
) -> None:
    """With open browsers, and in the lists too."""
    session = WebSession.objects.create(
        session_key="carol", session_data="", expire_date=make.NOW + HOUR, account=carol.account
    )
    assert decided(carol) == Granted()
    act(alice)
    for access in (alice.practice_access, carol):
        answer = decided(access)
        assert isinstance(answer, Refusal)
        assert answer.reason is reason
    assert not WebSession.objects.filter(pk=session.pk).exists()
    listed = Interval.objects.filter(access=carol, channel=Channel.PORTAL, until_at=None).get()
    assert listed.reason == reason


def test_what_is_the_employees_own_leaves_the_member_alone(alice: make.Member, carol: Access) -> None:
    locking.lock_access(access=carol, cause=Lock.Cause.OTHER, **WHY)
    assert isinstance(decided(carol), Refusal)
    assert decided(alice.practice_access) == Granted()


def test_an_exception_for_the_member_keeps_the_employees(alice: make.Member, carol: Access) -> None:
    stop_working(alice)
    endings.exempt(access=alice.practice_access, until_on=date(2026, 12, 31), **WHY)
    assert decided(carol) == Granted()


class TestALockOfAPractice:
    """Everything of a member and the practice's staff (§ 7(2))."""

    @pytest.mark.parametrize(("kind", "reached"), [("employed", True), ("authorised", False)])
    def test_it_reaches_who_is_employed_there_and_nobody_who_is_authorised(
        self, alice: make.Member, kind: str, reached: bool
    ) -> None:
        bob = make.settled("bob")
        since = date(2026, 1, 1)
        members.enter_employment(
            practice=alice.site.practice, person=bob.person, kind=Employment.Kind(kind), from_on=since, **ACT
        )
        staff = make.employee(bob.personal_access, "emil")
        lock_practice(alice)
        for access in (bob.personal_access, staff):
            assert isinstance(decided(access), Refusal) == reached
        assert decided(bob.practice_access) == Granted()

    def test_it_reaches_the_medical_director_of_an_mvz(self, alice: make.Member) -> None:
        bob, practice = make.settled("bob"), alice.site.practice
        Practice.objects.filter(pk=practice.pk).update(kind=Practice.Kind.MVZ)
        practice.refresh_from_db()
        members.enter_direction(practice=practice, person=bob.person, from_on=TODAY, **ACT)
        lock_practice(alice)
        assert isinstance(decided(bob.personal_access), Refusal)


class TestThirdParties:
    def test_the_tunnel_comes_along_and_all_else_is_granted(self, dora: Access) -> None:
        actions.assign_key(key=make.stock_key(), access=dora, **ACT)
        assert decided(dora, Channel.VPN_SIGN_IN) == Granted()
        assert decided(dora) == Refusal(Reason.SERVICE_NOT_GRANTED)
        derived.permit(access=dora, function=PORTAL, **ACT)
        assert decided(dora) == Granted()
        assert decided(dora, Channel.SUBMISSION) == Refusal(Reason.SERVICE_NOT_GRANTED)

    def test_what_fits_no_kind_is_not_permitted(self, alice: make.Member, dora: Access) -> None:
        carol = make.employee(alice.practice_access)
        for access, function in (
            (dora, Permission.Function.DOCUMENTS),
            (carol, PORTAL),
            (alice.practice_access, SUBMISSION),
        ):
            with pytest.raises(BadPermission):
                derived.permit(access=access, function=function, **ACT)

    def test_it_lasts_as_long_as_the_interest_of_the_kv(self, dora: Access) -> None:
        derived.permit(access=dora, function=PORTAL, **ACT)
        assert dora.third_party is not None
        third_parties.end(party=dora.third_party, until_on=date(2026, 6, 30), **WHY)
        assert reason_on(dora, date(2026, 6, 30)) is None
        assert reason_on(dora, date(2026, 7, 1)) is Reason.INTEREST_OVER

    def test_without_a_declaration_nobody_is_let_in(self) -> None:
        details = third_parties.ThirdPartyDetails("Stelle", "Dora", "Emil", "Sammelabrechnung")
        party = third_parties.enter(details=details, from_on=date(2026, 1, 1), **ACT)
        derived.open_third_party_access(party=party, holder="Dora", user_name="dora", **ACT)
        assert decided(queries.access_named("dora")) == Refusal(Reason.DECLARATION_MISSING)


class TestSuccession:
    def test_a_takeover_carries_no_access_over_even_with_a_declaration(self, alice: make.Member) -> None:
        bob, practice = make.settled("bob"), alice.site.practice
        on = date(2026, 5, 1)
        succession.takeover(practice=practice, to=bob.person, on=on, **ACT)
        assert reason_on(alice.practice_access, date(2026, 4, 30)) is None
        assert reason_on(alice.practice_access, on) is Reason.NOT_TRANSFERABLE
        actions.open_practice_access(site=alice.site, user_name="bob-neu", from_on=on, **ACT)
        fresh = queries.access_named("bob-neu")
        assert reason_on(fresh, date(2026, 4, 30)) is Reason.NOT_YET_UNLOCKED
        assert reason_on(fresh, on) is None
        assert reason_on(alice.personal_access, on) is None

    def test_changing_partners_keep_the_access_of_a_joint_practice(self, alice: make.Member) -> None:
        bob, practice = make.settled("bob"), alice.site.practice
        members.enter_ownership(practice=practice, person=bob.person, from_on=TODAY, **ACT)
        (owned,) = alice.person.ownerships.all()
        members.end_ownership(ownership=owned, until_on=date(2026, 6, 30), **ACT)
        assert reason_on(alice.practice_access, date(2026, 7, 1)) is None

    def test_death_ends_at_once_what_was_the_persons(self, alice: make.Member) -> None:
        succession.enter_death(person=alice.person, died_on=TODAY, heirs_contact="Tochter", **ACT)
        for access in (alice.personal_access, alice.practice_access):
            assert decided(access) == Refusal(Reason.NOT_TRANSFERABLE, make.NOW)
        succession.withdraw_death(person=alice.person, by=make.BY, reason="Irrtum", now=make.NOW + HOUR)
        for access in (alice.personal_access, alice.practice_access):
            answer = queries.decide_access(access.pk, channel=Channel.PORTAL, now=make.NOW + HOUR)
            assert answer == Granted()

    def test_death_that_is_told_late_counts_from_the_day_after(self, alice: make.Member) -> None:
        died_on = date(2026, 4, 1)
        succession.enter_death(person=alice.person, died_on=died_on, heirs_contact="", **ACT)
        assert decided(alice.personal_access) == Refusal(Reason.NOT_TRANSFERABLE, rules.day_ends(died_on))

    def test_a_partner_who_lives_keeps_the_practices(self, alice: make.Member) -> None:
        bob = make.settled("bob")
        since = date(2020, 1, 1)
        members.enter_ownership(practice=alice.site.practice, person=bob.person, from_on=since, **ACT)
        die(alice)
        assert decided(alice.practice_access) == Granted()
        assert isinstance(decided(alice.personal_access), Refusal)

    def test_of_a_partner_who_did_not_declare_nothing_is_opened(self, alice: make.Member) -> None:
        bob = make.member("bob", declared=False)
        since = date(2020, 1, 1)
        members.enter_ownership(practice=alice.site.practice, person=bob.person, from_on=since, **ACT)
        die(alice)
        assert decided(alice.practice_access) == Refusal(Reason.DECLARATION_MISSING)


def test_an_mvz_stands_on_the_declaration_of_its_director(alice: make.Member) -> None:
    bob = make.settled("bob")
    site = members.enter_practice(bsnr="879999900", name="MVZ", kind=Practice.Kind.MVZ, by=make.BY)
    actions.open_practice_access(site=site, user_name="mvz", **ACT)
    access = queries.access_named("mvz")
    assert decided(access) == Refusal(Reason.DECLARATION_MISSING)
    direction = members.enter_direction(practice=site.practice, person=bob.person, from_on=TODAY, **ACT)
    assert reason_on(access, TODAY) is None
    members.end_direction(direction=direction, until_on=date(2026, 6, 30), **ACT)
    assert reason_on(access, date(2026, 7, 1)) is Reason.DECLARATION_MISSING


def test_a_closed_site_lasts_as_after_the_end_of_an_activity(alice: make.Member) -> None:
    members.close_site(site=alice.site, until_on=date(2025, 5, 10), **ACT)
    assert reason_on(alice.practice_access, date(2026, 6, 30)) is None
    assert reason_on(alice.practice_access, date(2026, 7, 1)) is Reason.ACTIVITY_OVER
    assert reason_on(alice.personal_access, date(2026, 7, 1)) is None
    members.close_site(site=alice.site, until_on=None, **ACT)
    assert reason_on(alice.practice_access, date(2026, 7, 1)) is None


def test_who_may_sign_may_sign_with_the_personal_access_alone(alice: make.Member) -> None:
    refused = Refusal(Reason.SERVICE_NOT_GRANTED)
    assert decided(alice.personal_access, Channel.SIGNATURE) == refused
    right = members.enter_signing_right(person=alice.person, from_on=date(2026, 1, 1), **ACT)
    assert decided(alice.personal_access, Channel.SIGNATURE) == Granted()
    staff = make.employee(alice.personal_access)
    for access in (alice.practice_access, staff):
        assert decided(access, Channel.SIGNATURE) == refused
    members.end_signing_right(right=right, until_on=date(2026, 4, 13), **ACT)
    assert decided(alice.personal_access, Channel.SIGNATURE) == refused


def test_who_is_employed_hands_in_for_the_practice_while_it_lasts(alice: make.Member) -> None:
    bob = make.settled("bob")
    own, both = (bob.site.bsnr,), tuple(sorted((alice.site.bsnr, bob.site.bsnr)))
    row = members.enter_employment(
        practice=alice.site.practice,
        person=bob.person,
        kind=Employment.Kind.EMPLOYED,
        from_on=TODAY,
        **ACT,
    )
    members.end_employment(employment=row, until_on=date(2026, 6, 30), **ACT)
    assert queries.sites_of(bob.personal_access, TODAY) == both
    assert Present(bob.personal_access, day_begins(TODAY)).bsnrs == both
    assert queries.sites_of(bob.personal_access, date(2026, 6, 30)) == both
    assert queries.sites_of(bob.personal_access, date(2026, 7, 1)) == own
    assert Present(bob.personal_access, day_begins(date(2026, 7, 1))).bsnrs == own


def test_facts_of_all_kinds_take_one_query(
    alice: make.Member, carol: Access, dora: Access, django_assert_num_queries: Any
) -> None:
    ids = [alice.practice_access.pk, alice.personal_access.pk, carol.pk, dora.pk]
    with django_assert_num_queries(1):
        found = facts.of(ids)
    assert [found[pk].kind for pk in ids] == list(Access.Kind)
