"""What each letter says, in German: the practice's language, whatever language a clerk reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import translation
from django.utils.formats import date_format

from flexnet import configuration
from flexnet.access.rules import BERLIN, day_of
from flexnet.accounts import rules as passwords
from flexnet.accounts.actions import Issued, IssuedWord

_SAMPLE_PASSWORD = "Muster-Muster-Muster"  # noqa: S105 - opens nothing
_SAMPLE_WORD = "Muster-Muster-Muster-Muster"


@dataclass(frozen=True)
class Text:
    """What stands between salutation and greeting; `boxes` are set off, each a name and what it is."""

    subject: str
    before: Sequence[str]
    boxes: Sequence[tuple[str, str]] = field(default=(), repr=False)
    after: Sequence[str] = ()
    rules: Sequence[str] = ()


@dataclass(frozen=True)
class Secrets:
    """What a password letter carries, on its way from the hash to the paper."""

    password: str = field(repr=False)
    revocation_word: str = field(repr=False)

    @classmethod
    def of(cls, issued: Issued | IssuedWord) -> "Secrets":
        password = issued.initial_password if isinstance(issued, Issued) else ""
        return cls(password, issued.revocation_word)


SAMPLE = Secrets(_SAMPLE_PASSWORD, _SAMPLE_WORD)


def welcome(user_name: str, about: str, *, has_key: bool) -> Text:
    """How the access is called, with no secret; it goes ahead of the rest (§ 3(2))."""
    words = configuration.current().profile.words
    comes = f"Das erste {words.password} kommt einige Tage später mit eigener Post"
    return Text(
        f"Ihr Zugang: {words.user_name}",
        [f"für Sie ist ein Zugang eröffnet: {about}. Damit melden Sie sich an:"],
        [(words.user_name, user_name)],
        [
            f"{comes}, der YubiKey in einer Sendung für sich." if has_key else f"{comes}.",
            "Fehlt etwas davon nach zwei Wochen, rufen Sie uns bitte an.",
            _manual(),
        ],
    )


def first_password(
    secrets: Secrets, about: str, *, user_name: str | None, names: tuple[str, ...], now: datetime
) -> Text:
    """The first password; the user name stands beside it only where both may travel together."""
    words = configuration.current().profile.words
    boxes = [(f"Erstes {words.password}", secrets.password), ("Sperrkennwort", secrets.revocation_word)]
    if user_name:
        opened = f"für Sie ist ein Zugang eröffnet: {about}. So melden Sie sich an:"
        boxes.insert(0, (words.user_name, user_name))
        subject, enclosed = f"Ihr Zugang: Erstes {words.password}", [_manual()]
        return _with_password(subject, [opened], boxes, names, now, enclosed)
    before = [
        f"hier ist das erste {words.password} für: {about}. "
        f"Den {words.user_name}n dazu haben Sie mit eigener Post."
    ]
    return _with_password(f"Ihr Zugang: Erstes {words.password}", before, boxes, names, now)


def new_password(
    secrets: Secrets, about: str, *, user_name: str | None, names: tuple[str, ...], now: datetime
) -> Text:
    """What replaces earlier credentials (§ 7(3)); who has an access knows its user name."""
    words = configuration.current().profile.words
    boxes = [(f"Neues {words.password}", secrets.password), ("Sperrkennwort", secrets.revocation_word)]
    if user_name:
        boxes.insert(0, (words.user_name, user_name))
    before = [
        f"hier sind neue Zugangsdaten für: {about}. Die bisherigen gelten nicht mehr, auch nicht das "
        f"bisherige Sperrkennwort; Ihr {words.user_name} bleibt, wie er ist.",
        "Haben Sie keine neuen Zugangsdaten verlangt? Dann rufen Sie uns bitte sofort an.",
    ]
    return _with_password("Ihr Zugang: Neue Zugangsdaten", before, boxes, names, now)


def revocation_word(word: str, about: str) -> Text:
    """A new revocation word alone; the password stays."""
    return Text(
        "Ihr Zugang: Neues Sperrkennwort",
        [f"hier ist ein neues Sperrkennwort für: {about}. Das bisherige gilt nicht mehr."],
        [("Sperrkennwort", word)],
        [_on_the_word(), _opened("das Sperrkennwort")],
    )


def key_parcel(serial: str, about: str) -> Text:
    """The slip that lies beside a YubiKey; it names no user."""
    return Text(
        "Ihr YubiKey",
        [f"in dieser Sendung liegt der YubiKey für: {about}."],
        [("Seriennummer", serial)],
        [
            "Bitte vergleichen Sie die Nummer mit der auf dem YubiKey. Stimmt sie nicht, oder war die "
            "Sendung geöffnet, dann rufen Sie uns bitte sofort an.",
            "Bewahren Sie den YubiKey getrennt von den Zugangsdaten auf, und stecken Sie ihn nur zum "
            "Anmelden ein. Er ist nur für Sie bestimmt und geht auch bei einer Übernahme der "
            "Praxis nicht über.",
            f"Nach einer Kündigung schicken Sie ihn bitte zurück an: {return_address()}.",
        ],
    )


def _manual() -> str:
    """The first letter goes out with the manual (§ 2(1)); the address says where it is always new."""
    return (
        "Das Handbuch liegt bei. Es führt Schritt für Schritt durch alles Weitere und steht auch hier: "
        f"{configuration.current().public.url}handbuch/"
    )


def _on_the_word() -> str:
    return (
        f"Heben Sie das Sperrkennwort auf: Unter {configuration.current().public.url}notsperre/ oder am "
        "Telefon sperren Sie damit den Zugang selbst, Tag und Nacht. Sonst kann man damit nichts tun."
    )


def _opened(what: str) -> str:
    return (
        "Geben Sie diesen Brief niemandem weiter. War der Umschlag geöffnet, oder geht der Brief verloren, "
        f"dann rufen Sie uns bitte sofort an: Wir ersetzen {what}."
    )


def _with_password(
    subject: str,
    before: Sequence[str],
    boxes: Sequence[tuple[str, str]],
    names: tuple[str, ...],
    now: datetime,
    enclosed: Sequence[str] = (),
) -> Text:
    current = configuration.current()
    word, valid = current.profile.words.password, current.password.initial_valid
    with translation.override("de"):
        demands = [one.text for one in passwords.demands("", policy=current.password, names=names)]
    after = [
        f"Das {word} in diesem Brief gilt bis zum {day(day_of(now + valid))}. Bei der ersten Anmeldung "
        "wählen Sie ein eigenes.",
        *enclosed,
        _on_the_word(),
        _opened("die Zugangsdaten"),
        f"Ihr eigenes {word} braucht:",
    ]
    return Text(subject, before, boxes, after, demands)


def return_address() -> str:
    """Where keys go back to."""
    profile = configuration.current().profile
    return ", ".join((profile.name, *profile.address))


def day(on: date) -> str:
    with translation.override("de"):
        return date_format(on, "j. F Y")


def moment(at: datetime) -> str:
    with translation.override("de"):
        return date_format(at.astimezone(BERLIN), "j. F Y, H:i \\U\\h\\r")
