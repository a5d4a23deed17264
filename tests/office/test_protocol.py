"""The audit trail on pages: found, looked at, verified, downloaded with a second person."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from flexnet import transactions
from flexnet.accounts.models import Approval, Role
from flexnet.audit import actions as audit
from flexnet.audit import queries, reading, standalone
from flexnet.audit.models import Event
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def auditor(db: None) -> make.Colleague:
    return make.colleague(Role.AUDITOR, name="rene")


@pytest.fixture
def rene(auditor: make.Colleague) -> Client:
    return visiting.signed_in(auditor)


def recorded(
    number: int = 1, *, subject: str = "access:alice", kind: str = "test.done", by: str = "test"
) -> Event:
    personal, data = {"name": "Sentinel"}, {"was": "<b>x</b>"}
    with transactions.writing():
        for _ in range(number):
            event = audit.record(kind, by=by, subject=subject, person="p", personal=personal, data=data)
    return event


def test_the_newest_entries_come_first(rene: Client) -> None:
    recorded()
    page = rene.get("/protokoll/").text
    assert page.index("test.done") < page.index("sign_in.accepted")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subject=access:bob", {"lock.imposed"}),
        ("kind=lock", {"lock.imposed", "lock.lifted"}),
        ("kind=lock.l", {"lock.lifted"}),
        ("by=office:clara", {"lock.lifted"}),
        ("kind=lock&by=nobody", set()),
        ("kind=lock&since=2026-04-14", {"lock.imposed", "lock.lifted"}),
        ("kind=lock&since=2026-04-15", set()),
        ("kind=lock&until=2026-04-14", {"lock.imposed", "lock.lifted"}),
        ("kind=lock&until=2026-04-13", set()),
    ],
)
def test_the_list_is_narrowed_by_its_address(rene: Client, query: str, found: set[str]) -> None:
    recorded(kind="lock.imposed", subject="access:bob")
    recorded(kind="lock.lifted", by="office:clara")
    page = rene.get(f"/protokoll/?{query}").text
    assert {kind for kind in ("lock.imposed", "lock.lifted") if f">{kind}</span>" in page} == found
    assert ">sign_in.accepted</span>" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("by=clara", {"lock.lifted"}),
        ("by=Clara", {"lock.lifted"}),
        ("by=nobody", set()),
        ("subject=alice-praxis", {"lock.imposed"}),
        ("subject=clara", {"lock.lifted"}),
    ],
)
def test_the_plain_name_is_enough_and_people_are_offered(rene: Client, query: str, found: set[str]) -> None:
    alice, clara = make.settled(), make.colleague(Role.CLERK, name="clara")
    recorded(kind="lock.imposed", subject=f"access:{alice.practice_access}")
    recorded(kind="lock.lifted", subject="staff:clara", by="office:clara")
    page = rene.get(f"/protokoll/?kind=lock&{query}").text
    assert {kind for kind in ("lock.imposed", "lock.lifted") if f">{kind}</span>" in page} == found
    assert f'<option value="clara">{clara.staff.name}</option>' in page


def test_what_cannot_be_a_day_is_told(rene: Client) -> None:
    answer = rene.get("/protokoll/?since=gestern&subject=%22%3E%3Cb%3E%00")
    assert answer.status_code == 422
    assert "&quot;&gt;&lt;b&gt;" in answer.text


@pytest.mark.parametrize("below", ["x", "-1", "9" * 30, "", "\u0661"])
def test_an_odd_page_number_does_no_harm(rene: Client, below: str) -> None:
    assert rene.get("/protokoll/", {"vor": below}).status_code == 200


def test_older_entries_are_a_page_away_and_the_filter_stays(rene: Client) -> None:
    first = recorded(51, subject="access:bob").pk - 50
    page = rene.get("/protokoll/?subject=access:bob").text
    assert f"/protokoll/{first}/" not in page
    older = f"/protokoll/?subject=access%3Abob&vor={first + 1}"
    assert older.replace("&", "&amp;") in page
    page = rene.get(older).text
    assert f"/protokoll/{first}/" in page
    assert page.count("/protokoll/?subject=access%3Abob") == 2
    assert "Ältere Einträge" not in page


def test_a_page_costs_the_same_however_long_the_trail(
    rene: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    recorded(60)
    with django_assert_max_num_queries(9):
        rene.get("/protokoll/")


@pytest.mark.parametrize("subject", ["", "access:alice"])
def test_pages_of_several_kinds_leave_nothing_out(
    subject: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kinds = ("lock.imposed", "lock.lifted", "lock.reviewed", "other.done")
    made = [recorded(kind=kind).pk for _ in range(20) for kind in kinds]
    wanted, below, found = reading.Wanted(subject=subject, kind="lock."), None, list[int]()
    while below is not None or not found:
        with django_assert_max_num_queries(4):
            page = reading.page(wanted, below=below)
        found, below = found + [event.pk for event in page.entries], page.next_below
    assert found == [pk for number, pk in enumerate(made) if number % 4 != 3][::-1]


def test_an_entry_says_everything_but_what_is_personal(rene: Client) -> None:
    event = recorded()
    audit.seal_pending()
    page = rene.get(f"/protokoll/{event.pk}/").text
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "Platz in der Kette" in page
    assert "Sentinel" not in page
    assert rene.get("/protokoll/999999/").status_code == 404


def test_who_looks_at_what_is_personal_stands_in_the_trail(rene: Client) -> None:
    event = recorded()
    page = rene.post(f"/protokoll/{event.pk}/persoenliches/").text
    assert "Sentinel" in page
    entry = Event.objects.latest("pk")
    assert (entry.kind, entry.by, entry.subject) == ("audit.personal_read", "office:rene", "access:alice")
    audit.forget("p", by=make.BY)
    assert "Sie sind gelöscht" in rene.post(f"/protokoll/{event.pk}/persoenliches/").text


def test_the_trail_is_verified_on_demand(rene: Client, anchor_dir: object) -> None:
    recorded()
    assert "Warten auf ihr Siegel" in rene.get("/protokoll/stand/").text
    audit.seal_pending()
    audit.checkpoint()
    page = rene.post("/protokoll/stand/").text
    assert "Es ist unverändert" in page


def test_an_altered_trail_is_told(rene: Client, anchor_dir: object, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = standalone.Report(3, 1, "entry 2 does not fit", 0)
    monkeypatch.setattr(queries, "verify", lambda: broken)
    page = rene.post("/protokoll/stand/").text
    assert "Es wurde verändert" in page
    assert "entry 2 does not fit" in page


class TestDownloading:
    def granted(self, rene: Client) -> Approval:
        answer = rene.post("/protokoll/herunterladen/", {"reason": "Jahresprüfung"}, follow=True)
        assert "Hier wartet ein Antrag auf Freigabe" in answer.text
        wish = Approval.objects.get()
        it = visiting.as_(Role.IT, name="ivo")
        assert "darf 24 Stunden lang" in it.get(f"/freigaben/{wish.pk}/").text
        it.post(f"/freigaben/{wish.pk}/entscheiden/", {"decision": "grant"})
        return wish

    def test_it_needs_a_second_person(self, rene: Client) -> None:
        rene.post("/protokoll/herunterladen/", {"reason": "Jahresprüfung"})
        number = Approval.objects.get().pk
        assert rene.post(f"/protokoll/herunterladen/{number}/").status_code == 404

    def test_granted_it_is_the_file_for_the_verifier(self, rene: Client) -> None:
        wish = self.granted(rene)
        audit.seal_pending()
        answer = rene.post(f"/protokoll/herunterladen/{wish.pk}/")
        lines = b"".join(answer.streaming_content).splitlines()  # type: ignore[attr-defined]  # of a file
        assert 'filename="flexnet-protokoll-2026-04-14.jsonl"' in answer["Content-Disposition"]
        assert len(lines) == Event.objects.exclude(link=None).count()
        assert json.loads(lines[0])
        entry = Event.objects.get(kind="audit.exported")
        assert entry.by == "office:rene"

    def test_for_a_day_and_only_by_who_asked(
        self, auditor: make.Colleague, rene: Client, clock: time_machine.Traveller
    ) -> None:
        wish = self.granted(rene)
        other = visiting.as_(Role.AUDITOR, name="susi")
        assert other.post(f"/protokoll/herunterladen/{wish.pk}/").status_code == 404
        for later, status in ((DAY - MINUTE, 200), (DAY, 404)):
            clock.move_to(make.NOW + later)
            late = visiting.signed_in(auditor, now=make.NOW + later)
            assert ("Datei holen" in late.get("/protokoll/herunterladen/").text) is (status == 200)
            answer = late.post(f"/protokoll/herunterladen/{wish.pk}/")
            b"".join(answer)  # to its end, or the file stays open
            assert answer.status_code == status

    def test_a_refused_wish_gives_nothing(self, rene: Client) -> None:
        rene.post("/protokoll/herunterladen/", {"reason": "Jahresprüfung"})
        number = Approval.objects.get().pk
        it = visiting.as_(Role.IT, name="ivo")
        it.post(f"/freigaben/{number}/entscheiden/", {"decision": "refuse", "answer": "wozu?"})
        assert rene.post(f"/protokoll/herunterladen/{number}/").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_for_all_others_the_trail_is_not_there(role: Role) -> None:
    event, client = recorded(), visiting.as_(role)
    for url in (
        "",
        f"{event.pk}/",
        f"{event.pk}/persoenliches/",
        "stand/",
        "herunterladen/",
        "herunterladen/1/",
    ):
        assert client.get(f"/protokoll/{url}").status_code == 404
        assert client.post(f"/protokoll/{url}", {"reason": "x"}).status_code in (404, 405)
