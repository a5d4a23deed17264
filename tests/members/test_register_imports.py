"""A register that somebody uploaded: looked at, ordered, written by the worker, whatever breaks off."""

from datetime import timedelta
from typing import Any

import pytest

from flexnet.audit.models import Event
from flexnet.members import actions as members
from flexnet.members import import_lines, importing, register_imports, register_work
from flexnet.members.findings import BadFile, Unreadable, Wrong
from flexnet.members.import_models import RegisterContent, RegisterImport, RegisterLine
from flexnet.members.import_steps import Ending, What
from flexnet.members.models import Ownership, Person, Question, Site
from flexnet.members.register_imports import NotNow, State
from tests import configured, make
from tests.members.register import ANNA, BERND, MAIN, OTHER, crowd, file, row

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
WRONG = row(OTHER, lanr="123456701")


def uploaded(*rows: str, is_complete: bool = False, content: bytes = b"") -> RegisterImport:
    return register_imports.upload(
        content=content or file(*rows), file_name="register.csv", is_complete=is_complete, **ACT
    )


def worked(one: RegisterImport) -> RegisterImport:
    """As it stands after the worker did all there was."""
    while register_work.work(make.NOW):
        pass
    one.refresh_from_db()
    return one


def written(*rows: str, only_good: bool = False, **wishes: Any) -> RegisterImport:
    one = worked(uploaded(*rows, **wishes))
    register_imports.order(one, only_good=only_good, **ACT)
    return worked(one)


def lines(one: RegisterImport, *, is_done: bool, kind: str = "") -> list[tuple[int, object]]:
    found = import_lines.page(one, is_done=is_done, kind=kind).rows
    return [(number, said.what) for number, saids in found.items() for said in saids]


