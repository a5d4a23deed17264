"""Client software: asked for by people who learn nothing, fetched by an individual link."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from flexnet.mail.models import Mail
from flexnet.software import links
from flexnet.software.models import Download, Release, SoftwareRequest
from tests import configured, make
from tests.software import giving_out

URL = "/software/"
TYPED = {"bsnr": "88 99999 00", "system": "windows"}
_WINDOWS_7 = "Mozilla/5.0 (Windows NT 6.1; Win64; x64) Firefox/115.0"


@pytest.fixture
def release(browser: Client, tmp_path: Path) -> Release:
    return giving_out.release(tmp_path)


def test_known_and_unknown_numbers_are_answered_alike(browser: Client) -> None:
    site = giving_out.practice()
    answers = [browser.post(URL, {**TYPED, "bsnr": bsnr}) for bsnr in ("889999900", "859999900", "889999900")]
    assert {(answer.status_code, answer["Location"], answer.content) for answer in answers} == {
        (302, "/software/angefordert/", b"")
    }
    assert not browser.cookies
    assert [row.site for row in SoftwareRequest.objects.all()] == [site]


@pytest.mark.parametrize(
    "typed", [{}, {"bsnr": "889999900"}, {**TYPED, "bsnr": "12"}, {**TYPED, "system": "dos"}]
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(browser: Client, typed: dict[str, str]) -> None:
    answer = browser.post(URL, typed)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'value="{typed.get("bsnr", "")}"' in answer.text or "bsnr" not in typed
    assert not SoftwareRequest.objects.exists()


def test_from_the_link_to_the_two_buttons(browser: Client, release: Release) -> None:
    _link, token = giving_out.linked(giving_out.practice())
    page = browser.get(f"/software/link/{token}/").text
    assert release.file_name in page
    assert "Download starten" in page
    ready = browser.post(f"/software/link/{token}/laden/", {"release": release.pk}, follow=True).text
    assert release.sha256 in ready
    found = re.search(r'href="(https://software\.kvsa\.example/([0-9a-f]{48})/([^"]+))"', ready)
    assert found
    assert found[3] == release.file_name
    assert links.permitted(found[2], make.NOW) is not None
    assert not browser.cookies


def test_whoever_only_looks_uses_nothing_up(browser: Client, release: Release) -> None:
    _link, token = giving_out.linked(giving_out.practice())
    for path in ("", "laden/", f"bereit/{release.pk}/"):
        browser.get(f"/software/link/{token}/{path}")
        browser.head(f"/software/link/{token}/{path}")
    assert not Download.objects.exists()


def test_wrong_expired_replaced_and_withdrawn_are_one_page(
    browser: Client, release: Release, clock: time_machine.Traveller
) -> None:
    link, first = giving_out.linked(giving_out.practice())
    links.send_again(number=link.request_id, by=make.BY, now=make.NOW)
    replaced = browser.get(f"/software/link/{first}/")
    wrong = browser.get("/software/link/x/")
    fresh = giving_out.token_in(Mail.objects.latest("pk"))
    assert browser.get(f"/software/link/{fresh}/").status_code == 200
    none = browser.post(f"/software/link/{fresh}/laden/", {"release": make.NO_ROW})
    odd = browser.post(f"/software/link/{fresh}/laden/", {"release": "1'"})
    clock.shift(timedelta(days=14))
    expired = browser.get(f"/software/link/{fresh}/")
    pages = {answer.content for answer in (replaced, wrong, none, odd, expired)}
    assert len(pages) == 1
    assert {answer.status_code for answer in (replaced, wrong, none, odd, expired)} == {404}
    assert "fordern Sie einfach einen neuen Link an" in wrong.text


@pytest.mark.parametrize(
    ("agent", "said"),
    [(_WINDOWS_7, "zu alt"), ("Mozilla/5.0 (iPhone) Mobile", "auf einem Telefon"), ("curl/8", "")],
)
def test_the_page_says_whether_this_computer_will_do(
    browser: Client, release: Release, agent: str, said: str
) -> None:
    _link, token = giving_out.linked(giving_out.practice())
    page = browser.get(f"/software/link/{token}/", headers={"User-Agent": agent}).text
    assert said in page
    assert ("notice-warning" in page) is bool(said)


def test_where_the_kv_gives_no_software_out_there_are_no_such_pages(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, profile={"software": "none"})
    for path in ("", "angefordert/", "neu/", "link/x/"):
        assert browser.get(f"{URL}{path}").status_code == 404
    assert "/software/" not in browser.get("/").text
