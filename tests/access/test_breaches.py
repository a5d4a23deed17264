"""A misuse starts a clock of 72 hours; how it is decided, documented and closed."""

from datetime import timedelta
from typing import Any

import pytest

from flexnet.access import breaches, locking, queries
from flexnet.access.errors import BadBreach, NoSuchBreach
from flexnet.access.models import Breach, Lock, Report
from tests import make

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}


@pytest.fixture
def lock() -> Lock:
    row = locking.of(make.settled().practice_access, cause=Lock.Cause.MISUSE, now=make.NOW)
    return locking.impose_lock(row, by=make.BY, reason="Verdacht")


@pytest.fixture
def breach(lock: Lock) -> Breach:
    return Breach.objects.get(lock=lock)


@pytest.mark.parametrize("cause", set(Lock.Cause) - {Lock.Cause.MISUSE})
def test_no_other_cause_is_a_breach_by_itself(cause: Lock.Cause) -> None:
    access = make.settled().practice_access
    lock = locking.lock_access(access=access, cause=cause, reason="", **ACT)
    assert queries.desk_breaches(make.NOW) == []
    assert breaches.open_breach(lock=lock, by=make.BY) == breaches.open_breach(lock=lock, by=make.BY)
    assert Breach.objects.count() == 1


def test_the_clock_runs_from_the_lock_for_72_hours(breach: Breach) -> None:
    (due,) = queries.desk_breaches(make.NOW + HOUR)
    assert (due.breach, due.due_at, due.left) == (breach, make.NOW + 72 * HOUR, 71 * HOUR)
    (late,) = queries.desk_breaches(make.NOW + 73 * HOUR)
    assert late.left == -HOUR


def test_it_runs_from_the_report_if_there_was_one() -> None:
    row = locking.of(make.settled().practice_access, cause=Lock.Cause.MISUSE, now=make.NOW)
    arrived = make.NOW - 5 * HOUR
    locking.report(row, reported_by="", way=Report.Way.FAX, received_at=arrived, by=make.BY, reason="")
    (due,) = queries.desk_breaches(make.NOW)
    assert due.left == 67 * HOUR


def test_the_most_urgent_comes_first(breach: Breach) -> None:
    bob = make.settled("bob").practice_access
    row = locking.of(bob, cause=Lock.Cause.MISUSE, now=make.NOW)
    earlier = make.NOW - HOUR
    locking.report(row, reported_by="", way=Report.Way.FAX, received_at=earlier, by=make.BY, reason="")
    assert [due.breach.lock for due in queries.desk_breaches(make.NOW)] == [row, breach.lock]


class TestTelling:
    def tell(self, breach: Breach, *, at: Any, reasons: str = "", now: Any = None) -> Breach:
        return breaches.tell_breach(
            number=breach.pk,
            told_authority_at=at,
            told_supervisor_at=at,
            reasons=reasons,
            by=make.BY,
            now=now or at,
        )

    def test_in_time_it_needs_no_excuse(self, breach: Breach) -> None:
        told = self.tell(breach, at=make.NOW + 72 * HOUR)
        assert (told.told_authority_at, told.told_supervisor_at) == (make.NOW + 72 * HOUR,) * 2

    def test_later_it_says_why(self, breach: Breach) -> None:
        late = make.NOW + 72 * HOUR + timedelta(seconds=1)
        with pytest.raises(BadBreach, match="72"):
            self.tell(breach, at=late, reasons=" ")
        assert self.tell(breach, at=late, reasons="Feiertage").reasons == "Feiertage"

    def test_what_lies_ahead_was_not_told(self, breach: Breach) -> None:
        with pytest.raises(BadBreach, match="ahead"):
            self.tell(breach, at=make.NOW + HOUR, now=make.NOW)

    def test_it_is_decided_once(self, breach: Breach) -> None:
        self.tell(breach, at=make.NOW)
        with pytest.raises(BadBreach, match="already"):
            breaches.dismiss_breach(number=breach.pk, reasons="doch nicht", **ACT)


def test_no_report_needs_reasons(breach: Breach) -> None:
    with pytest.raises(BadBreach, match="reasons"):
        breaches.dismiss_breach(number=breach.pk, reasons="\t", **ACT)
    row = breaches.dismiss_breach(number=breach.pk, reasons="Niemand hat etwas gesehen", **ACT)
    assert (row.decided_at, row.decided_by, row.told_authority_at) == (make.NOW, make.BY, None)


def test_it_is_closed_after_it_was_decided(breach: Breach) -> None:
    with pytest.raises(BadBreach, match="Decide"):
        breaches.close_breach(number=breach.pk, note="", **ACT)
    breaches.dismiss_breach(number=breach.pk, reasons="Fehlalarm", **ACT)
    assert len(queries.desk_breaches(make.NOW)) == 1
    breaches.close_breach(number=breach.pk, note="", **ACT)
    assert queries.desk_breaches(make.NOW) == []
    with pytest.raises(NoSuchBreach):
        breaches.close_breach(number=breach.pk, note="", **ACT)
