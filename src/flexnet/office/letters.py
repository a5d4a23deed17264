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
    words = configuration.current().profile.words
    secrets = [(f"Erstes {words.password}", issued.initial_password)]
    before = [f"hier ist das erste {words.password} für: {to.about}."]
    if with_user_name:
        secrets.insert(0, (words.user_name, str(issued.account)))
        before = [f"für Sie ist ein Zugang eröffnet: {to.about}. So melden Sie sich an:"]
    else:
        before.append(f"Den {words.user_name}n dazu haben Sie mit eigener Post.")
    secrets.append(_revocation(issued))
    return _drawn(f"Erstes {words.password}", to, before, secrets, _on_passwords(now), now=now)


def _revocation(issued: Issued) -> tuple[str, str]:
    return "Sperrkennwort", issued.revocation_word


def _on_passwords(now: datetime) -> list[str]:
    """What everybody has to know who gets one by letter."""
    word, valid = (
        configuration.current().profile.words.password,
        configuration.current().password.initial_valid,
    )
    return [
        f"Das {word} in diesem Brief gilt bis zum {_day(day_of(now + valid))}. Bei der ersten Anmeldung "
        "wählen Sie ein eigenes.",
        "Heben Sie das Sperrkennwort auf: Mit ihm sperren Sie den Zugang selbst, Tag und Nacht, auf unserer "
        "Internetseite oder am Telefon. Sonst kann man damit nichts tun.",
        "Geben Sie diesen Brief niemandem weiter. War der Umschlag geöffnet, oder geht der Brief verloren, "
        "dann rufen Sie uns bitte sofort an: Wir sperren den Zugang und schicken neue Zugangsdaten.",
    ]


def anew(issued: Issued, to: Recipient, *, with_user_name: bool, now: datetime) -> bytes:
    """The sheet with what replaces earlier credentials; who has an access knows its user name."""
    words = configuration.current().profile.words
    secrets = [(f"Neues {words.password}", issued.initial_password), _revocation(issued)]
    if with_user_name:
        secrets.insert(0, (words.user_name, str(issued.account)))
    before = [
        f"hier sind neue Zugangsdaten für: {to.about}. Die bisherigen gelten nicht mehr, auch nicht das "
        f"bisherige Sperrkennwort; Ihr {words.user_name} bleibt, wie er ist.",
        "Haben Sie keine neuen Zugangsdaten verlangt? Dann rufen Sie uns bitte sofort an.",
    ]
    return _drawn("Neue Zugangsdaten", to, before, secrets, _on_passwords(now), now=now)


def new_address(lines: Sequence[str], *, from_on: date, now: datetime) -> bytes:
    """Tells the former address that letters go elsewhere; where, is none of its business."""
    before = [
        f"für Sie ist bei uns eine neue Anschrift eingetragen. Ab dem {_day(from_on)} gehen unsere Briefe "
        "dorthin. Dieser Brief geht deshalb noch einmal an die bisherige Anschrift.",
    ]
    after = [
        "Stimmt das, dann müssen Sie nichts tun.",
        "Wissen Sie nichts von einer neuen Anschrift? Dann rufen Sie uns bitte sofort an, damit niemand "
        "Briefe bekommt, die für Sie bestimmt sind.",
    ]
    return _drawn("Neue Anschrift", Recipient(lines, ""), before, [], after, now=now)


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
