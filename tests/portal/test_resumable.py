"""Billing files in pieces over HTTP (tus 1.0): what the protocol promises, and whose an upload is."""

import base64
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from flexnet.access import locking
from flexnet.access.models import Lock
from flexnet.billing.models import Delivery, Upload
from tests import configured, make
from tests.billing import files
from tests.portal import visiting

CONTENT = files.plain(cases=40)
AT = "/abrechnung/hochladen/"
OFFSET = "application/offset+octet-stream"


def told(**values: str) -> str:
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in values.items())


def spoken(client: Client, method: str, url: str, body: bytes = b"", **headers: object) -> Any:
    """Any: Django's own type of a test's answer is not public."""
    told = {"Tus-Resumable": "1.0.0", **{name.replace("_", "-"): str(one) for name, one in headers.items()}}
    kind = told.pop("Content-Type", OFFSET)
    return client.generic(method, url, body, content_type=kind, headers=told)


def begun(
    client: Client, size: int = len(CONTENT), *, name: str = files.NAME, quarter: object = files.QUARTER
) -> Any:
    words = told(filename=name, quarter=str(quarter), modified="1700000000000")
    return spoken(client, "POST", AT, Upload_Length=size, Upload_Metadata=words)


def address(client: Client) -> str:
    answer = begun(client)
    assert answer.status_code == 201, answer.content
    return str(answer["Location"])


def test_the_server_says_what_it_speaks(browser: Client) -> None:
    answer = browser.options(AT)
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert answer["Tus-Max-Size"] == str(200 * 1024 * 1024)
    assert "sha1" in answer["Tus-Checksum-Algorithm"]


def test_from_the_first_piece_to_the_delivery(browser: Client) -> None:
    url = address(browser)
    first = spoken(browser, "PATCH", url, CONTENT[:800], Upload_Offset=0)
    assert (first.status_code, first["Upload-Offset"]) == (204, "800")
    assert first["Upload-Expires"] == "Wed, 15 Apr 2026 08:00:00 GMT"
    head = spoken(browser, "HEAD", url)
    assert (head["Upload-Offset"], head["Upload-Length"]) == ("800", str(len(CONTENT)))
    assert head["Cache-Control"] == "no-store"
    [listed] = browser.get(AT).json()["uploads"]
    assert (listed["url"], listed["name"], listed["size"]) == (url, files.NAME, len(CONTENT))
    assert listed["received"] == 800
    assert spoken(browser, "PATCH", url, CONTENT[800:], Upload_Offset=800).status_code == 204
    found = browser.post(f"{url}pruefen/").json()
    assert found == {"url": f"/abrechnung/{Delivery.objects.get().pk}/"}
    assert browser.get(AT).json() == {"uploads": []}


def test_what_is_wrong_in_the_whole_file_is_said_and_it_is_gone(browser: Client) -> None:
    words = told(filename=files.NAME, quarter=str(files.QUARTER))
    content = CONTENT[:-20]
    url = spoken(browser, "POST", AT, Upload_Length=len(content), Upload_Metadata=words)["Location"]
    spoken(browser, "PATCH", url, content, Upload_Offset=0)
    answer = browser.post(f"{url}pruefen/")
    assert answer.status_code == 422
    [problem] = answer.json()["problems"]
    assert problem["what"] == "Die Datei ist unvollständig: Ihr Ende fehlt."
    assert not Upload.objects.exists()


def test_a_file_that_is_submitted_already_names_its_receipt(browser: Client) -> None:
    row = visiting.submitted(browser, CONTENT)
    url = address(browser)
    spoken(browser, "PATCH", url, CONTENT, Upload_Offset=0)
    [problem] = browser.post(f"{url}pruefen/").json()["problems"]
    assert problem["link"] == f"/abrechnung/{row.pk}/"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload_Offset": 5}, 409),
        ({"Upload_Offset": "x"}, 400),
        ({"Upload_Offset": 0, "Tus_Resumable": "0.2.2"}, 412),
        ({"Upload_Offset": 0, "Content_Type": "text/plain"}, 415),
        ({"Upload_Offset": 0, "Upload_Checksum": "md5 AAAA"}, 400),
        ({"Upload_Offset": 0, "Upload_Checksum": "sha1 AAAA"}, 460),
    ],
)
def test_what_the_protocol_does_not_know_is_refused_and_nothing_counts(
    browser: Client, headers: dict[str, object], status: int
) -> None:
    url = address(browser)
    assert spoken(browser, "PATCH", url, CONTENT[:700], **headers).status_code == status
    assert spoken(browser, "HEAD", url)["Upload-Offset"] == "0"


