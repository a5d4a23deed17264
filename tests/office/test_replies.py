"""Replies in the office: given, withdrawn; what the folder refused and what stayed shut is on the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from flexnet.accounts.models import Role
from flexnet.billing import full_checks, replies
from flexnet.billing.decryption import Failure
from flexnet.billing.models import FullCheck, Receipt, RefusedReply, Reply
from flexnet.billing.reply_rules import Why
from flexnet.office.replies import FAILURES
from tests import make
from tests.billing import containers, files
from tests.documents.dropping import pdf
from tests.office import visiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def department() -> Client:
    return visiting.as_(Role.BILLING)


@pytest.fixture
def receipt(alice: make.Member) -> Receipt:
    return Receipt.objects.get(pk=files.submitted(alice.site).pk)


def gives(client: Client, receipt: Receipt, **typed: object) -> "visiting.Answer":
    return client.post(reverse("delivery-reply", args=[receipt]), typed, follow=True)


def test_a_text_or_a_file_is_given_and_who_read_it_is_seen(
    department: Client, receipt: Receipt, alice: make.Member
) -> None:
    assert "liegt im Portal" in gives(department, receipt, text="Bitte rufen Sie an.").text
    page = gives(department, receipt, file=SimpleUploadedFile("Protokoll.pdf", pdf())).text
    assert page.count("Noch nicht gelesen.") == 2
    row = Reply.objects.get(kind="text")
    replies.note_read(reply=row, access=alice.personal_access, by=make.BY, now=make.NOW)
    page = department.get(reverse("delivery", args=[receipt])).text
    assert "mit dem Zugang alice." in page
    assert "Bitte rufen Sie an." not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Schreiben Sie einen Text oder wählen Sie eine Datei."),
        ({"text": "x", "file": pdf()}, "Schreiben Sie einen Text oder wählen Sie eine Datei."),
        ({"file": b""}, "Die Datei ist leer"),
        ({"file": b"MZ"}, "weder eine vollständige PDF-Datei noch Text"),
        ({"text": "schon da"}, "Genau diese Rückmeldung hat die Praxis schon."),
    ],
)
def test_what_is_wrong_is_told(
    department: Client, receipt: Receipt, typed: dict[str, object], said: str
) -> None:
    gives(department, receipt, text="schon da")
    sent = {
        name: SimpleUploadedFile("a.pdf", value) if isinstance(value, bytes) else value
        for name, value in typed.items()
    }
    answer = gives(department, receipt, **sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert Reply.objects.count() == 1


def test_pressed_twice_it_is_given_once(department: Client, receipt: Receipt) -> None:
    once = "6f3c2b0e-8f0e-4bb1-9d9f-1f6f3a2c1b00"
    for _time in range(2):
        assert gives(department, receipt, text="Guten Tag", once=once).status_code == 200
    assert Reply.objects.count() == 1


def test_what_the_folder_refused_is_on_the_desk_until_somebody_saw_to_it(department: Client) -> None:
    RefusedReply.objects.create(file_name="<b>x.pdf", why=Why.UNKNOWN, refused_at=make.NOW)
    assert "Rückmeldungen an Praxen wurden abgewiesen" in department.get("/").text
    page = department.get(reverse("replies-refused")).text
    assert "&lt;b&gt;x.pdf" in page
    assert "Zu dieser Eingangsnummer gibt es keine Abrechnung." in page
    department.post(reverse("replies-settle"), {"through": str(RefusedReply.objects.get().pk)})
    assert "Rückmeldungen an Praxen wurden abgewiesen" not in department.get("/").text


def test_what_stays_shut_is_on_the_desk_with_what_to_do_and_tried_again(
    department: Client, alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        containers.decrypt_by(patch, "/nowhere/xkm")
        row = containers.handed_in(alice.practice_access)
        full_checks.work(make.NOW)
    assert "ließen sich nicht entschlüsseln" in department.get("/").text
    what, cure = FAILURES[Failure.MISSING]
    assert str(what) in department.get(reverse("delivery", args=[row.receipt])).text
    page = department.get(reverse("full-checks")).text
    assert str(cure) in page
    through = FullCheck.objects.get().failed_at
    assert through
    assert f'value="{through.isoformat()}"' in page
    page = department.post(reverse("full-checks-again"), {"through": through.isoformat()}, follow=True).text
    assert "1 Datei wird noch einmal entschlüsselt" in page
    containers.decrypt_by(monkeypatch)
    assert full_checks.work(make.NOW) == 1
    page = department.get(reverse("delivery", args=[row.receipt])).text
    assert "Ergebnis der Prüfung: nichts gefunden" in page
    report = department.get(reverse("reply-report", args=[Reply.objects.get().pk]))
    assert report.content.startswith(b"%PDF-")


@pytest.mark.parametrize("through", ["", "gestern", "2026-04-14"])
def test_a_forged_moment_tries_nothing(
    department: Client, alice: make.Member, monkeypatch: pytest.MonkeyPatch, through: str
) -> None:
    containers.decrypt_by(monkeypatch, "/nowhere/xkm")
    containers.handed_in(alice.practice_access)
    full_checks.work(make.NOW)
    page = department.post(reverse("full-checks-again"), {"through": through}, follow=True).text
    assert "Das ist schon erledigt." in page
    assert full_checks.desk().exists()


def test_every_failure_has_its_words() -> None:
    assert set(FAILURES) == set(Failure)
