"""A throw-away installation for a benchmark: its own folder, configuration, secrets and database."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flexnet import configuration
from flexnet.configuration import Configuration
from lab import postgres
from lab.processes import eventually

_URLS = {"sqlite": "sqlite:///flexnet.sqlite3"}
Tables = Mapping[str, Mapping[str, Any]]
_ROOT = Path(__file__).resolve().parent.parent
_SOCKETS = Path("/proc/net/tcp")
PROFILE = {
    "slug": "kvsa",
    "name": "Kassenärztliche Vereinigung Sachsen-Anhalt",
    "short_name": "KVSA",
    "portal_name": "KVSAonline",
    "hotline": "0391 627 7000",
    "email": "it-service@kvsa.de",
}


class Failed(Exception):
    """A program of the benchmark ended non-zero or said nothing; carries its last words."""


@dataclass(frozen=True)
class Installation:
    """Where it lies, and how its programs are started."""

    folder: Path
    file: Path
    children: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def configuration(self) -> Configuration:
        return configuration.load(self.file)

    def run(self, module: str, *words: str) -> str:
        """Run one of our programs to its end; raises Failed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            env=self._environment,
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"{module} {' '.join(words)}:\n{done.stderr[-2000:]}")
        return done.stdout

    def start(self, module: str, *words: str, log: str) -> subprocess.Popen[str]:
        """Start one of our programs; its pipes are lines of text, its log a file in the folder."""
        with self.folder.joinpath(log).open("ab") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", module, *words],
                env=self._environment,
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )
        self.children.append(child)
        return child

    def said(self, log: str, *, most: int = 2_000) -> str:
        """The end of a log."""
        return self.folder.joinpath(log).read_text(errors="replace")[-most:]

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | {
            configuration.VARIABLE: str(self.file),
            "DJANGO_SETTINGS_MODULE": "flexnet.settings",
        }


def end(child: subprocess.Popen[str]) -> None:
    """Ask it to end, and wait; by force after 10 s."""
    child.terminate()
    try:
        child.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()


def wait_for(port: int) -> None:
    """Until somebody listens there, 20 s at most; raises Failed."""

    def listens() -> bool:
        return any(f":{port:04X} 00000000:0000 0A" in line for line in _SOCKETS.read_text().splitlines())

    if eventually(listens, within=20) is None:
        raise Failed(f"Nobody listens on port {port}.")


@contextlib.contextmanager
def serving(made: Installation, process: str, port: int) -> Iterator[int]:
    """One of the processes of the server, which listens there: its number. Raises Failed."""
    child = made.start("flexnet.cli", "run", process, log=f"{process}.log")
    try:
        wait_for(port)
        yield child.pid
    finally:
        end(child)
        made.children.remove(child)


def _end_all(children: list[subprocess.Popen[str]]) -> None:
    for child in children:
        end(child)


@contextlib.contextmanager
def prepared(database: str, tables: Tables | None = None) -> Iterator[Installation]:
    """Make one on `sqlite`, `postgresql` or the database of a URL; removed with the block.

    `tables` are laid over its configuration.
    """
    with contextlib.ExitStack() as undo:
        folder = Path(tempfile.mkdtemp(prefix="flexnet-bench-"))
        undo.callback(shutil.rmtree, folder)
        url = undo.enter_context(_cluster()) if database == "postgresql" else _URLS.get(database, database)
        file = folder / "flexnet.toml"
        file.write_text(_toml(url, tables or {}))
        made = Installation(folder, file)
        undo.callback(_end_all, made.children)
        made.run("flexnet.cli", "secrets", "make")
        made.run("flexnet.cli", "migrate")
        yield made


@contextlib.contextmanager
def _cluster() -> Iterator[str]:
    """A PostgreSQL with its default settings: what it says is written lies on the disk."""
    folder = Path(tempfile.mkdtemp(prefix="flexnet-bench-postgresql-"))
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, folder)
        postgres.make(folder)
        with folder.joinpath("log").open("wb") as log:
            server = subprocess.Popen(postgres.serving(folder), cwd=folder, stdout=log, stderr=log)
        undo.callback(server.wait)
        undo.callback(server.send_signal, signal.SIGINT)
        if eventually(lambda: postgres.ready(folder), within=20) is None:
            raise Failed(folder.joinpath("log").read_text())
        postgres.create(folder)
        yield postgres.url(folder)


def _toml(url: str, tables: Tables) -> str:
    top = {
        "database_url": url,
        "secret_key_file": "secrets/django",
        "key_ring": "secrets/key-ring.json",
        "state_dir": "state",
    }
    below: Tables = {
        "profile": PROFILE,
        "billing": {"store": "deliveries"},
        "seal": {"certificate": "secrets/seal.pem", "key": "secrets/seal.key"},
        "audit": {"anchor_dir": "anchors", "signing_key": "secrets/audit.pem"},
        **tables,
    }
    lines = [_line(*one) for one in top.items()]
    for name, values in below.items():
        lines += [f"[{name}]", *(_line(*one) for one in values.items())]
    return "\n".join(lines) + "\n"


def _line(key: str, value: object) -> str:
    return f"{key} = {_value(value)}"


def _value(value: object) -> str:
    """As TOML has it, tables in a line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(_line(*one) for one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)
