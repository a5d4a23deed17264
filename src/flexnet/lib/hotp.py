"""OATH-HOTP (RFC 4226): codes, the constant-time search for a counter, and the split of the sign-in field."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from flexnet.lib import codes
from flexnet.lib.codes import Fault as Fault
from flexnet.lib.codes import Field as Field
from flexnet.lib.codes import Malformed as Malformed

_DIGITS = frozenset("0123456789")
_SHIFTED_DIGITS = frozenset('=!"§$%&/()')
_KINDS = {digits: codes.CodeKind(_DIGITS, digits, _SHIFTED_DIGITS) for digits in (6, 8)}


def code(seed: bytes, counter: int, digits: int = 6) -> str:
    """The code at `counter` (RFC 4226, 5.3); keys type 6 or 8 digits."""
    return _window(seed, counter, 1, digits)[0].decode()


def find(seed: bytes, code: str, *, counter: int, window: int, digits: int) -> int | None:
    """The lowest counter in `counter … counter + window - 1` that gives `code`; every one of them is tried.

    The time depends on the window alone, not on where the code was found, or whether.
    """
    candidates = _window(seed, counter, window, digits)
    return next(iter([at for at, same in _compared(candidates, code, counter) if same]), None)


def resync(seed: bytes, first: str, second: str, *, counter: int, window: int, digits: int) -> int | None:
    """The counter of `first` inside the window where the very next code is `second`.

    Every candidate for `first` is tried: six digits meet by chance once in 1,000 searches of 1,000 counters,
    and whoever stops at the first hit fails an honest key. Both codes are spent: go on at the result + 2.
    """
    candidates = _window(seed, counter, window + 1, digits)
    firsts = _compared(candidates[:-1], first, counter)
    seconds = _compared(candidates[1:], second, counter)
    pairs = zip(firsts, seconds, strict=True)
    return next(iter([at for (at, one), (_, two) in pairs if one & two]), None)


def split(field: str, *, digits: int, identifier: str | None) -> Field | Malformed:
    """Password and code of the sign-in field, for a key of 6 or 8 digits with or without identifier."""
    return codes.split(field, _KINDS[digits], identifier=identifier)


def _window(seed: bytes, counter: int, count: int, digits: int) -> list[bytes]:
    """The codes of `count` counters in a row; the seed is worked into the HMAC once for all of them."""
    seeded, modulus, shape = hmac.new(seed, digestmod="sha1"), 10**digits, b"%%0%dd" % digits
    window = []
    for at in range(counter, counter + count):
        mac = seeded.copy()
        mac.update(at.to_bytes(8, "big"))
        window.append(shape % (_truncated(mac.digest()) % modulus))
    return window


def _truncated(mac: bytes) -> int:
    """Dynamic truncation (RFC 4226, 5.3)."""
    offset = mac[19] & 0xF
    return int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF


def _compared(candidates: list[bytes], code: str, counter: int) -> Iterable[tuple[int, bool]]:
    typed = code.encode("utf-8", "replace")
    return enumerate([hmac.compare_digest(candidate, typed) for candidate in candidates], counter)
