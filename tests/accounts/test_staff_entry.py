"""How staff sign in: password, then a factor; what is refused, counted, and told to nobody."""

from datetime import timedelta

import pytest

from flexnet.access import sign_in
from flexnet.access.rules import Reason, Refusal
from flexnet.accounts import factors, passwords, staff, staff_entry
from flexnet.accounts.models import RecoveryCode, Role, Staff
from flexnet.accounts.proofs import AppCode, PaperCode
from flexnet.accounts.staff_entry import FirstStep, Refused
from flexnet.audit.models import Event, Tally
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
DESK, STRANGE = "10.30.0.5", "10.30.0.99"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def clara(db: None) -> make.Colleague:
    return make.colleague(Role.CLERK)


def password(
    user_name: str = "clara", word: str = make.PASSWORD, source: str = DESK, now: object = make.NOW
) -> FirstStep | Refused:
    return staff_entry.first_step(user_name=user_name, password=word, source=source, now=now)  # type: ignore[arg-type]  # an instant


def right(user_name: str = "clara", source: str = DESK, now: object = make.NOW) -> FirstStep:
    first = password(user_name, source=source, now=now)
    assert isinstance(first, FirstStep)
    return first


def signs_in(who: make.Colleague, *, source: str = DESK) -> Staff | Refused:
    return staff_entry.second_step(right(source=source), AppCode(who.code()), now=make.NOW)


def test_password_and_code_open_the_office(clara: make.Colleague) -> None:
    assert signs_in(clara) == clara.staff
    entry = Event.objects.filter(kind="sign_in.accepted").latest("pk")
    assert (entry.by, entry.subject, entry.data) == ("office", "staff:clara", '{"factor":"app"}')


@pytest.mark.parametrize(
    ("user_name", "word", "reason"),
    [
        ("clara", "wrong", Refused.WRONG_PASSWORD),
        ("clara", "", Refused.WRONG_PASSWORD),
        ("clara", "ä\ud800\x00", Refused.WRONG_PASSWORD),
        ("nobody", make.PASSWORD, Refused.UNKNOWN),
        ("<b>\x00'--", make.PASSWORD, Refused.UNKNOWN),
        ("alice", make.PASSWORD, Refused.UNKNOWN),
    ],
)
def test_what_does_not_fit_is_counted(
    clara: make.Colleague, user_name: str, word: str, reason: Refused
) -> None:
    make.settled()
    assert password(user_name, word) == reason
    (row,) = Tally.objects.filter(by="office")
    whose = "staff:clara" if user_name == "clara" else "staff:unknown"
    assert (row.subject, row.reason, row.source) == (whose, reason, DESK)


def test_a_member_is_no_staff_and_staff_are_no_members(clara: make.Colleague) -> None:
    alice = make.settled()
    assert password("alice", make.PASSWORD) == Refused.UNKNOWN
    assert password("alice-praxis", make.PASSWORD) == Refused.UNKNOWN
    found = sign_in.to_portal(user_name="clara", password=make.PASSWORD, source=DESK, now=make.NOW)
    assert found == Refusal(Reason.UNKNOWN)
    answer = make.door(alice).type(alice.field(0), user_name="clara")
    assert answer == Refusal(Reason.UNKNOWN)


