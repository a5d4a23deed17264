"""Clears what a killed connection left behind; harmless where there is nothing."""

import contextlib
import os
import signal
import time
from pathlib import Path

from flexnet_client import ruleset
from flexnet_client.commands import Commands

_PARTING_SECONDS = 5


def sweep(commands: Commands) -> None:
    """End whoever still holds the tunnel, then take away device, routing rule and filter, the filter last."""
    for process in tunnel_holders():
        _end(process)
    commands.try_run("ip", "link", "delete", ruleset.TUNNEL)
    commands.try_run("ip", "rule", "delete", "fwmark", ruleset.MARK, "lookup", ruleset.LOOKUP)
    commands.try_run("ip", "route", "flush", "table", ruleset.LOOKUP)
    commands.run("nft", "-f", "-", stdin=ruleset.removal())


def tunnel_holders() -> list[int]:
    """Return the processes of this network namespace that hold the tunnel device open."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal() and _holds(entry)]


def _holds(process: Path) -> bool:
    with contextlib.suppress(OSError):  # gone meanwhile
        if os.stat(process / "ns/net").st_ino != os.stat("/proc/self/ns/net").st_ino:
            return False
        wanted = f"iff:\t{ruleset.TUNNEL}\n"  # Linux tells a tun descriptor's device in its fdinfo
        return any(wanted in handle.read_text() for handle in (process / "fdinfo").iterdir())
    return False


def _end(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
        for _attempt in range(_PARTING_SECONDS * 20):
            os.kill(process, 0)
            time.sleep(0.05)
        os.kill(process, signal.SIGKILL)
