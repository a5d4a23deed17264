"""TOTP against the vectors of RFC 6238, and what an authenticator app is told."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from flexnet.lib import hotp, totp

SECRET = b"12345678901234567890"
NOW = datetime(2026, 4, 14, 8, 0, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [  # RFC 6238, appendix B, SHA-1
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert hotp.code(SECRET, totp.step_of(at), 8) == code
    assert totp.code(SECRET, at) == code[2:]


@pytest.mark.parametrize(("off", "found"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(off: int, found: bool) -> None:
    typed = totp.code(SECRET, NOW + off * STEP)
    assert totp.find(SECRET, typed, now=NOW) == (totp.step_of(NOW) + off if found else None)


def test_blanks_do_not_count() -> None:
    code = totp.code(SECRET, NOW)
    assert totp.find(SECRET, f" {code[:3]} {code[3:]}\n", now=NOW) == totp.step_of(NOW)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\x00", "😀" * 6])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert totp.find(SECRET, typed, now=NOW) is None


def test_an_app_is_told_everything_it_needs() -> None:
    parts = urlsplit(totp.address(SECRET, issuer="KV Über & Co", name="clara"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parts.path == "/KV%20%C3%9Cber%20%26%20Co%3Aclara"
    assert parse_qs(parts.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["KV Über & Co"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }


def test_the_same_as_text_for_typing() -> None:
    assert totp.as_text(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    for secret in (SECRET, b"1234567"):
        assert totp.from_text(totp.as_text(secret)) == secret
