"""What everybody may read: terms, providers, maintenance, requirements, and what the law wants said."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from flexnet.access import terms
from flexnet.public import urls
from flexnet.publications import actions as publications
from flexnet.software import releases
from flexnet.web.middleware import CONTENT_SECURITY_POLICY
from tests import configured, make
from tests.public import visiting
from tests.software import giving_out

if TYPE_CHECKING:
    from tests.public.visiting import Answer

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script", re.IGNORECASE)
FOREIGN = re.compile(r'(?:src|action)="(?:https?:)?//')
GERMAN = re.compile(r"[äöüß]|\b(?:und|nicht|Sie|die|der|wird|ist)\b")
DAY = timedelta(days=1)
READ = [
    "start",
    "requirements",
    "all-terms",
    "providers",
    "maintenance",
    "choice",
    "manual",
    "imprint",
    "privacy",
]


def every_page(**headers: str) -> Iterator[tuple[str, Answer]]:
    make.terms()
    publish(2, from_on=make.NOW.date() + 30 * DAY)
    day = make.NOW.date()
    for name in ("Netz AG", "Anschluss GmbH"):
        url = "https://netz.example/"
        publications.certify(name=name, url=url, from_on=day, until_on=day + DAY, by=make.BY)
    for hours in (-1, 20):
        begins = make.NOW + timedelta(hours=hours)
        publications.announce_maintenance(
            begins_at=begins, ends_at=begins + 2 * DAY, text="Umzug", by=make.BY, now=make.NOW
        )
    client = Client(headers=headers)
    for name in (*READ, "accessibility"):
        yield name, client.get(reverse(name))
    for version in (1, 2):
        yield f"terms {version}", client.get(reverse("terms", args=[version]))
    yield "chapter", client.get("/handbuch/antrag/")
    for kind in ("mitglied", "dritte"):
        yield kind, client.get(f"/antrag/{kind}/")
    for at in ("praxis", "person", "zugang"):
        yield f"wrong {at}", client.post(visiting.MEMBER, {"at": at, "to": "next"})
    yield "emergency", client.get("/notsperre/")
    yield "emergency, nothing typed", client.post("/notsperre/")
    yield "emergency, typed", client.get("/notsperre/gesendet/")
    yield "credentials", client.get("/zugangsdaten/")
    yield "credentials, nothing typed", client.post("/zugangsdaten/")
    yield "credentials, typed", client.get("/zugangsdaten/angefordert/")
    yield from software_pages(client)
    checked = visiting.filled(client)
    yield "check", checked
    yield "sent", client.get(visiting.press(client, checked, "send")["Location"])
    yield "missing", client.get("/gibt/es/nicht/")
    yield "wrong method", client.put("/")
    for _ in range(5):
        throttled = visiting.press(client, visiting.filled(client), "send")
    yield "throttled", throttled


def software_pages(client: Client) -> Iterator[tuple[str, Answer]]:
    """The way to the second button, with a release of two files, and its end."""
    with TemporaryDirectory() as folder:
        files = [giving_out.file(Path(folder)), giving_out.file(Path(folder), "Anleitung.pdf", b"x")]
        row = releases.publish(files=files, minimum="10", by=make.BY, now=make.NOW)
    _link, token = giving_out.linked(giving_out.practice())
    for name in ("software", "software-sent", "software-over"):
        yield name, client.get(reverse(name))
    yield "software, nothing typed", client.post(reverse("software"))
    yield "software, wrong", client.post(reverse("software"), {"bsnr": "123", "system": "windows"})
    yield "link", client.get(reverse("software-link", args=[token]))
    yield "ready", client.post(reverse("software-load", args=[token]), {"release": row.pk}, follow=True)
    yield "link that is none", client.get(reverse("software-link", args=["x"]))


def publish(version: int, *, from_on: date, text: str = "Neue Fassung") -> None:
    terms.publish(version=version, text=text, effective_on=from_on, by=make.BY, now=make.NOW)


@pytest.fixture
def answers(db: None) -> list[tuple[str, Answer]]:
    return list(every_page())


def test_every_page_is_fenced_in_whole_and_without_cookie(answers: list[tuple[str, Answer]]) -> None:
    found = finders.find("web/icons.svg")
    assert isinstance(found, str)
    drawn = set(re.findall(r'id="([^"]+)"', Path(found).read_text(encoding="utf-8")))
    for name, answer in answers:
        page = answer.text
        assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["Cache-Control"] == "no-store", name
        assert not answer.cookies, name
        assert not INLINE.search(page), name
        assert not FOREIGN.search(page), name
        assert '<html lang="de"' in page, name
        assert re.search(r"<title>[^<]+ – Zugang zum Sicheren Netz</title>", page), name
        assert page.count("<h1") == 1, name
        assert set(re.findall(r"icons\.svg#([a-z-]+)", page)) <= drawn, name
        assert 'href="/impressum/"' in page, name


def test_every_field_has_its_label_and_every_error_its_field(answers: list[tuple[str, Answer]]) -> None:
    for name, answer in answers:
        ids = re.findall(r'\sid="([^"]+)"', answer.text)
        assert len(ids) == len(set(ids)), name
        pointed = re.findall(r'<label[^>]* for="([^"]+)"', answer.text)
        pointed += re.findall(r'aria-describedby="([^"]+)"', answer.text)
        pointed += re.findall(r'href="#([^"]+)"', answer.text)
        for place in (one for several in pointed for one in several.split()):
            assert place in ids or place == "id_role", (name, place)


def test_whoever_prefers_english_gets_english(db: None) -> None:
    for name, answer in every_page(**{"Accept-Language": "en-GB,en;q=0.9"}):
        text = re.sub(r'<(\w+)[^>]*\slang="de".*?</\1>', " ", answer.text, flags=re.DOTALL)
        text = re.sub(r"<[^>]+>", " ", text)
        text = text.replace("Kassenärztliche Vereinigung", "")
        assert '<html lang="en"' in answer.text, name
        assert not GERMAN.search(text), (name, GERMAN.search(text))


@pytest.mark.parametrize("name", READ)
def test_everybody_may_link_to_it(browser: Client, name: str) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert browser.get(reverse(name), headers=elsewhere).status_code == 200


def test_no_address_answers_to_a_method_that_it_has_no_use_for(browser: Client) -> None:
    arguments = {"version": 1, "token": "x", "slug": "mitglied", "release": 1}
    for pattern in urls.urlpatterns:
        wanted = {name: arguments[name] for name in pattern.pattern.converters}
        url = reverse(str(pattern.name), kwargs=wanted)
        refused = ("put", "patch", "delete") if pattern.name in WITH_FORMS else ("post", "put", "delete")
        refused = ("get", "put", "delete") if pattern.name == "software-load" else refused
        for method in refused:
            assert getattr(browser, method)(url).status_code == 405, (method, url)


WITH_FORMS = ("apply", "emergency", "credentials", "software")


def test_the_version_in_force_is_named_and_each_can_be_read_with_its_hash(browser: Client) -> None:
    text = "# § 1 Zweck\n\nDie KV bietet Zugang.\n\n- <b>eins</b>\n- zwei"
    publish(2, from_on=make.NOW.date() - DAY, text=text)
    page = browser.get("/nutzungsbedingungen/").text
    assert "Es gilt Fassung 2, seit 13. April 2026." in page
    current, former = (browser.get(f"/nutzungsbedingungen/{version}/").text for version in (2, 1))
    assert "<h2>§ 1 Zweck</h2>" in current
    assert "<li>&lt;b&gt;eins&lt;/b&gt;</li>" in current
    assert "gilt nicht mehr" not in current
    assert "Diese Fassung gilt nicht mehr" in former
    assert browser.get("/nutzungsbedingungen/3/").status_code == 404
    assert browser.get("/nutzungsbedingungen/3/text/").status_code == 404


def test_the_text_to_download_has_the_hash_that_the_page_tells(browser: Client) -> None:
    content = browser.get("/nutzungsbedingungen/1/text/").content
    told = re.search(r'<dd class="code">([0-9a-f ]+)</dd>', browser.get("/nutzungsbedingungen/1/").text)
    assert told
    assert hashlib.sha256(content).hexdigest() == told[1].replace(" ", "")


def test_a_version_to_come_says_from_when(browser: Client) -> None:
    publish(2, from_on=date(2026, 7, 1))
    assert "Diese Fassung gilt ab 1. Juli 2026" in browser.get("/nutzungsbedingungen/2/").text
    assert "gilt noch nicht" in browser.get("/nutzungsbedingungen/").text


def test_before_the_first_version_the_pages_say_so(db: None) -> None:
    assert "keine Fassung veröffentlicht" in Client().get("/nutzungsbedingungen/").text
    publish(1, from_on=date(2026, 7, 1))
    assert Client().get("/nutzungsbedingungen/1/").status_code == 200


def test_only_certified_providers_are_shown_and_none_is_recommended(browser: Client) -> None:
    day = make.NOW.date()
    for name, until in (("Netz AG", day), ("Vorbei GmbH", day - DAY)):
        publications.certify(
            name=name, url="https://netz.example/", from_on=day - 9 * DAY, until_on=until, by=make.BY
        )
    page = browser.get("/anbieter/").text
    assert "Netz AG" in page
    assert "Vorbei GmbH" not in page
    assert "Die KVSA empfiehlt keinen Anbieter" in page
    assert "zurzeit" not in page.lower()


def test_maintenance_is_told_on_its_page_and_on_the_start_page(browser: Client) -> None:
    assert "keine Wartung angekündigt" in browser.get("/wartung/").text
    begins = make.NOW + DAY
    publications.announce_maintenance(
        begins_at=begins, ends_at=begins + DAY, text="Umzug", by=make.BY, now=make.NOW
    )
    for path in ("/", "/wartung/"):
        assert "Mittwoch, 15. April 2026, 10:00 Uhr" in browser.get(path).text


def test_the_requirements_are_those_of_the_configuration(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "ab Kernelversion 3.2, nur 64 Bit" in browser.get("/voraussetzungen/").text
    configured.change(monkeypatch, profile={"requirements": ()})
    assert "Kernelversion" not in browser.get("/voraussetzungen/").text


def test_a_mended_text_shows_at_once_and_one_that_is_missing_has_no_link(
    browser: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "impressum.txt"
    configured.change(monkeypatch, texts={"imprint": file, "privacy": None})
    for name in ("Vorstand Eins", "Vorstand <Zwei>"):
        file.write_text(f"# Vertretung\n\n{name}", encoding="utf-8")
        assert name.replace("<", "&lt;").replace(">", "&gt;") in browser.get("/impressum/").text
    page = browser.get("/")
    assert 'href="/impressum/"' in page.text
    assert 'href="/datenschutz/"' not in page.text
    assert browser.get("/datenschutz/").status_code == 404
