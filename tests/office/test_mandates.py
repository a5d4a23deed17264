"""The office sees whom practices let hand in, enters a mandate that came on paper, and revokes one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from flexnet.access import scans
from flexnet.access.models import Access, Mandate
from flexnet.accounts.models import Role
from flexnet.audit.models import Event
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\nA signature\nendobj\n%%EOF\n"


@pytest.fixture
def clerk() -> Client:
    return visiting.as_(Role.CLERK)


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def dora(alice: make.Member) -> Access:
    return make.submitter()


def typed(alice: make.Member, dora: Access, **changed: object) -> dict[str, object]:
    return {
        "submitter": str(dora.third_party_id),
        "sites": alice.site.bsnr,
        "signer": str(alice.person.pk),
        "signed_on": "13.4.2026",
        "from_on": "14.4.2026",
        "until_on": "",
        **changed,
    }


def test_what_came_on_paper_is_entered_once_with_its_scan_and_seen_on_both_pages(
    alice: make.Member, dora: Access, clerk: Client
) -> None:
    url = f"/praxis/{alice.site.practice_id}/vollmacht/"
    for _ in range(2):
        form = typed(alice, dora, scan=SimpleUploadedFile("blatt.pdf", PDF))
        clerk.post(url, {**form, "once": "0e5b1c5e-98d9-4ac8-ae2a-6f5d40d8ac3e"})
    row = Mandate.objects.get()
    assert row.scan is not None
    assert (row.way, row.scan.size, row.person) == ("paper", len(PDF), alice.person)
    for page in (f"/praxis/{alice.site.practice_id}/", f"/dritter/{dora.third_party_id}/"):
        text = clerk.get(page).text
        assert "auf Papier am 13.04.2026" in text
        assert f"/vollmacht/{row.pk}/widerrufen/" in text


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"signed_on": "15.4.2026"}, "Unterschrieben wird spätestens heute"),
        ({"until_on": "13.4.2026"}, "Der letzte Tag ist vorbei"),
        ({"sites": "859999900"}, "Bitte wählen Sie"),
        ({"signer": "0"}, "Bitte wählen Sie"),
        ({"scan": SimpleUploadedFile("x.exe", b"MZ\x90")}, "keine vollständige PDF"),
        ({"submitter": "0"}, "Bitte wählen Sie"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_entered(
    alice: make.Member, dora: Access, clerk: Client, changed: dict[str, object], why: str
) -> None:
    answer = clerk.post(f"/praxis/{alice.site.practice_id}/vollmacht/", typed(alice, dora, **changed))
    assert answer.status_code == 422
    assert why in answer.text
    assert not Mandate.objects.exists()


@pytest.fixture
def on_paper(alice: make.Member, dora: Access, clerk: Client) -> Mandate:
    form = typed(alice, dora, scan=SimpleUploadedFile("blatt.pdf", PDF))
    clerk.post(f"/praxis/{alice.site.practice_id}/vollmacht/", form)
    return Mandate.objects.get()


def test_the_scan_is_read_back_for_a_reason_that_stands_in_the_trail(
    on_paper: Mandate, clerk: Client
) -> None:
    url = f"/vollmacht/{on_paper.pk}/scan/"
    assert url in clerk.get(f"/praxis/{on_paper.site.practice_id}/").text
    assert clerk.post(url, {"reason": ""}).status_code == 422
    assert not Event.objects.filter(kind="scan.read").exists()
    answer = clerk.post(url, {"reason": "Nachfrage der Praxis"})
    assert answer.content == PDF
    assert answer["Content-Disposition"] == f'attachment; filename="vollmacht-{on_paper.pk}.pdf"'
    read = Event.objects.get(kind="scan.read")
    assert (read.by, read.subject) == ("office:clara", "site:889999900")
    assert "Nachfrage der Praxis" in read.data


def test_a_scan_that_is_gone_is_told_and_not_given_out(on_paper: Mandate, clerk: Client) -> None:
    assert on_paper.scan
    url, broken = f"/vollmacht/{on_paper.pk}/scan/", "Der Scan lässt sich nicht öffnen."
    scans.STORE.drop(on_paper.scan.sha256)
    assert broken in clerk.post(url, {"reason": "x"}).text
    Mandate.objects.update(scan=None)
    assert "kein Scan abgelegt" in clerk.get(url).text
    assert clerk.post(url, {"reason": "x"}).status_code == 422


def test_only_clerks_read_it(on_paper: Mandate) -> None:
    for role in (Role.RECEPTION, Role.IT, Role.AUDITOR):
        visitor = visiting.as_(role, name=f"some-{role.value}")
        assert visitor.get(f"/vollmacht/{on_paper.pk}/scan/").status_code == 404
        assert visitor.post(f"/vollmacht/{on_paper.pk}/scan/", {"reason": "x"}).status_code == 404
