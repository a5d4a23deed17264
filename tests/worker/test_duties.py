"""What must happen without anybody asking: each duty at its time, none stopped by another's failure."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from flexnet.accounts.models import Bucket, WebSession
from flexnet.audit.models import Checkpoint, Event, PersonKey, Tally, Waiting
from flexnet.gateway.models import Session
from flexnet.worker import main
from flexnet.worker.main import Duty
from tests import make

DAY = timedelta(days=1)


class Diary:
    """What was done, and when."""

    def __init__(self, *, fails: bool = False) -> None:
        self.entries: list[datetime] = []
        self.fails = fails

    def note(self, now: datetime) -> None:
        self.entries.append(now)
        if self.fails:
            raise OSError("the disk is full")


def turn(todo: list[Duty], seconds: float) -> None:
    main.turn(todo, now=make.NOW + timedelta(seconds=seconds), at=1_000 + seconds)


def test_a_duty_is_done_when_it_is_due() -> None:
    diary = Diary()
    todo = [Duty("note", timedelta(seconds=10), diary.note)]
    for seconds in (0, 5, 9.9, 10, 15, 25):
        turn(todo, seconds)
    assert [(entry - make.NOW).total_seconds() for entry in diary.entries] == [0, 10, 25]


def test_a_duty_that_fails_is_said_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    failing, other = Diary(fails=True), Diary()
    todo = [Duty("fail", timedelta(seconds=1), failing.note), Duty("note", timedelta(seconds=1), other.note)]
    with caplog.at_level(logging.WARNING):
        turn(todo, 0)
        turn(todo, 1)
    assert (len(failing.entries), len(other.entries)) == (2, 2)
    assert [record.getMessage() for record in caplog.records] == ["could not fail: the disk is full"] * 2


def test_a_clock_set_back_delays_no_duty() -> None:
    diary = Diary()
    todo = [Duty("note", timedelta(seconds=1), diary.note)]
    main.turn(todo, now=make.NOW, at=1_000)
    main.turn(todo, now=make.NOW - DAY, at=1_001)
    assert len(diary.entries) == 2


@pytest.mark.django_db
def test_sessions_and_what_is_personal_go_when_their_time_is_over(anchor_dir: Path) -> None:
    with time_machine.travel(make.NOW, tick=False):
        make.door(make.settled()).open()
    main.turn(main.duties(), now=make.NOW + DAY, at=0)
    [event] = Event.objects.filter(kind="sign_in.accepted")
    main.turn(main.duties(), now=make.NOW + 365 * DAY, at=0)
    assert Session.objects.exists()
    assert PersonKey.objects.filter(person=event.person).exists()
    main.turn(main.duties(), now=make.NOW + 430 * DAY, at=0)
    assert not Session.objects.exists()
    assert not PersonKey.objects.filter(person=event.person).exists()


@pytest.mark.django_db
def test_all_duties_together_clear_what_a_day_left(anchor_dir: Path) -> None:
    door = make.door(make.settled())
    door.open()
    door.source = "203.0.113.9"
    door.type(b"wrong000000")
    WebSession.objects.create(session_key="old", session_data="", expire_date=make.NOW)
    main.turn(main.duties(), now=make.NOW + DAY, at=0)
    main.turn(main.duties(), now=make.NOW + DAY, at=0)
    assert not Waiting.objects.exists()
    assert not Tally.objects.exists()
    assert Event.objects.filter(kind="sign_in.refused").count() == 1
    assert Checkpoint.objects.exists()
    assert list(anchor_dir.iterdir())
    assert Session.objects.get().end_reason == "expired"
    assert not WebSession.objects.exists()
    assert Bucket.objects.filter(succeeded_at=None).count() == 0
