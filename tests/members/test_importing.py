"""The member register is taken over as often as one likes; silence in it ends nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from flexnet.access import queries as access_queries
from flexnet.access.rules import Channel, Reason, Refusal
from flexnet.audit import queries as trail
from flexnet.audit.models import Event
from flexnet.members import import_plan, importing, queries, questions, register_file
from flexnet.members.addresses import PostalAddress
from flexnet.members.errors import BadEntry, NotEntered
from flexnet.members.importing import Report
from flexnet.members.models import (
    Activity,
    Address,
    Direction,
    Employment,
    Ownership,
    Person,
    Question,
    Site,
)
from tests import configured, make
from tests.members.register import ANNA, BERND, MAIN, OTHER, SECOND, crowd, file, row

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
TODAY = make.NOW.date()


def taken(*rows: str, **wishes: Any) -> Report:
    return importing.run(register_file.read(file(*rows)), **{**ACT, **wishes})


def bernd(**words: str) -> str:
    return row(lanr=BERND, name="Dr. Bernd Muster", role=words.pop("role", "angestellt"), **words)


class TestFirst:
    def test_everything_of_a_row_is_entered(self) -> None:
        report = taken(row(), bernd())
        site = queries.site(MAIN)
        assert report.is_written
        assert (site.practice.name, site.practice.kind, site.phone) == (
            "Praxis Sonnenschein",
            "bag",
            "0391 1234",
        )
        assert PostalAddress.of(queries.address_of(site, TODAY)) == PostalAddress(
            "Breiter Weg 1", "39104", "Magdeburg"
        )
        assert queries.ownership(bsnr=MAIN, lanr=ANNA).from_on == date(2020, 1, 1)
        assert queries.employment(bsnr=MAIN, lanr=BERND).kind == "employed"
        assert queries.activity(ANNA).from_on == date(2020, 1, 1)
        assert [row for row, _ in report.lines()] == sorted(row for row, _ in report.lines())

    def test_every_record_has_its_entry(self) -> None:
        taken(row())
        kinds = Event.objects.order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == ["practice.entered", "person.entered", "ownership.entered", "activity.entered"]

    def test_a_second_time_changes_nothing(self) -> None:
        rows = row(), bernd(), row(SECOND, main=MAIN)
        taken(*rows)
        before = Event.objects.count()
        report = taken(*rows)
        assert (report.changes, report.endings, report.problems) == ([], [], [])
        assert Event.objects.count() == before

    def test_a_dry_run_says_the_same_and_writes_nothing(self) -> None:
        rows = row(), bernd(role="Leitung", kind="MVZ"), row(SECOND, main=MAIN)
        dry = taken(*rows[:1], rows[2], dry=True)
        assert not dry.is_written
        assert not Person.objects.exists()
        assert not Event.objects.exists()
        assert list(taken(*rows[:1], rows[2]).lines()) == list(dry.lines())

    def test_secondary_sites_belong_to_their_main_one_wherever_it_stands(self) -> None:
        taken(row(SECOND, main=MAIN), row())
        assert queries.site(SECOND).practice == queries.site(MAIN).practice
        assert [site.bsnr for site in Site.objects.filter(is_main=True)] == [MAIN]
        assert Ownership.objects.count() == 1

    def test_an_mvz_has_a_director(self) -> None:
        taken(row(kind="MVZ", role="Leitung"))
        assert Direction.objects.get().person.lanr == ANNA
        report = taken(row(OTHER, BERND, role="Leitung", name="Dr. B"), is_complete=False)
        assert [problem.column for problem in report.problems] == ["Rolle"]


class TestProblems:
    def test_one_wrong_row_keeps_all_out(self) -> None:
        report = taken(row(), bernd(since="morgen"))
        assert (report.is_written, report.refused_rows) == (False, {3})
        assert not Site.objects.exists()

    def test_or_only_itself(self) -> None:
        report = taken(row(), bernd(since="morgen"), only_good=True)
        assert report.is_written
        assert [person.lanr for person in Person.objects.all()] == [ANNA]

    @pytest.mark.parametrize(
        ("second", "column", "what"),
        [
            (row(), "LANR", "repeats row 2"),
            (bernd(practice="Praxis Regen"), "BSNR", "than row 2"),
            (row(SECOND, main=MAIN, name="Dr. Anna Anders"), "LANR", "name than row 2"),
            (row(SECOND, main=MAIN, since="01.01.2021"), "Von", "other days than row 2"),
            (row(SECOND, main=MAIN, active="01.01.2021"), "Tätigkeit von", "activity than row 2"),
            (row(SECOND, BERND, main=OTHER, name="Dr. B"), "Haupt-BSNR", "neither entered nor"),
        ],
    )
    def test_rows_that_contradict_each_other_are_told(self, second: str, column: str, what: str) -> None:
        report = taken(row(), second, dry=True)
        assert {(problem.row, problem.column) for problem in report.problems} == {(3, column)}
        assert what in report.problems[0].what

    def test_a_site_does_not_change_its_practice_by_an_import(self) -> None:
        taken(row(), row(OTHER, BERND, name="Dr. B"))
        report = taken(row(), row(OTHER, BERND, main=MAIN, name="Dr. B"))
        assert "belongs to another practice" in report.problems[0].what

    @pytest.mark.parametrize(
        ("words", "column"),
        [
            ({"since": "01.02.2020"}, "Von"),
            ({"role": "ermächtigt"}, "Rolle"),
            ({"active": "02.01.2020"}, "Tätigkeit von"),
        ],
    )
    def test_what_is_entered_otherwise_is_for_a_person(self, words: dict[str, str], column: str) -> None:
        taken(row(), bernd())
        report = taken(row(), bernd(**words))
        assert [(problem.row, problem.column) for problem in report.problems] == [(3, column)]
        assert Employment.objects.get().kind == "employed"


class TestChanges:
    def test_what_differs_is_changed_with_before_and_after(self) -> None:
        taken(row())
        report = taken(row(practice="Praxis Regen", name="Dr. Anna Neu", phone="0391 99", street="Ring 2"))
        assert len(report.changes) == 4
        assert queries.site(MAIN).practice.name == "Praxis Regen"
        assert queries.person(ANNA).name == "Dr. Anna Neu"
        assert Address.objects.count() == 2
        assert queries.registered([site := queries.site(MAIN)], TODAY)[site].changed_on == TODAY
        edited = Event.objects.get(kind="practice.edited")
        assert trail.personal(edited) == {"name": ["Praxis Sonnenschein", "Praxis Regen"]}
        moved = trail.personal(Event.objects.get(kind="address.registered")) or {}
        assert (moved["before"]["street"], moved["after"]["street"]) == ("Breiter Weg 1", "Ring 2")

    def test_an_empty_cell_says_nothing(self) -> None:
        taken(row())
        report = taken(row(kind="", street="", postcode="", phone="", active=""))
        assert (report.changes, report.problems) == ([], [])

    def test_accesses_follow_at_once(self) -> None:
        alice = make.settled()
        report = taken(
            row(practice="Praxis alice", name="Dr. alice", active="01.01.2010", inactive="31.12.2024"),
        )
        assert report.is_written
        decision = access_queries.decide_access(
            alice.practice_access.pk, channel=Channel.PORTAL, now=make.NOW
        )
        assert isinstance(decision, Refusal)
        assert decision.reason is Reason.ACTIVITY_OVER


class TestEndings:
    def test_few_end_with_their_day(self) -> None:
        taken(row(), bernd())
        report = taken(row(), bernd(until="31.03.2026", inactive="31.03.2026"))
        assert not report.needs_four_eyes
        assert Employment.objects.get().until_on == date(2026, 3, 31)
        assert Activity.objects.get(person__lanr=BERND).until_on == date(2026, 3, 31)
        assert Event.objects.filter(kind__in=["employment.ended", "activity.ended"]).count() == 2

    def test_many_at_once_are_a_proposal_for_two(self, monkeypatch: pytest.MonkeyPatch) -> None:
        configured.change(monkeypatch, members={"endings_without_four_eyes": 1})
        taken(row(), bernd())
        rows = row(until="31.03.2026", inactive="31.03.2026"), bernd(phone="0391 1234")
        report = taken(*rows, bernd(until="31.03.2026"), only_good=True)
        assert report.needs_four_eyes
        assert not Ownership.objects.exclude(until_on=None).exists()
        endings = [ending.payload for ending in report.endings]
        assert importing.end_many(endings, **ACT) == 2
        assert Ownership.objects.get().until_on == date(2026, 3, 31)
        assert importing.end_many(endings, **ACT) == 0

    def test_what_is_not_there_any_more_ends_nothing(self) -> None:
        payload = {"row": 2, "kind": "owner", "lanr": ANNA, "main_bsnr": MAIN, "until": "2026-03-31"}
        assert importing.end_many([payload], **ACT) == 0


class TestSilence:
    """Whom the file does not name."""

    def test_it_ends_nothing_and_becomes_a_question_once(self) -> None:
        taken(row(), bernd())
        for _ in range(2):
            taken(row())
        question = Question.objects.get()
        assert (question.person.lanr, question.bond) == (BERND, "employed")
        assert Employment.objects.get().until_on is None
        assert [row.pk for row in queries.desk_questions()] == [question.pk]

    def test_it_is_settled_when_the_register_names_them_again(self) -> None:
        taken(row(), bernd())
        taken(row())
        report = taken(row(), bernd())
        assert (report.asked, report.settled) == (0, 1)
        assert not queries.desk_questions().exists()

    def test_a_dry_run_or_a_part_of_the_register_asks_nobody(self) -> None:
        taken(row(), bernd())
        assert taken(row(), dry=True).asked == 1
        assert taken(row(), is_complete=False).asked == 0
        assert not Question.objects.exists()

    def test_who_stands_in_a_wrong_row_is_named(self) -> None:
        taken(row(), bernd())
        assert taken(row(), bernd(phone="?"), only_good=True).asked == 0

    def test_a_clerk_answers(self) -> None:
        taken(row(), bernd())
        taken(row())
        question = Question.objects.get()
        with pytest.raises(BadEntry):
            questions.answer(question=question, answer=" ", **ACT)
        questions.answer(question=question, answer="In Elternzeit", **ACT)
        with pytest.raises(NotEntered):
            questions.answer(question=question, answer="In Elternzeit", **ACT)
        assert Question.objects.get().answer == "In Elternzeit"


def test_progress_is_shown_and_ends_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_AT_ONCE", 2)
    seen: list[tuple[int, int]] = []
    taken(row(), bernd(), progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]


def test_a_batch_takes_few_queries_however_many_rows(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    register = register_file.read(crowd(300))
    with django_assert_max_num_queries(140):
        assert importing.run(register, **ACT).is_written
    assert (Site.objects.count(), Person.objects.count(), Activity.objects.count()) == (300, 300, 300)


def test_the_plan_holds_each_thing_once() -> None:
    plan = import_plan.of(register_file.read(file(row(SECOND, main=MAIN), row(), bernd())).entries)
    assert (list(plan.sites), list(plan.people)) == ([MAIN, SECOND], [ANNA, BERND])
    assert [key[2] for key in plan.bonds] == ["owner", "employed"]
