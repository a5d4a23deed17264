"""Runs other programs to their end, here or inside a namespace."""

import os
import subprocess
from collections.abc import Sequence

_KEPT = ("PATH", "PYTHONPATH", "HOME", "TERM")
_LANGUAGE = {"LANG": "C.UTF-8"}  # English, with umlauts: openconnect writes "?" for what its locale lacks


class CommandFailed(Exception):
    """A program ended non-zero; says which, and its last words."""


def run(command: Sequence[str], *, stdin: str = "", timeout: float = 60) -> str:
    """Return what the program printed; raises CommandFailed. Secrets belong on stdin only."""
    done = subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=timeout, check=False, env=surroundings()
    )
    if done.returncode:
        raise CommandFailed(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def surroundings() -> dict[str, str]:
    """The environment of everything in the lab: none of what the caller, a test run for one, has in his."""
    return _LANGUAGE | {name: os.environ[name] for name in _KEPT if name in os.environ}


def inside(namespace: str, command: Sequence[str]) -> list[str]:
    """Name the command that runs this one in a namespace, under the same process id."""
    return ["ip", "netns", "exec", namespace, *command]
