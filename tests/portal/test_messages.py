"""Messages in the portal: written, answered, read, downloaded; of others there are none."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from flexnet.accounts.models import Role, Staff
from flexnet.correspondence.models import Attachment, Message, Thread
from flexnet.members import actions as members
from tests import configured, make
from tests.correspondence import writing
from tests.correspondence.writing import PDF, SCHEIN
from tests.portal import visiting

NEW = "/nachrichten/neu/"
TYPED = {"subject": "Frage <b>zum</b> Honorar", "text": "Was ist Zeile 12?\n\n<script>alert(1)</script>"}


@pytest.fixture
def clara(db: None) -> Staff:
    return make.colleague(Role.CLERK).staff


def sends(client: Client, *files: tuple[str, bytes], url: str = NEW, **typed: str) -> visiting.Answer:
    chosen = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(url, {**TYPED, **typed, "attachments": chosen}, follow=True)


def test_a_message_goes_out_and_shows_when_it_is_read(browser: Client, clara: Staff) -> None:
    page = sends(browser, ("schein.pdf", PDF), ("notiz.txt", b"Hallo")).text
    assert "Frage &lt;b&gt;zum&lt;/b&gt; Honorar" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "Praxiszugang, BSNR 889999900" in page
    assert "Noch nicht gelesen." in page
    writing.read(Thread.objects.get(), clara)
    page = browser.get(reverse("message-thread", args=[Thread.objects.get()])).text
    assert "Gelesen am 14.04.2026, 10:00 Uhr: KVSA, Sachbearbeitung." in page
    assert "Clara" not in page


def test_what_is_new_is_said_on_the_start_page_until_somebody_opens_it(
    alice: make.Member, browser: Client, clara: Staff
) -> None:
    thread = writing.from_kv(alice.site.practice, clara)
    for client in (browser, visiting.signed_in(alice.personal_access)):
        page = client.get("/").text
        assert "Die KVSA hat Ihnen geschrieben" in page
        assert "1 Nachricht haben Sie noch nicht gelesen." in page
    url = reverse("message-thread", args=[thread])
    browser.head(url)
    assert Message.objects.get().read_at is None
    assert "Neu</span>" in browser.get(url).text
    assert "Neu</span>" not in browser.get(url).text
    assert Message.objects.get().reading_access == alice.practice_access
    assert "Die KVSA hat Ihnen geschrieben" not in browser.get("/").text


def test_a_file_goes_out_to_be_saved_and_never_to_be_shown(browser: Client) -> None:
    sends(browser, ('schön "x".txt', "Grüße".encode()))
    answer = browser.get(reverse("message-attachment", args=[Attachment.objects.get().pk]))
    assert answer.content == "Grüße".encode()
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''sch%C3%B6n%20_x_.txt"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("programm.exe", b"MZ\x90\0")], "keine vollständige PDF-, PNG-, JPEG- oder Textdatei"),
        ([("schein.pdf", b"<script>")], "etwas anderes, als die Endung sagt"),
        ([("leer.pdf", b"")], "ist leer"),
        ([("gross.pdf", PDF + b" " * 2**20)], "hat mehr als 1 MB"),
        ([(f"{number}.pdf", PDF) for number in range(3)], "Höchstens 2 Dateien"),
    ],
)
def test_a_file_that_is_not_taken_is_told_and_nothing_typed_is_lost(
    files: list[tuple[str, bytes]], said: str, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, messages={"max_attachment_mib": 1, "max_attachments": 2})
    answer = sends(browser, *files)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Was ist Zeile 12?" in answer.text
    assert not Message.objects.exists()


def test_a_form_without_words_says_which_are_missing(browser: Client) -> None:
    answer = sends(browser, subject=" \u202e\x00 ", text="\u200b")
    assert answer.status_code == 422
    assert answer.text.count("Bitte füllen Sie dieses Feld aus.") == 4
    assert sends(browser, text="x" * 10_001).status_code == 422


def test_pressed_twice_it_is_sent_once(browser: Client) -> None:
    once = str(uuid.uuid4())
    sends(browser, once=once)
    assert "nur einmal geschehen" in sends(browser, once=once).text
    url = reverse("message-answer", args=[Thread.objects.get()])
    for _time in range(2):
        assert sends(browser, url=url, once=str(uuid.UUID(int=7))).status_code == 200
    assert Message.objects.count() == 2


def test_what_is_foreign_and_what_is_missing_answer_alike(alice: make.Member, clara: Staff) -> None:
    bob = visiting.signed_in(make.settled("bob").practice_access)
    thread = writing.from_kv(alice.site.practice, clara, SCHEIN)
    attachment = Attachment.objects.get().pk
    for name, known in (("message-thread", thread.pk), ("message-attachment", attachment)):
        found = [bob.get(reverse(name, args=[key])) for key in (known, uuid.uuid4())]
        assert [one.status_code for one in found] == [404, 404]
        assert len(found[0].content) == len(found[1].content)
    bob.post(reverse("message-answer", args=[thread]), TYPED)
    assert Message.objects.count() == 1
    assert Message.objects.get().read_at is None


def test_an_answer_that_comes_after_the_session_is_there_when_they_are_back(
    alice: make.Member, browser: Client, clara: Staff, clock: time_machine.Traveller
) -> None:
    thread = writing.from_kv(alice.site.practice, clara)
    url = reverse("message-answer", args=[thread])
    clock.shift(timedelta(minutes=21))
    answer = sends(browser, ("schein.pdf", PDF), url=url)
    assert "Anmeldung ist abgelaufen" in answer.text
    page = browser.post(
        "/anmelden/", {"user_name": "alice-praxis", "password": make.PASSWORD}, follow=True
    ).text
    assert "Was ist Zeile 12?" in page
    assert "Datei „schein.pdf“ noch einmal wählen" in page
    assert f'action="{url}" enctype="multipart/form-data"' in page


def test_whoever_is_of_several_practices_says_for_which(alice: make.Member) -> None:
    bob = make.member("bob")
    members.enter_ownership(
        practice=bob.site.practice,
        person=alice.person,
        from_on=make.NOW.date(),
        by=make.BY,
        now=make.NOW,
    )
    client = visiting.signed_in(alice.personal_access)
    assert sends(client).status_code == 422
    assert sends(client, party="0").status_code == 422
    sends(client, party=str(bob.site.practice_id))
    assert Thread.objects.get().practice == bob.site.practice