class TestLookedAt:
    def test_first_it_is_only_looked_at(self) -> None:
        one = uploaded(row(), WRONG)
        assert register_imports.state(one) is State.READING
        worked(one)
        assert register_imports.state(one) is State.LOOKED_AT
        assert (one.rows, one.wrong, one.changed) == (2, 1, 1)
        assert lines(one, is_done=False, kind="wrong") == [(3, Wrong.CHECK_DIGIT)]
        assert (2, What.BOUND) in lines(one, is_done=False)
        assert not Person.objects.exists()

    def test_broken_off_it_begins_anew_and_says_nothing_twice(self) -> None:
        one = uploaded(row())
        assert not register_work.work(make.NOW, is_stopping=lambda: True)
        worked(one)
        assert len(lines(one, is_done=False)) == 4

    def test_what_is_no_register_is_not_kept(self) -> None:
        with pytest.raises(BadFile, match="names no column"):
            uploaded(content=b"a;b\r\n1;2\r\n")
        assert not RegisterImport.objects.exists()

    def test_what_only_its_rows_tell_is_said_later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flexnet.members.register_file.MOST_ROWS", 2)
        one = worked(uploaded(*[row()] * 3))
        assert register_imports.state(one) is State.UNREADABLE
        assert Unreadable.TOO_MANY_ROWS in one.unreadable
        assert not RegisterContent.objects.exists()

    def test_dropped_nothing_of_it_is_left(self) -> None:
        one = worked(uploaded(row()))
        register_imports.discard(one, **ACT)
        assert not RegisterContent.objects.exists()
        assert not RegisterLine.objects.exists()
        with pytest.raises(NotNow):
            register_imports.order(one, only_good=False, **ACT)

    def test_old_ones_are_forgotten_but_not_what_waits_for_a_second_person(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configured.change(monkeypatch, members={"endings_without_four_eyes": 0})
        written(row())
        waits = written(row(until="31.03.2026", active=""))
        worked(uploaded(row(until="30.04.2026", active="")))
        later = make.NOW + timedelta(days=91)
        assert register_imports.clear_old(make.NOW) == 0
        assert register_imports.clear_old(later) == 2
        assert register_imports.clear_old(later) == 0
        assert set(RegisterLine.objects.values_list("of", flat=True)) == {waits.pk}
        assert Event.objects.filter(kind="register.forgotten").count() == 1


class TestWritten:
    def test_it_is_written_and_told(self) -> None:
        one = written(row())
        assert register_imports.state(one) is State.WRITTEN
        assert (one.changed, one.wrong) == (1, 0)
        assert len(lines(one, is_done=True)) == 4
        assert lines(one, is_done=False) == []
        assert Ownership.objects.get().person.lanr == ANNA
        assert not RegisterContent.objects.exists()
        assert Event.objects.get(kind="ownership.entered").by == make.BY

    def test_good_rows_only(self) -> None:
        one = written(row(), WRONG, only_good=True)
        assert lines(one, is_done=True, kind="wrong") == [(3, Wrong.CHECK_DIGIT)]
        assert [site.bsnr for site in Site.objects.all()] == [MAIN]

    def test_what_became_wrong_meanwhile_sends_it_back(self) -> None:
        one = worked(uploaded(row()))
        written(row(since="01.02.2020"))
        register_imports.order(one, only_good=False, **ACT)
        worked(one)
        assert register_imports.state(one) is State.LOOKED_AT
        assert (one.sent_back_at, one.wrong) == (make.NOW, 1)
        assert Ownership.objects.get().from_on.isoformat() == "2020-02-01"

    def test_broken_off_in_the_middle_it_loses_nothing_and_does_nothing_twice(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "_AT_ONCE", 2)
        one = worked(uploaded(content=crowd(5), is_complete=True))
        register_imports.order(one, only_good=False, **ACT)
        looks = iter(range(100))
        register_work.work(make.NOW, is_stopping=lambda: next(looks) > 12)
        one.refresh_from_db()
        assert one.begun_at
        assert not one.finished_at
        assert (Site.objects.count(), Person.objects.count()) == (4, 0)
        worked(one)
        assert (Site.objects.count(), Person.objects.count(), one.changed) == (5, 5, 5)
        assert len(lines(one, is_done=True)) == 20
        assert Event.objects.filter(kind="practice.entered").count() == 5

    def test_what_became_wrong_after_the_first_row_was_written_is_left_out_and_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "_AT_ONCE", 1)
        one = worked(uploaded(row(), row(OTHER, BERND, name="Dr. B")))
        register_imports.order(one, only_good=False, **ACT)
        looks = iter(range(100))
        register_work.work(make.NOW, is_stopping=lambda: next(looks) > 8 + 3)
        assert Site.objects.count() == Person.objects.count() == 2
        bernd, site = Person.objects.get(lanr=BERND), Site.objects.get(bsnr=OTHER)
        members.enter_ownership(practice=site.practice, person=bernd, from_on=make.NOW.date(), **ACT)
        looks = iter(range(100))
        register_work.work(make.NOW, is_stopping=lambda: next(looks) > 5)
        assert lines(one, is_done=True, kind="wrong") == [(3, Wrong.BEGAN_OTHERWISE)]
        worked(one)
        assert register_imports.state(one) is State.WRITTEN
        assert lines(one, is_done=True, kind="wrong") == [(3, Wrong.BEGAN_OTHERWISE)]
        assert Ownership.objects.count() == 2

    def test_of_two_who_order_one_is_told(self) -> None:
        one = worked(uploaded(row()))
        register_imports.order(one, only_good=False, **ACT)
        with pytest.raises(NotNow):
            register_imports.order(one, only_good=True, **ACT)

    def test_silence_asks(self) -> None:
        written(row(), row(OTHER, BERND, name="Dr. B"))
        one = written(row(), is_complete=True)
        assert one.asked == 1
        assert Question.objects.get().person.lanr == BERND


class TestEndings:
    @pytest.fixture
    def one(self, monkeypatch: pytest.MonkeyPatch) -> RegisterImport:
        configured.change(monkeypatch, members={"endings_without_four_eyes": 1})
        written(row(), row(OTHER, BERND, name="Dr. B"))
        return written(
            *(row(until="31.03.2026", active=""), row(OTHER, BERND, name="Dr. B", until="31.03.2026"))
        )

    def test_many_wait_until_they_are_released(self, one: RegisterImport) -> None:
        assert register_imports.state(one) is State.ENDINGS_WAIT
        assert list(register_imports.desk_imports()) == [one]
        assert [type(what) for _, what in lines(one, is_done=True)] == [Ending, Ending]
        assert not Ownership.objects.exclude(until_on=None).exists()
        register_imports.release_endings(one, approved_by="office:berta", **ACT)
        worked(one)
        assert register_imports.state(one) is State.WRITTEN
        assert [what for _, what in lines(one, is_done=True)] == [What.ENDED, What.ENDED]
        assert Ownership.objects.filter(until_on="2026-03-31").count() == 2
        assert not register_imports.desk_imports().exists()

    def test_or_are_dropped(self, one: RegisterImport) -> None:
        register_imports.drop_endings(one, reason="Irrtum", **ACT)
        worked(one)
        assert register_imports.state(one) is State.WRITTEN
        assert not Ownership.objects.exclude(until_on=None).exists()
        with pytest.raises(NotNow):
            register_imports.release_endings(one, approved_by="office:berta", **ACT)
