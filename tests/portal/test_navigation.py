"""Where one can go in the portal: each page lies in one area, and the menu says in which."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import make
from tests.portal import visiting

_LINK = re.compile(r'<li><a href="(?P<url>[^"]*)"(?P<here> aria-current="page")?>(?P<word>[^<]*)</a></li>')


def areas(page: str) -> dict[str, bool]:
    """What the menu offers, and whether one is there."""
    menu = page[page.index('class="nav"') : page.index("</nav>")]
    return {found["word"]: bool(found["here"]) for found in _LINK.finditer(menu)}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("start", "Startseite"),
        ("deliveries", "Abrechnung"),
        ("upload", "Abrechnung"),
        ("precheck-file", "Abrechnung"),
        ("confirmation-check", "Abrechnung"),
        ("documents", "Dokumente"),
        ("messages", "Nachrichten"),
        ("message-new", "Nachrichten"),
        ("own-access", "Mein Zugang"),
        ("password", "Mein Zugang"),
        ("way", "Mein Zugang"),
        ("letters", "Mein Zugang"),
        ("manual", None),
    ],
)
def test_a_page_is_in_one_area_and_the_manual_in_none(browser: Client, name: str, word: str | None) -> None:
    found = areas(browser.get(reverse(name)).text)
    assert list(found) == ["Startseite", "Abrechnung", "Dokumente", "Nachrichten", "Mein Zugang"]
    assert [each for each, is_here in found.items() if is_here] == ([word] if word else [])


def test_a_third_party_is_offered_only_what_it_has(alice: make.Member) -> None:
    third = visiting.signed_in(visiting.in_the_portal(make.third_party()))
    assert list(areas(third.get("/").text)) == ["Startseite", "Nachrichten", "Mein Zugang"]


def test_before_the_first_password_is_changed_there_is_nowhere_to_go(db: None) -> None:
    bob = make.member("bob")
    page = visiting.signed_in(bob.practice_access, bob.practice_password).get("/zugangsdaten/").text
    assert 'class="nav"' not in page
