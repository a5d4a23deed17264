"""Documents in the office: put by hand, withdrawn, and what the folder refused lies on the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from flexnet.accounts.models import Role
from flexnet.documents import actions
from flexnet.documents.models import Document, RefusedFile
from flexnet.documents.rules import Why
from tests import make
from tests.documents.dropping import pdf, put
from tests.office import visiting

pytestmark = pytest.mark.django_db
TYPED = {"site": "889999900", "quarter": "1/2026", "kind": "honorarbescheid"}


@pytest.fixture
def clerk() -> Client:
    return visiting.as_(Role.CLERK)


def sends(client: Client, practice: int, content: bytes, **typed: str) -> "visiting.Answer":
    file = SimpleUploadedFile("bescheid.pdf", content)
    url = reverse("document-put", args=[practice])
    return client.post(url, {**TYPED, **typed, "file": file}, follow=True)


def test_a_clerk_puts_one_and_sees_who_fetched_it(clerk: Client) -> None:
    alice = make.settled()
    page = sends(clerk, alice.site.practice_id, pdf()).text
    assert "Honorarbescheid Q1/2026 liegt im Portal." in page
    assert "Noch nicht heruntergeladen" in page
    row = Document.objects.get()
    actions.note_fetched(document=row, access=alice.personal_access, by=make.BY, now=make.NOW)
    page = clerk.get(reverse("documents", args=[alice.site.practice_id])).text
    assert "14.04.2026, 10:00 Uhr</span>, alice</td>" in page


@pytest.mark.parametrize(
    ("content", "typed", "said"),
    [
        (b"", {}, "Die Datei ist leer"),
        (b"<html>", {}, "keine vollständige PDF-Datei"),
        (pdf(), {"quarter": "3/2026"}, "hat noch nicht begonnen"),
        (pdf(), {"quarter": "20261"}, "Bitte geben Sie das Quartal so an"),
        (pdf(), {"site": "859999900"}, "Fehler:"),
        (pdf("schon da"), {}, "Genau diese Datei liegt schon da."),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    content: bytes, typed: dict[str, str], said: str, clerk: Client
) -> None:
    alice = make.settled()
    put(alice.site, text="schon da")
    answer = sends(clerk, alice.site.practice_id, content, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert Document.objects.count() == 1


def test_a_wrong_one_is_withdrawn_and_what_that_means_is_said_before(clerk: Client) -> None:
    alice = make.settled()
    row = put(alice.site)
    actions.note_fetched(document=row, access=alice.personal_access, by=make.BY, now=make.NOW)
    url = reverse("document-withdraw", args=[row.pk])
    assert "ist das ein Datenschutzvorfall" in clerk.post(url, {"reason": "vertauscht"}).text
    clerk.post(url, {"reason": "vertauscht", "confirmed": "yes"})
    assert "vertauscht" in clerk.get(reverse("documents", args=[alice.site.practice_id])).text
    assert clerk.get(url).status_code == 302


def test_what_the_folder_refused_lies_on_the_desk_until_somebody_saw_to_it(clerk: Client) -> None:
    for number, why in enumerate(Why):
        RefusedFile.objects.create(file_name=f"<b>{number}.pdf", why=why, refused_at=make.NOW)
    assert "Dateien für Praxen wurden abgewiesen" in clerk.get("/").text
    page = clerk.get(reverse("documents-refused")).text
    assert page.count("&lt;b&gt;") == len(Why)
    for through in ("", "x", "9" * 40):
        clerk.post(reverse("documents-settle"), {"through": through})
    assert RefusedFile.objects.filter(settled_at=None).count() == len(Why)
    clerk.post(reverse("documents-settle"), {"through": str(RefusedFile.objects.latest("pk").pk)})
    assert "abgewiesen" not in clerk.get("/").text
