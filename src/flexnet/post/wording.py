"""What each letter says, in German: the practice's language, whatever language a clerk reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import translation
from django.utils.formats import date_format

from flexnet import configuration
from flexnet.access.models import Lock
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
        [f"für Sie ist ein Zugang eröffnet: {about}. So melden Sie sich an:"],
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
        [_ON_THE_WORD, _opened("das Sperrkennwort")],
    )


def key_parcel(serial: str, about: str) -> Text:
    """The slip that lies beside a YubiKey; it names no user."""
    profile = configuration.current().profile
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
            "Nach einer Kündigung schicken Sie ihn bitte zurück an: "
            + ", ".join((profile.name, *profile.address))
            + ".",
        ],
    )


def reminder(due_on: date, about: str) -> Text:
    """New terms wait for an answer."""
    profile = configuration.current().profile
    return Text(
        f"Erinnerung: {profile.terms_title}",
        [
            f"für {about} gelten neue {profile.terms_title}. Ihre Zustimmung fehlt uns noch.",
            f"Bitte stimmen Sie bis zum {day(due_on)} zu. Das geht nach dem Anmelden im Portal "
            f"{profile.portal_name}. Danach erreichen Sie dort nur noch die Seite zum Zustimmen.",
        ],
        after=["Haben Sie inzwischen zugestimmt, dann ist dieser Brief erledigt."],
    )


def key_back(serial: str, about: str, *, cents: int) -> Text:
    """A key must come back; the first letter and each reminder say the same."""
    profile = configuration.current().profile
    return Text(
        "Bitte schicken Sie den YubiKey zurück",
        [
            f"{about}: Der YubiKey mit der Seriennummer {serial} wird dafür nicht mehr gebraucht. Bitte "
            f"schicken Sie ihn zurück an: {', '.join((profile.name, *profile.address))}."
        ],
        after=[
            "Legen Sie diesen Brief bei, damit wir den YubiKey zuordnen können. Haben Sie ihn schon "
            "zurückgeschickt, dann ist dieser Brief erledigt.",
            "Finden Sie ihn nicht mehr? Dann rufen Sie uns bitte an." + _what_it_costs(cents),
        ],
    )


def _what_it_costs(cents: int) -> str:
    return f" Ein verlorener YubiKey kostet {amount(cents)} (§ 6 Abs. 3)." if cents else ""


def amount(cents: int) -> str:
    """`49,00 €`."""
    return f"{cents // 100},{cents % 100:02d} €"


CAUSES = {
    Lock.Cause.LOSS: "gemeldeter Verlust",
    Lock.Cause.MISUSE: "Verdacht auf Missbrauch",
    Lock.Cause.VIOLATION: "Verstoß gegen die Nutzungsbedingungen",
    Lock.Cause.OBJECTION: "Widerspruch gegen die Nutzungsbedingungen",
    Lock.Cause.OTHER: "ein anderer wichtiger Grund",
}


def lock_notice(since: datetime, cause: str, about: str) -> Text:
    """Something is locked: since when, why, and what to do."""
    return Text(
        "Ihr Zugang ist gesperrt",
        [f"{about}: Gesperrt seit {moment(since)}.", f"Grund: {cause}."],
        after=[
            "Solange die Sperre besteht, ist damit keine Anmeldung möglich. Rufen Sie uns bitte an, damit "
            "wir klären, wie es weitergeht.",
        ],
    )


def end_notice(last_day: date, about: str, *, has_key: bool) -> Text:
    """An access ends: its last day, and what goes back (§ 10(2))."""
    profile = configuration.current().profile
    back = ", ".join((profile.name, *profile.address))
    after = ["Bis dahin bleibt alles, wie es ist. Danach ist keine Anmeldung mehr möglich."]
    if has_key:
        after.append(f"Den YubiKey schicken Sie bitte gleich nach dem letzten Tag zurück an: {back}.")
    return Text(
        "Ihr Zugang endet", [f"{about}: Der Zugang endet. Letzter Tag: {day(last_day)}."], after=after
    )


def charge(serial: str, amount: str, about: str) -> Text:
    """A lost key is paid for (§ 6(3)); the amount as it is written, `49,00 €`."""
    return Text(
        "Kosten für einen verlorenen YubiKey",
        [
            f"{about}: Der YubiKey mit der Seriennummer {serial} ist als verloren gemeldet oder wurde nicht "
            "zurückgegeben. Nach § 6 Abs. 3 der Nutzungsbedingungen sind die Kosten zu ersetzen.",
        ],
        [("Betrag", amount)],
        [
            "Taucht der YubiKey wieder auf, dann schicken Sie ihn bitte zurück. "
            "Benutzen können Sie ihn nicht mehr."
        ],
    )


def new_address(from_on: date) -> Text:
    """Tells the former address that letters go elsewhere; where, is none of its business."""
    return Text(
        "Neue Anschrift",
        [
            f"für Sie ist bei uns eine neue Anschrift eingetragen. Ab dem {day(from_on)} gehen unsere Briefe "
            "dorthin. Dieser Brief geht deshalb noch einmal an die bisherige Anschrift.",
        ],
        after=[
            "Stimmt das, dann müssen Sie nichts tun.",
            "Wissen Sie nichts von einer neuen Anschrift? Dann rufen Sie uns bitte sofort an, damit niemand "
            "Briefe bekommt, die für Sie bestimmt sind.",
        ],
    )


def _manual() -> str:
    """The first letter goes out with the manual (§ 2(1)); the address says where it is always new."""
    return (
        "Das Handbuch liegt bei. Es führt Schritt für Schritt durch alles Weitere und steht auch hier: "
        f"{configuration.current().public.url}handbuch/"
    )


_ON_THE_WORD = (
    "Heben Sie das Sperrkennwort auf: Mit ihm sperren Sie den Zugang selbst, Tag und Nacht, auf unserer "
    "Internetseite oder am Telefon. Sonst kann man damit nichts tun."
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
        _ON_THE_WORD,
        _opened("die Zugangsdaten"),
        f"Ihr eigenes {word} braucht:",
    ]
    return Text(subject, before, boxes, after, demands)


def day(on: date) -> str:
    with translation.override("de"):
        return date_format(on, "j. F Y")


def moment(at: datetime) -> str:
    with translation.override("de"):
        return date_format(at.astimezone(BERLIN), "j. F Y, H:i \\U\\h\\r")
