"""Who accepts which terms, what that opens, and how it is proven years later."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from flexnet.access import acceptances, actions, endings, objections, queries, rules, terms
from flexnet.access.errors import AlreadyDeclared, BadDeclaration
from flexnet.access.models import Access, Declaration, Interval, Lock, Notice
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.access.terms import NotAccepted
from flexnet.audit.models import Event
from flexnet.gateway.models import Change, Session
from flexnet.members import actions as members
from tests import configured, make

pytestmark = pytest.mark.django_db
TODAY, DAY = make.NOW.date(), timedelta(days=1)
WHY: dict[str, Any] = {"by": make.BY, "reason": "Grund", "now": make.NOW}
SOON = TODAY + 14 * DAY
LAST_DAY = SOON + 41 * DAY  # of grace, six weeks with their first day


@pytest.fixture
def consent(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, profile={"terms_change": "consent"})


def on(access: Access, day: date, channel: Channel = Channel.PORTAL) -> rules.Decision:
    """What is said of noon of that day; the password is no matter here."""
    noon = rules.day_begins(day) + timedelta(hours=12)
    return queries.explain(str(access), on=noon, channel=channel).decision


NARROW = Granted(Reason.TERMS_NOT_ACCEPTED)


class TestFirstPromise:
    def test_the_owner_ticks_and_everything_of_the_practice_opens(self) -> None:
        alice = make.settled()
        bob = make.member("bob", declared=False)
        assert make.tick(alice.practice_access, make.terms()) is NotAccepted.NOT_YOURS
        assert on(bob.practice_access, TODAY) == Refusal(Reason.DECLARATION_MISSING)
        found = make.tick(bob.personal_access, make.terms())
        assert isinstance(found, Declaration)
        assert (found.way, found.access, found.signed_on) == ("portal", bob.personal_access, TODAY)
        assert on(bob.practice_access, TODAY) == Granted(Reason.PASSWORD_CHANGE_DUE)

    def test_until_then_the_owner_reaches_the_page_for_it_and_the_tunnel_stays_shut(self) -> None:
        bob = make.member("bob", declared=False)
        old = bob.personal_password
        done = actions.change_password(
            account=bob.personal_access.account, old=old, new=make.PASSWORD, by=make.BY, now=make.NOW
        )
        assert done is None
        assert on(bob.personal_access, TODAY) == NARROW
        for channel in (Channel.VPN_SIGN_IN, Channel.VPN_RECONNECT, Channel.SUBMISSION):
            assert on(bob.personal_access, TODAY, channel) == Refusal(Reason.DECLARATION_MISSING)
        make.tick(bob.personal_access, make.terms())
        assert on(bob.personal_access, TODAY) == Granted()

    @pytest.mark.parametrize("ends", [True, False])
    def test_only_whoever_owns_a_practice_signs(self, ends: bool) -> None:
        bob = make.member("bob", declared=False)
        if ends:
            (held,) = bob.person.ownerships.all()
            members.end_ownership(ownership=held, until_on=TODAY - DAY, by=make.BY, now=make.NOW)
        found = make.tick(bob.personal_access, make.terms())
        assert (found is NotAccepted.NOT_YOURS) == ends
        assert Declaration.objects.exists() != ends

    def test_what_holds_now_is_offered_first_and_only_that_opens_at_once(self) -> None:
        bob = make.member("bob", declared=False)
        announced = make.changed_terms(effective_on=SOON)
        assert make.tick(bob.personal_access, announced) is NotAccepted.REPLACED
        make.tick(bob.personal_access, make.terms())
        assert isinstance(make.tick(bob.personal_access, announced), Declaration)

    def test_before_anything_holds_a_promise_opens_with_the_first_day(self) -> None:
        first = make.publish(1, SOON)
        alice = make.member(declared=False)
        make.tick(alice.personal_access, first)
        assert on(alice.practice_access, SOON - DAY) == Refusal(Reason.DECLARATION_MISSING)
        assert isinstance(on(alice.practice_access, SOON), Granted)


class TestTicking:
    def test_two_ticks_are_one(self) -> None:
        bob = make.member("bob", declared=False)
        first, second = (make.tick(bob.personal_access, make.terms()) for _ in range(2))
        assert first == second
        assert Event.objects.filter(kind="terms.accepted").count() == 1

    def test_what_was_not_shown_is_not_agreed_to(self) -> None:
        alice, shown = make.settled(), make.terms()
        shown.sha256 = "0" * 64
        assert make.tick(alice.personal_access, shown) is NotAccepted.REPLACED
        shown.refresh_from_db()
        make.changed_terms(effective_on=SOON)
        assert make.tick(alice.personal_access, shown) is NotAccepted.REPLACED


class TestSigning:
    def test_a_declaration_is_of_the_version_that_held_or_was_announced(self) -> None:
        alice, bob = make.member(declared=False), make.member("bob", declared=False)
        two = make.changed_terms(effective_on=SOON)
        later = datetime.combine(SOON + DAY, make.NOW.timetz())
        with pytest.raises(BadDeclaration, match="published on 2026-04-14, after"):
            sign(alice, two.version, TODAY - DAY)
        with pytest.raises(BadDeclaration, match="still to come"):
            sign(alice, two.version, TODAY + DAY)
        with pytest.raises(BadDeclaration, match="version 2 of the terms held already"):
            sign(alice, 1, SOON, now=later)
        assert sign(alice, 1, SOON - DAY, now=later).terms.version == 1
        assert sign(bob, 2, TODAY).signed_on == TODAY

    def test_it_is_promised_once(self) -> None:
        alice = make.member()
        with pytest.raises(AlreadyDeclared):
            sign(alice, 1, TODAY)
        assert make.tick(alice.personal_access, make.terms()) == Declaration.objects.get()


class TestSilenceIsConsent:
    """By default new terms bind whoever does not object (§ 14(2))."""

    def test_an_earlier_promise_carries_on(self) -> None:
        alice = make.settled()
        before = list(Interval.objects.values_list("channel", "from_at", "until_at", "reason", "narrow"))
        make.changed_terms(effective_on=SOON)
        assert before == list(
            Interval.objects.values_list("channel", "from_at", "until_at", "reason", "narrow")
        )
        assert on(alice.practice_access, LAST_DAY + DAY) == Granted()

    @pytest.mark.parametrize("justified", [True, False])
    def test_an_objection_locks_nothing_however_it_is_judged(self, justified: bool) -> None:
        alice = make.settled()
        make.changed_terms(effective_on=SOON)
        judge(objection(alice), justified)
        assert on(alice.practice_access, LAST_DAY + DAY) == Granted()
        assert not Lock.objects.exists()


@pytest.mark.usefixtures("consent")
class TestConsentIsAsked:
    def test_after_the_grace_the_session_narrows_until_an_owner_accepts(self) -> None:
        alice = make.settled()
        two = make.changed_terms(effective_on=SOON)
        for access in (alice.practice_access, alice.personal_access):
            assert on(access, LAST_DAY) == Granted()
            assert on(access, LAST_DAY + DAY) == NARROW
        make.tick(alice.personal_access, two)
        for access in (alice.practice_access, alice.personal_access):
            assert on(access, LAST_DAY + DAY) == Granted()

    def test_the_lists_know_the_day_as_soon_as_the_terms_are_published(self) -> None:
        make.settled()
        make.changed_terms(effective_on=SOON)
        rows = Interval.objects.filter(narrow=Reason.TERMS_NOT_ACCEPTED)
        assert {row.from_at for row in rows} == {rules.day_ends(LAST_DAY)}

    def test_it_is_explained_with_its_day(self) -> None:
        alice = make.settled()
        make.changed_terms(effective_on=SOON)
        found = queries.explain(str(alice.practice_access), on=make.NOW)
        assert (rules.day_ends(LAST_DAY), NARROW) in found.changes

    @pytest.mark.parametrize(("justified", "then"), [(None, Granted()), (True, Granted()), (False, NARROW)])
    def test_who_objects_is_not_narrowed_unless_a_clerk_says_without_reason(
        self, justified: bool | None, then: Granted
    ) -> None:
        alice = make.settled()
        make.changed_terms(effective_on=SOON)
        row = objection(alice)
        if justified is not None:
            judge(row, justified)
        for access in (alice.practice_access, alice.personal_access):
            assert on(access, LAST_DAY + DAY) == then

    def test_one_of_several_owners_is_enough_for_the_practice_and_each_for_themselves(self) -> None:
        alice, bob = make.settled(), make.settled("bob")
        since = date(2021, 1, 1)
        members.enter_ownership(
            practice=alice.site.practice, person=bob.person, from_on=since, by=make.BY, now=make.NOW
        )
        make.tick(bob.personal_access, make.changed_terms(effective_on=SOON))
        assert on(alice.practice_access, LAST_DAY + DAY) == Granted()
        assert on(alice.personal_access, LAST_DAY + DAY) == NARROW


class TestProof:
    def test_it_says_who_when_how_which_text_and_where_it_stands(self) -> None:
        alice = make.settled()
        two = make.changed_terms(effective_on=SOON)
        make.tick(alice.personal_access, two)
        ticked, signed = queries.proof_of_acceptance(alice.person)
        assert ticked.declaration.terms.text == two.text
        assert ticked.declaration.terms.sha256 == two.sha256
        assert (ticked.declaration.way, str(ticked.declaration.access)) == ("portal", "alice")
        assert ticked.entry is not None
        assert (ticked.entry.kind, ticked.by) == ("terms.accepted", make.BY)
        assert two.sha256 in ticked.entry.data
        assert (signed.declaration.way, signed.declaration.terms.version) == ("paper", 1)
        assert signed.entry is not None
        assert signed.entry.kind == "declaration.entered"
        assert signed.scan is None

    def test_of_somebody_else_there_is_nothing(self) -> None:
        make.settled()
        assert queries.proof_of_acceptance(make.member("bob", declared=False).person) == []


class TestDesk:
    def test_whoever_promised_nothing_is_missing_and_nobody_else(self) -> None:
        make.settled()
        bob = make.member("bob", declared=False)
        make.changed_terms(effective_on=SOON)
        (row,) = queries.desk_acceptances_missing(make.NOW)
        assert (row.signer, row.terms.version, row.until_on) == (bob.person, 1, None)
        make.declare(bob.person)
        assert queries.desk_acceptances_missing(make.NOW) == []

    def test_nobody_is_chased_whose_accesses_have_ended(self) -> None:
        bob = make.member("bob", declared=False)
        assert queries.desk_acceptances_missing(make.NOW)
        for access in (bob.practice_access, bob.personal_access):
            endings.give_notice(access=access, kind=Notice.Kind.EXTRAORDINARY, received_on=TODAY, **WHY)
        assert queries.desk_acceptances_missing(make.NOW)
        assert queries.desk_acceptances_missing(make.NOW + DAY) == []

    @pytest.mark.usefixtures("consent")
    def test_who_has_not_accepted_the_new_version_is_listed_with_the_last_day(self) -> None:
        alice, bob = make.settled(), make.member("bob", declared=False)
        two = make.changed_terms(effective_on=SOON)
        rows = [(row.signer, row.until_on) for row in queries.desk_acceptances_missing(make.NOW)]
        assert rows == [(bob.person, None), (alice.person, LAST_DAY)]
        assert len(queries.desk_acceptances_missing(make.NOW, limit=1)) == 1
        make.tick(alice.personal_access, two)
        assert [row.signer for row in queries.desk_acceptances_missing(make.NOW)] == [bob.person]

    @pytest.mark.usefixtures("consent")
    def test_who_objects_waits_for_the_judgement_and_is_not_chased(self) -> None:
        alice = make.settled()
        make.changed_terms(effective_on=SOON)
        row = objection(alice)
        assert queries.desk_acceptances_missing(make.NOW) == []
        assert list(queries.desk_objections(make.NOW)) == [row]
        judge(row, False)
        assert [one.signer for one in queries.desk_acceptances_missing(make.NOW)] == [alice.person]
        assert not queries.desk_objections(make.NOW).exists()

    def test_accepting_takes_the_objection_back(self) -> None:
        alice = make.settled()
        two = make.changed_terms(effective_on=SOON)
        objection(alice)
        make.tick(alice.personal_access, two)
        assert not queries.desk_objections(make.NOW).exists()


class TestReminders:
    @pytest.mark.usefixtures("consent")
    def test_each_is_due_on_its_day_until_it_is_sent_and_none_after_the_grace(self) -> None:
        alice = make.settled()
        two = make.changed_terms(effective_on=SOON)
        assert due(LAST_DAY - 29 * DAY) == []
        assert due(LAST_DAY - 28 * DAY) == due(LAST_DAY - 20 * DAY) == [LAST_DAY - 28 * DAY]
        send(alice, LAST_DAY - 28 * DAY)
        send(alice, LAST_DAY - 28 * DAY)
        assert due(LAST_DAY - 20 * DAY) == []
        assert due(LAST_DAY - 3 * DAY) == due(LAST_DAY) == [LAST_DAY - 3 * DAY]
        assert due(LAST_DAY + DAY) == []
        make.tick(alice.personal_access, two)
        assert due(LAST_DAY) == []
        assert Event.objects.filter(kind="terms.reminded").count() == 1

    def test_where_silence_is_consent_nobody_is_reminded(self) -> None:
        make.settled()
        make.changed_terms(effective_on=SOON)
        assert due(LAST_DAY) == []


@pytest.mark.usefixtures("consent")
class TestThirdParties:
    def test_their_access_narrows_and_widens_like_a_members(self) -> None:
        dora = make.third_party()
        two = make.changed_terms(effective_on=SOON)
        assert on(dora, LAST_DAY + DAY, Channel.VPN_SIGN_IN) == Refusal(Reason.KEY_LOCKED)
        give_key(dora)
        assert on(dora, LAST_DAY, Channel.VPN_SIGN_IN) == Granted()
        assert on(dora, LAST_DAY + DAY, Channel.VPN_SIGN_IN) == NARROW
        (row,) = queries.desk_acceptances_missing(make.NOW)
        assert (row.signer, row.until_on) == (dora.third_party, LAST_DAY)
        assert due(LAST_DAY) == [LAST_DAY - 3 * DAY]
        assert isinstance(make.tick(dora, two), Declaration)
        assert on(dora, LAST_DAY + DAY, Channel.VPN_SIGN_IN) == Granted()
        assert queries.desk_acceptances_missing(make.NOW) == []

    def test_they_object_and_are_proven_by_their_number(self) -> None:
        dora = make.third_party()
        two = make.changed_terms(effective_on=SOON)
        assert dora.third_party is not None
        row = objections.enter(
            signer=dora.third_party, version=2, received_on=TODAY, text="§ 2", by=make.BY, now=make.NOW
        )
        assert list(queries.desk_objections(make.NOW)) == [row]
        make.tick(dora, two)
        assert not queries.desk_objections(make.NOW).exists()
        ticked, signed = queries.proof_of_acceptance(dora.third_party)
        assert (ticked.declaration.way, signed.declaration.way) == ("portal", "paper")
        assert ticked.entry is not None
        assert ticked.entry.subject == f"third_party:{dora.third_party.pk}"


def give_key(access: Access) -> None:
    actions.assign_key(key=make.stock_key(), access=access, by=make.BY, now=make.NOW)


@pytest.mark.usefixtures("consent")
def test_a_tunnel_narrows_by_itself_and_widens_with_the_tick() -> None:
    alice = make.settled()
    make.portal_service()
    make.service("letters", "permit in tcp from assigned to 10.20.0.11 443")
    actions.grant(access=alice.practice_access, service=queries.service("letters"), by=make.BY, now=make.NOW)
    two = make.changed_terms(effective_on=TODAY)
    door, over = make.door(alice), rules.day_ends(TODAY + 41 * DAY) + timedelta(hours=1)
    before = over - timedelta(hours=2)
    state = door.open(now=before)
    assert len(door.authorize(state, now=before).filter_rules) == 2  # type: ignore[union-attr]  # it was accepted
    assert len(door.authorize(state, now=over).filter_rules) == 1  # type: ignore[union-attr]  # as above
    make.tick(alice.personal_access, two, now=over)
    assert not Session.objects.get().is_narrow
    assert [row.kind for row in Change.objects.filter(asked_at=over)] == [Change.Kind.COA]
    assert len(door.authorize(state, now=over).filter_rules) == 2  # type: ignore[union-attr]  # as above


def sign(who: make.Member, version: int, signed_on: date, *, now: datetime = make.NOW) -> Declaration:
    return terms.enter_declaration(
        person=who.person, version=version, signed_on=signed_on, by=make.BY, now=now
    )


def objection(who: make.Member) -> Any:
    return objections.enter(
        signer=who.person, version=2, received_on=TODAY, text="§ 2 geht nicht.", by=make.BY, now=make.NOW
    )


def judge(row: Any, justified: bool) -> None:
    objections.judge(number=row.pk, is_justified=justified, **WHY)


def due(day: date) -> list[date]:
    noon = rules.day_begins(day) + timedelta(hours=12)
    return [row.due_on for row in queries.reminders_due(noon)]


def send(who: make.Member, due_on: date) -> None:
    two = acceptances.offered_to([who.person], make.NOW)
    assert two is not None
    terms.note_reminder(signer=who.person, terms=two, due_on=due_on, by=make.BY, now=make.NOW)
