"""Practices, people and what binds them are entered once, with their numbers checked."""

from datetime import date
from typing import Any

import pytest

from flexnet.audit import queries as trail
from flexnet.audit.models import Event
from flexnet.lib.identifiers import BadIdentifier, Why
from flexnet.members import actions, queries, succession
from flexnet.members.errors import (
    AlreadyEntered,
    BadPeriod,
    ForeignSite,
    NotAnMvz,
    NotEntered,
    TakeoverRefused,
)
from flexnet.members.models import Employment, Person, Practice, Site
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


class TestSites:
    def test_a_site_of_another_kv_is_refused(self) -> None:
        with pytest.raises(ForeignSite, match="KVSA begin with 85, 86, 87, 88"):
            practice("949999900")
        with pytest.raises(ForeignSite):
            actions.enter_site(practice=practice().practice, bsnr="959999900", by=make.BY)

    def test_a_practice_has_one_main_site(self) -> None:
        main = practice()
        second = actions.enter_site(practice=main.practice, bsnr="859999900", by=make.BY)
        assert (main.is_main, second.is_main) == (True, False)
        for _ in range(2):
            actions.make_main(site=second, by=make.BY)
        assert Site.objects.get(is_main=True) == second
        assert Event.objects.filter(kind="site.made_main").count() == 1

    def test_it_does_not_close_before_it_opened(self) -> None:
        site = actions.enter_practice(bsnr="889999900", name="Praxis", opened_on=SINCE, by=make.BY)
        with pytest.raises(BadPeriod):
            actions.close_site(site=site, until_on=date(2019, 12, 31), **ACT)


class TestBonds:
    """Employment, medical direction, right to sign: one at a time, from a day on."""

    def test_one_is_employed_once_at_a_time(self) -> None:
        site, who = practice(), person()
        words: dict[str, Any] = {"practice": site.practice, "person": who, "from_on": SINCE, **ACT}
        row = actions.enter_employment(kind=Employment.Kind.EMPLOYED, **words)
        with pytest.raises(AlreadyEntered):
            actions.enter_employment(kind=Employment.Kind.AUTHORISED, **words)
        assert queries.employment(bsnr=site.bsnr, lanr=who.lanr) == row
        actions.end_employment(employment=row, until_on=UNTIL, **ACT)
        with pytest.raises(NotEntered):
            queries.employment(bsnr=site.bsnr, lanr=who.lanr)

    def test_only_an_mvz_has_a_director_and_only_one(self) -> None:
        site, who = practice(), person()
        with pytest.raises(NotAnMvz):
            actions.enter_direction(practice=site.practice, person=who, from_on=SINCE, **ACT)
        mvz = actions.enter_practice(bsnr="859999900", name="MVZ", kind=Practice.Kind.MVZ, by=make.BY)
        row = actions.enter_direction(practice=mvz.practice, person=who, from_on=SINCE, **ACT)
        with pytest.raises(AlreadyEntered):
            actions.enter_direction(practice=mvz.practice, person=person("765432201"), from_on=SINCE, **ACT)
        assert queries.direction(mvz.bsnr) == row
        actions.end_direction(direction=row, until_on=UNTIL, **ACT)
        with pytest.raises(NotEntered):
            queries.direction(mvz.bsnr)

    def test_one_may_sign_once_at_a_time(self) -> None:
        who = person()
        row = actions.enter_signing_right(person=who, from_on=SINCE, **ACT)
        with pytest.raises(AlreadyEntered):
            actions.enter_signing_right(person=who, from_on=UNTIL, **ACT)
        assert queries.signing_right(who.lanr) == row
        actions.end_signing_right(right=row, until_on=UNTIL, **ACT)
        with pytest.raises(NotEntered):
            queries.signing_right(who.lanr)


class TestSuccession:
    def test_a_takeover_ends_the_owners_and_enters_the_new_one(self) -> None:
        site, anna, bernd = practice(), person(), person("765432201")
        actions.enter_ownership(practice=site.practice, person=anna, from_on=SINCE, **ACT)
        on = date(2026, 7, 1)
        row = succession.takeover(practice=site.practice, to=bernd, on=on, **ACT)
        assert [(one.person, one.until_on) for one in site.practice.ownerships.order_by("pk")] == [
            (anna, date(2026, 6, 30)),
            (bernd, None),
        ]
        assert queries.ownership(bsnr=site.bsnr, lanr=bernd.lanr) == row

    def test_what_is_none_is_refused(self) -> None:
        site, anna, bernd = practice(), person(), person("765432201")
        actions.enter_ownership(practice=site.practice, person=anna, from_on=SINCE, **ACT)
        with pytest.raises(TakeoverRefused, match="owns the practice already"):
            succession.takeover(practice=site.practice, to=anna, on=UNTIL, **ACT)
        with pytest.raises(TakeoverRefused, match="only from 2020-01-01 on"):
            succession.takeover(practice=site.practice, to=bernd, on=SINCE, **ACT)
        assert queries.ownership(bsnr=site.bsnr, lanr=anna.lanr).until_on is None

    def test_a_death_is_entered_once_withdrawn_and_never_ahead(self) -> None:
        who, today = person(), make.NOW.date()
        enter: dict[str, Any] = {"person": who, "heirs_contact": "Tochter,\nHalle", **ACT}
        with pytest.raises(BadPeriod, match="still to come"):
            succession.enter_death(died_on=date(2026, 4, 15), **enter)
        row = succession.enter_death(died_on=today, **enter)
        with pytest.raises(AlreadyEntered):
            succession.enter_death(died_on=today, **enter)
        event = Event.objects.get(kind="death.entered")
        assert trail.personal(event) == {"heirs": row.heirs_contact} == {"heirs": "Tochter,\nHalle"}
        succession.withdraw_death(person=who, by=make.BY, reason="Verwechslung", now=make.NOW)
        with pytest.raises(NotEntered):
            succession.withdraw_death(person=who, by=make.BY, reason="Verwechslung", now=make.NOW)
