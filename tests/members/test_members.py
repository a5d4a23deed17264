"""Practices, people and what binds them are entered once, with their numbers checked."""

from datetime import date
from typing import Any

import pytest

from flexnet.lib.identifiers import BadIdentifier, Why
from flexnet.members import actions, queries
from flexnet.members.errors import AlreadyEntered, BadPeriod, NotEntered
from flexnet.members.models import Person, Practice, Site
from tests import make

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
SINCE, UNTIL = date(2020, 1, 1), date(2026, 3, 31)


def practice(bsnr: str = "889999900") -> Site:
    return actions.enter_practice(bsnr=bsnr, name="Praxis", by=make.BY)


def person(lanr: str = "123456601") -> Person:
    return actions.enter_person(lanr=lanr, name="Dr.", by=make.BY)


def test_numbers_are_kept_without_blanks() -> None:
    assert practice("88 9999900").bsnr == "889999900"
    assert person("1234566 01").lanr == "123456601"


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(BadIdentifier) as refused:
        practice("049999900")
    assert refused.value.why is Why.UNKNOWN_REGION
    with pytest.raises(BadIdentifier) as refused:
        person("123456701")
    assert refused.value.why is Why.CHECK_DIGIT
    assert not Site.objects.exists()
    assert not Person.objects.exists()


def test_a_number_is_entered_once() -> None:
    practice(), person()
    with pytest.raises(AlreadyEntered, match="889999900"):
        practice()
    with pytest.raises(AlreadyEntered, match="123456601"):
        person()
    assert Practice.objects.count() == 1


def test_who_is_not_entered_is_not_found() -> None:
    with pytest.raises(NotEntered, match="practice add"):
        queries.site("889999900")
    with pytest.raises(NotEntered, match="person add"):
        queries.person("123456601")
    site, who = practice(), person()
    assert (queries.site("889999900"), queries.person("123456601")) == (site, who)


class TestOwnership:
    def test_one_person_owns_a_practice_once_at_a_time(self) -> None:
        site, who = practice(), person()
        entered = actions.enter_ownership(practice=site.practice, person=who, from_on=SINCE, **ACT)
        with pytest.raises(AlreadyEntered):
            actions.enter_ownership(practice=site.practice, person=who, from_on=UNTIL, **ACT)
        assert queries.ownership(bsnr=site.bsnr, lanr=who.lanr) == entered
        actions.end_ownership(ownership=entered, until_on=UNTIL, **ACT)
        with pytest.raises(NotEntered):
            queries.ownership(bsnr=site.bsnr, lanr=who.lanr)
        actions.enter_ownership(practice=site.practice, person=who, from_on=UNTIL, **ACT)

    def test_it_cannot_end_before_it_began(self) -> None:
        entered = actions.enter_ownership(practice=practice().practice, person=person(), from_on=SINCE, **ACT)
        with pytest.raises(BadPeriod):
            actions.end_ownership(ownership=entered, until_on=date(2019, 12, 31), **ACT)
        actions.end_ownership(ownership=entered, until_on=SINCE, **ACT)


class TestActivity:
    def test_one_goes_on_at_a_time(self) -> None:
        who = person()
        entered = actions.enter_activity(person=who, from_on=SINCE, **ACT)
        with pytest.raises(AlreadyEntered):
            actions.enter_activity(person=who, from_on=UNTIL, **ACT)
        assert queries.activity(who.lanr) == entered
        actions.end_activity(activity=entered, until_on=UNTIL, **ACT)
        with pytest.raises(NotEntered):
            queries.activity(who.lanr)
        actions.enter_activity(person=who, from_on=UNTIL, **ACT)

    def test_it_cannot_end_before_it_began(self) -> None:
        who = person()
        with pytest.raises(BadPeriod):
            actions.enter_activity(person=who, from_on=UNTIL, until_on=SINCE, **ACT)
        actions.enter_activity(person=who, from_on=SINCE, until_on=UNTIL, **ACT)
