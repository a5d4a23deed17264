"""The life of an access, whatever is done: what is listed equals what is decided, and ended is ended."""

import itertools
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from flexnet import configuration, transactions
from flexnet.access import (
    acceptances,
    actions,
    credentials,
    endings,
    facts,
    key_returns,
    locking,
    objections,
    overview,
    own_keys,
    queries,
    registers,
    requests,
    restricting,
    rules,
    signers,
    travelling,
)
from flexnet.access.errors import (
    AlreadyJudged,
    AlreadyObjected,
    BadDeclaration,
    BadNotice,
    BadObjection,
    BadRequest,
    KeyLocked,
    KeyNotHeld,
    KeyTaken,
    NoSuchNotice,
    NotToCharge,
)
from flexnet.access.models import (
    Access,
    CredentialRequest,
    Interval,
    KeyAssignment,
    Lock,
    Notice,
    Objection,
    Restriction,
    Terms,
    TravelPass,
)
from flexnet.access.rules import Channel, Granted, OfTerms, Refusal, Span
from flexnet.accounts import actions as accounts
from flexnet.accounts.models import Account
from flexnet.keys import movements
from flexnet.keys import queries as keys
from flexnet.keys.errors import SeedTaken, WrongPlace
from flexnet.keys.models import Place
from flexnet.members import actions as members
from flexnet.members import addresses as members_addresses
from flexnet.members.addresses import PostalAddress
from flexnet.members.errors import AlreadyEntered
from flexnet.members.models import Person
from tests import configured, make

pytestmark = pytest.mark.long

KEPT = (Channel.VPN_SIGN_IN, Channel.PORTAL, Channel.SUBMISSION)
ADVANCES = st.integers(0, 60 * 24 * 40).map(lambda minutes: timedelta(minutes=minutes))
causes = st.sampled_from(Lock.Cause)
RULES = {
    "portal": make.PORTAL_RULE,
    "letters": "permit in tcp from assigned to 10.20.0.30 443",
    "times": "permit in udp from assigned to 10.20.0.40 123",
}
SERVICES = sorted(RULES)


