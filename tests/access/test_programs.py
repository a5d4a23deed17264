"""Programs of a practice: connected with a secret that nobody else has, gone with what they stand on."""

import uuid
from datetime import timedelta

import pytest

from flexnet.access import derived, locking, programs, suspending
from flexnet.access.models import Access, Lock, Permission, Program
from flexnet.access.programs import Busy, Connected, NotConnected
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.audit.models import Event
from tests import configured, make

PLACE = "10.20.0.7"


@pytest.fixture(autouse=True)
def _allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, programs={"allowed": True})


@pytest.fixture
def access(db: None) -> Access:
    return make.settled().practice_access


def asked(access: Access, number: uuid.UUID | None = None) -> Connected | NotConnected:
    number = number or uuid.uuid4()
    return programs.connect(access=access, name="PVS", number=number, by=make.BY, now=make.NOW)


def known(secret: str, after: timedelta = timedelta()) -> Program | Busy | None:
    return programs.known_by(secret, place=PLACE, now=make.NOW + after)


def test_a_secret_is_known_and_nowhere_to_be_read(access: Access) -> None:
    done = make.program(access)
    found = known(done.secret)
    assert isinstance(found, Program)
    assert found.access == access
    assert done.secret not in repr(done)
    assert done.secret not in str(list(Program.objects.values())) + str(list(Event.objects.values()))
    assert Event.objects.filter(kind="program.connected").count() == 1


def test_another_secret_is_nobodys(access: Access) -> None:
    assert known(make.program(access).secret[:-1]) is None
    assert Program.objects.get().last_used_at is None


def test_a_form_sent_twice_connects_once(access: Access) -> None:
    number = uuid.uuid4()
    assert isinstance(asked(access, number), Connected)
    with pytest.raises(AlreadySubmitted):
        asked(access, number)
    assert Program.objects.count() == 1


def test_where_the_kv_did_not_agree_there_are_none(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, programs={"allowed": False})
    assert asked(access) is NotConnected.NOT_ALLOWED


def test_one_more_than_the_profile_says_is_too_many(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, programs={"most": 1})
    make.program(access)
    assert asked(access) is NotConnected.TOO_MANY


def test_disconnected_it_is_not_known_and_twice_changes_nothing(access: Access) -> None:
    done = make.program(access)
    for _again in range(2):
        programs.disconnect(done.program, by=make.BY, now=make.NOW)
    assert known(done.secret) is None
    assert Event.objects.filter(kind="program.ended").count() == 1


def test_it_ends_on_its_day(access: Access) -> None:
    done = make.program(access)
    assert known(done.secret, timedelta(days=364))
    assert known(done.secret, timedelta(days=365)) is None


def test_a_lock_ends_it_and_no_lifting_brings_it_back(access: Access) -> None:
    done = make.program(access)
    lock = locking.of(access, cause=Lock.Cause.MISUSE, now=make.NOW)
    locking.impose_lock(lock, by=make.BY, reason="Anruf")
    assert known(done.secret) is None
    Program.objects.get(ended_at=make.NOW)


def test_what_the_member_suspends_hands_in_no_more(access: Access) -> None:
    emil = make.employee(access, "emil")
    derived.permit(access=emil, function=Permission.Function.SUBMISSION, by=make.BY, now=make.NOW)
    done = make.program(emil)
    suspending.suspend(access=done.program.access, by=make.BY, now=make.NOW)
    assert known(done.secret) is None
    suspending.resume(access=done.program.access, by=make.BY, now=make.NOW)
    assert known(done.secret) is None


def test_others_keep_theirs_when_one_is_locked(access: Access) -> None:
    done = make.program(make.settled("bob").practice_access)
    lock = locking.of(access, cause=Lock.Cause.MISUSE, now=make.NOW)
    locking.impose_lock(lock, by=make.BY, reason="Anruf")
    assert isinstance(known(done.secret), Program)


def test_who_asks_too_often_waits(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, throttle={"program_requests": 3, "program_refill_milliseconds": 1000})
    secret = make.program(access).secret
    found = [known(secret) for _try in range(4)]
    assert [isinstance(one, Busy) for one in found] == [False, False, False, True]
    assert isinstance(known(secret, timedelta(seconds=2)), Program)


def test_who_guesses_is_stopped_and_the_right_one_at_another_place_is_not(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, throttle={"source_tries": 2, "source_refill_seconds": 60})
    secret = make.program(access).secret
    for _try in range(2):
        assert known("fxp_wrong") is None
    assert isinstance(known(secret), Busy)
    assert isinstance(programs.known_by(secret, place="10.20.0.8", now=make.NOW), Program)


def test_a_year_after_its_end_it_is_forgotten(access: Access) -> None:
    programs.disconnect(make.program(access).program, by=make.BY, now=make.NOW)
    assert programs.clear_old(make.NOW + timedelta(days=364)) == 0
    assert programs.clear_old(make.NOW + timedelta(days=365)) == 1
