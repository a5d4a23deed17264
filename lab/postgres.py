"""A throw-away PostgreSQL for tests, demo and bench; `lab.postgres COMMAND…` runs a command with it."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from lab import signals
from lab.processes import eventually

ROLE = DATABASE = "flexnet"
_PROGRAMS = "/usr/lib/postgresql"
_CARELESS = ("fsync=off", "full_page_writes=off")  # its data need not outlive the run


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine, or it does not start."""


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Yield the URL of a new database; everything is removed with the block. Raises NoPostgres."""
    folder = Path(tempfile.mkdtemp(prefix="flexnet-postgres-"))
    try:
        make(folder)
        server = _start(folder)
        try:
            if eventually(lambda: ready(folder) or server.poll() is not None, within=20) is None:
                raise NoPostgres(folder.joinpath("log").read_text())
            create(folder)
            yield url(folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
    finally:
        shutil.rmtree(folder)


def url(folder: Path) -> str:
    """Name the database as the configuration does."""
    return f"postgresql://{ROLE}@/{DATABASE}?host={folder}"


def make(folder: Path) -> None:
    """Make the cluster's files, in a folder that from now on belongs to its own user. Raises NoPostgres."""
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    command = [_program("initdb"), "--no-sync", "-A", "trust", "-U", ROLE, "-E", "UTF8", "--locale=C.UTF-8"]
    _once([*_as_owner(), *command, "-D", str(folder / "data")], folder)


def serving(folder: Path, *settings: str) -> list[str]:
    """Name the command that serves the cluster, on a Unix socket in its folder only."""
    return [*_as_owner(), *_postmaster(folder, settings)]


def ready(folder: Path) -> bool:
    """Whether it takes connections."""
    command = [_program("pg_isready"), "-q", "-h", str(folder), "-U", ROLE]
    return subprocess.run(command, check=False).returncode == 0


def create(folder: Path) -> None:
    """Create the database in the running cluster. Raises NoPostgres."""
    _once([_program("createdb"), "-h", str(folder), "-U", ROLE, DATABASE], folder)


def _program(name: str) -> str:
    versions = sorted(Path(_PROGRAMS).glob(f"*/bin/{name}"), key=lambda one: int(one.parts[-3]))
    if not versions:
        raise NoPostgres("PostgreSQL is not installed: apt-get install postgresql")
    return str(versions[-1])


def _as_owner(*bound: str) -> list[str]:
    """PostgreSQL refuses to run as root. Bonds go into the same call: a change of user loosens them."""
    change = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *change, *bound, "--"]


def _start(folder: Path) -> subprocess.Popen[bytes]:
    command = [*_as_owner("--pdeathsig=INT"), *_postmaster(folder, _CARELESS)]
    with folder.joinpath("log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)


def _postmaster(folder: Path, settings: Sequence[str]) -> list[str]:
    command = [_program("postgres"), "-D", str(folder / "data"), "-c", "listen_addresses="]
    command += ["-c", f"unix_socket_directories={folder}", "-c", "max_connections=200"]
    return command + [word for setting in settings for word in ("-c", setting)]


def _once(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoPostgres(done.stderr)


def main(command: Sequence[str]) -> int:
    """Run a command whose tests then find the database; end as it ends."""
    with signals.ending(), cluster() as database:
        told = {"FLEXNET_TEST_DATABASE": "postgresql", "FLEXNET_TEST_DATABASE_URL": database}
        return subprocess.run(command, env=os.environ | told, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
