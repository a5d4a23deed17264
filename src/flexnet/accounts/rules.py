"""What a password must be, and how many tries are left. Pure."""

import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from flexnet.configuration import PasswordPolicy

_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation + " ")
PRINTABLE = set("".join(_CLASSES))

# Left out of letter passwords: what looks alike on paper (0O1lI), and y/z, which some keyboards swap.
LETTER_ALPHABET = "".join(
    character for character in string.ascii_letters + string.digits if character not in "0O1lIyzYZ"
)


@dataclass(frozen=True)
class Demand:
    """One sentence of the policy (German), and whether a password meets it."""

    name: str
    text: str
    is_met: bool


def demands(password: str, *, policy: PasswordPolicy, names: tuple[str, ...]) -> list[Demand]:
    """Every rule a password must keep; `names` (user name, BSNR, LANR) must not stand inside it."""
    lower = password.lower()
    classes = sum(any(character in kind for character in password) for kind in _CLASSES)
    return [
        Demand(
            "length", f"mindestens {policy.minimum_length} Zeichen", len(password) >= policy.minimum_length
        ),
        Demand(
            "bytes",
            f"höchstens {policy.maximum_bytes} Zeichen",
            len(password.encode()) <= policy.maximum_bytes,
        ),
        Demand(
            "classes",
            f"{policy.classes} von 4 Arten: Kleinbuchstaben, Großbuchstaben, Ziffern, Zeichen wie ! ? - +",
            classes >= policy.classes,
        ),
        Demand("printable", "keine Umlaute und kein ß", set(password) <= PRINTABLE),
        Demand("edges", "kein Leerzeichen am Anfang oder am Ende", password == password.strip()),
        Demand(
            "names",
            "nicht Ihr Benutzername, nicht Ihre BSNR oder LANR",
            not any(name and name.lower() in lower for name in names),
        ),
    ]


@dataclass(frozen=True)
class Bucket:
    """A bucket of tries: `level` of them at `counted_at`; one comes back every `refill`, up to `size`."""

    size: int
    refill: timedelta
    level: float
    counted_at: datetime

    def level_at(self, now: datetime) -> float:
        gained = max((now - self.counted_at) / self.refill, 0.0)
        return min(self.level + gained, float(self.size))

    def is_empty(self, now: datetime) -> bool:
        return self.level_at(now) < 1
