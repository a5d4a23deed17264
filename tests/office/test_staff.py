"""The administrator's pages: entering, roles with a second administrator, leaving; and whose they are."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from flexnet.accounts import handing_over, staff_queries
from flexnet.accounts.models import Approval, EnrolmentCode, Role, Staff
from flexnet.office import staff_words, urls
from flexnet.web import legal, manual
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db

HAND_OVER = "/mitarbeiter/name/dora/uebergeben/"


@pytest.fixture
def ada(db: None) -> Client:
    return visiting.as_(Role.ADMINISTRATOR, name="ada")


def enters(client: Client, **typed: object) -> visiting.Answer:
    told = {"name": "Dora Neu", "user_name": "dora", "roles": ["clerk"]} | typed
    return client.post("/mitarbeiter/neu/", told, follow=True)


def shown(answer: visiting.Answer) -> list[str]:
    return re.findall(r'<dd class="code">([^<]+)</dd>', answer.text)


def test_somebody_is_entered_and_comes_in_once_the_roles_are_granted(ada: Client) -> None:
    password, code = shown(enters(ada))
    dora = staff_queries.named("dora")
    assert dora.roles == frozenset()
    wish = Approval.objects.get()
    assert (wish.act, wish.subject) == (Approval.Act.CHANGE_ROLES, "staff:dora")
    berta = visiting.as_(Role.ADMINISTRATOR, name="berta")
    berta.post(f"/freigaben/{wish.pk}/entscheiden/", {"decision": "grant"})
    assert staff_queries.named("dora").roles == {Role.CLERK}
    client = visiting.first_step("dora", password)
    assert client.get("/anmelden/zweiter-schritt/")["Location"] == "/anmelden/einrichten/"
    assert client.post("/anmelden/einrichten/", {"code": code})["Location"] == "/anmelden/einrichten/"
    assert "Was möchten Sie zum Anmelden benutzen?" in client.get("/anmelden/einrichten/").text


def test_what_is_shown_after_a_second_click_is_what_holds_until_it_is_noted(
    ada: Client,
) -> None:
    first, again = shown(enters(ada)), shown(enters(ada))
    assert first == again != []
    assert Staff.objects.filter(account__user_name="dora").count() == Approval.objects.count() == 1
    assert "Diesen Namen gibt es schon." in enters(ada, name="Dora Alt").text
    berta = visiting.as_(Role.ADMINISTRATOR, name="berta")
    assert shown(berta.get(HAND_OVER, follow=True)) == []
    assert shown(ada.get(HAND_OVER)) == first
    ada.post(f"{HAND_OVER}fertig/")
    assert "stehen hier nicht mehr" in ada.get(HAND_OVER, follow=True).text
    assert "Diesen Namen gibt es schon." in enters(ada).text


def test_after_ten_minutes_they_are_gone_also_from_the_rows(ada: Client) -> None:
    enters(ada)
    (row,) = EnrolmentCode.objects.filter(staff__account__user_name="dora")
    late = row.issued_at + timedelta(minutes=10)
    assert handing_over.shown(row.staff, by="office:ada", now=late - timedelta(seconds=1))
    assert handing_over.shown(row.staff, by="office:ada", now=late) is None
    assert handing_over.clear_old(late) == 1
    assert handing_over.shown(row.staff, by="office:ada", now=row.issued_at) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Bitte füllen Sie dieses Feld aus."),
        ({"user_name": "d"}, "So geht es nicht: 3 bis 32 Zeichen"),
        ({"user_name": "dora neu"}, "So geht es nicht: 3 bis 32 Zeichen"),
        ({"user_name": "ada"}, "Diesen Namen gibt es schon."),
        ({"roles": ["king"]}, "king"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    ada: Client, typed: dict[str, object], said: str
) -> None:
    answer = enters(ada, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert ("Dora Neu" in answer.text) is ("name" not in typed)
    assert Staff.objects.count() == 1


def test_odd_names_do_no_harm(ada: Client) -> None:
    enters(ada, name="<script>alert(1)</script> \u202eDora")
    page = ada.get("/mitarbeiter/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_list_says_who_works_here_and_who_does_not(ada: Client) -> None:
    make.colleague(Role.CLERK, Role.KEY_DESK)
    enters(ada)
    ada.post("/mitarbeiter/name/clara/beenden/", {"reason": "geht in Rente"})
    page = ada.get("/mitarbeiter/").text
    for text in (
        "Arbeitet hier",
        "Noch nicht eingerichtet",
        "Ausgeschieden",
        "Sie verwalten die Mitarbeiter allein",
    ):
        assert text in page
    make.colleague(Role.ADMINISTRATOR, name="berta")
    assert "Sie verwalten die Mitarbeiter allein" not in ada.get("/mitarbeiter/").text


def test_the_list_costs_the_same_however_many_work_here(
    ada: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        make.colleague(Role.CLERK, name=f"clerk-{number}")
    with django_assert_max_num_queries(8):
        ada.get("/mitarbeiter/")


def test_roles_wait_for_a_second_administrator(ada: Client) -> None:
    make.colleague(Role.CLERK)
    url = "/mitarbeiter/name/clara/"
    answer = ada.post(f"{url}rollen/", {"roles": ["clerk", "it"], "reason": ""})
    assert answer.status_code == 422
    answer = ada.post(f"{url}rollen/", {"roles": ["clerk"], "reason": "x"})
    assert "Diese Rollen gelten schon." in answer.text
    answer = ada.post(f"{url}rollen/", {"roles": ["clerk", "it"], "reason": "Vertretung"}, follow=True)
    assert "Hier wartet ein Antrag auf Freigabe" in answer.text
    assert staff_queries.named("clara").roles == {Role.CLERK}


def test_an_end_is_said_before_it_is_done(ada: Client) -> None:
    clara = make.colleague(Role.CLERK)
    browser = visiting.signed_in(clara)
    assert "lässt sich nicht zurücknehmen" in ada.get("/mitarbeiter/name/clara/beenden/").text
    assert visiting.is_signed_in(browser)
    answer = ada.post("/mitarbeiter/name/clara/beenden/", {"reason": "fristlos"}, follow=True)
    assert "Clara Beispiel kommt hier nicht mehr hinein." in answer.text
    assert not visiting.is_signed_in(browser)
    again = ada.post("/mitarbeiter/name/clara/beenden/", {"reason": "fristlos"}, follow=True)
    assert "Clara Beispiel arbeitet nicht mehr hier." in again.text


def test_the_last_administrator_does_not_end_herself(ada: Client) -> None:
    answer = ada.post("/mitarbeiter/name/ada/beenden/", {"reason": "weg"})
    assert "Es bliebe niemand, der die Mitarbeiter verwaltet." in answer.text
    assert visiting.is_signed_in(ada)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_for_all_others_these_pages_are_not_there(role: Role) -> None:
    make.colleague(Role.CLERK, name="dora")
    client = visiting.as_(role)
    for url in ("", "neu/", "name/dora/", "name/dora/neu-ausstellen/", "name/dora/beenden/", "name/nobody/"):
        assert client.get(f"/mitarbeiter/{url}").status_code == 404
        assert client.post(f"/mitarbeiter/{url}", {"reason": "x"}).status_code in (404, 405)
    assert "/mitarbeiter/" not in client.get("/mein-konto/").text


def test_nobody_of_that_name_is_not_there(ada: Client) -> None:
    assert ada.get("/mitarbeiter/name/nobody/").status_code == 404


def test_every_page_says_whose_it_is() -> None:
    """Closed is the default: a page names roles, or lies before the sign-in, or is the way out."""
    open_to_all = {"sign-in", "second-step", "enrol", "enrol-app", "enrol-key", "sign-out", "confirm"}
    open_to_all |= {*legal.TITLES, *manual.PAGES, *manual.FOR_PRACTICES}
    nameless = {one.name for one in urls.urlpatterns if not getattr(one.callback, "roles", None)}
    assert nameless == open_to_all


def test_every_role_has_its_words() -> None:
    assert set(staff_words.ROLES) == set(staff_words.ROLE_HELP) == set(Role)
