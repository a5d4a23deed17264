"""Second pairs of eyes on pages: what would happen, the answer, and that it happens with it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from flexnet.accounts import factors, four_eyes, staff, staff_queries
from flexnet.accounts.models import Approval, Role, Staff
from flexnet.audit.models import Event
from flexnet.office import plans_for_staff
from flexnet.office.four_eyes import PLANS
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> make.Colleague:
    return make.colleague(Role.ADMINISTRATOR, name="ada")


@pytest.fixture
def berta(db: None) -> make.Colleague:
    return make.colleague(Role.ADMINISTRATOR, name="berta")


@pytest.fixture
def clara(db: None) -> Staff:
    return make.colleague(Role.CLERK).staff


def now_as(who: Staff) -> Staff:
    return staff_queries.named(str(who))


def wish_for_roles(asker: make.Colleague, who: Staff, *roles: Role) -> Approval:
    return four_eyes.ask(
        act=Approval.Act.CHANGE_ROLES,
        subject=staff.subject(who),
        payload=plans_for_staff.role_wish(now_as(who), roles),
        staff=asker.staff,
        reason="Neue Aufgabe",
        now=make.NOW,
    )


def answers(client: Client, wish: Approval, decision: str, answer: str = "") -> visiting.Answer:
    typed = {"decision": decision, "answer": answer}
    return client.post(f"/freigaben/{wish.pk}/entscheiden/", typed, follow=True)


def test_every_plan_has_somebody_who_may_decide() -> None:
    assert set(PLANS) <= set(four_eyes.DECIDED_BY)


def test_what_would_happen_is_said_in_plain_words(
    ada: make.Colleague, berta: make.Colleague, clara: Staff
) -> None:
    wish = wish_for_roles(ada, clara, Role.KEY_DESK)
    page = visiting.signed_in(berta).get(f"/freigaben/{wish.pk}/").text
    assert "Clara Beispiel bekommt die Rolle „Schlüsselausgabe“." in page
    assert "Clara Beispiel verliert die Rolle „Sachbearbeitung“." in page
    assert "Neue Aufgabe" in page
    assert "Ada Beispiel" in page


def test_the_list_says_what_waits_for_whom(ada: make.Colleague, berta: make.Colleague, clara: Staff) -> None:
    wish_for_roles(ada, clara, Role.CLERK, Role.KEY_DESK)
    told = "Clara Beispiel bekommt die Rolle „Schlüsselausgabe“."
    for who, heading in ((berta, "Wartet auf Sie"), (ada, "Von Ihnen beantragt")):
        page = visiting.signed_in(who).get("/freigaben/").text
        assert told in page[page.index(heading) :]


def test_granted_it_happens(ada: make.Colleague, berta: make.Colleague, clara: Staff) -> None:
    wish = wish_for_roles(ada, clara, Role.CLERK, Role.IT)
    assert now_as(clara).roles == {Role.CLERK}
    page = answers(visiting.signed_in(berta), wish, "grant")
    assert "Freigegeben und ausgeführt." in page.text
    assert now_as(clara).roles == {Role.CLERK, Role.IT}
    entry = Event.objects.get(kind="staff.roles_changed")
    assert entry.by == "office:berta"


def test_refused_nothing_happens_and_a_reason_is_needed(
    ada: make.Colleague, berta: make.Colleague, clara: Staff
) -> None:
    wish, client = wish_for_roles(ada, clara, Role.IT), visiting.signed_in(berta)
    assert "Bitte füllen Sie dieses Feld aus." in answers(client, wish, "refuse").text
    assert "Es ist nichts geschehen." in answers(client, wish, "refuse", "nicht nötig").text
    assert now_as(clara).roles == {Role.CLERK}
    assert "Darüber ist schon entschieden." in answers(client, wish, "grant").text


def test_who_asked_sees_it_and_cannot_decide(ada: make.Colleague, clara: Staff) -> None:
    wish, client = wish_for_roles(ada, clara, Role.IT), visiting.signed_in(ada)
    page = client.get(f"/freigaben/{wish.pk}/").text
    assert "Das haben Sie selbst beantragt." in page
    assert "Entscheidung ausführen" not in page
    assert "Das haben Sie selbst beantragt." in answers(client, wish, "grant").text
    assert now_as(clara).roles == {Role.CLERK}


def test_for_others_it_is_not_there(ada: make.Colleague, clara: Staff) -> None:
    wish, client = wish_for_roles(ada, clara, Role.IT), visiting.as_(Role.CLERK, name="dora")
    assert client.get(f"/freigaben/{wish.pk}/").status_code == 404
    assert answers(client, wish, "grant").status_code == 404
    assert client.get("/freigaben/").status_code == 200


def test_facts_that_changed_meanwhile_stop_it(
    ada: make.Colleague, berta: make.Colleague, clara: Staff
) -> None:
    wish = wish_for_roles(ada, clara, Role.IT)
    staff.set_roles(staff=clara, roles=[Role.RECEPTION], by=make.BY, reason="", now=make.NOW)
    page = answers(visiting.signed_in(berta), wish, "grant")
    assert "Die Rollen von Clara Beispiel sind inzwischen andere." in page.text
    assert now_as(clara).roles == {Role.RECEPTION}
    assert Approval.objects.get().granted is None


def test_somebody_who_left_meanwhile_stops_it(
    ada: make.Colleague, berta: make.Colleague, clara: Staff
) -> None:
    wish = four_eyes.ask(
        act=Approval.Act.RESET_STAFF,
        subject=staff.subject(clara),
        payload={},
        staff=ada.staff,
        reason="Telefon weg",
        now=make.NOW,
    )
    staff.end(staff=clara, by=make.BY, reason="", now=make.NOW)
    assert (
        "Clara Beispiel arbeitet nicht mehr hier." in answers(visiting.signed_in(berta), wish, "grant").text
    )
    assert Approval.objects.get().granted is None


def test_the_last_administrator_is_kept(ada: make.Colleague, berta: make.Colleague) -> None:
    wish = wish_for_roles(ada, berta.staff)
    staff.set_roles(staff=ada.staff, roles=[], by=make.BY, reason="", now=make.NOW)
    cleo = make.colleague(Role.ADMINISTRATOR, name="cleo")
    client = visiting.signed_in(cleo)
    staff.end(staff=berta.staff, by=make.BY, reason="", now=make.NOW)
    assert "inzwischen andere" in answers(client, wish, "grant").text


def test_another_version_of_a_wish_is_not_carried_out(
    ada: make.Colleague, berta: make.Colleague, clara: Staff
) -> None:
    wish = wish_for_roles(ada, clara, Role.IT)
    Approval.objects.update(version=0)
    page = answers(visiting.signed_in(berta), wish, "grant")
    assert "aus einer früheren Fassung" in page.text
    assert now_as(clara).roles == {Role.CLERK}


def test_new_credentials_are_seen_by_who_granted_them_also_after_a_second_click(
    ada: make.Colleague, berta: make.Colleague, clara: Staff
) -> None:
    client = visiting.signed_in(ada)
    client.post("/mitarbeiter/name/clara/neu-ausstellen/", {"reason": "Telefon weg"})
    wish, decider = Approval.objects.get(), visiting.signed_in(berta)
    pages = [answers(decider, wish, "grant").text for _ in range(2)]
    first, again = (re.findall(r'<dd class="code">([^<]+)', page) for page in pages)
    assert first == again
    assert len(first) == 2
    assert not factors.are_set_up(clara)
    assert now_as(clara).account.password_is_initial


def test_deciding_wants_a_fresh_factor(
    ada: make.Colleague, berta: make.Colleague, clara: Staff, clock: time_machine.Traveller
) -> None:
    wish, client = wish_for_roles(ada, clara, Role.IT), visiting.signed_in(berta)
    clock.shift(timedelta(minutes=6))
    assert "Bitte bestätigen Sie, dass Sie es sind" in answers(client, wish, "grant").text
    assert now_as(clara).roles == {Role.CLERK}


def test_a_double_click_carries_out_once(ada: make.Colleague, berta: make.Colleague, clara: Staff) -> None:
    wish, client = wish_for_roles(ada, clara, Role.IT), visiting.signed_in(berta)
    for _ in range(2):
        answers(client, wish, "grant")
    assert Event.objects.filter(kind="staff.roles_changed").count() == 1
