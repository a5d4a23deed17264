"""Sign-in over a gateway: each refusal beside the sign-in that differs in one line."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from flexnet.access import actions, locking, sign_in
from flexnet.access.models import Lock
from flexnet.access.rules import Granted, Reason, Refusal
from flexnet.accounts import passwords
from flexnet.gateway.actions import Accepted
from flexnet.gateway.models import Session
from flexnet.keys.models import Key
from flexnet.lib import hotp
from tests import make

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def door(alice: make.Member) -> make.Door:
    return make.door(alice)


def counter(who: make.Member) -> int:
    return Key.objects.get(pk=who.key.pk).counter


def test_password_and_code_open_a_session(door: make.Door) -> None:
    answer = door.sign_in(0)
    assert isinstance(answer, Accepted)
    assert (answer.group, answer.session_timeout, len(answer.state)) == ("Flexnet-Yubikey", 36_000, 32)
    session = Session.objects.get()
    assert session.access == door.who.practice_access
    assert (session.source, session.is_narrow) == (make.SOURCE, False)
    assert session.expires_at == make.NOW + timedelta(hours=10)


def test_a_user_name_is_taken_with_blanks_and_capitals(door: make.Door) -> None:
    assert isinstance(door.sign_in(0, user_name="  Alice-PRAXIS "), Accepted)


def test_the_keys_enter_behind_the_code_does_not_matter(door: make.Door) -> None:
    assert isinstance(door.type(door.who.field(0) + b"\r\n"), Accepted)


@pytest.mark.parametrize("name", ["nobody", "alice praxis", "ALICE\x00PRAXIS", "a" * 300, "äöü", ""])
def test_a_name_that_nobody_has_is_unknown(door: make.Door, name: str) -> None:
    answer = door.type(door.who.field(0), user_name=name or " ")
    assert answer == Refusal(Reason.UNKNOWN)
    assert counter(door.who) == 0


def test_a_wrong_code_is_refused_and_spends_nothing(door: make.Door) -> None:
    assert door.type(make.PASSWORD.encode() + b"000000") == Refusal(Reason.WRONG_CODE)
    assert counter(door.who) == 0
    assert isinstance(door.sign_in(0), Accepted)


@pytest.mark.parametrize(
    "field",
    [
        b"",
        b"755224",  # the code alone
        make.PASSWORD.encode(),  # the password alone, which ends in digits
        make.PASSWORD.encode() + b"!\xc2\xa7$%&/",  # typed with Shift-Lock
        b"x" * 65 + b"755224",
        b"\xff\xfe\x00\x01",
    ],
)
def test_a_field_that_is_not_password_and_code_is_a_wrong_code(door: make.Door, field: bytes) -> None:
    assert door.type(field) == Refusal(Reason.WRONG_CODE)
    assert counter(door.who) == 0


def test_the_same_code_again_is_refused(door: make.Door) -> None:
    assert isinstance(door.sign_in(0), Accepted)
    assert door.sign_in(0) == Refusal(Reason.CODE_ALREADY_USED)
    assert isinstance(door.sign_in(1), Accepted)


def test_a_code_passed_over_is_used_as_well(door: make.Door) -> None:
    assert isinstance(door.sign_in(4), Accepted)
    assert door.sign_in(3) == Refusal(Reason.CODE_ALREADY_USED)
    assert isinstance(door.sign_in(5), Accepted)


def test_a_wrong_password_spends_the_code(door: make.Door) -> None:
    assert door.sign_in(0, password="Fruehling-2025") == Refusal(Reason.WRONG_PASSWORD)
    assert door.sign_in(0) == Refusal(Reason.CODE_ALREADY_USED)
    assert isinstance(door.sign_in(1), Accepted)


def test_a_code_eight_presses_ahead_is_in_the_window(door: make.Door) -> None:
    assert isinstance(door.sign_in(0), Accepted)
    assert isinstance(door.sign_in(8), Accepted)


@pytest.mark.parametrize(("ahead", "is_in"), [(9, True), (10, False)])
def test_the_window_is_ten_wide(door: make.Door, ahead: int, is_in: bool) -> None:
    assert isinstance(door.sign_in(ahead), Accepted) is is_in


def test_two_codes_in_a_row_from_far_ahead_heal_the_key(door: make.Door) -> None:
    assert door.sign_in(300) == Refusal(Reason.WRONG_CODE)
    assert isinstance(door.sign_in(301, now=make.NOW + 10 * MINUTE), Accepted)
    assert counter(door.who) == 302
    assert isinstance(door.sign_in(302), Accepted)


@pytest.mark.parametrize(
    ("second", "later", "elsewhere"),
    [(302, MINUTE, False), (301, 10 * MINUTE + SECOND, False), (301, MINUTE, True), (300, MINUTE, False)],
    ids=["not the next", "too late", "from elsewhere", "the same"],
)
def test_anything_else_from_far_ahead_heals_nothing(
    door: make.Door, second: int, later: timedelta, elsewhere: bool
) -> None:
    assert door.sign_in(300) == Refusal(Reason.WRONG_CODE)
    door.source = "203.0.113.9" if elsewhere else door.source
    assert door.sign_in(second, now=make.NOW + later) == Refusal(Reason.WRONG_CODE)
    assert counter(door.who) == 0


def test_healing_needs_the_right_password_to_sign_in_and_spends_both_codes(door: make.Door) -> None:
    assert door.sign_in(300) == Refusal(Reason.WRONG_CODE)
    assert door.sign_in(301, password="Fruehling-2025") == Refusal(Reason.WRONG_PASSWORD)
    assert door.sign_in(301) == Refusal(Reason.CODE_ALREADY_USED)
    assert isinstance(door.sign_in(302), Accepted)


def test_beyond_the_resync_window_nothing_heals(door: make.Door) -> None:
    assert door.sign_in(1000) == Refusal(Reason.WRONG_CODE)
    assert door.sign_in(1001) == Refusal(Reason.WRONG_CODE)
    assert isinstance(door.sign_in(0), Accepted)


def test_without_a_key_there_is_no_tunnel(door: make.Door) -> None:
    actions.take_key_back(serial=door.who.key.serial, by=make.BY, reason="", now=make.NOW)
    assert door.sign_in(0) == Refusal(Reason.KEY_LOCKED)
    access = door.who.practice_access
    actions.assign_key(key=door.who.key, access=access, by=make.BY, now=make.NOW + SECOND)
    assert isinstance(door.sign_in(0), Accepted)


def test_a_personal_access_signs_in_with_a_key_of_its_own(door: make.Door) -> None:
    own = make.stock_key(b"another seed of twenty", digits=8, identifier="ubhe00001234")
    actions.assign_key(key=own, access=door.who.personal_access, by=make.BY, reason="x", now=make.NOW)
    typed = make.PASSWORD + "ubhe00001234" + hotp.code(b"another seed of twenty", 0, 8)
    assert isinstance(door.type(typed.encode(), user_name="alice"), Accepted)


def test_before_the_declaration_nothing_opens() -> None:
    alice = make.member(declared=False)
    door = make.door(alice)
    assert door.sign_in(0) == Refusal(Reason.DECLARATION_MISSING)
    make.declare(alice.person)
    assert isinstance(door.sign_in(1), Accepted)


def test_a_locked_access_is_refused_after_its_code_is_spent(door: make.Door) -> None:
    lock = locking.lock_access(
        access=door.who.practice_access, cause=Lock.Cause.OTHER, by=make.BY, reason="", now=make.NOW
    )
    assert door.sign_in(0) == Refusal(Reason.LOCKED, make.NOW)
    assert counter(door.who) == 1
    locking.lift_lock(lock, by=make.BY, reason="Irrtum", now=make.NOW)
    assert isinstance(door.sign_in(1), Accepted)


def test_an_initial_password_opens_a_narrow_session() -> None:
    door = make.door(make.member())
    assert isinstance(door.sign_in(0), Accepted)
    assert Session.objects.get().is_narrow


def test_a_password_in_latin_1_is_read_as_it_was_meant() -> None:
    """Passwords hold no umlauts; one typed by mistake is a wrong password, not a broken request."""
    door = make.door(make.settled())
    field = "Frühling-2026".encode("latin-1") + hotp.code(make.SEED, 0).encode()
    assert door.type(field) == Refusal(Reason.WRONG_PASSWORD)


@pytest.fixture
def in_between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen while a password is hashed."""

    def happens(act: Callable[[], object]) -> None:
        genuine = passwords.Check.run

        def meanwhile(check: passwords.Check) -> bool:
            monkeypatch.setattr(passwords.Check, "run", genuine)
            act()
            return genuine(check)

        monkeypatch.setattr(passwords.Check, "run", meanwhile)

    return happens


