"""The key desk's adapter, through Yubico's own library, against a key that parses the real bytes."""

import logging
from pathlib import Path

import pytest
from yubikit.core.otp import OtpConnection

from flexnet.keys import yubikeys
from flexnet.keys.errors import KeyRefused, NoKeyPluggedIn
from flexnet.keys.programming import Wanted
from flexnet.lib import hotp
from lab.plugged import Port, Yubikey

OtpConnection.register(Port)
SEED = bytes(range(20))
CODE = b"locked"


def wanted(slot: int = 1, **changed: object) -> Wanted:
    given: dict[str, object] = {
        "seed": SEED,
        "access_code": CODE,
        "digits": 6,
        "identifier": "",
        "counter": 0,
        "slot": slot,
    }
    return Wanted(**{**given, **changed})  # type: ignore[arg-type]  # a test's own table


@pytest.fixture
def key(tmp_path: Path) -> Yubikey:
    return Yubikey.blank(tmp_path, "20000001")


def plugged(key: Yubikey, *, breaks_after: int | None = None) -> yubikeys.PluggedIn:
    return yubikeys.reached(Port(key, breaks_after=breaks_after))  # type: ignore[arg-type]  # registered above


def test_it_says_what_it_is(key: Yubikey) -> None:
    found = plugged(key)
    assert (found.serial, found.firmware, found.model) == ("20000001", "5.7.1", "YubiKey 5")
    assert (found.is_programmed(1), found.is_programmed(2)) == (True, False)


@pytest.mark.parametrize(
    ("digits", "identifier", "counter", "slot"),
    [(6, "", 0, 1), (8, "", 0xFFFF0, 2), (6, "ubhe20000001", 4_096, 1)],
)
def test_it_types_what_was_written(
    key: Yubikey, digits: int, identifier: str, counter: int, slot: int
) -> None:
    one = wanted(slot, digits=digits, identifier=identifier, counter=counter)
    plugged(key).write(one, known_codes=[])
    for press in range(2):
        code = hotp.code(SEED, counter + press, digits)
        assert key.press(slot=str(slot)) == identifier + code


def test_a_slot_is_written_again_only_by_one_of_its_access_codes(key: Yubikey) -> None:
    plugged(key).write(wanted(), known_codes=[])
    with pytest.raises(KeyRefused, match="access code"):
        plugged(key).write(wanted(access_code=b"thief!"), known_codes=[b"wrong!"])
    plugged(key).write(wanted(seed=SEED[::-1]), known_codes=[b"newest", CODE])
    assert key.press() == hotp.code(SEED[::-1], 0)


def test_one_that_is_too_old_and_one_that_is_taken_out_are_told(tmp_path: Path, key: Yubikey) -> None:
    old = Yubikey.blank(tmp_path, "7", firmware=(2, 1, 0))
    with pytest.raises(KeyRefused, match="too old"):
        plugged(old).write(wanted(), known_codes=[])
    with pytest.raises(NoKeyPluggedIn, match="plug it in again"):
        plugged(key, breaks_after=3).write(wanted(), known_codes=[])


def test_no_seed_and_no_access_code_stands_in_a_log(key: Yubikey, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(1, logger=""):
        plugged(key).write(wanted(), known_codes=[])
    said = "".join(record.getMessage() for record in caplog.records if record.levelno >= 1)
    assert not any(secret[:7].hex() in said for secret in (SEED, CODE))
    assert logging.getLogger("yubikit.core.otp").getEffectiveLevel() == logging.WARNING
    assert "Begun(" not in repr(wanted())
    assert SEED.hex() not in repr(wanted())
