"""Credentials anew: who may ask, what has to be waited for, and what the letter changes."""

import time
from datetime import date, timedelta
from typing import Any

import pytest

from flexnet.access import credentials, endings, locking, queries, silence
from flexnet.access.errors import BadRequest, NoSuchRequest
from flexnet.access.models import Access, CredentialRequest, Lock, Notice
from flexnet.access.requests import Wait, Waiting
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.access.sign_in import SignedIn, to_portal
from flexnet.accounts.models import Account, WebSession
from flexnet.audit.models import Event
from flexnet.gateway.models import Change, Session
from flexnet.members import addresses
from flexnet.members.addresses import PostalAddress
from flexnet.members.models import Address, Site
from tests import make

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LONG_AGO = make.NOW - 400 * DAY
HOME = PostalAddress("Am Markt 1", "39104", "Magdeburg")
ELSEWHERE = PostalAddress("Hafenstraße 9", "39106", "Magdeburg")
Way = CredentialRequest.Way


def moved(site: Site, address: PostalAddress, seen: PostalAddress | None, on: date, at: Any) -> Address:
    return addresses.register(addressee=site, address=address, seen=seen, from_on=on, by=make.BY, now=at)


@pytest.fixture
def alice() -> make.Member:
    found = make.settled()
    moved(found.site, HOME, None, LONG_AGO.date(), LONG_AGO)
    return found


def ask(access: Access, way: Way = Way.PORTAL, **more: Any) -> CredentialRequest:
    return credentials.request(access=access, way=way, reason="Zettel weg", **(ACT | more))


def waits(row: CredentialRequest, now: Any = make.NOW) -> Waiting | None:
    (due,) = (due for due in queries.desk_credential_requests(now) if due.request == row)
    return due.waiting


def signs_in(password: str, now: Any = make.NOW) -> bool:
    found = to_portal(user_name="alice-praxis", password=password, source=make.SOURCE, now=now)
    return isinstance(found, SignedIn)


class TestTheLetter:
    def test_only_what_stands_in_it_holds_and_narrowly(self, alice: make.Member) -> None:
        access = alice.practice_access
        make.door(alice).open()
        WebSession.objects.create(
            session_key="one", session_data="", expire_date=make.NOW + DAY, account=access.account
        )
        issued = credentials.carry_out(number=ask(access).pk, **ACT)
        assert not WebSession.objects.exists()
        assert (Session.objects.get().is_narrow, Change.objects.get().kind) == (True, "coa")
        decision = queries.decide_access(access.pk, channel=Channel.PORTAL, now=make.NOW)
        assert decision == Granted(Reason.PASSWORD_CHANGE_DUE)
        assert not signs_in(make.PASSWORD)
        assert signs_in(issued.initial_password)
        assert issued.revocation_word != alice.practice_word
        assert queries.desk_credential_requests(make.NOW) == []

    def test_it_opens_what_a_lock_on_the_old_password_closed(self, alice: make.Member) -> None:
        row = ask(alice.practice_access, lock_replaced=True)
        assert not signs_in(make.PASSWORD)
        assert queries.decide_access(
            alice.practice_access.pk, channel=Channel.VPN_RECONNECT, now=make.NOW
        ) == Refusal(Reason.PASSWORD_LOCKED, make.NOW)
        assert signs_in(credentials.carry_out(number=row.pk, **ACT).initial_password)

    def test_it_opens_also_what_a_clock_that_is_ahead_locked(self, alice: make.Member) -> None:
        access, ahead = alice.practice_access, make.NOW + DAY
        locking.lock_password(access=access, cause=Lock.Cause.LOSS, by=make.BY, reason="", now=ahead)
        issued = credentials.carry_out(number=ask(access).pk, **ACT)
        assert signs_in(issued.initial_password)

    def test_a_lock_on_the_whole_access_stays(self, alice: make.Member) -> None:
        locking.lock_access(access=alice.practice_access, cause=Lock.Cause.LOSS, reason="Tasche weg", **ACT)
        issued = credentials.carry_out(number=ask(alice.practice_access).pk, **ACT)
        assert not signs_in(issued.initial_password)

    def test_it_is_written_once(self, alice: make.Member) -> None:
        row = ask(alice.practice_access)
        credentials.carry_out(number=row.pk, **ACT)
        with pytest.raises(NoSuchRequest):
            credentials.carry_out(number=row.pk, **ACT)
        assert Event.objects.filter(kind="credentials.reissued").count() == 1

    def test_what_is_over_gets_none(self, alice: make.Member) -> None:
        endings.give_notice(
            access=alice.practice_access,
            kind=Notice.Kind.EXTRAORDINARY,
            received_on=(make.NOW - 2 * DAY).date(),
            reason="",
            **ACT,
        )
        before = Account.objects.values().get(user_name="alice-praxis")
        with pytest.raises(BadRequest, match="ended"):
            credentials.carry_out(number=ask(alice.practice_access).pk, **ACT)
        assert Account.objects.values().get(user_name="alice-praxis") == before


