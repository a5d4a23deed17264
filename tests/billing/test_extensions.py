"""Windows held open longer: for one practice or all, to the last second, taken back, and never shortened."""

from datetime import date, datetime, timedelta

import pytest

from flexnet import configuration
from flexnet.access.rules import BERLIN, day_of
from flexnet.audit.models import Event
from flexnet.billing import extensions, windows
from flexnet.billing.errors import NoLonger, NoWindow, Revoked
from flexnet.billing.extensions import Longer
from flexnet.billing.models import Extension
from flexnet.billing.windows import Stage
from flexnet.members.models import Practice
from tests import configured, make
from tests.billing.files import ALICE, BOB, QUARTER

pytestmark = pytest.mark.django_db
RULE = {"opens_day": 30, "closes_day": 15, "early_days": 15, "late_surcharge": True}
UNTIL = date(2026, 4, 20)


@pytest.fixture(autouse=True)
def rule(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, billing=RULE)


def grant(practice: Practice | None = None, until: date = UNTIL) -> Extension:
    wanted = Longer(QUARTER, practice, until, "Stromausfall")
    return extensions.grant(wanted=wanted, by=make.BY, now=make.NOW)


def stage(bsnr: str, moment: datetime) -> Stage:
    found = extensions.window(QUARTER, [bsnr])
    assert found
    return found.stage(day_of(moment))


def test_one_practice_has_longer_to_the_last_second_and_the_others_have_not(alice: make.Member) -> None:
    make.member("bob")
    grant(alice.site.practice)
    last = datetime(2026, 4, 20, 23, 59, 59, tzinfo=BERLIN)
    assert stage(ALICE, last) is Stage.OPEN
    assert stage(ALICE, last + timedelta(seconds=1)) is Stage.LATE
    assert stage(BOB, last) is Stage.LATE
    found = extensions.window(QUARTER)
    assert found == windows.of(QUARTER, configuration.current().billing)
    assert Event.objects.get(kind="window.extended").subject == f"practice:{alice.site.practice_id}"


def test_for_all_it_holds_for_all_and_the_longest_counts(alice: make.Member) -> None:
    make.member("bob")
    grant(alice.site.practice, UNTIL - timedelta(days=2))
    grant()
    ends = [extensions.window(QUARTER, sites) for sites in ([ALICE], [BOB], [])]
    assert [one.closes for one in ends if one] == [UNTIL] * 3


def test_taken_back_once_the_usual_day_holds_again(alice: make.Member) -> None:
    row = grant(alice.site.practice)
    extensions.revoke(extension=row, by=make.BY, reason="vertippt", now=make.NOW)
    found = extensions.window(QUARTER, [ALICE])
    assert found
    assert found.closes == date(2026, 4, 15)
    assert extensions.held_open([ALICE], make.NOW.date()) == []
    with pytest.raises(Revoked):
        extensions.revoke(extension=row, by=make.BY, reason="noch einmal", now=make.NOW)


@pytest.mark.parametrize("until", [date(2026, 4, 15), date(2026, 4, 1)])
def test_an_extension_makes_a_window_longer_and_never_shorter(until: date) -> None:
    with pytest.raises(NoLonger):
        grant(until=until)
    assert not Extension.objects.exists()


def test_what_is_shorter_than_what_holds_anyway_is_refused(alice: make.Member) -> None:
    for_all = grant()
    for practice in (alice.site.practice, None):
        with pytest.raises(NoLonger):
            grant(practice, UNTIL)
    grant(alice.site.practice, UNTIL + timedelta(days=1))
    left = extensions.window_of(None, QUARTER, without=for_all)
    assert left
    assert left.closes == date(2026, 4, 15)


def test_a_day_that_is_over_is_no_extension() -> None:
    wanted = Longer(QUARTER, None, UNTIL, "x")
    assert isinstance(extensions.why_not(wanted, UNTIL + timedelta(days=1)), NoLonger)
    assert extensions.why_not(wanted, UNTIL) is None


def test_where_the_kv_names_no_days_there_is_nothing_to_extend(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, billing={"opens_day": None, "closes_day": None})
    with pytest.raises(NoWindow):
        grant()
    assert extensions.window(QUARTER) is None
    assert extensions.current(make.NOW.date()) is None


def test_an_old_window_held_open_is_what_is_due_until_the_next_one_opens(alice: make.Member) -> None:
    grant(alice.site.practice, date(2026, 7, 10))
    due = [extensions.current(date(2026, 6, day), [ALICE]) for day in (20, 29, 30)]
    assert [one.quarter for one in due if one] == [QUARTER, QUARTER, QUARTER + 1]
    others = extensions.current(date(2026, 6, 20), [BOB])
    assert others
    assert others.quarter == QUARTER + 1


def test_a_practice_hears_of_what_lasts_the_longest_of_each_quarter(alice: make.Member) -> None:
    grant()
    longest = grant(alice.site.practice, UNTIL + timedelta(days=2))
    assert extensions.held_open([ALICE], UNTIL) == [longest]
    assert extensions.held_open([ALICE], UNTIL + timedelta(days=3)) == []