def test_the_clock_tells_nobody_who_works_here(
    clara: make.Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever name was typed: one hash is computed, and one of the same cost."""
    make.settled()
    hashed: list[str] = []

    def run(check: passwords.Check) -> bool:
        hashed.append(check.hashed.rpartition("$")[0].rpartition("$")[0])
        return False

    monkeypatch.setattr(passwords.Check, "run", run)
    for name in ("clara", "alice", "nobody", "x" * 99):
        password(name)
    assert len(hashed) == 4
    assert len(set(hashed)) == 1


def test_a_code_opens_once(clara: make.Colleague) -> None:
    code = clara.code()
    assert staff_entry.second_step(right(), AppCode(code), now=make.NOW) == clara.staff
    again = staff_entry.second_step(right(), AppCode(code), now=make.NOW)
    assert again == Refused.FACTOR_ALREADY_USED


def test_nor_does_an_earlier_one_open_after_it(clara: make.Colleague) -> None:
    earlier, later = clara.code(), clara.code()
    assert staff_entry.second_step(right(), AppCode(later), now=make.NOW) == clara.staff
    assert staff_entry.second_step(right(), AppCode(earlier), now=make.NOW) == Refused.FACTOR_ALREADY_USED


@pytest.mark.django_db(transaction=True)
def test_of_two_that_show_one_code_at_once_one_is_let_in() -> None:
    clara = make.colleague(Role.CLERK)
    code, first = clara.code(), right()
    answers = at_once(*[lambda: staff_entry.second_step(first, AppCode(code), now=make.NOW)] * 4)
    assert sorted(map(str, answers)) == ["clara"] + [Refused.FACTOR_ALREADY_USED] * 3


def test_a_recovery_code_opens_once_however_it_is_typed(clara: make.Colleague) -> None:
    codes = factors.issue_recovery_codes(staff=clara.staff, by=make.BY, now=make.NOW)
    assert len(set(codes)) == 10
    typed = codes[3].lower().replace("-", " ")
    assert staff_entry.second_step(right(), PaperCode(typed), now=make.NOW) == clara.staff
    assert staff_entry.second_step(right(), PaperCode(codes[3]), now=make.NOW) == Refused.WRONG_FACTOR
    assert staff_entry.second_step(right(), PaperCode(codes[9]), now=make.NOW) == clara.staff
    assert RecoveryCode.objects.filter(used_at=None).count() == 8


def test_new_recovery_codes_end_the_old_ones(clara: make.Colleague) -> None:
    old = factors.issue_recovery_codes(staff=clara.staff, by=make.BY, now=make.NOW)
    factors.issue_recovery_codes(staff=clara.staff, by=make.BY, now=make.NOW)
    assert staff_entry.second_step(right(), PaperCode(old[0]), now=make.NOW) == Refused.WRONG_FACTOR


def test_recovery_codes_of_another_open_nothing(clara: make.Colleague) -> None:
    dora = make.colleague(Role.CLERK, name="dora")
    codes = factors.issue_recovery_codes(staff=dora.staff, by=make.BY, now=make.NOW)
    assert staff_entry.second_step(right(), PaperCode(codes[0]), now=make.NOW) == Refused.WRONG_FACTOR


class TestBetweenTheSteps:
    """The first step alone is worth little, and not for long."""

    def resumed(self, first: FirstStep, after: timedelta = timedelta()) -> FirstStep | None:
        return staff_entry.resumed(first.kept(), source=DESK, now=make.NOW + after)

    def test_it_holds_for_ten_minutes(self, clara: make.Colleague) -> None:
        first = right()
        assert self.resumed(first, 10 * MINUTE) == first
        assert self.resumed(first, 10 * MINUTE + HALF_A_MINUTE) is None
        assert self.resumed(first, -MINUTE) is None

    def test_a_new_password_ends_it(self, clara: make.Colleague) -> None:
        first = right()
        new = "Sommer-2026-neu"
        assert not staff.change_password(
            staff=clara.staff, old=make.PASSWORD, new=new, by=make.BY, now=make.NOW
        )
        assert self.resumed(first) is None
        found = staff_entry.second_step(first, AppCode(clara.code()), now=make.NOW)
        assert found == Refused.STARTED_TOO_LONG_AGO

    def test_so_does_leaving(self, clara: make.Colleague) -> None:
        first = right()
        codes = factors.issue_recovery_codes(staff=clara.staff, by=make.BY, now=make.NOW)
        assert codes
        staff.end(staff=clara.staff, by=make.BY, reason="", now=make.NOW)
        assert self.resumed(first) is None
        assert staff_entry.second_step(first, AppCode(clara.code()), now=make.NOW) == Refused.WRONG_FACTOR


class TestThrottle:
    """As for members: strangers share one bucket, the owner's own place has another."""

    def test_wrong_passwords_run_out_and_come_back(self, clara: make.Colleague) -> None:
        answers = [password(word="wrong") for _ in range(12)]
        assert answers == [Refused.WRONG_PASSWORD] * 10 + [Refused.THROTTLED] * 2
        assert password() == Refused.THROTTLED
        assert isinstance(password(now=make.NOW + MINUTE), FirstStep)

    def test_so_do_wrong_codes_and_the_right_password_gives_none_back(self, clara: make.Colleague) -> None:
        first = right()
        answers = [staff_entry.second_step(first, AppCode("000000"), now=make.NOW) for _ in range(11)]
        assert answers == [Refused.WRONG_FACTOR] * 10 + [Refused.THROTTLED]
        assert password() == Refused.THROTTLED

    def test_of_who_is_throttled_no_code_is_looked_at(self, clara: make.Colleague) -> None:
        first = right()
        for _ in range(10):
            password(word="wrong")
        assert staff_entry.second_step(first, AppCode(clara.code()), now=make.NOW) == Refused.THROTTLED
        assert isinstance(signs_in_later(clara), Staff)

    def test_a_stranger_does_not_lock_the_owner_out(self, clara: make.Colleague) -> None:
        assert signs_in(clara) == clara.staff
        for _ in range(20):
            password(word="wrong", source=STRANGE)
        assert password(source=STRANGE) == Refused.THROTTLED
        assert signs_in(clara) == clara.staff


def signs_in_later(who: make.Colleague) -> Staff | Refused:
    later = make.NOW + 2 * MINUTE
    return staff_entry.second_step(right(now=later), AppCode(who.code(later)), now=later)


class TestEnrolment:
    """The first factor is set up with a code from the administrator, once, within three days."""

    @pytest.fixture
    def entered(self, db: None) -> staff.Credentials:
        return staff.enter(user_name="dora", name="Dora", roles=[Role.CLERK], by=make.BY, now=make.NOW)

    def first(self, entered: staff.Credentials, now: object = make.NOW) -> FirstStep:
        first = password("dora", entered.initial_password, now=now)
        assert isinstance(first, FirstStep)
        return first

    def test_no_factor_no_entry(self, entered: staff.Credentials) -> None:
        first = self.first(entered)
        for proof in (AppCode("000000"), PaperCode(entered.enrolment_code)):
            assert staff_entry.second_step(first, proof, now=make.NOW) == Refused.WRONG_FACTOR
        assert staff_entry.enrolled(first, factor="app", now=make.NOW) == Refused.WRONG_FACTOR

    def test_the_code_is_right_however_it_is_typed(self, entered: staff.Credentials) -> None:
        typed = entered.enrolment_code.lower().replace("-", "")
        assert isinstance(staff_entry.check_enrolment(self.first(entered), typed, now=make.NOW), int)

    def test_wrong_codes_are_charged(self, entered: staff.Credentials) -> None:
        first = self.first(entered)
        answers = [staff_entry.check_enrolment(first, "ACDE-FHJK-LMNP", now=make.NOW) for _ in range(11)]
        assert answers == [Refused.WRONG_ENROLMENT_CODE] * 10 + [Refused.THROTTLED]

    def test_after_three_days_it_is_worth_nothing(self, entered: staff.Credentials) -> None:
        for days, is_right in ((3, False), (2, True)):
            now = make.NOW + days * DAY
            found = staff_entry.check_enrolment(self.first(entered, now), entered.enrolment_code, now=now)
            assert isinstance(found, int) is is_right

    def test_the_first_password_runs_out(self, entered: staff.Credentials) -> None:
        late = make.NOW + 29 * DAY
        assert password("dora", entered.initial_password, now=late) == Refused.INITIAL_PASSWORD_EXPIRED
        assert password("dora", "wrong", now=late) == Refused.WRONG_PASSWORD


class TestConfirming:
    """A signed-in person shows the factor once more."""

    def confirm(self, who: make.Colleague, code: str) -> Refused | None:
        return staff_entry.confirm(staff=who.staff, proof=AppCode(code), source=DESK, now=make.NOW)

    def test_the_right_code_confirms_and_is_recorded(self, clara: make.Colleague) -> None:
        assert self.confirm(clara, clara.code()) is None
        entry = Event.objects.latest("pk")
        assert (entry.kind, entry.by, entry.subject) == ("factor.confirmed", "office:clara", "staff:clara")

    def test_wrong_ones_run_out_in_a_bucket_of_their_own(self, clara: make.Colleague) -> None:
        answers = [self.confirm(clara, "000000") for _ in range(11)]
        assert answers == [Refused.WRONG_FACTOR] * 10 + [Refused.THROTTLED]
        assert signs_in(clara) == clara.staff
        assert Tally.objects.filter(kind="factor.refused", subject="staff:clara").count() == 2
