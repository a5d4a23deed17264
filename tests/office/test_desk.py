"""The desk and the search: what lies there for whom, who has it, and how things are found."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from flexnet.access import actions, credentials, endings, locking
from flexnet.access.models import CredentialRequest, Lock, Notice, Report
from flexnet.accounts.models import Assignment, Role
from flexnet.members import actions as members
from flexnet.members import editing, folding
from flexnet.members.models import Person, Practice
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db
BECAUSE = {"by": make.BY, "reason": "weil", "now": make.NOW}


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def clerk(alice: make.Member) -> Client:
    return visiting.as_(Role.CLERK)


def reports(who: make.Member, cause: Lock.Cause = Lock.Cause.LOSS) -> Lock:
    lock = locking.of(who.practice_access, cause=cause, now=make.NOW)
    return locking.report(lock, reported_by="Muster", way=Report.Way.TELEPHONE, by=make.BY, reason="weil")


def titles(client: Client, **query: str) -> list[str]:
    return [line.task.title for line in client.get("/", query).context["lines"]]


class TestDesk:
    """The most urgent first; each with one next step that opens."""

    def test_nothing_is_said_too(self, clerk: Client) -> None:
        assert "Hier ist gerade nichts zu tun." in clerk.get("/").text

    def test_every_kind_has_a_next_step_that_opens(self, alice: make.Member, clerk: Client) -> None:
        alice_too, kind = alice.practice_access, Notice.Kind.MEMBER
        reports(alice, Lock.Cause.MISUSE)
        endings.give_notice(
            access=alice_too, kind=kind, received_on=make.NOW.date(), by=make.BY, reason="", now=make.NOW
        )
        credentials.request(
            access=alice.personal_access,
            way=CredentialRequest.Way.TELEPHONE,
            by=make.BY,
            reason="",
            now=make.NOW,
        )
        make.member("bob", declared=False)
        lines = clerk.get("/").context["lines"]
        assert {line.task.kind for line in lines} == {"lock", "breach", "notice", "credentials", "acceptance"}
        assert [line.task.kind for line in lines[:2]] == ["breach", "lock"]
        for line in lines:
            assert clerk.get(line.task.url, follow=True).status_code == 200, line.task

    def test_a_key_is_outstanding_once_its_access_is_over(self, alice: make.Member, clerk: Client) -> None:
        assert "YubiKey ist zurückzugeben" not in titles(clerk)
        endings.give_notice(
            access=alice.practice_access,
            kind=Notice.Kind.EXTRAORDINARY,
            received_on=make.NOW.date().replace(day=1),
            by=make.BY,
            reason="",
            now=make.NOW,
        )
        assert "YubiKey ist zurückzugeben" in titles(clerk)
        actions.take_key_back(serial=alice.key.serial, **BECAUSE)  # type: ignore[arg-type]  # by, reason, now
        assert "YubiKey ist zurückzugeben" not in titles(clerk)

    def test_it_is_taken_and_given_back(self, alice: make.Member, clerk: Client) -> None:
        lock = reports(alice)
        task = {"task": f"lock:{lock.pk}"}
        clerk.post(reverse("desk-take"), task)
        assert len(titles(clerk, wer="ich")) == 1
        assert titles(clerk, wer="offen") == []
        berta = visiting.as_(Role.CLERK, name="berta")
        assert "bei Clara Beispiel" in berta.get("/").text
        assert "Clara Beispiel war schneller." in berta.post(reverse("desk-take"), task, follow=True).text
        berta.post(reverse("desk-give-back"), task)
        assert Assignment.objects.count() == 1
        clerk.post(reverse("desk-give-back"), task)
        assert not Assignment.objects.exists()

    def test_what_does_not_lie_there_cannot_be_taken(self, alice: make.Member, clerk: Client) -> None:
        for task in ("", "lock:4711", "x" * 500, "<b>"):
            assert clerk.post(reverse("desk-take"), {"task": task}).status_code == 302
        assert not Assignment.objects.exists()

    def test_each_sees_what_they_can_do_something_about(self, alice: make.Member, clerk: Client) -> None:
        reports(alice, Lock.Cause.MISUSE)
        assert len(titles(clerk)) == 2
        assert titles(clerk, art="breach") == ["Über einen möglichen Datenschutzvorfall entscheiden"]
        assert len(titles(visiting.as_(Role.IT, name="ida"))) == 1
        for role in (Role.RECEPTION, Role.AUDITOR, Role.ADMINISTRATOR):
            assert titles(visiting.as_(role, name=f"{role}-x".replace("_", "-"))) == []

    def test_however_much_there_is_the_queries_stay_as_few(
        self, alice: make.Member, clerk: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        reports(alice)
        with django_assert_num_queries(QUERIES):
            clerk.get("/")
        for _ in range(5):
            reports(alice)
        with django_assert_num_queries(QUERIES):
            clerk.get("/")

    def test_a_breach_is_decided_there(self, alice: make.Member, clerk: Client) -> None:
        lock = reports(alice, Lock.Cause.MISUSE)
        url = reverse("breach", args=[lock.breach.pk])
        typed = {"decision": "told", "reasons": "x", "authority": "", "supervisor": ""}
        assert clerk.post(url, typed).status_code == 422
        typed = {"decision": "dismissed", "reasons": "Fehlalarm"}
        once = clerk.post(url, typed).context["once"]
        answer = clerk.post(url, typed | {"once": once, "confirmed": "yes"}, follow=True)
        assert "Entschieden und abgeschlossen." in answer.text
        assert titles(clerk, art="breach") == []


QUERIES = 35


class TestSearch:
    """Whole numbers lead on; anything else shows what begins like it."""

    @pytest.mark.parametrize("typed", ["889999900", " 889 999 900 ", "123456601"])
    def test_a_whole_number_of_a_site_or_a_person_leads_to_the_practice(
        self, alice: make.Member, clerk: Client, typed: str
    ) -> None:
        answer = clerk.get(reverse("search"), {"q": typed})
        assert answer["Location"] == reverse("practice", args=[alice.site.practice_id])

    def test_a_user_name_and_a_serial_number_lead_to_the_access(
        self, alice: make.Member, clerk: Client
    ) -> None:
        for typed in ("alice-praxis", "Alice-Praxis", alice.key.serial):
            assert clerk.get(reverse("search"), {"q": typed})["Location"] == "/zugang/alice-praxis/"

    def test_while_typing_nothing_leads_away(self, alice: make.Member, clerk: Client) -> None:
        answer = clerk.get(reverse("search"), {"q": "889999900", "teil": "1"})
        assert answer.status_code == 200
        assert "Praxis alice" in answer.text

    @pytest.mark.parametrize("typed", ["muel", "MÜLLER", "Müll", "anna mu", "luedens", "mueller-l", "lüd"])
    def test_names_are_found_by_how_any_word_of_them_begins(
        self, alice: make.Member, clerk: Client, typed: str
    ) -> None:
        members.enter_person(lanr="765432201", name="Dr. med. Anna Müller-Lüdenscheid", by=make.BY)
        assert "Anna Müller-Lüdenscheid" in clerk.get(reverse("search"), {"q": typed}).text

    @pytest.mark.parametrize("typed", ["uell", "mx", "%", "_", "<b>x", "\u202e\x00"])
    def test_nothing_else_is(self, alice: make.Member, clerk: Client, typed: str) -> None:
        members.enter_person(lanr="765432201", name="Dr. med. Anna Müller-Lüdenscheid", by=make.BY)
        answer = clerk.get(reverse("search"), {"q": typed})
        assert answer.status_code == 200
        assert "<b>x" not in answer.text
        assert "Anna Müller" not in answer.text

    def test_a_changed_name_is_found_by_the_new_one(self, alice: make.Member, clerk: Client) -> None:
        practice = alice.site.practice
        seen, wanted = (
            editing.PracticeDetails(name, practice.Kind.SINGLE) for name in ("Praxis alice", "Ölmühle")
        )
        editing.edit_practice(practice=practice, seen=seen, wanted=wanted, by=make.BY)
        assert "Ölmühle" in clerk.get(reverse("search"), {"q": "oelm"}).text
        assert "Ölmühle" not in clerk.get(reverse("search"), {"q": "alice"}).text

    def test_the_database_folds_as_we_do(self, db: None) -> None:
        text = "ÄÖÜß Über-Weiß (Café & Co.), Émile"
        Practice.objects.bulk_create([Practice(name=text)])
        stored = Practice.objects.get(name=text).folded
        assert " ".join(stored.split()).replace("É", "é") == folding.folded(text)

    def test_a_person_without_a_practice_leads_to_their_access(
        self, alice: make.Member, clerk: Client
    ) -> None:
        person = members.enter_person(lanr="765432201", name="Dr. Frei", by=make.BY)
        actions.open_personal_access(person=person, user_name="frei", by=make.BY, now=make.NOW)
        assert clerk.get(reverse("search"), {"q": "765432201"})["Location"] == "/zugang/frei/"

    def test_staff_of_practices_and_people_of_third_parties_are_found_by_name(
        self, alice: make.Member, clerk: Client
    ) -> None:
        make.employee(alice.practice_access)
        make.third_party()
        assert "Mitarbeiterzugang, Praxis alice" in clerk.get(reverse("search"), {"q": "Car"}).text
        assert "Zugang eines Dritten, Abrechnungsstelle" in clerk.get(reverse("search"), {"q": "dor"}).text

    def test_however_many_there_are_the_queries_stay_as_few(
        self, alice: make.Member, clerk: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        Person.objects.bulk_create(Person(lanr=f"9{n:08}", name=f"Alice {n}") for n in range(50))
        with django_assert_num_queries(19):
            answer = clerk.get(reverse("search"), {"q": "alic"})
        assert "Es kann noch mehr geben." in answer.text

    def test_whoever_has_no_business_with_members_finds_nothing(self, alice: make.Member) -> None:
        assert visiting.as_(Role.ADMINISTRATOR).get(reverse("search")).status_code == 404
