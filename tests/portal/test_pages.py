"""What holds for every page: fenced in, without inline code, kept nowhere, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from flexnet.applications import actions as applications
from flexnet.applications.models import Application
from flexnet.gateway.models import Session
from flexnet.web.middleware import CONTENT_SECURITY_POLICY
from tests import make
from tests.billing import files
from tests.portal import visiting

if TYPE_CHECKING:
    from tests.portal.visiting import Answer

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
FOREIGN = re.compile(r'(?:src|href|action)="(?:https?:)?//')
# What a KV writes itself, and says in the page what language that is.
WRITTEN_IN_GERMAN = re.compile(r'<(article|div)[^>]* lang="de">.*?</\1>', re.DOTALL)
GERMAN = re.compile(r"[äöüß]|\b(?:und|nicht|Sie|die|der|wird|ist)\b")

_seen: list[tuple[str, Answer]] = []


@pytest.fixture
def answers(db: None) -> list[tuple[str, Answer]]:
    """Every page in every state that a browser sees; asked for once, for a page stays as it is."""
    if not _seen:
        _seen.extend(_every_page())
    return _seen


def _every_page(**headers: str) -> Iterator[tuple[str, Answer]]:
    stranger = Client(headers=headers)
    yield "sign-in", stranger.get("/")
    yield "refused", stranger.post("/anmelden/", {"user_name": "x", "password": "y"})
    yield "missing", stranger.get("/gibt/es/nicht/")
    yield "wrong method", stranger.put("/")
    yield "bad request", stranger.get("/", headers={"Host": "boese.example"})
    yield "from elsewhere", stranger.get("/abrechnung/", headers={**headers, **visiting.STRANGER})
    yield "landing", stranger.get("/", headers={**headers, **visiting.STRANGER})
    alice, bob = make.settled(), make.member("bob")
    narrow = visiting.signed_in(bob.practice_access, bob.practice_password)
    yield "forced change", narrow.get("/zugangsdaten/", headers=headers)
    browser = visiting.signed_in(alice.practice_access)
    browser.defaults |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    yield "change refused", browser.post("/zugangsdaten/", {"old": "x", "new": "y", "again": "z"})
    yield "nothing yet", browser.get("/abrechnung/")
    row = visiting.uploaded(browser, files.plain())
    yield "start", browser.get("/")
    yield "check", browser.get(f"/abrechnung/{row.pk}/")
    yield "submitted", browser.post(f"/abrechnung/{row.pk}/einreichen/", follow=True)
    yield "again", visiting.uploads(browser, files.plain())
    yield "document", browser.get(f"/abrechnung/{row.pk}/eingangsbestaetigung.pdf")
    yield "list", browser.get("/abrechnung/")
    yield "upload", browser.get("/abrechnung/neu/")
    yield "upload refused", visiting.uploads(browser, b"", name="leer.con")
    two = make.changed_terms(effective_on=make.NOW.date())
    owner = visiting.signed_in(alice.personal_access)
    yield "terms for staff", browser.get("/nutzungsbedingungen/")
    yield "news", owner.get("/", headers=headers)
    yield "terms", owner.get("/nutzungsbedingungen/", headers=headers)
    yield "no tick", owner.post("/nutzungsbedingungen/", {}, headers=headers)
    yield "objection", owner.get("/nutzungsbedingungen/widerspruch/", headers=headers)
    objection = {"version": two.version, "sha256": two.sha256, "text": "x" * 4001}
    yield "objection too long", owner.post("/nutzungsbedingungen/widerspruch/", objection, headers=headers)
    yield (
        "objected",
        owner.post(
            "/nutzungsbedingungen/widerspruch/", objection | {"text": "§ 2"}, headers=headers, follow=True
        ),
    )
    owner.defaults |= browser.defaults
    yield from _of_members(owner, alice)
    yield "signed out", browser.post("/abmelden/")


def _of_members(owner: Client, alice: make.Member) -> Iterator[tuple[str, Answer]]:
    """What an owner does for the practice; nothing is told of it in words of their own."""
    make.employee(alice.practice_access)
    typed = {"wish": "person:other", "name": "Dr. Clara", "lanr": "246801101", "role": "owner"}
    place = {"street": "Markt 1", "postcode": "39104", "town": "Magdeburg", "phone": "0391 1"}
    yield "own access", owner.get("/mein-zugang/")
    make.door(alice).open()
    yield "sign-ins", owner.get("/anmeldungen/")
    yield "letters", owner.get("/briefe/")
    yield "own data", owner.get("/meine-daten/")
    yield "change asked", owner.post("/meine-daten/889999900-fax/aendern/", {"new": ""})
    yield "another key", owner.post(f"/mein-zugang/yubikey/{alice.key}/ersatz/", {})
    yield "own copy", owner.get("/datenkopie/")
    yield "tunnel", owner.post(f"/anmeldungen/verbindung/{Session.objects.get().pk}/beenden/", follow=True)
    yield "lost key", owner.get(f"/mein-zugang/yubikey/{alice.key}/sperren/")
    yield "staff", owner.get("/praxispersonal/")
    yield "access for staff", owner.get("/praxispersonal/neu/")
    yield "same name", owner.post("/praxispersonal/neu/", {"holder": "Carol"})
    yield "opened", owner.post("/praxispersonal/neu/", {"holder": "Emil"}, follow=True)
    yield "one of the staff", owner.get("/praxispersonal/carol/")
    yield "withdraw", owner.get("/praxispersonal/carol/beenden/")
    yield "withdrawn", owner.post("/praxispersonal/carol/beenden/", follow=True)
    yield "apply", owner.get("/antraege/neu/")
    yield "details missing", owner.post("/antraege/neu/", {**typed, "to": "check"})
    yield "check application", owner.post("/antraege/neu/", {**typed, **place, "to": "check"})
    signed = {**typed, **place, "tick": "on", "to": "sign"}
    yield "applied", owner.post("/antraege/neu/", signed, follow=True)
    row = Application.objects.get()
    yield "applications", owner.get("/antraege/")
    yield "withdraw application", owner.get(f"/antraege/{row}/zurueckziehen/")
    applications.send_back(application=row, reason="?", seen=1, by=make.BY, now=make.NOW)
    yield "sent back", owner.get("/")
    yield "complete", owner.post(f"/antraege/{row}/ergaenzen/", {"seen": "2"})
    yield "notices", owner.get("/kuendigung/")
    yield "notice", owner.get("/kuendigung/alice-praxis/")
    given = {"ends_on": "2026-04-28"}
    yield "notice given", owner.post("/kuendigung/alice-praxis/", given, follow=True)


def test_every_answer_is_fenced_in_and_kept_nowhere(answers: list[tuple[str, Answer]]) -> None:
    for name, answer in answers:
        assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert answer["Cache-Control"] == "no-store", name


def test_the_fence_lets_no_inline_code_and_no_frame_through() -> None:
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_no_page_has_inline_code_or_asks_another_server(answers: list[tuple[str, Answer]]) -> None:
    for name, page in _pages(answers):
        assert not INLINE.search(page), name
        assert not FOREIGN.search(page), name


def test_every_page_has_a_title_one_heading_its_language_and_a_way_past_the_frame(
    answers: list[tuple[str, Answer]],
) -> None:
    for name, page in _pages(answers):
        assert '<html lang="de"' in page, name
        assert re.search(r"<title>[^<]+ – KVSAonline</title>", page), name
        assert page.count("<h1") == 1, name
        assert '<a class="skip" href="#main">' in page, name


def test_every_field_has_its_label_and_every_error_its_field(answers: list[tuple[str, Answer]]) -> None:
    for name, page in _pages(answers):
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), name
        for field in re.findall(r'<label[^>]* for="([^"]+)"', page):
            assert field in ids, (name, field)
        for place in re.findall(r'href="#([^"]+)"', page):
            assert place in ids, (name, place)


def test_what_the_pages_load_is_there(answers: list[tuple[str, Answer]]) -> None:
    loaded = {path for _, page in _pages(answers) for path in re.findall(r'"/static/([^"#]+)', page)}
    assert {"web/flexnet.css", "web/icons.svg", "web/password.js", "web/upload.js"} <= loaded
    assert all(finders.find(path) for path in loaded)


def test_static_files_are_fenced_in_too(db: None) -> None:
    answer = Client().get("/static/web/flexnet.css")
    answer.close()
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_icons_that_pages_name_are_drawn(answers: list[tuple[str, Answer]]) -> None:
    found = finders.find("web/icons.svg")
    assert isinstance(found, str)
    with open(found, encoding="utf-8") as file:
        drawn = set(re.findall(r'id="([^"]+)"', file.read()))
    named = {icon for _, page in _pages(answers) for icon in re.findall(r"icons\.svg#([a-z-]+)", page)}
    assert named <= drawn


def test_whoever_prefers_english_gets_english(db: None) -> None:
    for name, page in _pages(list(_every_page(**{"Accept-Language": "en-GB,en;q=0.9"}))):
        assert '<html lang="en"' in page, name
        text = re.sub(r"<[^>]+>", " ", WRITTEN_IN_GERMAN.sub("", page))
        for own in ("Kassenärztliche Vereinigung", "Echtabrechnung", "no umlauts and no ß"):
            text = text.replace(own, "")
        assert not GERMAN.search(text), (name, GERMAN.search(text))


def _pages(answers: list[tuple[str, Answer]]) -> Iterator[tuple[str, str]]:
    for name, answer in answers:
        if answer["Content-Type"].startswith("text/html") and answer.content:
            yield name, answer.text
