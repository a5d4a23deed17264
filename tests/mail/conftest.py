"""A mail server of the test's own, and what is sent to it."""

import email
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from flexnet import transactions
from flexnet.mail import actions, addresses, sending
from flexnet.mail.kinds import Kind, Plain
from flexnet.mail.models import Mail
from lab import mail_server
from lab.mail_server import Box
from tests import configured, make

ABOUT = "access:alice"


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """Its server is the configured one, on loopback and in the clear."""
    found = Box()
    with mail_server.running(found) as port:
        point_to(monkeypatch, f"127.0.0.1:{port}")
        yield found


def point_to(patch: pytest.MonkeyPatch, server: str, **settings: Any) -> None:
    configured.change(patch, mail={"server": server, "security": "none", **settings})


def to(text: str = "praxis@example.org") -> addresses.Address:
    found = addresses.parsed(text)
    assert found is not None
    return found


def queue(occasion: str = "lock:1", text: str = "praxis@example.org", *, about: str = "Praxiszugang") -> Mail:
    with transactions.writing():
        return actions.queue(
            Kind.ACCESS_LOCKED,
            to=to(text),
            about=ABOUT,
            occasion=occasion,
            said={"about": Plain(about), "since": make.NOW},
            now=make.NOW,
        )


def failed(occasion: str = "lock:1") -> Mail:
    """One that the worker gave up."""
    row = queue(occasion)
    Mail.objects.filter(pk=row.pk).update(given_up_at=make.NOW, next_at=None, answer="550 no such user")
    return fresh(row)


def turn(minutes: float = 0) -> int:
    """What the worker does, so long after NOW."""
    return sending.send_due(at(minutes))


def at(minutes: float) -> datetime:
    return make.NOW + timedelta(minutes=minutes)


def fresh(row: Mail) -> Mail:
    return Mail.objects.get(pk=row.pk)


def read(came: mail_server.Came) -> EmailMessage:
    found = email.message_from_bytes(came.content, policy=default)
    assert isinstance(found, EmailMessage)
    return found
