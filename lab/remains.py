"""What of a lab is on this machine, found by its names and by nothing else, and how it is removed."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from lab import commands
from lab.topology import LAB, NAMESPACES, SECOND_CARD

FILES = Path("/etc/netns")


def found() -> list[str]:
    """Name what is there of a lab: namespaces, files, processes, stray cards; empty when all is gone."""
    standing = _standing()
    inside = [f"process {pid} in {one}" for one in standing for pid in _processes(one)]
    files = [f"{FILES / one}" for one in NAMESPACES if (FILES / one).exists()]
    cards = _cards_outside() & {port.device for cable in (*LAB.cables, SECOND_CARD) for port in cable}
    return (
        [f"namespace {one}" for one in standing] + inside + files + [f"card {one}" for one in sorted(cards)]
    )


def remove() -> None:
    """End every process inside, then remove namespaces and files; what is not there is no error."""
    standing = _standing()
    _end_processes(standing)
    for namespace in standing:
        commands.run(["ip", "netns", "del", namespace])
    for namespace in NAMESPACES:
        shutil.rmtree(FILES / namespace, ignore_errors=True)
    with contextlib.suppress(OSError):  # others may keep their own files there
        FILES.rmdir()


def _standing() -> list[str]:
    named = {line.split()[0] for line in commands.run(["ip", "netns", "list"]).splitlines()}
    return [one for one in NAMESPACES if one in named]


def _processes(namespace: str) -> set[int]:
    return {int(one) for one in commands.run(["ip", "netns", "pids", namespace]).split()}


def _cards_outside() -> set[str]:
    lines = commands.run(["ip", "-o", "link"]).splitlines()
    return {line.split(": ")[1].split("@")[0] for line in lines}


def _end_processes(namespaces: Iterable[str], *, patience: float = 5) -> None:
    living = {pid for one in namespaces for pid in _processes(one)}
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in living:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        until = time.monotonic() + patience
        while living and time.monotonic() < until:
            time.sleep(0.02)
            living = {pid for one in namespaces for pid in _processes(one)}
    if living:
        raise commands.CommandFailed(f"these processes cannot be killed: {living}")
