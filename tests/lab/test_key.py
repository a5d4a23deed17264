"""The software key gives the codes of RFC 4226 and none of them twice."""

from pathlib import Path

from lab import key as keys
from lab.key import SoftwareKey

_RFC_SEED = b"12345678901234567890"


def test_codes_are_those_of_the_standard() -> None:
    assert [keys.code(_RFC_SEED, counter, 6) for counter in range(4)] == [
        "755224",
        "287082",
        "359152",
        "969429",
    ]
    assert keys.code(_RFC_SEED, 9, 8) == "45520489"


def test_every_press_moves_on_and_survives_a_restart(tmp_path: Path) -> None:
    key = SoftwareKey.made(tmp_path, "4711")
    seed = bytes.fromhex(key.seed())
    assert key.press() == keys.code(seed, 0, 6)
    assert SoftwareKey(tmp_path / "key-4711.json", "4711").press() == keys.code(seed, 1, 6)


def test_presses_nobody_saw_are_skipped(tmp_path: Path) -> None:
    key = SoftwareKey.made(tmp_path, "4711")
    assert key.press(8) == keys.code(bytes.fromhex(key.seed()), 7, 6)


def test_a_key_types_password_code_and_enter(tmp_path: Path) -> None:
    key = SoftwareKey.made(tmp_path, "4711", digits=8)
    code = keys.code(bytes.fromhex(key.seed()), 0, 8)
    assert key.types("Kennwort-1") == f"Kennwort-1{code}\n"


def test_the_seed_is_private_and_never_shown(tmp_path: Path) -> None:
    key = SoftwareKey.made(tmp_path, "4711")
    assert key.path.stat().st_mode & 0o077 == 0
    assert key.seed() not in repr(key)