def test_a_checksum_that_fits_is_taken(browser: Client) -> None:
    digest = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    answer = spoken(
        browser, "PATCH", address(browser), CONTENT, Upload_Offset=0, Upload_Checksum=f"sha256 {digest}"
    )
    assert answer.status_code == 204


def test_a_client_that_knows_only_post_says_the_method_in_a_header(browser: Client) -> None:
    url = address(browser)
    override = {"X_HTTP_Method_Override": "PATCH"}
    assert spoken(browser, "POST", url, CONTENT, Upload_Offset=0, **override).status_code == 204
    assert spoken(browser, "POST", url, X_HTTP_Method_Override="DELETE").status_code == 204
    assert spoken(browser, "HEAD", url).status_code == 404


def test_more_than_was_announced_is_too_much(browser: Client) -> None:
    assert spoken(browser, "PATCH", address(browser), CONTENT + b"x", Upload_Offset=0).status_code == 413


@pytest.mark.parametrize(
    ("size", "name", "quarter", "status"),
    [
        (10, "Rechnung.pdf", files.QUARTER, 422),
        (2_000_000, files.NAME, files.QUARTER, 413),
        ("none", files.NAME, files.QUARTER, 400),
        (10, files.NAME, "Q1/2020", 400),
    ],
)
def test_what_cannot_be_taken_is_told_when_it_is_announced(
    browser: Client, monkeypatch: pytest.MonkeyPatch, size: Any, name: str, quarter: object, status: int
) -> None:
    configured.change(monkeypatch, billing={"max_upload_mib": 1})
    assert begun(browser, size, name=name, quarter=quarter).status_code == status
    assert not Upload.objects.exists()


def test_another_kind_of_file_is_told_with_its_first_bytes(browser: Client) -> None:
    answer = spoken(browser, "PATCH", address(browser), b"PK\x03\x04" + bytes(600), Upload_Offset=0)
    assert answer.status_code == 422
    assert "ZIP" in answer.json()["problems"][0]["what"]


@pytest.mark.parametrize("which", ["another practice", "a colleague"])
def test_what_somebody_else_began_is_not_there(browser: Client, alice: make.Member, which: str) -> None:
    url = address(browser)
    spoken(browser, "PATCH", url, CONTENT, Upload_Offset=0)
    access = make.settled("bob").practice_access if which == "another practice" else alice.personal_access
    other = visiting.signed_in(access, make.PASSWORD)
    for method in ("HEAD", "PATCH", "DELETE"):
        assert spoken(other, method, url, b"", Upload_Offset=len(CONTENT)).status_code == 404
    for act in ("pruefen", "entfernen"):
        assert other.post(f"{url}{act}/").status_code == 404
    assert other.get(AT).json() == {"uploads": []}
    assert Upload.objects.get().is_whole
    assert not Delivery.objects.exists()


def test_without_the_forms_token_nothing_is_taken(browser: Client, store: Path) -> None:
    url = address(browser)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert begun(strict).status_code == 403
    for method in ("PATCH", "DELETE"):
        assert spoken(strict, method, url, CONTENT, Upload_Offset=0).status_code == 403
    assert strict.post(f"{url}pruefen/").status_code == 403
    page = strict.get("/abrechnung/neu/").text
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    answer = spoken(strict, "PATCH", url, CONTENT, Upload_Offset=0, X_CSRFToken=token)
    assert answer.status_code == 204


def test_the_cookie_of_a_locked_access_adds_nothing(browser: Client, alice: make.Member) -> None:
    url = address(browser)
    lock = locking.of(alice.practice_access, cause=Lock.Cause.MISUSE, now=make.NOW)
    locking.impose_lock(lock, by=make.BY, reason="Anruf")
    answer = spoken(browser, "PATCH", url, CONTENT, Upload_Offset=0)
    assert answer.status_code == 302
    assert Upload.objects.get().received == 0


def test_after_a_day_it_is_not_there(browser: Client, clock: time_machine.Traveller) -> None:
    url = address(browser)
    Upload.objects.update(expires_at=make.NOW - timedelta(seconds=1))
    assert spoken(browser, "HEAD", url).status_code == 404


def test_what_was_begun_stands_on_the_page_and_is_removed_there(browser: Client) -> None:
    url = address(browser)
    spoken(browser, "PATCH", url, CONTENT[: len(CONTENT) // 2], Upload_Offset=0)
    page = browser.get("/abrechnung/neu/").text
    assert "Begonnene Übertragungen" in page
    assert files.NAME in page
    assert f"{100 * (len(CONTENT) // 2) // len(CONTENT)} % übertragen" in page
    page = browser.post(f"{url}entfernen/", follow=True).text
    assert f"{files.NAME} ist entfernt." in page
    assert "Begonnene Übertragungen" not in page
