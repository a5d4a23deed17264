"""Applications at the desk: entered from paper, mended, approved as was said before, sent back, refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from flexnet.access.models import Access
from flexnet.accounts.models import Role
from flexnet.applications import queries
from flexnet.applications.kinds import Kind, Status
from flexnet.applications.models import Application
from flexnet.members.models import Practice
from tests import configured, make
from tests.applications import forms
from tests.office import visiting

pytestmark = pytest.mark.django_db
PAPER = {
    **{name: forms.MEMBER[name] for name in ("bsnr", "organisation", "street", "postcode", "town")},
    **{name: forms.MEMBER[name] for name in ("name", "lanr", "role", "phone", "email")},
    "wants": ["wants_practice_access"],
    "since_on": "1.4.2026",
    "terms_version": "1",
    "signed_on": "10.4.2026",
    "received_on": "13.4.2026",
}


@pytest.fixture
def clerk(db: None) -> Client:
    make.terms()
    return visiting.as_(Role.CLERK)


def url(name: str, row: Application) -> str:
    return reverse(name, args=[row])


def enters(client: Client, kind: Kind = Kind.MEMBER, **changed: Any) -> Any:
    return client.post(f"/eintragen/antrag/{kind}/", {**PAPER, **changed}, follow=True)


def status(row: Application) -> Status:
    return queries.status(queries.application(row.number))


def test_what_came_on_paper_is_typed_in_once(clerk: Client) -> None:
    for _click in range(2):
        answer = enters(clerk)
        assert "Was mit der Genehmigung geschieht" in answer.text
    row = Application.objects.get()
    assert (row.bsnr, row.wants_practice_access, row.wants_personal_access) == ("879999900", True, False)
    assert [step.on.isoformat() for step in row.steps.all()] == ["2026-04-13"]


def test_what_cannot_be_right_is_said_at_its_field_and_the_rest_stays(clerk: Client) -> None:
    answer = enters(clerk, lanr="123456740", role="employed", postcode="1")
    assert answer.status_code == 422
    for said in (
        "Die Nummer hat einen Tippfehler",
        "Den Praxiszugang kann nur beantragen",
        "Eine Postleitzahl hat",
    ):
        assert answer.text.count(said) == 2
    assert 'value="Praxis am Markt"' in answer.text
    assert not Application.objects.exists()


def test_it_is_approved_as_the_page_said(clerk: Client) -> None:
    row = forms.received()
    page = clerk.get(url("application", row)).text
    for _act, text in queries.plan(row, now=make.NOW).acts:
        assert text in page
    answer = clerk.post(url("application-approve", row), {"seen": "1"}, follow=True)
    assert "Der Antrag ist genehmigt." in answer.text
    assert {str(one) for one in Access.objects.all()} == {"p879999900", "a246801101"}
    for name in ("p879999900", "a246801101"):
        assert reverse("access-letters", args=[name]) in answer.text
    assert Practice.objects.get().sites.get().addresses.get().town == "Dessau"


def test_what_is_missing_is_said_and_goes_back_with_it(clerk: Client) -> None:
    row = forms.received(signed_on=None)
    page = clerk.get(url("application", row)).text
    assert "Es fehlt die Unterschrift mit Datum." in page
    assert "Antrag genehmigen" not in page
    form = clerk.get(url("application-send-back", row)).text
    assert "Es fehlt die Unterschrift mit Datum." in form
    answer = clerk.post(url("application-send-back", row), {"reason": "Bitte unterschreiben.", "seen": "1"})
    assert answer.status_code == 302
    assert status(row) is Status.INCOMPLETE
    mended = {**PAPER, "seen": "2", "received_on": "14.4.2026"}
    assert clerk.post(url("application-complete", row), mended).status_code == 302
    assert status(row) is Status.RECEIVED


def test_whoever_saw_something_older_is_told(clerk: Client) -> None:
    row = forms.received()
    clerk.post(url("application-send-back", row), {"reason": "Bitte prüfen.", "seen": "1"})
    answer = clerk.post(url("application-approve", row), {"seen": "1"}, follow=True)
    assert "Inzwischen hat jemand anderes diesen Antrag bearbeitet." in answer.text
    answer = clerk.post(url("application-refuse", row), {"reason": "Nein.", "seen": "1"})
    assert "Inzwischen hat jemand anderes diesen Antrag bearbeitet." in answer.text
    answer = clerk.post(url("application-complete", row), {**PAPER, "seen": "1"})
    assert "Inzwischen hat jemand anderes diesen Antrag bearbeitet." in answer.text
    assert not Access.objects.exists()


@pytest.mark.parametrize(
    ("act", "then"),
    [("application-refuse", Status.REFUSED), ("application-withdraw", Status.WITHDRAWN)],
)
def test_nothing_ends_without_a_reason(clerk: Client, act: str, then: Status) -> None:
    row = forms.received()
    answer = clerk.post(url(act, row), {"reason": " ", "seen": "1"})
    assert "Grund – Bitte füllen Sie dieses Feld aus." in answer.text
    clerk.post(url(act, row), {"reason": "So nicht.", "seen": "1"})
    assert status(row) is then
    assert "So nicht." in clerk.get(url("application", row)).text


def test_twins_are_shown(clerk: Client) -> None:
    first, second = forms.received(), forms.received()
    assert url("application", second) in clerk.get(url("application", first)).text


def test_a_third_party_is_approved_too(clerk: Client) -> None:
    row = forms.received(Kind.THIRD_PARTY)
    answer = clerk.post(url("application-approve", row), {"seen": "1"}, follow=True)
    (access,) = Access.objects.all()
    assert reverse("access-letters", args=[access]) in answer.text


def test_a_portal_access_names_its_district_office(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    offices = (configured.office("chemnitz", "94"), configured.office("leipzig", "96"))
    profile = {"applications": ("portal_access",), "district_offices": offices}
    configured.change(monkeypatch, profile=profile)
    answer = enters(clerk, Kind.PORTAL_ACCESS, bsnr="949999900")
    assert "Bezirksgeschäftsstelle Chemnitz" in answer.text


def test_the_reception_takes_in_and_mends_but_does_not_decide(db: None) -> None:
    make.terms()
    client, row = visiting.as_(Role.RECEPTION), forms.received()
    page = client.get(url("application", row)).text
    assert "Antrag ergänzen" in page
    assert "Antrag genehmigen" not in page
    assert client.post(url("application-approve", row), {"seen": "1"}).status_code == 404
    assert client.post(url("application-refuse", row), {"reason": "x", "seen": "1"}).status_code == 404
    assert enters(client, bsnr="859999900").status_code == 200


def test_auditors_look_and_change_nothing(db: None) -> None:
    row, client = forms.received(), visiting.as_(Role.AUDITOR)
    page = client.get(url("application", row))
    assert page.status_code == 200
    assert "Antrag genehmigen" not in page.text
    assert client.post(url("application-complete", row), {**PAPER, "seen": "1"}).status_code == 404
    assert visiting.as_(Role.KEY_DESK, name="kim").get(url("application", row)).status_code == 404


def test_one_that_does_not_exist_is_not_there(clerk: Client) -> None:
    assert clerk.get("/antrag/A-2026-000001-1/").status_code == 404
    assert clerk.get("/eintragen/antrag/zoo/").status_code == 404
