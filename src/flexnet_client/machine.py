"""What this computer must offer before anything begins."""

import contextlib
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

from flexnet_client.commands import ENVIRONMENT
from flexnet_client.failures import Exit, Failure

TUN = Path("/dev/net/tun")
PROGRAMS = {"openconnect": "openconnect", "nft": "nftables", "ip": "iproute2", "setpriv": "util-linux"}


def require(*, checks: tuple[Callable[[], str | None], ...] | None = None) -> None:
    """Raise Failure with the first thing that is missing."""
    for check in checks if checks is not None else (no_root, no_tun, no_program):
        if problem := check():
            raise Failure(problem, Exit.MACHINE)


def no_root() -> str | None:
    """Say what to do if this process may not change the network."""
    if os.geteuid() == 0:
        return None
    return "Dafür sind Administratorrechte nötig. Starten Sie den Befehl mit „sudo“ davor."


def no_tun() -> str | None:
    """Say what to do if the kernel offers no tunnel device."""
    with contextlib.suppress(OSError):
        if stat.S_ISCHR(TUN.stat().st_mode):
            os.close(os.open(TUN, os.O_RDWR | os.O_CLOEXEC))
            return None
    return "Dieser Computer kann keinen Tunnel anlegen: /dev/net/tun fehlt. „sudo modprobe tun“ lädt ihn."


def no_program() -> str | None:
    """Say what to install if a program is missing."""
    missing = sorted(
        package for name, package in PROGRAMS.items() if not shutil.which(name, path=ENVIRONMENT["PATH"])
    )
    return (
        f"Es fehlt: {', '.join(missing)}. Installieren Sie es mit „sudo apt install {' '.join(missing)}“."
        if missing
        else None
    )
