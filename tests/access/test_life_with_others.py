"""The life of accesses that stand on others: of staff, of owners who come and go, of third parties."""

import itertools
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from flexnet.access import actions, delegating, derived, endings, facts, locking, mandating, queries, rules
from flexnet.access.errors import AlreadyPermitted, AlreadyWithdrawn
from flexnet.access.models import Access, Interval, Lock, Mandate, Notice, Permission
from flexnet.access.rules import Channel, Reason, Refusal
from flexnet.members import actions as members
from flexnet.members import succession, third_parties
from flexnet.members.errors import AlreadyEntered, NotEntered, TakeoverRefused
from flexnet.members.models import Death, Employment, Ownership, Practice
from tests import make
from tests.access import test_life

pytestmark = pytest.mark.long

DAY = timedelta(days=1)
OF_THE_MEMBER = {
    Reason.NOT_TRANSFERABLE,
    Reason.DECLARATION_MISSING,
    Reason.NOT_YET_UNLOCKED,
    Reason.LOCKED,
    Reason.ENDED,
    Reason.ACTIVITY_OVER,
}
DOORS = (Permission.Function.PORTAL, Permission.Function.SUBMISSION)


class Family(RuleBasedStateMachine):
    """Alice and Bob, Carol and Emil of Alice's staff, and Dora, a third party; rolled back at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = make.NOW
        self.locks: list[Lock] = []
        self.withdrawn: set[int] = set()
        self.permitted: set[tuple[int, str]] = set()
        self.names = (f"praxis-{number}" for number in itertools.count())

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def all_enter(self) -> None:
        self.alice, self.bob = make.settled(), make.settled("bob")
        self.practice = self.alice.site.practice
        self.carol = make.employee(self.alice.practice_access, "carol")
        self.emil = make.employee(self.alice.personal_access, "emil")
        self.dora = make.third_party()
        self.accesses = list(Access.objects.select_related("account", "origin").order_by("pk"))

    @property
    def act(self) -> dict[str, Any]:
        return {"by": make.BY, "now": self.now}

    @property
    def today(self) -> date:
        return rules.day_of(self.now)

    @rule(advance=test_life.ADVANCES)
    def time_goes_by(self, advance: timedelta) -> None:
        self.now += advance

    @rule(which=st.integers(0, 100))
    def an_access_is_locked(self, which: int) -> None:
        access = self.accesses[which % len(self.accesses)]
        lock = locking.lock_access(access=access, cause=Lock.Cause.OTHER, reason="Grund", **self.act)
        self.locks.append(lock)

    @rule()
    def the_practice_is_locked(self) -> None:
        lock = locking.lock_practice(
            practice=self.practice, cause=Lock.Cause.OTHER, reason="Grund", **self.act
        )
        self.locks.append(lock)

    @rule(which=st.integers(0, 100))
    def a_lock_is_lifted(self, which: int) -> None:
        if self.locks:
            locking.lift_lock(self.locks.pop(which % len(self.locks)), reason="Grund", **self.act)

    @rule(which=st.integers(0, 100))
    def notice_is_given(self, which: int) -> None:
        access, kind = self.accesses[which % len(self.accesses)], Notice.Kind.EXTRAORDINARY
        endings.give_notice(access=access, kind=kind, received_on=self.today, reason="", **self.act)

    @rule(which=st.integers(0, 100))
    def an_access_is_withdrawn(self, which: int) -> None:
        access = self.accesses[which % len(self.accesses)]
        try:
            derived.withdraw(access=access, reason="", **self.act)
            self.withdrawn.add(access.pk)
        except AlreadyWithdrawn:
            assert access.origin_id is None or access.pk in self.withdrawn

    @rule(who=st.sampled_from(["alice", "bob"]), which=st.integers(0, 100))
    def a_member_withdraws_an_access(self, who: str, which: int) -> None:
        member, access = getattr(self, who), self.accesses[which % len(self.accesses)]
        done = delegating.withdraw(member=member.personal_access, user_name=str(access), now=self.now)
        if isinstance(done, Access):
            assert access.origin_id
            assert self.owns_something(member)
            self.withdrawn.add(access.pk)

    @rule(who=st.sampled_from(["alice", "bob"]))
    def a_member_opens_an_access(self, who: str) -> None:
        member = getattr(self, who)
        if len(self.accesses) < 10:
            form: dict[str, Any] = {"holder": "Fritz", "hands_in": False, "number": uuid.uuid4()}
            opened = delegating.open_access(
                member=member.personal_access, is_another=True, now=self.now, **form
            )
            assert isinstance(opened, Access) == self.owns_something(member)
            if isinstance(opened, Access):
                self.accesses.append(opened)

    def owns_something(self, member: make.Member) -> bool:
        lasting = Q(until_on=None) | Q(until_on__gte=self.today)
        return Ownership.objects.filter(lasting, person=member.person, from_on__lte=self.today).exists()

    @rule(function=st.sampled_from(DOORS), give=st.booleans())
    def the_third_party_may_or_may_not(self, function: Permission.Function, give: bool) -> None:
        words: dict[str, Any] = {"access": self.dora, "function": function, **self.act}
        self.change(lambda: derived.permit(**words), lambda: derived.forbid(reason="", **words), give)
        (self.permitted.add if give else self.permitted.discard)((self.dora.pk, function))

    @rule(give=st.booleans())
    def handing_in_is_delegated_or_not(self, give: bool) -> None:
        function = Permission.Function.SUBMISSION
        words: dict[str, Any] = {"access": self.carol, "function": function, **self.act}
        self.change(lambda: derived.permit(**words), lambda: derived.forbid(reason="", **words), give)
        (self.permitted.add if give else self.permitted.discard)((self.carol.pk, function))

    @rule(give=st.booleans())
    def documents_are_shown_or_not(self, give: bool) -> None:
        """No door opens or shuts by it."""
        function = Permission.Function.DOCUMENTS
        words: dict[str, Any] = {"access": self.carol, "function": function, **self.act}
        self.change(lambda: derived.permit(**words), lambda: derived.forbid(reason="", **words), give)

    def change(self, permit: Callable[[], object], forbid: Callable[[], object], give: bool) -> None:
        try:
            permit() if give else forbid()
        except AlreadyPermitted:
            return

    @rule(days=st.integers(-30, 30))
    def bob_joins(self, days: int) -> None:
        from_on = self.today + days * DAY
        try:
            members.enter_ownership(
                practice=self.practice, person=self.bob.person, from_on=from_on, **self.act
            )
        except AlreadyEntered:
            return

    @rule(who=st.sampled_from(["alice", "bob"]))
    def an_owner_leaves(self, who: str) -> None:
        person = getattr(self, who).person
        held = Ownership.objects.filter(
            practice=self.practice, person=person, until_on=None, from_on__lte=self.today
        )
        for row in held:
            members.end_ownership(ownership=row, until_on=self.today, **self.act)

    @rule(who=st.sampled_from(["alice", "bob"]), days=st.integers(-20, 40))
    def the_practice_is_taken_over(self, who: str, days: int) -> None:
        person, on = getattr(self, who).person, self.today + days * DAY
        try:
            succession.takeover(practice=self.practice, to=person, on=on, **self.act)
        except TakeoverRefused:
            return

    @rule()
    def a_new_access_is_opened(self) -> None:
        if len(self.accesses) < 10:
            name = next(self.names)
            actions.open_practice_access(site=self.alice.site, user_name=name, **self.act)
            self.accesses.append(queries.access_named(name))

    @rule(who=st.sampled_from(["alice", "bob"]), days=st.integers(0, 20))
    def somebody_dies(self, who: str, days: int) -> None:
        person, died_on = getattr(self, who).person, self.today - days * DAY
        try:
            succession.enter_death(person=person, died_on=died_on, heirs_contact="", **self.act)
        except AlreadyEntered:
            return

    @rule(who=st.sampled_from(["alice", "bob"]))
    def nobody_died(self, who: str) -> None:
        try:
            succession.withdraw_death(person=getattr(self, who).person, reason="", **self.act)
        except NotEntered:
            return

    @rule(closes=st.booleans())
    def the_site_closes_or_goes_on(self, closes: bool) -> None:
        until_on = self.today - 400 * DAY if closes else None
        members.close_site(site=self.alice.site, until_on=until_on, **self.act)

    @rule(kind=st.sampled_from(Employment.Kind))
    def bob_is_employed(self, kind: Employment.Kind) -> None:
        try:
            members.enter_employment(
                practice=self.practice, person=self.bob.person, kind=kind, from_on=self.today, **self.act
            )
        except AlreadyEntered:
            return

    @rule(who=st.sampled_from(["alice", "bob"]), begin=st.integers(0, 20), days=st.integers(0, 60))
    def an_owner_lets_the_third_party_hand_in(self, who: str, begin: int, days: int) -> None:
        member, from_on = getattr(self, who), self.today + begin * DAY
        until_on = from_on + days * DAY if days else None
        wanted = mandating.Wanted(self.dora.third_party_id or 0, [self.alice.site.bsnr], from_on, until_on)
        done = mandating.give(member=member.personal_access, wanted=wanted, number=uuid.uuid4(), now=self.now)
        assert isinstance(done, mandating.NotGiven) or self.owns_something(member)

    @rule(who=st.sampled_from(["alice", "bob"]), which=st.integers(0, 100))
    def an_owner_takes_it_back(self, who: str, which: int) -> None:
        rows = list(Mandate.objects.order_by("pk"))
        if rows:
            member, number = getattr(self, who).personal_access, rows[which % len(rows)].pk
            mandating.revoke_own(member=member, number=number, now=self.now)

    @rule(days=st.integers(0, 30))
    def the_interest_ends(self, days: int) -> None:
        assert self.dora.third_party is not None
        until_on = self.today + days * DAY
        third_parties.end(party=self.dora.third_party, until_on=until_on, reason="", **self.act)

    def refusal(self, access: Access, channel: Channel = Channel.PORTAL) -> Reason | None:
        decision = queries.decide_access(access.pk, channel=channel, now=self.now)
        return decision.reason if isinstance(decision, Refusal) else None

    @invariant()
    def rows_say_what_the_facts_say(self) -> None:
        for access_id, known in facts.of([access.pk for access in self.accesses]).items():
            for channel in test_life.KEPT:
                rows = Interval.objects.filter(access=access_id, channel=channel).order_by("pk")
                found = [test_life.derived(one) for one in rules.intervals(known, channel)]
                assert [test_life.said(row) for row in rows] == found

    @invariant()
    def a_list_has_whom_the_rules_put_there(self) -> None:
        test_life.assert_lists_agree(self.now)

    @invariant()
    def staff_fall_with_the_member(self) -> None:
        for access in (self.carol, self.emil):
            assert access.origin is not None
            if self.refusal(access.origin) in OF_THE_MEMBER:
                assert self.refusal(access) is not None
            for channel in (Channel.VPN_SIGN_IN, Channel.VPN_RECONNECT, Channel.SIGNATURE):
                assert self.refusal(access, channel) is not None

    @invariant()
    def withdrawn_is_withdrawn(self) -> None:
        for access in self.accesses:
            if access.pk in self.withdrawn:
                assert all(self.refusal(access, channel) is not None for channel in Channel)

    @invariant()
    def nothing_is_used_that_was_not_permitted(self) -> None:
        for access, functions in ((self.dora, DOORS), (self.carol, ["submission"])):
            for function in functions:
                if (access.pk, function) not in self.permitted:
                    assert self.refusal(access, Channel(function)) is not None

    @invariant()
    def a_third_party_hands_in_for_whoever_lets_it_and_nobody_else(self) -> None:
        """What is listed is what is decided, and it is what the giver still may give."""
        own = {self.alice.site.bsnr: mandated(self.practice, self.today)}
        may = (self.dora.pk, "submission") in self.permitted
        named = {bsnr for bsnr, is_mandated in own.items() if is_mandated and may}
        assert set(queries.sites_of(self.dora, self.today)) == named
        reason = self.refusal(self.dora, Channel.SUBMISSION)
        assert reason is not None if not named else reason is not Reason.SERVICE_NOT_GRANTED

    @invariant()
    def no_access_outlives_those_it_was_given_to(self) -> None:
        for access in self.accesses:
            if access.site_id == self.alice.site.pk:
                goes_on = continues(access, self.today)
                assert (self.refusal(access) is Reason.NOT_TRANSFERABLE) == (not goes_on), self.today


def mandated(practice: Practice, today: date) -> bool:
    """Is there one of these days, not taken back, of somebody alive who owns the practice today?"""
    dead = set(Death.objects.filter(withdrawn_at=None).values_list("person", flat=True))
    owned = Ownership.objects.filter(practice=practice, from_on__lte=today).exclude(until_on__lt=today)
    owners = set(owned.values_list("person", flat=True)) - dead
    rows = Mandate.objects.filter(site__practice=practice, revoked_at=None)
    return any(row.person_id in owners and row.from_on <= today <= (row.until_on or today) for row in rows)


def continues(access: Access, today: date) -> bool:
    """Day by day: is somebody of the day before still there, and alive now? Before anybody came: yes."""
    rows = list(Ownership.objects.filter(practice=access.site.practice_id if access.site else 0))
    deaths = {row.person_id: row for row in Death.objects.filter(withdrawn_at=None)}
    first = rules.day_of(access.unlocked_at)

    def owners(day: date) -> set[int]:
        held = {row.person_id for row in rows if row.from_on <= day and (row.until_on or day) >= day}
        return {who for who in held if who not in deaths or is_there(deaths[who], day)}

    def is_there(death: Death, day: date) -> bool:
        """On the day itself too, but for what was opened once the death was known."""
        return day <= death.died_on and not (day == first and death.entered_at <= access.unlocked_at)

    day, group = first, owners(first)
    while day < today and not group:
        day, group = day + DAY, owners(day + DAY)
    if not group:
        return True
    while day < today and group:
        day += DAY
        group = owners(day) if group & owners(day) else set()
    return bool(group - {who for who, death in deaths.items() if death.died_on <= today})


@pytest.mark.django_db
def test_the_life_of_accesses_that_stand_on_others() -> None:
    few = settings(
        max_examples=10, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Family, settings=few)
