"""The office sees whom practices let hand in, enters a mandate that came on paper, and revokes one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from flexnet.access.models import Access, Mandate
from flexnet.accounts.models import Role
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