class Life(RuleBasedStateMachine):
    """Alice and Bob, and everything that staff may enter about them; rolled back at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = make.NOW
        self.locks: list[Lock] = []
        self.notices: list[Notice] = []
        self.withdrawn: set[int] = set()
        self.restrictions: list[Restriction] = []
        self.journeys: list[TravelPass] = []
        self.ended: set[int] = set()
        self.seeds = (f"{number:020d}".encode() for number in itertools.count())
        self.passwords = (f"Wort-{number:08d}" for number in itertools.count())

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def members_enter(self) -> None:
        self.alice, self.bob = make.member(declared=False), make.member("bob")
        self.accesses = list(Access.objects.select_related("account").order_by("pk"))
        self.current = dict.fromkeys((access.pk for access in self.accesses), "")
        self.services = {
            name: make.service(name, rule, for_everyone=name == "portal") for name, rule in RULES.items()
        }
        for who in (self.alice, self.bob):
            address = PostalAddress("Am Markt 1", "39104", "Magdeburg")
            members_addresses.register(
                addressee=who.site, address=address, seen=None, from_on=self.now.date(), **self.act
            )
        for access in self.accesses:
            for name in ("letters", "times"):
                actions.grant(access=access, service=self.services[name], **self.act)
        for who in (self.alice, self.bob):
            self.current[who.practice_access.pk] = who.practice_password
            self.current[who.personal_access.pk] = who.personal_password

    @property
    def act(self) -> dict[str, Any]:
        return {"by": make.BY, "now": self.now}

    @rule(advance=ADVANCES)
    def time_goes_by(self, advance: timedelta) -> None:
        self.now += advance

    @rule()
    def alice_declares(self) -> None:
        if self.alice.person.declarations.exists():
            return
        try:
            make.declare(self.alice.person, now=self.now)
        except BadDeclaration:
            return

    @rule(days=st.integers(0, 90))
    def new_terms_are_published(self, days: int) -> None:
        newest = Terms.objects.latest("version")
        if newest.version < 4:
            begin = max(rules.day_of(self.now), newest.effective_on + timedelta(days=1))
            make.publish(newest.version + 1, begin + timedelta(days=days), now=self.now)

    @rule(number=st.integers(0, 3))
    def the_terms_are_ticked(self, number: int) -> None:
        access = self.accesses[number]
        people = signers.behind(access, rules.day_of(self.now))
        shown = acceptances.offered_to(people, self.now)
        assert shown is not None
        make.tick(access, shown, now=self.now)

    @rule(who=st.sampled_from(["alice", "bob"]))
    def somebody_objects(self, who: str) -> None:
        signer, newest = getattr(self, who).person, Terms.objects.latest("version")
        try:
            objections.enter(
                signer=signer, version=newest.version, received_on=rules.day_of(self.now), text="", **self.act
            )
        except (AlreadyObjected, BadObjection):
            return

    @rule(which=st.integers(0, 100), is_justified=st.booleans())
    def an_objection_is_judged(self, which: int, is_justified: bool) -> None:
        rows = list(Objection.objects.order_by("pk"))
        try:
            if rows:
                number = rows[which % len(rows)].pk
                objections.judge(number=number, is_justified=is_justified, reason="Grund", **self.act)
        except AlreadyJudged:
            return

    @rule(which=st.integers(0, 100), number=st.integers(0, 3))
    def an_objector_is_locked(self, which: int, number: int) -> None:
        rows = list(Objection.objects.order_by("pk"))
        try:
            if rows:
                of, access = rows[which % len(rows)].pk, self.accesses[number]
                self.locks.append(objections.lock(number=of, access=access, reason="Grund", **self.act))
        except BadObjection:
            return

    @rule(number=st.integers(0, 3), cause=causes)
    def an_access_is_locked(self, number: int, cause: Lock.Cause) -> None:
        access = self.accesses[number]
        self.locks.append(locking.lock_access(access=access, cause=cause, reason="", **self.act))

    @rule(cause=causes)
    def a_practice_is_locked(self, cause: Lock.Cause) -> None:
        practice = self.alice.site.practice
        self.locks.append(locking.lock_practice(practice=practice, cause=cause, reason="", **self.act))

    @rule(number=st.integers(0, 3), cause=causes)
    def a_password_is_locked(self, number: int, cause: Lock.Cause) -> None:
        access = self.accesses[number]
        self.locks.append(locking.lock_password(access=access, cause=cause, reason="", **self.act))

    @rule(number=st.integers(0, 3), names=st.sets(st.sampled_from(SERVICES)))
    def an_access_is_restricted(self, number: int, names: set[str]) -> None:
        row = restricting.restrict(
            access=self.accesses[number],
            services=[self.services[name] for name in names],
            cause=Lock.Cause.VIOLATION,
            reason="",
            **self.act,
        )
        self.restrictions.append(row)

    @rule(number=st.integers(0, 3), begin=st.integers(-5, 5), days=st.integers(5, 29))
    def a_journey_is_granted(self, number: int, begin: int, days: int) -> None:
        from_on = rules.day_of(self.now) + timedelta(days=begin)
        until_on = from_on + timedelta(days=days)
        access = self.accesses[number]
        row = travelling.grant_pass(
            access=access, from_on=from_on, until_on=until_on, reason="Kongress", **self.act
        )
        self.journeys.append(row)

    @rule(which=st.integers(0, 100))
    def a_journey_is_called_off(self, which: int) -> None:
        if self.journeys:
            row = self.journeys.pop(which % len(self.journeys))
            travelling.revoke_pass(number=row.pk, reason="fällt aus", **self.act)

    @rule(number=st.integers(0, 3), lock=st.booleans())
    def credentials_are_asked_for_and_written(self, number: int, lock: bool) -> None:
        access, way = self.accesses[number], CredentialRequest.Way.PORTAL
        row = credentials.request(access=access, way=way, reason="", lock_replaced=lock, **self.act)
        try:
            self.current[access.pk] = credentials.carry_out(number=row.pk, **self.act).initial_password
        except BadRequest:
            credentials.refuse(number=row.pk, reason="Zugang beendet", **self.act)
            self.locks += Lock.objects.filter(scope="password", access=access, lifted_at=None)[:lock]
            return
        self.locks = [one for one in self.locks if (one.scope, one.access_id) != ("password", access.pk)]

    @rule(number=st.integers(0, 3), is_written=st.booleans())
    def a_revocation_word_is_ordered_which_changes_nothing_else(self, number: int, is_written: bool) -> None:
        access, way = self.accesses[number], CredentialRequest.Way.PORTAL
        with suppress(BadRequest):  # its first password is not in use
            credentials.order_word(access=access, way=way, reason="", **self.act)
        if is_written:
            issued = accounts.with_new_word(Account.objects.get(pk=access.account_id))
            with transactions.writing():
                credentials.store_word(issued, access=access, **self.act)
            assert requests.word_on_its_way(access) is None

    @rule(which=st.integers(0, 100))
    def a_restriction_is_lifted(self, which: int) -> None:
        if self.restrictions:
            row = self.restrictions.pop(which % len(self.restrictions))
            restricting.lift_restriction(row, reason="vorbei", **self.act)

    @rule()
    def a_key_is_lost(self) -> None:
        serial = self.alice.key.serial
        self.locks.append(locking.report_key_lost(serial=serial, reason="", **self.act))

    @rule(which=st.integers(0, 100))
    def a_lock_is_lifted(self, which: int) -> None:
        if self.locks:
            lock = self.locks.pop(which % len(self.locks))
            locking.lift_lock(lock, reason="vorbei", approved_by="office:bea", **self.act)

    @rule()
    def a_key_is_taken_back(self) -> None:
        try:
            actions.take_key_back(serial=self.alice.key.serial, reason="", **self.act)
        except KeyNotHeld:
            return

    @rule(number=st.integers(0, 3))
    def a_key_is_assigned(self, number: int) -> None:
        try:
            actions.assign_key(key=self.alice.key, access=self.accesses[number], reason="x", **self.act)
        except (KeyTaken, WrongPlace):
            return

    @rule(to=st.sampled_from([place for place in Place if place is not Place.DISPOSED_OF]))
    def a_key_is_moved(self, to: Place) -> None:
        try:
            movements.move(serial=self.alice.key.serial, to=to, reason="x", **self.act)
        except WrongPlace:
            return

    @rule()
    def a_key_gets_a_new_seed(self) -> None:
        serial = self.alice.key.serial
        try:
            key_returns.reseed(serial=serial, seed=next(self.seeds), reason="x", **self.act)
        except (KeyLocked, SeedTaken):
            return
        self.locks = [one for one in self.locks if one.key_id != self.alice.key.pk]

    @rule()
    def a_key_that_does_not_come_back_is_declared_lost(self) -> None:
        serial = self.alice.key.serial
        try:
            row = key_returns.declare_lost(serial=serial, reason="x", **self.act)
        except (NotToCharge, WrongPlace):
            return
        self.locks.append(row.lock)

    @rule(number=st.integers(0, 3), kind=st.sampled_from(Notice.Kind))
    def notice_is_given(self, number: int, kind: Notice.Kind) -> None:
        access, today = self.accesses[number], self.now.astimezone(rules.BERLIN).date()
        self.notices.append(
            endings.give_notice(access=access, kind=kind, received_on=today, reason="", **self.act)
        )

    @rule(by=st.integers(0, 3), number=st.integers(0, 3))
    def notice_is_given_in_the_portal(self, by: int, number: int) -> None:
        member, access = self.accesses[by], self.accesses[number]
        ends_on = endings.last_day(Notice.Kind.MEMBER, rules.day_of(self.now))
        given = endings.give_in_portal(member=member, user_name=str(access), ends_on=ends_on, now=self.now)
        assert isinstance(given, endings.NotGiven) or (given.access == access and member.person_id)
        if isinstance(given, Notice) and given not in self.notices:
            self.notices.append(given)

    @rule(by=st.integers(0, 3))
    def a_key_is_said_to_be_lost_in_the_portal(self, by: int) -> None:
        lock = own_keys.lock_lost(member=self.accesses[by], serial=self.alice.key.serial, now=self.now)
        if lock and lock not in self.locks:
            self.locks.append(lock)

    @rule(which=st.integers(0, 100))
    def a_notice_is_withdrawn(self, which: int) -> None:
        if not self.notices:
            return
        try:
            number = self.notices[which % len(self.notices)].pk
            endings.withdraw_notice(number=number, agreement="agreed", **self.act)
            self.withdrawn.add(number)
        except (NoSuchNotice, BadNotice):
            return

    @rule(number=st.integers(0, 3), days=st.integers(0, 800))
    def an_exception_is_made(self, number: int, days: int) -> None:
        access, until_on = self.accesses[number], rules.day_of(self.now) + timedelta(days=days)
        endings.exempt(access=access, until_on=until_on, reason="Einzelfall", **self.act)

    @rule(number=st.integers(0, 3))
    def a_password_is_changed(self, number: int) -> None:
        access, new = self.accesses[number], next(self.passwords)
        access.account.refresh_from_db()
        old = self.current[access.pk]
        refused = actions.change_password(account=access.account, old=old, new=new, **self.act)
        assert (refused is None) == (not self.locked(access, Lock.Scope.PASSWORD))
        if refused is None:
            self.current[access.pk] = new

    @rule()
    def bob_joins_alice(self) -> None:
        practice, today = self.alice.site.practice, self.now.date()
        try:
            members.enter_ownership(practice=practice, person=self.bob.person, from_on=today, **self.act)
        except AlreadyEntered:
            return

    @rule()
    def bob_leaves_alice(self) -> None:
        joined = self.bob.person.ownerships.filter(practice=self.alice.site.practice, until_on=None).first()
        if joined:
            members.end_ownership(ownership=joined, until_on=self.now.date(), **self.act)

    @rule(days=st.integers(0, 700))
    def alice_stops_working(self, days: int) -> None:
        until_on = self.now.date() - timedelta(days=days)
        since = until_on - timedelta(days=1)
        members.enter_activity(person=self.alice.person, from_on=since, until_on=until_on, **self.act)

    @invariant()
    def a_key_is_held_where_it_is_said_to_be(self) -> None:
        """Neither in stock nor come back while it opens something; a lost one is locked as long as it is."""
        key = keys.key(self.alice.key.serial)
        place, _last = keys.whereabouts_of(key)
        is_held = key.assignments.filter(until_at=None).exists()
        assert not is_held or place not in (Place.IN_STOCK, Place.RETURNED, Place.DISPOSED_OF)
        lost = key.locks.filter(cause=Lock.Cause.LOSS, lifted_at=None)
        assert place is not Place.LOST or lost.exists()

    @invariant()
    def rows_say_what_the_facts_say(self) -> None:
        for access_id, known in facts.of([access.pk for access in self.accesses]).items():
            for channel in KEPT:
                rows = Interval.objects.filter(access=access_id, channel=channel).order_by("pk")
                assert [said(row) for row in rows] == [
                    derived(one) for one in rules.intervals(known, channel)
                ]

    @invariant()
    def rows_say_what_a_door_decides_now(self) -> None:
        for access in self.accesses:
            for channel in KEPT:
                decision = queries.decide_access(access.pk, channel=channel, now=self.now)
                assert listed(access, channel, self) == isinstance(decision, Refusal)

    @invariant()
    def a_list_has_whom_the_rules_put_there(self) -> None:
        assert_lists_agree(self.now)

    @invariant()
    def what_is_owed_is_listed_and_nothing_else(self) -> None:
        over = {access.pk for access in self.accesses if is_over(access, self.now)}
        held = KeyAssignment.objects.filter(until_at=None, access__in=over)
        held = held.exclude(key__in=keys.at(Place.LOST).values("key"))
        outstanding = overview.desk_keys_outstanding(self.now, limit=99)
        assert {row.key.pk for row in outstanding} == set(held.values_list("key", flat=True))
        missing = [row for row in queries.desk_acceptances_missing(self.now) if row.until_on]
        going_on = [access for access in self.accesses if access.pk not in over]
        assert {row.signer for row in missing} == asked_anew(going_on, self.now)
        assert len({row.signer for row in missing}) == len(missing)

    def locked(self, access: Access, scope: Lock.Scope) -> bool:
        """Whether a lock of this scope is on the access, of all that were imposed and not lifted."""
        return any(lock.scope == scope and lock.access_id == access.pk for lock in self.locks)

    @invariant()
    def a_lock_holds_until_it_is_lifted(self) -> None:
        for access in self.accesses:
            if any(self.locked(access, scope) for scope in (Lock.Scope.ACCESS, Lock.Scope.PASSWORD)):
                for channel in Channel:
                    decision = queries.decide_access(access.pk, channel=channel, now=self.now)
                    assert isinstance(decision, Refusal)

    @invariant()
    def from_abroad_only_on_a_journey(self) -> None:
        today = rules.day_of(self.now)
        travelling_now = {row.access_id for row in self.journeys if row.from_on <= today <= row.until_on}
        for access_id, known in facts.of([access.pk for access in self.accesses]).items():
            known = replace(known, abroad_is_refused=True)
            for channel in Channel:
                home = rules.decide(known, channel, self.now)
                abroad = rules.decide(known, channel, self.now, is_abroad=True)
                stays = isinstance(home, Refusal) or access_id in travelling_now
                assert (abroad == home) == stays

    @invariant()
    def a_restriction_leaves_what_all_of_them_name(self) -> None:
        for access in self.accesses:
            left = set(SERVICES)
            for row in self.restrictions:
                if row.access_id == access.pk:
                    left &= set(row.services.values_list("slug", flat=True))
            found = queries.filter_rules(access.pk, is_narrow=False, now=self.now)
            assert set(found) == {make.PORTAL_RULE, *(RULES[name] for name in left)}

    @invariant()
    def nobody_is_active_without_accepted_terms(self) -> None:
        for access in self.accesses:
            for channel in Channel:
                decision = queries.decide_access(access.pk, channel=channel, now=self.now)
                if isinstance(decision, Granted) and decision.narrow is None:
                    assert has_accepted(access, self)

    @invariant()
    def ended_stays_ended(self) -> None:
        left = [row for row in self.notices if row.pk not in self.withdrawn]
        self.ended.update(row.access_id for row in left if rules.day_ends(row.ends_on) <= self.now)
        for access_id in self.ended:
            for channel in Channel:
                decision = queries.decide_access(access_id, channel=channel, now=self.now)
                assert isinstance(decision, Refusal)


def is_over(access: Access, now: datetime) -> bool:
    """For good, as a door without locks would say to somebody who promised everything."""
    known = facts.of([access.pk])[access.pk]
    known = replace(known, locks=(), declared=(OfTerms(99, Span(known.unlocked_at)),))
    decision = rules.decide(known, Channel.PORTAL, max(now, known.known_at))
    return isinstance(decision, Refusal) and decision.reason in (
        rules.Reason.NOT_TRANSFERABLE,
        rules.Reason.ENDED,
        rules.Reason.ACTIVITY_OVER,
    )


def asked_anew(accesses: list[Access], now: datetime) -> set[Person]:
    """By the rows alone: on whose promise something goes on; who promised once, but not the newest."""
    newest = Terms.objects.latest("version")
    if configuration.current().profile.terms_change == "objection":
        return set()
    found = set[Person]()
    for access in accesses:
        people = signers.behind(access, rules.day_of(now))
        versions = [{row.terms.version for row in who.declarations.all()} for who in people]
        if not any(newest.version in one for one in versions):
            found |= {
                who for who, one in zip(people, versions, strict=True) if one and isinstance(who, Person)
            }
    standing = Objection.objects.filter(terms=newest).exclude(is_justified=False)
    return found - {row.person for row in standing if row.person}


def has_accepted(access: Access, life: Life) -> bool:
    """By the rows alone: whose promise it rests on, and which version had to be promised by now."""
    today, profile = rules.day_of(life.now), configuration.current().profile
    practice = access.site.practice.ownerships.all() if access.site else ()
    owners = [
        row.person
        for row in practice
        if row.from_on <= today and (row.until_on is None or today <= row.until_on)
    ]
    people = [access.person] if access.person else owners
    promised = [row.terms for who in people for row in who.declarations.select_related("terms")]
    versions = [terms.version for terms in promised if terms.effective_on <= today]
    grace = timedelta(days=profile.terms_grace_days)
    due = [row.version for row in Terms.objects.all() if row.effective_on + grace <= today]
    if profile.terms_change == "objection" or not due:
        return bool(versions)
    stands = [row for who in people for row in who.objections.filter(terms__version=max(due))]
    objects = any(row.judged_at is None or row.is_justified for row in stands)
    return bool(versions) and (max(versions) >= max(due) or objects)


def listed(access: Access, channel: Channel, life: Life) -> bool:
    at = max(life.now, facts.of([access.pk])[access.pk].known_at)  # as a door does
    rows = Interval.objects.filter(access=access, channel=channel).exclude(from_at__gt=at)
    (row,) = rows.exclude(until_at__lte=at)
    return bool(row.reason)


def assert_lists_agree(now: datetime) -> None:
    """By index or asked one by one: in the list of a state are those whose facts say so, and nobody else."""
    assert not Access.objects.exclude(user_name=F("account__user_name")).exists()
    states: dict[str, set[int]] = {"": set(), rules.Reason.ENDED: set(), rules.Reason.LOCKED: set()}
    for access_id, known in facts.of(Access.objects.values_list("pk", flat=True)).items():
        decision = rules.decide(known, rules.main_door(known.kind), now)
        reason = decision.reason if isinstance(decision, Refusal) else ""
        states.setdefault(reason, set()).add(access_id)
    for name, wanted in states.items():
        state = rules.Reason(name) if name else None
        for are_many in (False, True):
            found = registers.accesses(now, reason=state, is_granted=not state, are_many=are_many)
            assert set(found.values_list("pk", flat=True)) == wanted, (name, are_many)


def said(row: Interval) -> tuple[object, ...]:
    return row.from_at, row.until_at, row.reason, row.narrow


def derived(interval: rules.Interval) -> tuple[object, ...]:
    decision = interval.decision
    if isinstance(decision, Refusal):
        return interval.from_at, interval.until_at, decision.reason, ""
    return interval.from_at, interval.until_at, "", decision.narrow or ""


@pytest.mark.django_db
@pytest.mark.parametrize("terms_change", ["objection", "consent"])
def test_the_life_of_an_access(terms_change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, profile={"terms_change": terms_change})
    few = settings(
        max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Life, settings=few)