class TestAsking:
    @pytest.mark.parametrize("way", [Way.PUBLIC, Way.TELEPHONE])
    def test_of_whoever_is_not_known_somebody_calls_back_first(self, alice: make.Member, way: Way) -> None:
        row = ask(alice.practice_access, way)
        assert waits(row) == Waiting(Wait.CALL_BACK)
        with pytest.raises(BadRequest, match="Call back"):
            credentials.carry_out(number=row.pk, **ACT)
        assert signs_in(make.PASSWORD)
        credentials.confirm(number=row.pk, spoken_to="Frau Muster", note="0391 1234", **ACT)
        assert waits(row) is None
        assert signs_in(credentials.carry_out(number=row.pk, **ACT).initial_password)

    def test_whoever_is_signed_in_is_known(self, alice: make.Member) -> None:
        assert waits(ask(alice.practice_access)) is None

    def test_twice_is_once(self, alice: make.Member) -> None:
        assert ask(alice.practice_access) == ask(alice.practice_access, Way.TELEPHONE)
        assert ask(alice.personal_access) != ask(alice.practice_access)

    def test_what_is_refused_may_be_asked_for_again(self, alice: make.Member) -> None:
        row = ask(alice.practice_access)
        with pytest.raises(BadRequest, match="reason"):
            credentials.refuse(number=row.pk, **(ACT | {"reason": " "}))
        credentials.refuse(number=row.pk, reason="war ein Irrtum", **ACT)
        said = {"spoken_to": "Frau Muster", "note": ""}
        for act in (credentials.carry_out, credentials.confirm):
            with pytest.raises(NoSuchRequest):
                act(number=row.pk, **(ACT | (said if act is credentials.confirm else {})))
        assert ask(alice.practice_access) != row

    def test_a_stranger_locks_nothing_by_asking(self, alice: make.Member) -> None:
        with pytest.raises(BadRequest, match="revocation word"):
            ask(alice.practice_access, Way.PUBLIC, lock_replaced=True)
        assert not Lock.objects.exists()


class TestStrangers:
    """On the public site: a user name, and always the same answer."""

    def ask(self, user_name: str = "alice-praxis", *, number: int = 1) -> None:
        source = f"203.0.113.{number}"
        credentials.request_publicly(user_name=user_name, source=source, now=make.NOW)

    def test_a_name_that_somebody_has_becomes_a_request(self, alice: make.Member) -> None:
        self.ask(" Alice-Praxis")
        row = CredentialRequest.objects.get()
        assert (row.access, row.way, row.requested_by) == (alice.practice_access, "public", "public")

    @pytest.mark.parametrize("name", ["nobody", "no body", "", "\x00", "a" * 10_000])
    def test_any_other_leaves_nothing(self, alice: make.Member, name: str) -> None:
        self.ask(name)
        assert not CredentialRequest.objects.exists()

    def test_one_place_asks_so_often_and_no_more(self, alice: make.Member) -> None:
        for _ in range(200):
            self.ask("nobody")
        self.ask()
        assert not CredentialRequest.objects.exists()
        self.ask(number=2)
        assert CredentialRequest.objects.count() == 1

    def test_the_clock_tells_nothing(self, alice: make.Member, monkeypatch: pytest.MonkeyPatch) -> None:
        clock, waited = iter([0.0, 0.1, 0.0, 0.3]), list[float]()
        monkeypatch.setattr(silence, "ANSWERS_AFTER", timedelta(milliseconds=400))
        monkeypatch.setattr(time, "sleep", waited.append)
        monkeypatch.setattr(time, "monotonic", lambda: next(clock))
        self.ask("nobody")
        self.ask()
        assert waited == pytest.approx([0.3, 0.1])


class TestAddresses:
    """No secret travels to an address that changed just now, and the old one is told."""

    def test_a_new_address_rests(self, alice: make.Member) -> None:
        row = ask(alice.practice_access)
        moved(alice.site, ELSEWHERE, HOME, make.NOW.date(), make.NOW)
        rests = make.NOW.date() + 14 * DAY
        assert waits(row) == Waiting(Wait.NEW_ADDRESS, rests)
        with pytest.raises(BadRequest, match=str(rests)):
            credentials.carry_out(number=row.pk, **ACT)
        assert waits(row, make.NOW + 13 * DAY) == Waiting(Wait.NEW_ADDRESS, rests)
        assert waits(row, make.NOW + 14 * DAY) is None

    def test_a_change_dated_back_rests_as_long(self, alice: make.Member) -> None:
        moved(alice.site, ELSEWHERE, HOME, LONG_AGO.date() + DAY, make.NOW)
        assert waits(ask(alice.practice_access)) == Waiting(Wait.NEW_ADDRESS, make.NOW.date() + 14 * DAY)

    def test_a_personal_letter_goes_to_the_practice_and_rests_with_it(self, alice: make.Member) -> None:
        row = ask(alice.personal_access)
        assert waits(row) is None
        moved(alice.site, ELSEWHERE, HOME, make.NOW.date(), make.NOW)
        assert waits(row) == Waiting(Wait.NEW_ADDRESS, make.NOW.date() + 14 * DAY)

    def test_without_an_address_there_is_no_letter(self) -> None:
        bob = make.settled("bob")
        row = ask(bob.practice_access)
        assert waits(row) == Waiting(Wait.NO_ADDRESS)
        with pytest.raises(BadRequest, match="No address"):
            credentials.carry_out(number=row.pk, **ACT)

    def test_the_old_one_is_told_once(self, alice: make.Member) -> None:
        assert not queries.desk_old_addresses(make.NOW)
        new = moved(alice.site, ELSEWHERE, HOME, make.NOW.date(), make.NOW)
        assert list(queries.desk_old_addresses(make.NOW)) == [new]
        credentials.tell_old_address(address=new, **ACT)
        credentials.tell_old_address(address=new, **ACT)
        assert not queries.desk_old_addresses(make.NOW)
        entry = Event.objects.get(kind="address.old_one_told")
        assert entry.subject == f"site:{alice.site}"
