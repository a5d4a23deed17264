"""A file of keys in the office: looked at, taken by the worker, dropped or forgotten; seeds always sealed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from flexnet.accounts.models import Role
from flexnet.keys import queries, uploads
from flexnet.keys.models import Key, KeyFile
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db
SEED = "31323334353637383930" * 2
FILE = f"30000001,{SEED},hotp,6,16\n30000002,{SEED[::-1]},hotp,6,5\n"


@pytest.fixture
def desk() -> Client:
    return visiting.as_(Role.KEY_DESK)


def send(desk: Client, content: str | bytes, form: str = "oath", **typed: str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("lieferung.csv", data)
    fields = {"form": form, "digits": "6", "reason": "Lieferung 7", "key": "", "password": ""}
    return desk.post(reverse("key-files"), {**fields, "file": file, **typed}, follow=True)


def test_it_is_looked_at_ordered_and_taken_and_the_seeds_are_gone_then(desk: Client) -> None:
    looked_at = send(desk, FILE)
    assert "Der erste Zähler eines YubiKeys ist ein Vielfaches von 16." in looked_at.text
    assert SEED not in looked_at.text
    row = KeyFile.objects.get()
    assert row.sealed_rows is not None
    assert bytes.fromhex(SEED) not in bytes(row.sealed_rows)
    assert SEED.encode() not in bytes(row.sealed_rows)
    order = reverse("key-file-order", args=[row.pk])
    assert desk.post(order, {"confirmed": "yes"}).status_code == 422
    desk.post(order, {"mode": "good", "confirmed": "yes"})
    assert not Key.objects.exists()
    assert (uploads.take_waiting(make.NOW), uploads.take_waiting(make.NOW)) == (1, 0)
    assert queries.key("30000001").counter == 16
    row.refresh_from_db()
    assert row.is_written
    assert not KeyFile.objects.exclude(sealed_rows=None).exists()
    taken = desk.get(reverse("key-file", args=[row.pk]))
    assert ("30000002" in taken.text, "Eingelesen" in taken.text) == (True, True)
    again = send(desk, FILE)
    assert "Schon da" in again.text


def test_what_cannot_be_read_is_told_and_nothing_is_kept(desk: Client) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "x">]><KeyContainer>&b;</KeyContainer>'
    for content, form in (("# nichts", "oath"), (bomb, "pskc"), ("", "yubico")):
        answer = send(desk, content, form)
        assert (answer.status_code, "Darin sind keine YubiKeys" in answer.text) == (422, True)
    assert send(desk, FILE, key="xyz").status_code == 422
    assert not KeyFile.objects.exists()


def test_it_is_dropped_or_forgotten_after_a_day(desk: Client) -> None:
    send(desk, FILE)
    first = KeyFile.objects.get()
    desk.post(reverse("key-file-drop", args=[first.pk]), {"confirmed": "yes"})
    send(desk, FILE)
    assert uploads.clear_old(make.NOW + timedelta(days=2)) == 1
    assert not KeyFile.objects.exclude(sealed_rows=None).exists()
    uploads.take_waiting(make.NOW)
    assert not Key.objects.exists()