def test_a_lock_set_while_the_password_is_hashed_holds(
    door: make.Door, in_between: Callable[[Callable[[], object]], None]
) -> None:
    later = make.NOW + timedelta(milliseconds=10)  # the sign-in began before the lock
    in_between(
        lambda: locking.lock_access(
            access=door.who.practice_access, cause=Lock.Cause.LOSS, by=make.BY, reason="", now=later
        )
    )
    assert door.sign_in(0) == Refusal(Reason.LOCKED, later)
    assert not Session.objects.exists()


def test_a_key_lost_while_the_password_is_hashed_opens_nothing(
    door: make.Door, in_between: Callable[[Callable[[], object]], None]
) -> None:
    serial, later = door.who.key.serial, make.NOW + SECOND
    in_between(lambda: locking.report_key_lost(serial=serial, by=make.BY, reason="", now=later))
    assert door.sign_in(0) == Refusal(Reason.KEY_LOCKED, later)


def test_a_key_exchanged_while_the_password_is_hashed_opens_nothing(
    door: make.Door, in_between: Callable[[Callable[[], object]], None]
) -> None:
    def exchange() -> None:
        later = make.NOW + SECOND
        actions.take_key_back(serial=door.who.key.serial, by=make.BY, reason="", now=later)
        fresh = make.stock_key(b"the seed of the next key")
        actions.assign_key(key=fresh, access=door.who.practice_access, by=make.BY, now=later)

    in_between(exchange)
    assert door.sign_in(0) == Refusal(Reason.KEY_LOCKED)


