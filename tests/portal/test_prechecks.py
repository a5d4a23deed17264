"""A file is checked in advance: page, PDF and JSON say what was found; nothing of it is kept anywhere."""

import json
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from flexnet.audit.models import Event
from flexnet.billing import adapters, prechecks
from flexnet.billing.models import Delivery, Precheck
from flexnet.lib.kvdt.sample import line
from flexnet.lib.quarters import Quarter
from tests import configured
from tests.billing import files
from tests.portal import visiting

SOUND = files.plain()
FAULTY = SOUND.replace(line("5099", "123456601"), line("5099", "765432201")).replace(
    line("0300", "0"), line("0300", "2")
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "store"
    configured.change(monkeypatch, billing={"store": folder})
    return folder


def seen(browser: Client, content: bytes, name: str = files.NAME) -> str:
    key = visiting.prechecked(browser, content, name=name)
    return browser.get(reverse("precheck", args=[key])).content.decode()


def test_a_sound_file_is_said_to_be_sound_and_not_handed_in(browser: Client) -> None:
    page = seen(browser, SOUND)
    assert "Wir haben nichts gefunden" in page
    assert "Eingereicht ist damit nichts." in page
    assert not Delivery.objects.exists()


def test_causes_are_said_with_place_cure_and_source(browser: Client) -> None:
    page = seen(browser, FAULTY)
    assert "Die Arztnummer der Leistung ist am Anfang der Datei nicht genannt." in page
    assert "Feld 5099, 765432201" in page
    assert "KVDT-Datensatzbeschreibung V6.03, Feld 5099" in page
    assert "Diesen Wert gibt es bei den Angaben zu Ringversuchen nicht." in page


def test_the_file_of_a_foreign_site_is_told(browser: Client) -> None:
    page = seen(browser, files.plain(files.BOB), files.NAME.replace(files.ALICE, files.BOB))
    assert f"Die Datei nennt keine Betriebsstätte Ihres Zugangs, sondern {files.BOB}." in page


def test_nothing_reaches_store_disk_or_database(
    browser: Client, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> Any:
        raise AssertionError("nothing may be written")

    for owner, name in ((tempfile, "mkstemp"), (tempfile, "NamedTemporaryFile"), (adapters, "Arrival")):
        monkeypatch.setattr(owner, name, never)
    written: list[str] = []
    really = os.open

    def noting(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            written.append(str(path))
        return really(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", noting)
    content = files.plain(cases=3_000)
    key = visiting.prechecked(browser, content)
    assert not store.exists()
    assert [path for path in written if ".sqlite" not in path] == []
    row = Precheck.objects.get(pk=key)
    held = json.dumps([row.facts, row.findings])
    patients = {one[7:].decode("latin-1") for one in content.split(b"\r\n") if one[3:5] in (b"31", b"60")}
    assert not [text for text in patients if len(text) > 4 and text in held]
    assert len(held) < 1_000


def test_of_an_encrypted_file_its_plain_header_is_said(browser: Client) -> None:
    key = visiting.prechecked(browser, files.container(part="2/3"), name=files.NAME)
    page = browser.get(reverse("precheck", args=[key])).content.decode()
    assert "Die Datei ist verschlüsselt: geprüft ist nur, was außen darauf steht" in page
    assert "KBV-Kryptomodul 1.26, für eine echte Abrechnung" in page
    assert "31. März 2026, 11:06" in page
    assert "2 von 3" in page
    assert files.ALICE in page
    assert "Behandlungsfälle" not in page
    assert "So können Sie sie einreichen." in page
    assert "Fehler" not in page
    told = browser.get(reverse("precheck-json", args=[key])).json()["facts"]
    assert told["container"] == {
        "version": "1.26",
        "created_at": "2026-03-31T11:06:01",
        "part": 2,
        "parts": 3,
        "is_test": False,
    }
    assert browser.get(reverse("precheck-pdf", args=[key])).content.startswith(b"%PDF-")


def test_a_test_key_and_a_foreign_site_of_an_encrypted_file_are_said(browser: Client) -> None:
    page = seen(browser, files.container(files.BOB, key="TEST_KV"))
    assert "So können Sie sie einreichen." not in page
    assert "mit einem Testschlüssel: als echte Abrechnung wird sie nicht angenommen" in page
    assert f"Die Datei nennt keine Betriebsstätte Ihres Zugangs, sondern {files.BOB}." in page


def test_an_encrypted_file_with_a_broken_header_is_said_to_be_encrypted(browser: Client) -> None:
    assert "Die Datei ist verschlüsselt." in seen(browser, b"\r\n*XKM*\r\n" + bytes(range(256)))


@pytest.mark.parametrize(
    ("opens_day", "closes_day", "quarter", "said"),
    [
        (25, 15, files.QUARTER, ""),
        (25, 13, files.QUARTER, "Der Abgabezeitraum für Q1/2026 endete am 13.04.2026."),
        (25, 15, files.QUARTER + 1, "Der Abgabezeitraum für Q2/2026 beginnt erst am 25.06.2026."),
        (25, 15, files.QUARTER + 2, "Q3/2026 hat noch nicht begonnen."),
        (25, 15, files.QUARTER + -5, "Q4/2024 liegt schon länger zurück."),
    ],
)
def test_the_files_quarter_is_held_against_the_window(
    browser: Client,
    monkeypatch: pytest.MonkeyPatch,
    opens_day: int,
    closes_day: int,
    quarter: Quarter,
    said: str,
) -> None:
    configured.change(monkeypatch, billing={"opens_day": opens_day, "closes_day": closes_day})
    page = seen(browser, files.plain(quarter=quarter))
    told = [words for words in ("Abgabezeitraum für", "hat noch nicht", "schon länger") if words in page]
    assert said in page
    assert len(told) == bool(said)


def test_pdf_and_json_say_the_same(browser: Client) -> None:
    key = visiting.prechecked(browser, FAULTY)
    pdf = browser.get(reverse("precheck-pdf", args=[key]))
    assert pdf.content.startswith(b"%PDF-")
    assert b"pdfaid" in pdf.content
    found = browser.get(reverse("precheck-json", args=[key])).json()
    assert (found["level"], found["facts"]["cases"], found["facts"]["quarter"]) == (2, 3, "Q1/2026")
    assert {one["rule"] for one in found["findings"]} == {"service_doctor", "code_of_rvsa"}


def test_what_was_found_is_forgotten_after_its_hours(browser: Client) -> None:
    key = visiting.prechecked(browser, SOUND)
    row = Precheck.objects.get(pk=key)
    assert prechecks.clear_old(row.checked_at + timedelta(hours=47)) == 0
    assert prechecks.clear_old(row.checked_at + timedelta(hours=48)) == 1


def test_of_an_unusual_name_nothing_is_kept(browser: Client) -> None:
    key = visiting.prechecked(browser, SOUND, name="Erika Mustermann.con")
    row = Precheck.objects.get(pk=key)
    assert row.file_name == ""
    assert "Mustermann" not in json.dumps([row.facts, row.findings])
    assert [one["rule"] for one in row.findings] == ["name_form"]


def test_an_empty_file_is_a_finding_and_none_at_all_a_sentence(browser: Client) -> None:
    assert "Die Datei ist leer." in seen(browser, b"")
    answer = browser.post("/abrechnung/pruefen/", {})
    assert answer.status_code == 422
    assert "Bitte wählen Sie eine Datei." in answer.content.decode()


def test_a_file_that_is_too_large_is_said_to_be(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, billing={"max_upload_mib": 1})
    large = SimpleUploadedFile(files.NAME, b"x" * (1024 * 1024 + 1))
    answer = browser.post("/abrechnung/pruefen/", {"file": large})
    assert answer.status_code == 422
    assert "Die Datei ist größer als 1 MB." in answer.content.decode()
    assert not Precheck.objects.exists()


def test_it_is_said_in_the_trail_that_a_file_was_checked(browser: Client) -> None:
    visiting.prechecked(browser, SOUND)
    event = Event.objects.get(kind="delivery.checked")
    assert json.loads(event.data)["lines"] == SOUND.count(b"\n")
