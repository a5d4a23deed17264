"""A software YubiKey at a USB port: it takes the frames of Yubico's HID protocol, and types what they say.

It shares no code with the library that writes it: what that library sends is parsed here from its bytes.
"""

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab import key
from lab.key import SoftwareKey

_LETTERS = "cbdefghijklnrtuv"
_REPORT, _FRAME, _PAYLOAD = 8, 70, 64
_WRITE, _PENDING, _RESET = 0x80, 0x40, 0xFF
_SERIAL, _SLOTS = 0x10, {0x01: "1", 0x03: "2"}
_CONFIGURATION, _ACCESS_CODE = 52, 6
_HOTP, _EIGHT_DIGITS, _LETTERS_1, _LETTERS_2 = 0x40, 0x02, 0x10, 0x40
_NO_CODE = "00" * _ACCESS_CODE


class Unplugged(OSError):
    """Somebody took it out."""


@dataclass(frozen=True)
class Yubikey(SoftwareKey):
    """What is in it lies in a file, so that it outlives any process, and any power cut."""

    @classmethod
    def blank(cls, folder: Path, serial: str, *, firmware: tuple[int, int, int] = (5, 7, 1)) -> "Yubikey":
        """As its maker ships it, with something in slot 1."""
        made = cls(folder / f"yubikey-{serial}.json", serial)
        slots = {"1": {"configuration": "", "presses": 0, "access_code": _NO_CODE}}
        made._keep({"firmware": firmware, "sequence": 1, "slots": slots})
        return made

    def press(self, times: int = 1, slot: str = "1") -> str:
        """The last code of so many touches, with what it types before it."""
        state = self._state()
        held = state["slots"][slot]
        written = Written.parsed(bytes.fromhex(held["configuration"]))
        held["presses"] += times
        self._keep(state)
        return written.typed(held["presses"] - 1)

    def seed(self, slot: str = "1") -> str:
        """What only the key itself knows, and whoever takes it apart."""
        return Written.parsed(bytes.fromhex(self._state()["slots"][slot]["configuration"])).seed.hex()

    def _state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.path.read_text())
        return found

    def _keep(self, state: dict[str, Any]) -> None:
        fresh = self.path.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(state, file)
        fresh.replace(self.path)

    def configure(self, slot: str, configuration: bytes, access_code: bytes) -> bool:
        """Whether it took it: only with a right checksum and the slot's access code."""
        state = self._state()
        held = state["slots"].get(slot, {"access_code": _NO_CODE})
        if crc(configuration) != _CRC_OF_WHOLE or held["access_code"] != access_code.hex():
            return False
        state["slots"][slot] = {
            "configuration": configuration.hex(),
            "presses": 0,
            "access_code": configuration[38:44].hex(),
        }
        state["sequence"] += 1
        self._keep(state)
        return True

    def status(self) -> bytes:
        """Firmware, how often it was written, which slots hold something: a report but for its last byte."""
        state = self._state()
        valid = sum(1 << (int(slot) - 1) for slot in state["slots"])
        return bytes([0, *state["firmware"], state["sequence"] & 0xFF, valid | valid << 2, 0])


@dataclass(frozen=True)
class Written:
    """A slot's configuration for OATH-HOTP, from its 52 bytes."""

    seed: bytes = field(repr=False)
    first: int
    digits: int
    identifier: str

    @classmethod
    def parsed(cls, blob: bytes) -> "Written":
        fixed, uid, low = blob[:16], blob[16:22], blob[22:38]
        length, _ext, ticket, config = blob[44:48]
        if not ticket & _HOTP:
            raise ValueError("the slot holds something else than OATH-HOTP")
        return cls(
            seed=low + uid[:4],
            first=int.from_bytes(uid[4:6], "big") << 4,
            digits=8 if config & _EIGHT_DIGITS else 6,
            identifier=_identifier(fixed[:length], config),
        )

    def typed(self, press: int) -> str:
        return self.identifier + key.code(self.seed, self.first + press, self.digits)


def _identifier(fixed: bytes, config: int) -> str:
    """The first bytes as letters, as the flags say, and the rest as the digits of their hexadecimal."""
    flags = config & (_LETTERS_1 | _LETTERS_2)
    letters = {0: 0, _LETTERS_1: 1, _LETTERS_2: 2}.get(flags, len(fixed))
    in_letters = "".join(_LETTERS[byte >> 4] + _LETTERS[byte & 0xF] for byte in fixed[:letters])
    return in_letters + fixed[letters:].hex()


class Port:
    """The USB port: feature reports of eight bytes in and out. `breaks_after`: so many more are taken."""

    def __init__(self, plugged: Yubikey, *, breaks_after: int | None = None) -> None:
        self.plugged = plugged
        self.left = breaks_after
        self.frame = bytearray(_FRAME)
        self.answers: list[bytes] = []

    def receive(self) -> bytes:
        return self.answers.pop(0) if self.answers else self.plugged.status() + b"\0"

    def send(self, data: bytes) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Unplugged("no such device")
        if data[-1] == _RESET:
            self.answers.clear()
            return
        number = data[-1] & ~_WRITE
        self.frame[number * 7 : number * 7 + 7] = data[:7]
        if number == _FRAME // 7 - 1:
            self._take(bytes(self.frame))
            self.frame = bytearray(_FRAME)

    def close(self) -> None:
        self.answers.clear()

    def _take(self, frame: bytes) -> None:
        payload, slot = frame[:_PAYLOAD], frame[_PAYLOAD]
        if crc(payload) != int.from_bytes(frame[65:67], "little"):
            return
        if slot == _SERIAL:
            self._answer(int(self.plugged.serial).to_bytes(4, "big"))
        elif slot in _SLOTS:
            code = payload[_CONFIGURATION : _CONFIGURATION + _ACCESS_CODE]
            self.plugged.configure(_SLOTS[slot], payload[:_CONFIGURATION], code)

    def _answer(self, data: bytes) -> None:
        whole = data + (0xFFFF & ~crc(data)).to_bytes(2, "little")
        parts = [whole[at : at + 7].ljust(7, b"\0") for at in range(0, len(whole), 7)]
        self.answers = [part + bytes([_PENDING | number]) for number, part in enumerate(parts)]
        self.answers.append(bytes(7) + bytes([_PENDING]))


_CRC_OF_WHOLE = 0xF0B8  # what is left of anything with its own checksum behind it


def crc(data: bytes) -> int:
    """CRC-16 as ISO 13239 has it, without its last step."""
    rest = 0xFFFF
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = rest >> 1 ^ (0x8408 if rest & 1 else 0)
    return rest


if __name__ == "__main__":
    file = Path(sys.argv[1])
    print(Yubikey(file, file.stem).press())
