"""A real IMAP server for one run: Debian's dovecot, with mailboxes in a folder of its own.

`lab.imap_server FOLDER HOST PORT CERTIFICATE PASSWORD_FILE` runs it until it is ended.
"""

import contextlib
import functools
import grp
import imaplib
import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lab import ports
from lab.pki import Authority
from lab.processes import eventually

NAME: Final = "localhost"
_OWNER: Final = "dovecot"  # made by Debian's package
_PROGRAM: Final = "/usr/sbin/dovecot"
_PATIENCE: Final = 20.0  # s
FIRST: Final = "box0"
_USERS: Final = [f"box{number}" for number in range(100)]  # all known from the start, with one password
_CONFIGURATION: Final = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = {host}
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
first_valid_uid = 1
mail_uid = {owner}
mail_gid = {group}
mail_location = maildir:{folder}/mails/%u
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
auth_mechanisms = plain
auth_failure_delay = 0
mail_fsync = never
maildir_very_dirty_syncs = yes
{more}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = home={folder}/home/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
"""


class NoDovecot(Exception):
    """There is no dovecot on this machine, or it does not start."""


@dataclass(frozen=True)
class Inbox:
    """A mailbox of its own, in which mails can be laid and which can be looked into."""

    user: str
    password: str = field(repr=False)
    folder: Path
    port: int
    authority: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def deliver(self, *mails: bytes, folder: str = "") -> None:
        """As a server's delivery does it: one file each into `new`, in this order."""
        for content in mails:
            deliver(content, next(self._numbers), self.folder / folder)

    @contextlib.contextmanager
    def looked_into(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """As somebody's mail program."""
        trusted = ssl.create_default_context(cafile=str(self.authority))
        with imaplib.IMAP4_SSL(NAME, self.port, ssl_context=trusted, timeout=_PATIENCE) as program:
            program.authenticate("PLAIN", lambda _said: f"\0{self.user}\0{self.password}".encode())
            program.select(folder)
            yield program


@dataclass(frozen=True)
class Server:
    """Runs with the block of `running`."""

    folder: Path
    port: int
    authority: Path
    password: str = field(repr=False)
    host: str = "127.0.0.1"
    _free: Iterator[str] = field(default_factory=lambda: iter(_USERS), repr=False)

    def inbox(self) -> Inbox:
        """A new mailbox, empty."""
        user = next(self._free)
        folder = mailbox(self.folder, user)
        for part in ("tmp", "new", "cur"):
            folder.joinpath(part).mkdir(parents=True)
        _give_away(folder)
        return Inbox(user, self.password, folder, self.port, self.authority)


def mailbox(folder: Path, user: str) -> Path:
    """Where a user's mails lie, of a server with this folder."""
    return folder / "mails" / user


def deliver(content: bytes, number: int, folder: Path) -> None:
    """A mail into a mailbox's folder, each with another number; whole when it can be seen."""
    beside = folder / "tmp" / f"{1_700_000_000 + number}.{number:06}.lab"
    beside.write_bytes(content)
    os.chown(beside, _owner().pw_uid, _owner().pw_gid)
    beside.rename(folder / "new" / beside.name)


@contextlib.contextmanager
def running(*more: str, password: str = "") -> Iterator[Server]:
    """With these lines in its configuration; everything is removed with the block. Raises NoDovecot."""
    if not Path(_PROGRAM).exists():
        raise NoDovecot("dovecot is not installed: apt-get install dovecot-imapd")
    folder = Path(tempfile.mkdtemp(prefix="flexnet-imap-"))
    try:
        authority = Authority(folder)
        own = authority.certify(NAME)
        server = Server(folder, ports.claim(), authority.certificate, password or secrets.token_hex())
        with _up(server, own.certificate, more):
            yield server
    finally:
        shutil.rmtree(folder)


def main(folder: str, host: str, port: str, certificate: str, password_file: str) -> None:
    """With one mailbox, `FIRST`'s, until it is told to end."""
    password, own = Path(password_file).read_text(), Path(certificate)
    server = Server(Path(folder), int(port), own, password, host)
    with _up(server, own, ()):
        server.inbox()
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])  # it is inherited
        print("ready", flush=True)
        signal.sigwait([signal.SIGTERM, signal.SIGINT])


@contextlib.contextmanager
def _up(server: Server, certificate: Path, more: tuple[str, ...]) -> Iterator[None]:
    shutil.copy(certificate, server.folder / "server.pem")
    shutil.copy(certificate.with_suffix(".key"), server.folder / "server.key")
    program = _start(server, more)
    try:
        eventually(lambda: _answers(server) or program.poll() is not None, within=_PATIENCE)
        if not _answers(server):
            raise NoDovecot(server.folder.joinpath("log").read_text())
        yield
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(_PATIENCE)


def _start(server: Server, more: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """As nobody who may do anything: whoever started it, or Debian's user for it where that is root."""
    folder, owner = server.folder, _owner()
    configuration = folder / "dovecot.conf"
    group = grp.getgrgid(owner.pw_gid).gr_name
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder,
            owner=owner.pw_name,
            group=group,
            host=server.host,
            port=server.port,
            more="\n".join(more),
        )
    )
    for name in ("run", "mails", "home"):
        folder.joinpath(name).mkdir()
    for name in ("users", "log"):
        folder.joinpath(name).touch(0o600)
    folder.joinpath("users").write_text("".join(f"{one}:{{PLAIN}}{server.password}\n" for one in _USERS))
    _give_away(folder)
    change = (
        ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]
        if os.geteuid() == 0
        else []
    )
    command = ["setpriv", *change, "--pdeathsig=TERM", "--", _PROGRAM, "-F", "-c", str(configuration)]
    with folder.joinpath("log").open("ab") as log:
        return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _answers(server: Server) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((server.host, server.port), 1):
        return True
    return False


@functools.cache
def _owner() -> pwd.struct_passwd:
    return pwd.getpwnam(_OWNER) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _give_away(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _owner().pw_uid, _owner().pw_gid)


if __name__ == "__main__":
    main(*sys.argv[1:])
