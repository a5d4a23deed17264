"""Draws the letters with an access's user name and first password; of the password nothing else remains."""

import importlib.resources
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import typst
from django.utils import translation
from django.utils.formats import date_format

from flexnet import configuration, transactions
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.accounts.actions import Issued


@dataclass(frozen=True)
class Recipient:
    """The lines in the envelope's window, and how the letter speaks of the access without its user name."""

    lines: Sequence[str]
    about: str


def user_name(access: Access, to: Recipient, *, now: datetime) -> bytes:
    """The sheet that says how the access is called; with no secret on it."""
    words = configuration.current().profile.words
    before = [f"für Sie ist ein Zugang eröffnet: {to.about}. So melden Sie sich an:"]
    after = [
        f"Das erste {words.password} kommt aus Gründen der Sicherheit mit eigener Post; ein YubiKey, wenn "
        "einer zum Zugang gehört, ebenso.",
        "Fehlt eines davon nach zwei Wochen, rufen Sie uns bitte an.",
    ]
    return _drawn(words.user_name, to, before, [(words.user_name, str(access))], after, now=now)


def password(issued: Issued, to: Recipient, *, with_user_name: bool, now: datetime) -> bytes:
    """The sheet with the first password; the user name stands on it only where both may travel together."""
    words, valid = configuration.current().profile.words, configuration.current().password.initial_valid
    secrets = [(f"Erstes {words.password}", issued.initial_password)]
    before = [f"hier ist das erste {words.password} für: {to.about}."]
    if with_user_name:
        secrets.insert(0, (words.user_name, str(issued.account)))
        before = [f"für Sie ist ein Zugang eröffnet: {to.about}. So melden Sie sich an:"]
    else:
        before.append(f"Den {words.user_name}n dazu haben Sie mit eigener Post.")
    secrets.append(("Sperrkennwort", issued.revocation_word))
    after = [
        f"Das erste {words.password} gilt bis zum {_day(day_of(now + valid))}. Bei der ersten Anmeldung "
        "wählen Sie ein eigenes.",
        "Heben Sie das Sperrkennwort auf: Mit ihm sperren Sie den Zugang selbst, Tag und Nacht, auf unserer "
        "Internetseite oder am Telefon. Sonst kann man damit nichts tun.",
        "Geben Sie diesen Brief niemandem weiter. War der Umschlag geöffnet, oder geht der Brief verloren, "
        "dann rufen Sie uns bitte sofort an: Wir sperren den Zugang und schicken neue Zugangsdaten.",
    ]
    return _drawn(f"Erstes {words.password}", to, before, secrets, after, now=now)


def _drawn(
    subject: str,
    to: Recipient,
    before: Sequence[str],
    secrets: Sequence[tuple[str, str]],
    after: Sequence[str],
    *,
    now: datetime,
) -> bytes:
    """Takes some 10 ms: never inside a transaction."""
    assert not transactions.is_writing(), "a letter is drawn outside of any transaction"  # noqa: S101 - a promise
    today = day_of(now)
    content = {
        **_sender(),
        "subject": f"Ihr Zugang: {subject}",
        "recipient": list(to.lines),
        "written": _day(today),
        "date": {"year": today.year, "month": today.month, "day": today.day},
        "before": list(before),
        "secrets": [list(one) for one in secrets],
        "after": list(after),
    }
    return typst.compile(
        importlib.resources.files("flexnet.office").joinpath("letter.typ").read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"letter": json.dumps(content)},
        pdf_standards=["a-2b", "ua-1"],
        timestamp=now.astimezone(UTC).replace(microsecond=0),
    )


def _sender() -> dict[str, Any]:
    profile = configuration.current().profile
    return {
        "kv": profile.name,
        "sender": " · ".join((profile.short_name, *profile.address)),
        "hotline": profile.hotline,
        "email": profile.email,
    }


def _day(on: date) -> str:
    with translation.override("de"):
        return date_format(on, "j. F Y")
