"""What becomes of a session: bound to one tunnel, asked again, moved, narrowed, ended, counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from flexnet import configuration
from flexnet.access import actions, endings, locking
from flexnet.access.models import Lock, Notice
from flexnet.access.rules import Reason, Refusal
from flexnet.accounts.models import WebSession
from flexnet.gateway import actions as gateways
from flexnet.gateway import queries
from flexnet.gateway.actions import AccountingRecord, Authorized
from flexnet.gateway.models import Change, Session
from tests import configured, make

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LETTERS = "permit in tcp from assigned to 10.20.0.30 443"


@pytest.fixture
def door() -> make.Door:
    make.portal_service()
    return make.door(make.settled())


def session() -> Session:
    return Session.objects.get()


def kinds_due(door: make.Door, now: Any = make.NOW) -> list[str]:
    return [due.kind for due in queries.changes_due([door.gateway.pk], now)]


def lock(door: make.Door, *, now: Any = make.NOW) -> Lock:
    access = door.who.practice_access
    return locking.lock_access(access=access, cause=Lock.Cause.OTHER, by=make.BY, reason="", now=now)


def lose(door: make.Door, *, now: Any = make.NOW) -> Lock:
    return locking.report_key_lost(serial=door.who.key.serial, by=make.BY, reason="", now=now)


class TestAuthorize:
    def test_the_state_opens_what_everyone_reaches(self, door: make.Door) -> None:
        state = door.open()
        assert door.authorize(state) == Authorized((make.PORTAL_RULE,), 36_000)

    def test_a_granted_service_is_reached_as_well(self, door: make.Door) -> None:
        letters = make.service("letters", LETTERS)
        actions.grant(access=door.who.practice_access, service=letters, by=make.BY, now=make.NOW)
        answer = door.authorize(door.open())
        assert isinstance(answer, Authorized)
        assert answer.filter_rules == (LETTERS, make.PORTAL_RULE)

    def test_what_is_not_to_be_reached_through_flexnet_is_left_out(
        self, door: make.Door, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        letters = make.service("letters", LETTERS)
        actions.grant(access=door.who.practice_access, service=letters, by=make.BY, now=make.NOW)
        only = configuration.Service(slug="letters", ways=("kv_safenet",))
        configured.change(monkeypatch, services=(only,))
        answer = door.authorize(door.open())
        assert isinstance(answer, Authorized)
        assert answer.filter_rules == (make.PORTAL_RULE,)

    def test_a_narrow_session_reaches_the_portal_only(self) -> None:
        make.portal_service()
        door = make.door(make.member())
        letters = make.service("letters", LETTERS)
        actions.grant(access=door.who.practice_access, service=letters, by=make.BY, now=make.NOW)
        answer = door.authorize(door.open())
        assert isinstance(answer, Authorized)
        assert answer.filter_rules == (make.PORTAL_RULE,)

    @pytest.mark.parametrize(
        "wrong",
        [{"state": b"another"}, {"user_name": "alice"}, {"session": "session-2"}],
        ids=["state", "user name", "tunnel"],
    )
    def test_any_other_pair_is_unknown_and_harms_nothing(
        self, door: make.Door, wrong: dict[str, Any]
    ) -> None:
        state = door.open()
        assert door.authorize(**({"state": state} | wrong)) == Refusal(Reason.UNKNOWN)
        assert isinstance(door.authorize(state), Authorized)

    def test_a_state_belongs_to_its_gateway(self, door: make.Door) -> None:
        state = door.open()
        assert make.door(door.who, name="gw2").authorize(state) == Refusal(Reason.UNKNOWN)

    def test_a_tunnel_belongs_to_one_state(self, door: make.Door) -> None:
        door.open(0, session="session-1")
        other = door.sign_in(1)
        assert isinstance(other, gateways.Accepted)
        assert door.authorize(other.state, session="session-1") == Refusal(Reason.UNKNOWN)
        assert isinstance(door.authorize(other.state, session="session-2", address="10.66.0.6"), Authorized)

    def test_the_user_name_may_be_written_as_the_person_did(self, door: make.Door) -> None:
        assert isinstance(door.authorize(door.open(), user_name=" ALICE-praxis"), Authorized)

    def test_a_session_ends_with_its_time(self, door: make.Door) -> None:
        state = door.open()
        late = make.NOW + 10 * HOUR - SECOND / 2
        assert door.authorize(state, now=late) == Authorized((make.PORTAL_RULE,), 1)
        over = make.NOW + 10 * HOUR
        assert door.authorize(state, now=over) == Refusal(Reason.ENDED, over)
        assert session().end_reason == "ended"

    def test_notice_that_falls_due_ends_it_without_anybodys_act(self, door: make.Door) -> None:
        tonight = make.NOW.replace(hour=21, minute=59)
        state = door.open(now=tonight)
        endings.give_notice(
            access=door.who.practice_access,
            kind=Notice.Kind.EXTRAORDINARY,
            received_on=tonight.date(),
            by=make.BY,
            reason="",
            now=tonight,
        )
        assert isinstance(door.authorize(state, now=tonight), Authorized)
        midnight = tonight + MINUTE
        assert door.authorize(state, now=midnight) == Refusal(Reason.ENDED, midnight)
        assert session().ended_at == midnight

    def test_roaming_moves_the_session(self, door: make.Door) -> None:
        state = door.open()
        door.source = "203.0.113.9"
        assert isinstance(door.authorize(state), Authorized)
        assert (session().source, session().tunnel_address) == ("203.0.113.9", make.TUNNEL_ADDRESS)

    def test_asked_without_an_address_it_keeps_the_one_it_has(self, door: make.Door) -> None:
        state = door.open()
        assert isinstance(door.authorize(state, address=None, now=make.NOW + HOUR), Authorized)
        assert session().tunnel_address == make.TUNNEL_ADDRESS

    def test_without_a_public_address_it_works_as_well(self, door: make.Door) -> None:
        door.source = ""
        assert isinstance(door.authorize(door.open()), Authorized)
        assert session().source is None

    def test_whoever_gets_a_tunnel_address_ends_who_had_it(self, door: make.Door) -> None:
        first = door.open(0)
        door.open(1, session="session-2")
        assert door.authorize(first, now=make.NOW) == Refusal(Reason.ENDED, make.NOW)
        found = queries.session_at(make.TUNNEL_ADDRESS, make.NOW)
        assert found is not None
        assert found.acct_session_id == "session-2"

    def test_asked_again_soon_nothing_is_written(
        self, door: make.Door, django_assert_max_num_queries: Callable[[int], Any]
    ) -> None:
        state = door.open()
        with django_assert_max_num_queries(3) as asked:
            door.authorize(state, now=make.NOW + MINUTE)
        assert not [
            one for one in asked.captured_queries if not one["sql"].lstrip().startswith(("SELECT", "WITH"))
        ]
        door.authorize(state, now=make.NOW + MINUTE + SECOND)
        assert session().seen_at == make.NOW + MINUTE + SECOND


class TestLock:
    """An act ends what it forbids in its own transaction."""

    def test_a_lock_ends_the_session_and_tells_the_gateway(self, door: make.Door) -> None:
        state = door.open()
        lock(door)
        assert (session().ended_at, session().end_reason) == (make.NOW, "locked")
        (due,) = queries.changes_due([door.gateway.pk], make.NOW)
        assert (due.kind, due.acct_session_id, due.gateway_name) == ("disconnect", "session-1", "gw1")
        assert (due.user_name, due.filter_rules) == ("alice-praxis", ())
        assert door.authorize(state) == Refusal(Reason.ENDED, make.NOW)

    def test_a_cookie_does_not_come_back_even_when_the_lock_is_lifted(self, door: make.Door) -> None:
        state = door.open()
        locking.lift_lock(lock(door), by=make.BY, reason="Irrtum", now=make.NOW + SECOND)
        later = make.NOW + MINUTE
        assert door.authorize(state, now=later) == Refusal(Reason.ENDED, make.NOW)
        assert isinstance(door.sign_in(1, now=later), gateways.Accepted)

    def test_a_sign_in_without_tunnel_ends_without_a_word(self, door: make.Door) -> None:
        accepted = door.sign_in(0)
        assert isinstance(accepted, gateways.Accepted)
        lock(door)
        assert kinds_due(door) == []
        assert door.authorize(accepted.state) == Refusal(Reason.ENDED, make.NOW)

    def test_a_lost_key_ends_what_came_by_it(self, door: make.Door) -> None:
        door.open()
        lose(door)
        assert (session().end_reason, kinds_due(door)) == ("key_locked", ["disconnect"])

    def test_a_lost_key_ends_what_came_by_it_also_when_another_took_its_place(self, door: make.Door) -> None:
        state, later = door.open(), make.NOW + SECOND
        actions.take_key_back(serial=door.who.key.serial, by=make.BY, reason="", now=later)
        fresh = make.stock_key(b"the seed of the next key")
        actions.assign_key(key=fresh, access=door.who.practice_access, by=make.BY, now=later)
        assert door.authorize(state, now=later) == Refusal(Reason.ENDED, later)
        assert session().end_reason == "key_locked"

    def test_the_neighbour_notices_nothing(self, door: make.Door) -> None:
        door.open()
        bob = make.door(make.settled("bob"))
        state = bob.open(session="session-2", address="10.66.0.7")
        practice = door.who.site.practice
        locking.lock_practice(practice=practice, cause=Lock.Cause.LOSS, by=make.BY, reason="", now=make.NOW)
        assert isinstance(bob.authorize(state, session="session-2", address="10.66.0.7"), Authorized)
        assert [due.user_name for due in queries.changes_due([door.gateway.pk], make.NOW)] == ["alice-praxis"]

    def test_two_locks_end_a_session_once(self, door: make.Door) -> None:
        door.open()
        lock(door)
        lose(door, now=make.NOW + SECOND)
        assert (session().end_reason, session().ended_at) == ("locked", make.NOW)
        assert kinds_due(door) == ["disconnect"]

    def test_portal_sessions_die_with_their_tunnel_and_with_their_access(self, door: make.Door) -> None:
        door.open()
        through = {"via": str(session().pk), "source": make.TUNNEL_ADDRESS}
        web_session("owner", door.who.personal_access, **through)
        web_session("practice", door.who.practice_access, **through)
        web_session("elsewhere", door.who.practice_access)
        lose(door)
        assert [row.session_key for row in WebSession.objects.all()] == ["elsewhere"]
        lock(door)
        assert not WebSession.objects.exists()

    def test_the_radius_process_is_woken_once_it_holds(
        self, door: make.Door, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        door.open()
        with django_capture_on_commit_callbacks() as after:
            lock(door)
        assert [act.__name__ for act in after] == ["_nudge"]


class TestWidening:
    def test_a_changed_password_widens_what_was_narrow(self) -> None:
        make.portal_service()
        door = make.door(make.member())
        letters = make.service("letters", LETTERS)
        actions.grant(access=door.who.practice_access, service=letters, by=make.BY, now=make.NOW)
        door.open()
        change_password(door)
        (due,) = queries.changes_due([door.gateway.pk], make.NOW)
        assert (due.kind, due.filter_rules) == ("coa", (LETTERS, make.PORTAL_RULE))
        assert not session().is_narrow

    def test_a_session_without_tunnel_is_wide_when_it_comes(self) -> None:
        make.portal_service()
        door = make.door(make.member())
        accepted = door.sign_in(0)
        assert isinstance(accepted, gateways.Accepted)
        change_password(door)
        assert (session().is_narrow, kinds_due(door)) == (False, [])

    def test_a_password_too_old_narrows_without_anybodys_act(self, door: make.Door) -> None:
        letters = make.service("letters", LETTERS)
        actions.grant(access=door.who.practice_access, service=letters, by=make.BY, now=make.NOW)
        old = make.NOW + timedelta(days=180)
        state = door.open(now=old - SECOND)
        answer = door.authorize(state, now=old)
        assert isinstance(answer, Authorized)
        assert answer.filter_rules == (make.PORTAL_RULE,)
        assert session().is_narrow

    def test_a_grant_widens_and_a_revocation_narrows(self, door: make.Door) -> None:
        letters, access = make.service("letters", LETTERS), door.who.practice_access
        door.open()
        actions.grant(access=access, service=letters, by=make.BY, now=make.NOW)
        actions.revoke(access=access, service=letters, by=make.BY, reason="", now=make.NOW)
        due = queries.changes_due([door.gateway.pk], make.NOW)
        assert [(one.kind, one.filter_rules) for one in due] == [("coa", (make.PORTAL_RULE,))] * 2


class TestAnswers:
    def test_an_answered_change_is_not_due(self, door: make.Door) -> None:
        door.open()
        lock(door)
        (due,) = queries.changes_due([door.gateway.pk], make.NOW)
        gateways.answered(change_id=due.id, acknowledged=True, error_cause=None, now=make.NOW)
        assert kinds_due(door) == []
        row = Change.objects.get()
        assert (row.acknowledged, row.answered_at) == (True, make.NOW)

    def test_the_first_answer_stands(self, door: make.Door) -> None:
        door.open()
        lock(door)
        (due,) = queries.changes_due([door.gateway.pk], make.NOW)
        for acknowledged, cause in ((False, 503), (True, None)):
            gateways.answered(change_id=due.id, acknowledged=acknowledged, error_cause=cause, now=make.NOW)
        row = Change.objects.get()
        assert (row.acknowledged, row.error_cause) == (False, 503)

    def test_changes_are_due_to_their_own_gateway_for_ten_minutes(self, door: make.Door) -> None:
        door.open()
        lock(door)
        other = make.gateway("gw2")
        assert queries.changes_due([other.pk], make.NOW) == queries.changes_due([], make.NOW) == []
        assert kinds_due(door, make.NOW + 10 * MINUTE - SECOND) == ["disconnect"]
        assert kinds_due(door, make.NOW + 10 * MINUTE) == []


class TestAccounting:
    STOP = AccountingRecord(
        status="stop",
        acct_session_id="session-1",
        user_name="alice-praxis",
        tunnel_address=make.TUNNEL_ADDRESS,
        source=make.SOURCE,
        seconds=60,
        octets_in=1_000,
        octets_out=2_000,
        terminate_cause="User-Request",
        happened_at=make.NOW + MINUTE,
    )

    def test_a_stop_counts_and_ends_once(self, door: make.Door) -> None:
        state = door.open()
        for _ in range(2):
            gateways.account(gateway=door.gateway, record=self.STOP)
        ended = session()
        assert (ended.octets_in, ended.octets_out) == (1_000, 2_000)
        assert (ended.ended_at, ended.end_reason) == (make.NOW + MINUTE, "user_request")
        assert door.authorize(state) == Refusal(Reason.ENDED, make.NOW + MINUTE)

    def test_records_that_overtake_each_other_never_count_back(self, door: make.Door) -> None:
        door.open()
        for octets in (500, 300):
            record = replace(self.STOP, status="interim", octets_in=octets, octets_out=octets)
            gateways.account(gateway=door.gateway, record=record)
        counted = session()
        assert (counted.octets_in, counted.octets_out, counted.ended_at) == (500, 500, None)

    def test_more_than_a_column_holds_is_counted_as_much_as_it_holds(self, door: make.Door) -> None:
        door.open()
        record = replace(self.STOP, status="interim", octets_in=2**64 - 1)
        gateways.account(gateway=door.gateway, record=record)
        assert session().octets_in == 2**63 - 1

    def test_a_gateways_restart_ends_what_was_before(self, door: make.Door) -> None:
        door.open(0)
        waiting = door.sign_in(1)
        assert isinstance(waiting, gateways.Accepted)
        restarted = make.NOW + MINUTE
        after = door.open(2, session="session-3", address="10.66.0.6", now=restarted)
        record = replace(self.STOP, status="on", acct_session_id="", happened_at=restarted)
        gateways.account(gateway=door.gateway, record=record)
        assert Session.objects.filter(end_reason="gateway_restarted").count() == 2
        assert door.authorize(waiting.state) == Refusal(Reason.ENDED, restarted)
        assert isinstance(door.authorize(after, session="session-3", address="10.66.0.6"), Authorized)

    def test_of_another_gateway_or_session_nothing_is_touched(self, door: make.Door) -> None:
        door.open()
        gateways.account(gateway=make.gateway("gw2"), record=self.STOP)
        gateways.account(gateway=door.gateway, record=replace(self.STOP, acct_session_id="other"))
        assert (session().ended_at, session().octets_in) == (None, 0)


def test_sessions_that_ran_out_are_ended(door: make.Door) -> None:
    door.open()
    assert gateways.end_expired(make.NOW + 10 * HOUR - SECOND) == 0
    assert gateways.end_expired(make.NOW + 10 * HOUR) == 1
    assert session().end_reason == "expired"
    assert gateways.end_expired(make.NOW + 11 * HOUR) == 0


def test_behind_a_tunnel_address_stands_the_session_that_lives(door: make.Door) -> None:
    assert queries.session_at(make.TUNNEL_ADDRESS, make.NOW) is None
    door.open()
    found = queries.session_at(make.TUNNEL_ADDRESS, make.NOW)
    assert found == session()
    assert queries.session_at(make.TUNNEL_ADDRESS, make.NOW + 10 * HOUR) is None
    lock(door)
    assert queries.session_at(make.TUNNEL_ADDRESS, make.NOW) is None


def change_password(door: make.Door) -> None:
    account, old = door.who.practice_access.account, door.who.practice_password
    refusal = actions.change_password(account=account, old=old, new=make.PASSWORD, by=make.BY, now=make.NOW)
    assert refusal is None


def web_session(name: str, access: Any, **columns: str) -> None:
    WebSession.objects.create(
        session_key=name, session_data="", expire_date=make.NOW + HOUR, account=access.account, **columns
    )
