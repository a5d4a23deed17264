"""The people of a benchmark: as many as wanted, each with a key, all drawn from one random number."""

import hmac
import ipaddress
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from flexnet.lib import hotp
from flexnet.lib.identifiers import Lanr

# Of ten in a mixed crowd: five practices with an owner, personal accesses of four owners, somebody employed.
_KINDS = ("practice",) * 5 + ("personal",) * 4 + ("employee",)
_NAMES = {"practice": "praxis", "personal": "arzt", "employee": "team"}
_SYLLABLES = ("al", "ber", "dor", "eck", "fel", "gan", "hol", "kam", "lin", "mer", "now", "rau")
_OWN_SOURCES = int(ipaddress.IPv4Address("100.64.0.0"))
_STRANGE_SOURCES = int(ipaddress.IPv4Address("10.0.0.0"))


@dataclass(frozen=True)
class Crowd:
    """`size` accesses, numbered from 0; `password` is the same for all, its seal is not.

    All are practices' own, or mixed as an office has them.
    """

    size: int
    root: str
    password: str
    is_mixed: bool = False

    @classmethod
    def drawn(cls, size: int, *, is_mixed: bool = False) -> "Crowd":
        return cls(size, secrets.token_hex(32), f"Aa1-{secrets.token_hex(8)}", is_mixed)

    @classmethod
    def read(cls, path: Path) -> "Crowd":
        return cls(**json.loads(path.read_text()))

    def write(self, path: Path) -> None:
        """Keep it for another process of the run, readable by nobody else."""
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(self), file)

    def kind(self, number: int) -> str:
        """What access it is; personal ones are of the practices' owners in their order."""
        return _KINDS[number % 10] if self.is_mixed else "practice"

    def user_name(self, number: int) -> str:
        return f"{_NAMES[self.kind(number)]}{number:06d}"

    def surname(self, number: int) -> str:
        """One of a few thousand invented ones."""
        count = len(_SYLLABLES)
        ends = (number // count**power % count for power in range(3))
        return "".join(_SYLLABLES[one] for one in ends).capitalize()

    def serial(self, number: int) -> str:
        return f"{30_000_000 + number}"

    def seed(self, number: int) -> bytes:
        return hmac.digest(bytes.fromhex(self.root), number.to_bytes(8, "big"), "sha1")

    def bsnr(self, number: int) -> str:
        return f"88{number:07d}"

    def lanr(self, number: int) -> str:
        base = f"{100_000 + number:06d}"
        return f"{base}{Lanr.check_digit(base)}01"

    def source(self, number: int) -> str:
        """The practice's own public address."""
        return str(ipaddress.IPv4Address(_OWN_SOURCES + number))

    def stranger(self, number: int) -> str:
        """An address from which nobody of the crowd ever signs in."""
        return str(ipaddress.IPv4Address(_STRANGE_SOURCES + number))

    def field(self, number: int, press: int) -> bytes:
        """What a practice types, and what its key adds at its press number `press` (from 0)."""
        return (self.password + hotp.code(self.seed(number), press)).encode()

    def wrong_field(self, number: int, press: int) -> bytes:
        """The right password with six digits that fit nowhere near `press`."""
        near = {hotp.code(self.seed(number), at) for at in range(max(0, press - 20), press + 20)}
        wrong = next(one for one in (f"{at:06d}" for at in range(len(near) + 1)) if one not in near)
        return (self.password + wrong).encode()
