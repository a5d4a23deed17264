"""What a password must be, and how many tries are left. Pure."""

import ipaddress
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from flexnet.configuration import PasswordPolicy

_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation + " ")
PRINTABLE = set("".join(_CLASSES))

# Left out of letter passwords: what looks alike on paper (0O1lI), and y/z, which some keyboards swap.
LETTER_ALPHABET = "".join(
    character for character in string.ascii_letters + string.digits if character not in "0O1lIyzYZ"
)


@dataclass(frozen=True)
class Demand:
    """One sentence of the policy, in the language of the page, and whether a password meets it."""

    name: str
    text: str
    is_met: bool


def demands(password: str, *, policy: PasswordPolicy, names: tuple[str, ...]) -> list[Demand]:
    """Every rule a password must keep; `names` (user name, BSNR, LANR) must not stand inside it."""
    lower = password.lower()
    classes = sum(any(character in kind for character in password) for kind in _CLASSES)
    return [
        Demand(
            "length",
            _("mindestens %(count)d Zeichen") % {"count": policy.minimum_length},
            len(password) >= policy.minimum_length,
        ),
        Demand(
            "bytes",
            _("höchstens %(count)d Zeichen") % {"count": policy.maximum_bytes},
            len(password.encode()) <= policy.maximum_bytes,
        ),
        Demand(
            "classes",
            _("%(count)d von 4 Arten: Kleinbuchstaben, Großbuchstaben, Ziffern, Zeichen wie %(signs)s")
            % {"count": policy.classes, "signs": "\N{NO-BREAK SPACE}".join("!?+-")},
            classes >= policy.classes,
        ),
        Demand("printable", _("keine Umlaute und kein ß"), set(password) <= PRINTABLE),
        Demand("edges", _("kein Leerzeichen am Anfang oder am Ende"), password == password.strip()),
        Demand(
            "names",
            _("nicht der Name, mit dem Sie sich anmelden, nicht Ihre BSNR oder LANR"),
            not any(name and name.lower() in lower for name in names),
        ),
    ]


@dataclass(frozen=True)
class Bucket:
    """A bucket of tries: `level` of them at `counted_at`; one comes back every `refill`, up to `size`.

    Tries at the same moment may take more than there is: what is owed comes back first. Time counts in
    whichever direction the clock went, or an empty bucket would stay so until a clock set back caught up.
    """

    size: int
    refill: timedelta
    level: float
    counted_at: datetime

    def level_at(self, now: datetime) -> float:
        return min(self.level + abs(now - self.counted_at) / self.refill, float(self.size))

    def is_empty(self, now: datetime) -> bool:
        return self.level_at(now) < 1

    def empty_for(self, now: datetime) -> timedelta:
        """How long it stays empty if nobody fills it; not at all if it is not."""
        return max(1 - self.level_at(now), 0.0) * self.refill


def place(source: str) -> str:
    """What counts as one source: an IPv4 address, or the /64 of an IPv6 address, which is one line's."""
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
