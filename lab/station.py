"""The key desk's PC with a software key at its USB port: `lab.station KEY USER_NAME` (none: into the stock).

Everything but the port is the real thing: the command, Yubico's library, the narrow key ring.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lab.plugged import Port, Yubikey

if TYPE_CHECKING:
    from yubikit.core.otp import OtpConnection

    from flexnet.keys.plugged_in import PluggedIn


@dataclass(frozen=True)
class Desk:
    """Somebody who plugs it in, touches when asked, and says yes."""

    key: Yubikey

    def plugged_in(self) -> "PluggedIn":
        from yubikit.core.otp import OtpConnection

        from flexnet.keys import yubikeys

        OtpConnection.register(Port)
        return yubikeys.reached(cast("OtpConnection", Port(self.key)))

    def touched(self, prompt: str) -> str:
        return self.key.press()

    def asked(self, prompt: str) -> str:
        return "y"


def main(file: Path, user_name: str, seal: str) -> None:
    """Imports stand inside: Django reads the configuration first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flexnet.settings")
    import django

    django.setup()
    from flexnet.access import queries
    from flexnet.access.key_desk import For
    from flexnet.cli import station

    to = For(queries.access_named(user_name), seal=seal) if user_name else None
    station.program(Desk(Yubikey(file, file.stem.removeprefix("yubikey-"))), station.Job(to))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(*sys.argv[2:], "", "")[:2])
