"""Strangers with a browser: they read, and fill in the application."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from django.test import Client

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    Answer: TypeAlias = _MonkeyPatchedWSGIResponse

MEMBER = "/antrag/mitglied/"
PRACTICE = {
    "bsnr": "87 99999 00",
    "organisation": "Praxis am Markt",
    "street": "Markt 1",
    "postcode": "06842",
    "town": "Dessau",
}
DOCTOR = {
    "name": "Dr. Clara Neu",
    "lanr": "246801101",
    "role": "owner",
    "phone": "0340 123456",
    "email": "praxis@beispiel.example",
}
WISHES = {"wants_practice_access": "on", "wants_personal_access": "on", "since_on": "1.4.2026"}
PAGES = (("praxis", PRACTICE), ("person", DOCTOR), ("zugang", WISHES))
EVERYTHING = {**PRACTICE, **DOCTOR, **WISHES}
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def carried(answer: Answer) -> dict[str, str]:
    """What the form on a page sends along unseen."""
    return dict(_HIDDEN.findall(answer.text))


def press(client: Client, answer: Answer, to: str, **typed: str) -> Answer:
    """Fill in the page that was answered and press one of its buttons."""
    return client.post(MEMBER, {**carried(answer), **typed, "to": to})


def filled(client: Client, pages: tuple[tuple[str, Mapping[str, str]], ...] = PAGES) -> Answer:
    """One page after the other; ends where all answers are checked."""
    answer = client.get(MEMBER)
    for _slug, typed in pages:
        answer = press(client, answer, "next", **typed)
    return answer


def sent(client: Client) -> Answer:
    """The redirection to the page with the number."""
    return press(client, filled(client), "send")
