"""Somebody who works at the KV: a user name, a password, an app, and a browser in the KV's LAN.

`lab.clerk FILE` says what her app shows now.
"""

import base64
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from lab import key
from lab.pc import Computer

_STEP = 30  # s (RFC 6238)


@dataclass
class Clerk:
    """Who enters practices and locks what is lost."""

    computer: Computer
    user_name: str
    name: str
    password: str = field(default="", repr=False)
    enrolment_code: str = field(default="", repr=False)
    _secret: bytes = field(default=b"", repr=False)
    _used: int = 0

    def scan(self, text: str) -> None:
        """Take the app's secret from the page that shows it."""
        self._secret = base64.b32decode(text.replace(" ", ""))
        with open(os.open(self.app, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(self._secret)

    @property
    def office(self) -> str:
        """The address of the office without a slash behind it."""
        return self.computer.system.house.office_url

    @property
    def app(self) -> Path:
        """Where her telephone keeps the secret."""
        return self.computer.folder / "app"

    def code(self) -> str:
        """What the app shows; each code is accepted once, and the next one half a minute early."""
        step = max(int(time.time()) // _STEP, self._used + 1)
        while step > int(time.time()) // _STEP + 1:
            time.sleep(0.2)
        self._used = step
        return key.code(self._secret, step, 6)


if __name__ == "__main__":
    print(key.code(Path(sys.argv[1]).read_bytes(), int(time.time()) // _STEP, 6))
