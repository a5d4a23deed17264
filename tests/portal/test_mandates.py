"""A practice lets a collective submitter hand in: both see that, and nothing else of each other."""

import pytest
import time_machine
from django.test import Client

from flexnet.access.models import Access, Mandate
from flexnet.audit.models import Event
from flexnet.billing.models import Delivery
from tests import make
from tests.billing import files
from tests.correspondence import writing
from tests.documents.dropping import put
from tests.portal import visiting

DAY = f"{make.NOW:%d.%m.%Y}"


@pytest.fixture
def dora(alice: make.Member) -> Access:
    return make.submitter()


@pytest.fixture
def owner(alice: make.Member) -> Client:
    return visiting.signed_in(alice.personal_access)


def typed(alice: make.Member, dora: Access, **changed: str) -> dict[str, str]:
    return {
        "submitter": str(dora.third_party_id),
        "sites": alice.site.bsnr,
        "from_on": DAY,
        "until_on": "",
        **changed,
    }


def test_the_owner_gives_it_with_the_password_and_takes_it_back_at_once(
    alice: make.Member, dora: Access, owner: Client, clock: time_machine.Traveller
) -> None:
    form, submitter = typed(alice, dora), visiting.signed_in(dora)
    clock.shift(360)
    assert "dass Sie es sind" in owner.post("/vollmachten/neu/", form).text
    assert not Mandate.objects.exists()
    page = owner.post("/vollmachten/neu/", {**form, "confirm-password": make.PASSWORD}, follow=True).text
    assert "Abrechnungsstelle kann ab dem 14.04.2026 für Sie einreichen." in page
    assert "bis auf Widerruf" in page
    assert "Praxis alice" in submitter.get("/vollmachten/").text
    row = visiting.submitted(submitter, files.plain())
    assert row.submitted_at
    assert (
        "widerrufen." in owner.post(f"/vollmachten/{Mandate.objects.get().pk}/widerrufen/", follow=True).text
    )
    assert "Widerrufen" in submitter.get("/vollmachten/").text
    events = Event.objects.filter(kind__startswith="mandate.").values_list("kind", "by").order_by("pk")
    assert list(events) == [("mandate.given", "portal:alice"), ("mandate.revoked", "portal:alice")]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"from_on": "13.04.2026"}, "Frühestens geht es ab heute"),
        ({"until_on": "13.04.2026"}, "Der letzte Tag liegt vor dem ersten"),
        ({"until_on": "31.02.2027"}, "Das ist kein Datum"),
        ({"sites": "859999900"}, "mindestens eine Betriebsstätte"),
        ({"submitter": make.NO_ROW}, "wer für Sie einreichen soll"),
        ({"from_on": "<b>\x00\u202e"}, "Das ist kein Datum"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    alice: make.Member, dora: Access, owner: Client, changed: dict[str, str], why: str
) -> None:
    response = owner.post("/vollmachten/neu/", typed(alice, dora, **changed))
    assert response.status_code == 422
    assert why in response.text
    assert "<b>" not in response.text
    assert not Mandate.objects.exists()


def test_pressed_twice_it_is_given_once(alice: make.Member, dora: Access, owner: Client) -> None:
    form = typed(alice, dora, once="0e5b1c5e-98d9-4ac8-ae2a-6f5d40d8ac3e")
    for _ in range(2):
        assert owner.post("/vollmachten/neu/", form, follow=True).status_code == 200
    assert Mandate.objects.count() == 1


def test_a_foreign_mandate_and_one_that_is_not_there_answer_alike(alice: make.Member, dora: Access) -> None:
    row = make.mandate(alice.personal_access, dora, alice.site)
    bob = visiting.signed_in(make.settled("bob").personal_access)
    for visitor in (bob, visiting.signed_in(dora), visiting.signed_in(alice.practice_access)):
        for number in (row.pk, row.pk + 1):
            for method in (visitor.get, visitor.post):
                assert method(f"/vollmachten/{number}/widerrufen/").status_code == 404
        assert visitor.post("/vollmachten/neu/", typed(alice, dora)).status_code in (404, 422)
    assert Mandate.objects.get().revoked_at is None


def test_what_was_uploaded_before_the_end_is_not_handed_in_after_it(
    alice: make.Member, dora: Access, owner: Client
) -> None:
    mandate, submitter = make.mandate(alice.personal_access, dora, alice.site), visiting.signed_in(dora)
    bob = make.settled("bob")
    make.mandate(bob.personal_access, dora, bob.site)
    row = visiting.uploaded(submitter, files.plain())
    owner.post(f"/vollmachten/{mandate.pk}/widerrufen/")
    page = submitter.post(f"/abrechnung/{row.pk}/einreichen/", follow=True).text
    assert "nicht freigegeben" in page
    assert Delivery.objects.get().submitted_at is None
    assert "gehört" in visiting.uploads(submitter, files.plain(), name=files.NAME).text


def test_the_practice_sees_who_handed_in_and_the_submitter_nothing_of_the_practice(
    alice: make.Member, dora: Access
) -> None:
    make.mandate(alice.personal_access, dora, alice.site)
    practice, submitter = visiting.signed_in(alice.practice_access), visiting.signed_in(dora)
    own = visiting.submitted(practice, files.plain(cases=3))
    document, thread = put(alice.site), writing.from_member(alice.practice_access, writing.SCHEIN)
    theirs = visiting.submitted(submitter, files.plain(cases=2))
    for url in (f"/abrechnung/{own.pk}/", f"/dokumente/{document}/", f"/nachrichten/{thread}/"):
        assert practice.get(url).status_code == 200
        assert submitter.get(url).status_code == 404, url
    assert own.receipt.number not in submitter.get("/abrechnung/").text
    listed = practice.get("/abrechnung/").text
    assert "Abrechnungsstelle" in listed
    assert "dora" not in practice.get(f"/abrechnung/{theirs.pk}/").text
    held = visiting.uploads(submitter, files.plain(cases=3)).text
    assert "liegt uns schon vor" in held
    assert own.receipt.number not in held


def test_a_third_party_without_that_service_finds_nothing_of_it(alice: make.Member) -> None:
    visitor = visiting.signed_in(visiting.in_the_portal(make.third_party()))
    for url in ("/abrechnung/", "/abrechnung/neu/", "/vollmachten/", "/vollmachten/neu/", "/dokumente/"):
        assert visitor.get(url).status_code == 404, url
    start = visitor.get("/").text
    assert "/abrechnung/" not in start
    assert "/vollmachten/" not in start