def test_a_password_changed_while_it_is_hashed_is_wrong_by_then(
    door: make.Door, in_between: Callable[[Callable[[], object]], None]
) -> None:
    account = door.who.practice_access.account
    in_between(
        lambda: actions.change_password(
            account=account, old=make.PASSWORD, new="Sommer-2026-neu", by=make.BY, now=make.NOW + SECOND
        )
    )
    account.refresh_from_db()
    assert door.sign_in(0) == Refusal(Reason.WRONG_PASSWORD)
    assert isinstance(door.sign_in(1, password="Sommer-2026-neu"), Accepted)


class TestPortal:
    """Signing in behind the tunnel, without a key."""

    def sign_in(self, user_name: str = "alice", password: str = make.PASSWORD) -> sign_in.SignedIn | Refusal:
        return sign_in.to_portal(
            user_name=user_name, password=password, source=make.TUNNEL_ADDRESS, now=make.NOW
        )

    def test_the_password_alone_opens_it(self, alice: make.Member) -> None:
        answer = self.sign_in()
        assert isinstance(answer, sign_in.SignedIn)
        assert (answer.access, answer.granted) == (alice.personal_access, Granted())
        assert answer.access.account == alice.personal_access.account

    def test_a_wrong_password_and_a_wrong_name_do_not(self, alice: make.Member) -> None:
        assert self.sign_in(password="Fruehling-2025") == Refusal(Reason.WRONG_PASSWORD)
        assert self.sign_in(user_name="nobody") == Refusal(Reason.UNKNOWN)
        assert self.sign_in(password="\ud800") == Refusal(Reason.WRONG_PASSWORD)

    def test_a_lost_key_leaves_it_open_and_a_lock_of_the_practice_does_not(self, alice: make.Member) -> None:
        locking.report_key_lost(serial=alice.key.serial, by=make.BY, reason="", now=make.NOW)
        assert isinstance(self.sign_in("alice-praxis"), sign_in.SignedIn)
        practice = alice.site.practice
        locking.lock_practice(practice=practice, cause=Lock.Cause.MISUSE, by=make.BY, reason="", now=make.NOW)
        assert self.sign_in("alice-praxis") == Refusal(Reason.LOCKED, make.NOW)
        assert self.sign_in() == Refusal(Reason.LOCKED, make.NOW)

    def test_it_is_narrow_until_the_initial_password_is_changed(self) -> None:
        bob = make.member("bob")
        answer = self.sign_in("bob", bob.personal_password)
        assert isinstance(answer, sign_in.SignedIn)
        assert answer.granted == Granted(Reason.PASSWORD_CHANGE_DUE)
