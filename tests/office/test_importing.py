"""The member register on pages: upload, report, order, progress, what ends by two, questions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from flexnet.accounts.models import Approval, Role
from flexnet.members import findings as found
from flexnet.members import import_steps, importing, register_file, register_work
from flexnet.members.import_models import RegisterImport
from flexnet.members.models import Ownership, Person, Question
from flexnet.office.importing import words
from tests import configured, make
from tests.members.register import ANNA, BERND, HEADER, OTHER, crowd, file, lanr, row
from tests.office import visiting
from tests.office.test_acts import approves, checks, does

pytestmark = pytest.mark.django_db
WRONG = row(OTHER, lanr="123456701")
GOOD, ALL = {"mode": "good"}, {"mode": "all"}


@pytest.fixture
def clerk() -> Client:
    return visiting.as_(Role.CLERK)


def sends(client: Client, content: bytes, *, extent: str = "all") -> visiting.Answer:
    sent = SimpleUploadedFile("register.csv", content, "text/csv")
    return client.post("/arztregister/", {"file": sent, "extent": extent}, follow=True)


def works() -> None:
    while register_work.work(make.NOW):
        pass


def looked_at(client: Client, *rows: str, extent: str = "all") -> str:
    """The address of its page, once the worker has looked at it."""
    answer = sends(client, file(*rows), extent=extent)
    works()
    return str(answer.redirect_chain[-1][0])


def taken(*rows: str) -> None:
    """As the command line does it."""
    importing.run(register_file.read(file(*rows)), by=make.BY, now=make.NOW)


def written(client: Client, *rows: str) -> str:
    url = looked_at(client, *rows)
    does(client, f"{url}einlesen/", dict(GOOD))
    works()
    return url


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


class TestWords:
    def test_everything_that_can_be_wrong_or_change_has_its_words(self) -> None:
        assert set(words.FILES) == set(found.Unreadable)
        assert set(words.ROWS) == set(found.Wrong)
        assert set(words.WHAT) == set(import_steps.What)

    def test_both_languages_name_the_same_values(self) -> None:
        pairs = [(words.FILES[why], found.FILES[why]) for why in found.Unreadable]
        pairs += [(words.ROWS[wrong], found.ROWS[wrong]) for wrong in found.Wrong]
        for german, english in pairs:
            named = set(re.findall(r"%\((\w+)\)s", str(german)))
            assert named <= set(re.findall(r"{(\w+)", english)), english


class TestUpload:
    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"", "In der ersten Zeile fehlt: BSNR, Praxis, LANR, Name, Rolle, Von."),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "Das ist keine Textdatei."),
            (b"\x81\x8d\xff", "Die Schrift der Datei lässt sich nicht lesen."),
            (file(row(), header=HEADER.replace("LANR", "Arztnummer")), "In der ersten Zeile fehlt: LANR."),
            (file(row(), header=HEADER.replace("Fax", "Name")), "Diese Spalte gibt es zweimal: name."),
        ],
    )
    def test_what_is_no_register_is_said_at_once(self, clerk: Client, content: bytes, told: str) -> None:
        answer = sends(clerk, content)
        assert answer.status_code == 422
        assert told in answer.text
        assert not RegisterImport.objects.exists()

    def test_one_that_is_too_big_is_not_kept(self, clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flexnet.members.register_file.MOST_BYTES", 1_000_000)
        answer = sends(clerk, file(row()) + b"x" * 1_000_000)
        assert "Die Datei ist größer als 1 MB." in answer.text
        monkeypatch.setattr("flexnet.members.register_file.MOST_ROWS", 2)
        sends(clerk, file(*[row()] * 3))
        works()
        assert "mehr als 2 Zeilen" in clerk.get(f"/arztregister/{RegisterImport.objects.get().pk}/").text

    def test_file_and_extent_are_asked_for(self, clerk: Client) -> None:
        answer = clerk.post("/arztregister/", {})
        assert answer.status_code == 422
        assert "Bitte wählen Sie die Datei." in answer.text
        assert "Bitte wählen Sie.</a>" in answer.text

    def test_its_name_does_no_harm(self, clerk: Client) -> None:
        sent = SimpleUploadedFile("<b>r\u202e.csv", file(row()), "text/csv")
        answer = clerk.post("/arztregister/", {"file": sent, "extent": "all"}, follow=True)
        assert "<b>r" not in answer.text
        assert RegisterImport.objects.get().file_name == "<b>r.csv"


class TestReport:
    def test_it_says_row_by_row_what_is_wrong_and_what_would_change(self, clerk: Client) -> None:
        taken(row())
        url = looked_at(clerk, row(phone="0391 99"), WRONG)
        text = plain(clerk.get(url).text)
        assert "Geprüft, wartet auf Sie" in text
        assert "3 Falsch LANR „123456701“ hat einen Tippfehler" in text
        assert "Betriebsstätte 889999900 andere Angaben Telefon vorher: 0391 1234 jetzt: 0391 99" in text
        only_wrong = plain(clerk.get(f"{url}?art=wrong").text)
        assert "Tippfehler" in only_wrong
        assert "0391 99" not in only_wrong

    def test_it_comes_in_pages_and_as_a_file(self, clerk: Client) -> None:
        sends(clerk, crowd(60))
        works()
        url = f"/arztregister/{RegisterImport.objects.get().pk}/"
        first = clerk.get(url)
        assert [one.number for one in first.context["report"].rows] == list(range(2, 52))
        second = clerk.get(f"{url}?nach=51")
        assert [one.number for one in second.context["report"].rows] == list(range(52, 62))
        whole = b"".join(clerk.get(f"{url}bericht.csv")).decode("utf-8-sig")
        assert whole.startswith('"Zeile";"Stand";"Wo";"Was"')
        assert whole.count("\r\n") == 1 + 60 * 4
        assert clerk.get(f"{url}?nach=x&art=x").status_code == 200

    def test_few_queries_however_many_rows(
        self, clerk: Client, django_assert_max_num_queries: pytest.FixtureRequest
    ) -> None:
        sends(clerk, crowd(52))
        works()
        with django_assert_max_num_queries(12):  # type: ignore[operator]  # a fixture of pytest-django
            clerk.get(f"/arztregister/{RegisterImport.objects.get().pk}/")

    def test_auditors_see_it_and_decide_nothing(self, clerk: Client) -> None:
        url, auditor = looked_at(clerk, row()), visiting.as_(Role.AUDITOR, name="otto")
        assert "Einlesen …" not in auditor.get(url).text
        assert auditor.get(f"{url}einlesen/").status_code == 404


class TestOrder:
    def test_with_wrong_rows_all_or_nothing_is_nothing(self, clerk: Client) -> None:
        url = looked_at(clerk, row(), WRONG)
        answer = clerk.post(f"{url}einlesen/", ALL)
        assert answer.status_code == 422
        assert "1 Zeile ist falsch, deshalb würde nichts eingelesen." in answer.text

    def test_it_is_said_and_then_done_by_the_worker(self, clerk: Client) -> None:
        url = looked_at(clerk, row(), WRONG)
        told = checks(clerk, f"{url}einlesen/", dict(GOOD)).text
        assert "1 Zeile ändert etwas." in told
        assert "1 falsche Zeile bleibt weg." in told
        assert "Wird eingelesen" in does(clerk, f"{url}einlesen/", dict(GOOD)).text
        assert not Person.objects.exists()
        works()
        text = plain(clerk.get(url).text)
        assert "Was geschehen ist" in text
        assert "2 Eingetragen Betriebsstätte 889999900 neu" in text
        assert Person.objects.get().lanr == ANNA

    def test_the_page_asks_again_by_itself_while_somebody_works(
        self, clerk: Client, clock: time_machine.Traveller
    ) -> None:
        page = sends(clerk, file(row())).text
        assert "Wird geprüft" in page
        assert 'http-equiv="refresh"' in page
        RegisterImport.objects.update(done=30, total=40)
        clock.shift(timedelta(minutes=6))
        page = clerk.get(f"/arztregister/{RegisterImport.objects.get().pk}/").text
        assert "75 % – noch 2 Minuten" in page
        clock.shift(timedelta(minutes=8))
        clerk.get("/")
        clock.shift(timedelta(minutes=3))
        page = clerk.get(f"/arztregister/{RegisterImport.objects.get().pk}/").text
        assert "refresh" not in page
        assert "Das dauert ungewöhnlich lange." in page

    def test_dropped_it_cannot_be_ordered(self, clerk: Client) -> None:
        url = looked_at(clerk, row())
        assert "Verworfen" in does(clerk, f"{url}verwerfen/", {}).text
        assert "Das steht bei dieser Datei nicht mehr an." in clerk.get(f"{url}einlesen/", follow=True).text

    def test_the_desk_says_that_a_report_waits(self, clerk: Client) -> None:
        looked_at(clerk, row())
        assert "Datei des Arztregisters ist geprüft" in clerk.get("/").text


class TestEndings:
    @pytest.fixture
    def url(self, clerk: Client, monkeypatch: pytest.MonkeyPatch) -> str:
        """Two ownerships end, one more than a person may decide alone."""
        configured.change(monkeypatch, members={"endings_without_four_eyes": 1})
        taken(row(), row(OTHER, BERND, name="Dr. Bernd Muster"))
        ended = row(OTHER, BERND, name="Dr. Bernd Muster", until="31.03.2026")
        return written(clerk, row(until="31.03.2026"), ended)

    def test_many_are_written_when_two_agree(self, clerk: Client, url: str) -> None:
        assert "2 Beendigungen auf einmal trägt niemand allein ein." in clerk.get(url).text
        assert "Beendigungen aus dem Arztregister warten" in clerk.get("/").text
        does(clerk, f"{url}enden/", {"reason": "Quartalswechsel"})
        assert "Eine zweite Person ist gefragt" in clerk.get(url).text
        assert "Beendigungen aus dem Arztregister warten" not in clerk.get("/").text
        wish = Approval.objects.get()
        page = visiting.as_(Role.CLERK, name="dora").get(f"/freigaben/{wish.pk}/").text
        assert f"LANR {BERND}: Inhaberschaft bei {OTHER} endet mit dem 31.03.2026" in page
        assert f'href="{url}"' in page
        approves(Approval.Act.END_MANY)
        assert "Beendigungen werden eingetragen" in clerk.get(url).text
        works()
        assert Ownership.objects.filter(until_on="2026-03-31").count() == 2
        assert "Inhaberschaft bei" in clerk.get(url).text

    def test_others_than_were_asked_for_are_not_ended(self, clerk: Client, url: str) -> None:
        does(clerk, f"{url}enden/", {"reason": "x"})
        does(clerk, f"{url}enden/verwerfen/", {"reason": "Irrtum"})
        wish, client = Approval.objects.get(), visiting.as_(Role.CLERK, name="berta")
        answer = client.post(f"/freigaben/{wish.pk}/entscheiden/", {"decision": "grant", "answer": ""})
        assert "Die Beendigungen sind inzwischen andere." in answer.text
        works()
        assert not Ownership.objects.exclude(until_on=None).exists()


class TestQuestions:
    @pytest.fixture
    def asked(self, clerk: Client) -> list[Question]:
        others = [lanr(200_000 + number) for number in range(3)]
        rows = [row(lanr=one, name=f"Dr. {one}", role="angestellt", active="") for one in others]
        taken(row(), *rows)
        taken(row())
        return list(Question.objects.order_by("pk"))

    def test_they_stand_in_a_list(
        self, clerk: Client, asked: list[Question], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert clerk.get("/").text.count("Nachgehen") == 3
        monkeypatch.setattr("flexnet.office.desk_tasks._QUESTIONS_BY_THEMSELVES", 2)
        assert 'href="/registerfragen/"' in clerk.get("/").text
        text = plain(clerk.get("/registerfragen/").text)
        assert "3 offene Fragen." in text
        assert f"{asked[0].person.lanr} Praxis Sonnenschein Anstellung" in text
        last = clerk.get(f"/registerfragen/?nach={asked[1].pk}").text
        assert asked[0].person.lanr not in last
        assert asked[2].person.lanr in last

    def test_whoever_has_left_is_ended_with_the_answer(self, clerk: Client, asked: list[Question]) -> None:
        url = f"/registerfrage/{asked[0].pk}/"
        typed = {"found": "left", "until_on": "", "answer": "Anruf"}
        assert "Bitte füllen Sie dieses Feld aus." in clerk.post(url, typed).text
        typed["until_on"] = "2019-12-31"
        assert "An diesem Tag war noch nicht jede der Personen dort" in does(clerk, url, typed).text
        assert Question.objects.filter(answered_at=None).count() == 3
        typed["until_on"] = "2026-03-31"
        assert (
            "1 Person ist nach dem 31.03.2026 nicht mehr in ihrer Praxis." in checks(clerk, url, typed).text
        )
        does(clerk, url, typed)
        asked[0].refresh_from_db()
        assert (asked[0].answer, asked[0].answered_by) == ("Anruf", "office:clara")
        ended = asked[0].person.employments.get()
        assert ended.until_on is not None
        assert ended.until_on.isoformat() == "2026-03-31"

    def test_or_stays_as_entered(self, clerk: Client, asked: list[Question]) -> None:
        url = f"/registerfrage/{asked[0].pk}/"
        does(clerk, url, {"found": "stays", "until_on": "", "answer": "Elternzeit"})
        assert asked[0].person.employments.get().until_on is None
        assert "2 offene Fragen." in clerk.get("/registerfragen/").text

    def test_many_at_once_are_ended_by_two(
        self, clerk: Client, asked: list[Question], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configured.change(monkeypatch, members={"endings_without_four_eyes": 2})
        typed = {"who": [one.pk for one in asked], "until_on": "2026-03-31", "answer": "Praxis zu"}
        assert "Das darf niemand allein" in checks(clerk, "/registerfragen/ausgeschieden/", typed).text
        does(clerk, "/registerfragen/ausgeschieden/", typed)
        assert Question.objects.filter(answered_at=None).count() == 3
        approves(Approval.Act.END_MANY)
        assert not Question.objects.filter(answered_at=None).exists()

    def test_few_by_one(self, clerk: Client, asked: list[Question]) -> None:
        typed = {"who": [asked[0].pk, asked[2].pk], "until_on": "2026-03-31", "answer": "Praxis zu"}
        assert "Eingetragen: 2." in does(clerk, "/registerfragen/ausgeschieden/", typed).text
        assert Question.objects.get(answered_at=None) == asked[1]
