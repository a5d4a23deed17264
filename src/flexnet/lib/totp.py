"""OATH-TOTP (RFC 6238) on HOTP: codes of 30 seconds, what an authenticator app is told, and the search."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from urllib.parse import quote, urlencode

from flexnet.lib import hotp

SECRET_BYTES = 20  # RFC 4226, 4, R6: as long as the hash of HMAC-SHA-1
STEP_SECONDS = 30
DIGITS = 6
_CLOCK_IS_OFF_BY = 1  # steps to either side (RFC 6238, 5.2 advises no more)
_BLANKS = re.compile(r"\s")


def step_of(now: datetime) -> int:
    """The number of the 30 seconds that an instant lies in (RFC 6238, 4.2)."""
    return int(now.timestamp()) // STEP_SECONDS


def code(secret: bytes, now: datetime) -> str:
    """Six digits that an app shows at an instant."""
    return hotp.code(secret, step_of(now), DIGITS)


def find(secret: bytes, typed: str, *, now: datetime) -> int | None:
    """The step whose code was typed: this one, or the one before or after; blanks do not count.

    Every candidate is compared, so the time tells nothing. Whoever accepts a step spends it: no step is
    accepted twice, nor one before it.
    """
    earliest = step_of(now) - _CLOCK_IS_OFF_BY
    window = 2 * _CLOCK_IS_OFF_BY + 1
    return hotp.find(secret, _BLANKS.sub("", typed), counter=earliest, window=window, digits=DIGITS)


def as_text(secret: bytes) -> str:
    """The secret for typing into an app: Base32 in groups of four."""
    letters = base64.b32encode(secret).decode("ascii").rstrip("=")
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def from_text(text: str) -> bytes:
    """The other way round. Raises ValueError."""
    letters = _BLANKS.sub("", text)
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def address(secret: bytes, *, issuer: str, name: str) -> str:
    """What the QR code says (the key URI format that authenticator apps share)."""
    values = {
        "secret": as_text(secret).replace(" ", ""),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": STEP_SECONDS,
    }
    return f"otpauth://totp/{quote(f'{issuer}:{name}')}?{urlencode(values, quote_via=quote)}"
