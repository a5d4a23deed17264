"""A member hands over the first password of somebody of the staff: a sheet to print, shown once."""

import re

import pytest
from django.test import Client

from flexnet.access.models import Access, PasswordSheet
from flexnet.accounts.models import WebSession
from tests import configured, make
from tests.portal import visiting
from tests.portal.test_applications import fields

LIST, NEW = "/praxispersonal/", "/praxispersonal/neu/"
CONFIRM = {"confirm-password": make.PASSWORD}


@pytest.fixture
def owner(alice: make.Member, monkeypatch: pytest.MonkeyPatch) -> Client:
    configured.change(monkeypatch, profile={"staff_passwords": "sheet"})
    client = visiting.signed_in(alice.personal_access)
    session = client.session
    session["confirmed_at"] = 0.0
    session.save()
    return client


def sent(client: Client, url: str = NEW) -> dict[str, str]:
    return {**fields(client.get(url).text), "holder": "Carol", "hands_in": "on", **CONFIRM}


def password(page: str) -> str:
    found = re.findall(r"<dd>([^<]+)</dd>", page.partition("handed-over")[2])
    return str(found[1])


def test_the_password_is_asked_for_and_then_the_sheet_is_shown(owner: Client) -> None:
    wanted = sent(owner)
    del wanted["confirm-password"]
    asked = owner.post(NEW, wanted)
    assert 'name="confirm-password"' in asked.text
    assert not Access.objects.filter(holder="Carol").exists()
    wrong = owner.post(NEW, {**fields(asked.text), "confirm-password": "falsch"})
    assert wrong.status_code == 422
    answer = owner.post(NEW, {**fields(asked.text), **CONFIRM}, follow=True)
    for said in (
        "Zugang für Carol",
        "m123456601-1",
        "Drucken Sie diese Seite jetzt",
        "mindestens 12 Zeichen",
    ):
        assert said in answer.text
    assert answer["Cache-Control"] == "no-store"
    carol = Client()
    carol.post("/anmelden/", {"user_name": "m123456601-1", "password": password(answer.text)})
    assert visiting.is_signed_in(carol)


def test_two_clicks_a_reload_and_one_back_show_the_same_sheet(owner: Client) -> None:
    wanted = sent(owner)
    first = owner.post(NEW, wanted, follow=True)
    second = owner.post(NEW, wanted, follow=True)
    again = owner.get(f"{LIST}m123456601-1/blatt/")
    assert password(first.text) == password(second.text) == password(again.text)
    assert Access.objects.filter(holder="Carol").count() == 1


def test_put_away_nobody_sees_it_again(owner: Client) -> None:
    shown = owner.post(NEW, sent(owner), follow=True).text
    answer = owner.post(f"{LIST}m123456601-1/blatt/weglegen/", follow=True)
    assert "Noch nicht benutzt" in answer.text
    answer = owner.get(f"{LIST}m123456601-1/blatt/", follow=True)
    assert "Das Blatt wird nicht mehr gezeigt." in answer.text
    assert password(shown) not in answer.text
    assert PasswordSheet.objects.get().content is None


def test_forgotten_a_new_sheet_takes_the_place_of_the_old_one(alice: make.Member, owner: Client) -> None:
    carol = visiting.signed_in(make.employee(alice.personal_access))
    assert f"{LIST}carol/neues-blatt/" in owner.get(f"{LIST}carol/").text
    wanted = sent(owner, f"{LIST}carol/neues-blatt/")
    pages = [owner.post(f"{LIST}carol/neues-blatt/", wanted, follow=True).text for _ in range(2)]
    assert password(pages[0]) == password(pages[1])
    assert not visiting.is_signed_in(carol)


def test_a_second_owner_finds_no_sheet_of_it(alice: make.Member, owner: Client) -> None:
    owner.post(NEW, sent(owner))
    paul = visiting.signed_in(make.partner(alice.site.practice))
    for url in ("blatt/", "neues-blatt/"):
        assert paul.get(f"{LIST}m123456601-1/{url}").status_code == 404
    assert paul.post(f"{LIST}m123456601-1/neues-blatt/").status_code == 404


def test_locked_by_the_member_who_is_signed_in_is_signed_out_and_reads_why(
    alice: make.Member, owner: Client
) -> None:
    carol = visiting.signed_in(make.employee(alice.personal_access))
    answer = owner.post(f"{LIST}carol/sperren/", follow=True)
    assert "Der Zugang von Carol ist gesperrt." in answer.text
    assert "Sperre aufheben" in answer.text
    assert not WebSession.objects.filter(account__user_name="carol").exists()
    assert not visiting.is_signed_in(carol)
    told = Client().post("/anmelden/", {"user_name": "carol", "password": make.PASSWORD}, follow=True).text
    assert "Ihre Praxis hat Ihren Zugang gesperrt." in told
    owner.post(f"{LIST}carol/entsperren/")
    again = Client()
    again.post("/anmelden/", {"user_name": "carol", "password": make.PASSWORD})
    assert visiting.is_signed_in(again)
