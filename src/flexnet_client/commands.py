"""Runs the system's own programs to their end, and shows each one first if asked to."""

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": os.environ.get("TZ", "")}
if not ENVIRONMENT["TZ"]:
    del ENVIRONMENT["TZ"]
_FEW_LINES = 6  # of standard input are shown; a whole filter is better read with `nft list ruleset`
_PATIENCE = 10  # seconds; every one of these programs needs milliseconds


class CommandFailed(Exception):
    """A program ended non-zero or is not there; says which, and its last words."""


@dataclass(frozen=True)
class Commands:
    """The way to other programs; secrets never go through here."""

    verbose: bool = False

    def run(self, *command: str, stdin: str = "", patience: float = _PATIENCE) -> str:
        """Return what the program printed within `patience` seconds; raises CommandFailed."""
        if self.verbose:
            self._show(command, stdin)
        try:
            done = subprocess.run(  # noqa: S603 - our own argument lists, no shell
                command,
                input=stdin,
                capture_output=True,
                text=True,
                timeout=patience,
                check=False,
                env=ENVIRONMENT,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CommandFailed(f"{command[0]}: {error}") from None
        if done.returncode:
            raise CommandFailed(f"{shlex.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def try_run(self, *command: str, stdin: str = "", patience: float = _PATIENCE) -> str:
        """Like `run`, but a failure is an empty answer: for undoing what may not be there."""
        try:
            return self.run(*command, stdin=stdin, patience=patience)
        except CommandFailed:
            return ""

    @staticmethod
    def _show(command: tuple[str, ...], stdin: str) -> None:
        given = stdin.splitlines()
        shown = "; ".join(given) if len(given) <= _FEW_LINES else f"{len(given)} lines"
        print(f"+ {shlex.join(command)}{f' <<< {shown}' if given else ''}", file=sys.stderr, flush=True)
