"""Browsers of those who work at the KV: signed in, in their roles."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth import SESSION_KEY
from django.test import Client

from flexnet.accounts.models import Role
from tests import make, snapshots

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    Answer: TypeAlias = _MonkeyPatchedWSGIResponse

DESK = "10.30.0.5"


def first_step(user_name: str, password: str = make.PASSWORD, *, source: str = DESK) -> Client:
    """A browser after the password; whether it was right is asked by what it reaches."""
    client = Client(REMOTE_ADDR=source)
    client.post("/anmelden/", {"user_name": user_name, "password": password})
    return client


def signed_in(who: make.Colleague, *, source: str = DESK, now: datetime = make.NOW) -> Client:
    """A browser after both steps; the second factor is fresh for five minutes."""
    client = first_step(str(who.staff), who.password, source=source)
    client.post("/anmelden/zweiter-schritt/", {"confirm-code": who.code(now)})
    assert SESSION_KEY in client.session
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/mein-konto/").status_code == 200


def as_(*roles: Role, name: str = "clara") -> Client:
    """Somebody new with these roles, signed in."""
    client = Client(REMOTE_ADDR=DESK)
    client.cookies.load(_cookies_of(*roles, name=name))
    return client


@snapshots.kept
def _cookies_of(*roles: Role, name: str) -> dict[str, str]:
    client = signed_in(make.colleague(*roles, name=name))
    return {key: one.value for key, one in client.cookies.items()}
