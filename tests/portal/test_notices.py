"""Notice in the portal: its last day is said before, it binds once, or it is printed to be signed."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from flexnet.access import endings, queries
from flexnet.access.endings import NotGiven
from flexnet.access.models import Notice, Terms
from flexnet.access.rules import Channel, Granted
from tests import configured, make
from tests.portal import visiting

LIST = "/kuendigung/"
LAST = date(2026, 4, 28)


@pytest.fixture
def owner(alice: make.Member) -> Client:
    return visiting.signed_in(alice.personal_access)


@pytest.fixture
def on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, profile={"statements": "form"})


def test_the_last_day_and_what_goes_with_it_are_said_before(alice: make.Member, owner: Client) -> None:
    make.employee(alice.practice_access)
    page = owner.get(f"{LIST}alice-praxis/").text
    for said in (
        "ist der letzte Tag Dienstag, 28. April 2026, bis 24:00 Uhr.",
        "Auch 1 Zugang Ihres Praxispersonals endet",
        f"Den YubiKey {alice.key} senden Sie uns dann sofort zurück",
        "lässt sich nur gemeinsam mit uns zurücknehmen",
    ):
        assert said in page
    assert not Notice.objects.exists()


def test_it_binds_once_however_often_it_is_sent(alice: make.Member, owner: Client) -> None:
    for _ in range(2):
        page = owner.post(f"{LIST}alice-praxis/", {"ends_on": "2026-04-28"}, follow=True).text
        assert "Der letzte Tag ist der 28. April 2026." in page
        assert "ist gekündigt" in page
    row = Notice.objects.get()
    assert (row.kind, row.received_on, row.ends_on) == ("member", make.NOW.date(), LAST)
    for day, is_open in ((LAST, True), (LAST + timedelta(days=1), False)):
        noon = make.NOW + (day - make.NOW.date())
        decision = queries.explain("alice-praxis", on=noon, channel=Channel.PORTAL).decision
        assert isinstance(decision, Granted) is is_open
    assert "letzter Tag 28.04.2026" in owner.get(LIST).text
    assert "Ihr Zugang endet" not in owner.get("/").text  # her own goes on
    start = visiting.signed_in(alice.practice_access).get("/").text
    assert "Ihr Zugang endet" in start
    assert "Der letzte Tag ist der 28. April 2026." in start


def test_after_midnight_the_new_day_is_said_first(
    alice: make.Member, owner: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(minutes=10))
    for shown in ("2026-04-27", "x", ""):
        typed = {"ends_on": shown, "confirm-password": make.PASSWORD}
        page = owner.post(f"{LIST}alice/", typed, follow=True).text
        assert "Inzwischen ist ein neuer Tag." in page
    assert not Notice.objects.exists()


def test_nobody_ends_what_is_not_theirs(alice: make.Member, owner: Client) -> None:
    bob, dora = make.settled("bob"), make.third_party()
    for access in (alice.practice_access, make.employee(alice.practice_access)):
        client = visiting.signed_in(access)
        assert client.get(LIST).status_code == 404
        assert client.post(f"{LIST}{access}/", {"ends_on": str(LAST)}).status_code == 404
    for name in ("bob", "bob-praxis", "carol", "dora", "niemand"):
        for answer in (owner.get(f"{LIST}{name}/"), owner.get(f"{LIST}{name}/kuendigung.pdf")):
            assert answer.status_code == 404
    given = endings.give_in_portal(member=dora, user_name="dora", ends_on=LAST, now=make.NOW)
    assert isinstance(given, Notice)
    foreign = endings.give_in_portal(
        member=bob.personal_access, user_name="alice", ends_on=LAST, now=make.NOW
    )
    assert foreign is NotGiven.NOT_YOURS


def test_what_belongs_to_several_is_signed_by_all(alice: make.Member, owner: Client) -> None:
    make.own_too(alice.site.practice, "246801")
    page = owner.get(f"{LIST}alice-praxis/").text
    assert "Es unterschreiben alle: Dr. alice, Dr. 246801." in page
    assert "Verbindlich kündigen" not in page
    owner.post(f"{LIST}alice-praxis/", {"ends_on": str(LAST)})
    assert not Notice.objects.exists()
    assert owner.get(f"{LIST}alice-praxis/kuendigung.pdf").content.startswith(b"%PDF")
    assert "Verbindlich kündigen" in owner.get(f"{LIST}alice/").text


def test_by_profile_it_is_printed_and_nothing_binds(
    alice: make.Member, owner: Client, on_paper: None
) -> None:
    page = owner.get(f"{LIST}alice/").text
    assert "Es zählt der Tag, an dem der Brief bei uns ankommt" in page
    assert "Verbindlich kündigen" not in page
    owner.post(f"{LIST}alice/", {"ends_on": str(LAST)})
    assert not Notice.objects.exists()
    sheet = owner.get(f"{LIST}alice/kuendigung.pdf")
    assert sheet["Content-Disposition"] == 'attachment; filename="Kuendigung_alice.pdf"'
    assert sheet.content.startswith(b"%PDF")


class TestObjectionsOnPaper:
    @pytest.fixture
    def two(self, alice: make.Member) -> Terms:
        return make.changed_terms(effective_on=make.NOW.date() + timedelta(days=14))

    def test_the_sheet_is_made_and_nothing_is_entered(
        self, owner: Client, two: Terms, on_paper: None
    ) -> None:
        url = "/nutzungsbedingungen/widerspruch/"
        assert "Unterschrift auf Papier" in owner.get(url).text
        said = {"version": two.version, "sha256": two.sha256, "text": "§ 2\n#sys <b>"}
        sheet = owner.post(url, said)
        assert sheet["Content-Type"] == "application/pdf"
        assert sheet.content.startswith(b"%PDF")
        assert not two.objection_set.exists()

    def test_about_a_text_that_was_replaced_there_is_none(
        self, owner: Client, two: Terms, on_paper: None
    ) -> None:
        read = make.terms()
        said = {"version": read.version, "sha256": read.sha256, "text": "§ 2"}
        page = owner.post("/nutzungsbedingungen/widerspruch/", said)
        assert page.status_code == 422
        assert "§ 2" in page.text
