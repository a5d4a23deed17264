"""After a lock: what it did, the signed receipt for it, and whether a receipt is genuine."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from flexnet.access import locking
from flexnet.access.models import Lock
from flexnet.accounts.models import Role
from flexnet.gateway.models import LockReceipt
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def lock() -> Lock:
    door = make.door(make.settled())
    door.open()
    return locking.lock_access(
        access=door.who.practice_access, cause=Lock.Cause.LOSS, by=make.BY, reason="Tasche weg", now=make.NOW
    )


@pytest.fixture
def clerk(lock: Lock) -> Client:
    return visiting.as_(Role.CLERK)


def test_the_access_leads_to_what_the_lock_did(lock: Lock, clerk: Client) -> None:
    url = f"/sperre/{lock.pk}/wirkung/"
    assert url in clerk.get("/zugang/alice-praxis/").text
    page = clerk.get(url).text
    assert "Noch ist nicht alles bestätigt" in page
    assert "gw1" in page


def test_a_receipt_is_issued_and_drawn(lock: Lock, clerk: Client) -> None:
    page = clerk.post(f"/sperre/{lock.pk}/bestaetigung/", follow=True).text
    row = LockReceipt.objects.get()
    assert f"Ausgestellt: Sperrbestätigung {row.number}." in page
    answer = clerk.get(f"/sperrbestaetigung/{row.number}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "alice-praxis" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert clerk.get("/sperrbestaetigung/S-999999-1.pdf").status_code == 404


def test_whether_one_is_genuine(lock: Lock, clerk: Client) -> None:
    clerk.post(f"/sperre/{lock.pk}/bestaetigung/")
    row = LockReceipt.objects.get()
    page = clerk.get("/sperrbestaetigung/", {"nummer": f" {row.number.lower()} "}).text
    assert "sie ist unverändert" in page
    assert "Zugang alice-praxis" in page
    LockReceipt.objects.update(statement=row.statement.replace("alice", "bobby"))
    assert "Die Unterschrift passt nicht" in clerk.get("/sperrbestaetigung/", {"nummer": row.number}).text
    unknown = clerk.get("/sperrbestaetigung/", {"nummer": "S-000001-9"})
    assert unknown.status_code == 422
    assert "nie ausgestellt" in unknown.text
