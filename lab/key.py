"""The software YubiKey: a seed, a counter on disk, and a button."""

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


def code(seed: bytes, counter: int, digits: int) -> str:
    """RFC 4226, 5.3; written once more here, so that server and key do not share a mistake."""
    digest = hmac.digest(seed, counter.to_bytes(8, "big"), "sha1")
    cut = digest[-1] & 0xF
    number = int.from_bytes(digest[cut : cut + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


class _State(NamedTuple):
    seed: str
    counter: int
    digits: int


@dataclass(frozen=True)
class SoftwareKey:
    """One key; `serial` is what is printed on it."""

    path: Path
    serial: str

    @classmethod
    def made(cls, folder: Path, serial: str, *, digits: int = 6) -> "SoftwareKey":
        """Make a key with a random seed of 20 bytes."""
        key = cls(folder / f"key-{serial}.json", serial)
        key._write(_State(secrets.token_hex(20), 0, digits))
        return key

    def seed(self) -> str:
        """The seed in hex, as the maker's list has it."""
        return self._read().seed

    def press(self, times: int = 1) -> str:
        """Press the button so many times; return the last code. No code ever comes twice."""
        state = self._read()
        self._write(state._replace(counter=state.counter + times))
        return code(bytes.fromhex(state.seed), state.counter + times - 1, state.digits)

    def types(self, password: str, *, after: int = 1) -> str:
        """What arrives in the one field: password, code (after so many presses), and Enter."""
        return f"{password}{self.press(after)}\n"

    def _read(self) -> _State:
        return _State(**json.loads(self.path.read_text()))

    def _write(self, state: _State) -> None:
        fresh = self.path.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(state._asdict(), file)
        fresh.replace(self.path)
