"""Where practices write for software: mails come over the Internet to an MX, the worker reads them by IMAP.

`lab.requests_box take FOLDER HOST PORT` is that MX; `lab.requests_box send HOST PORT SENDER` sends what is on
stdin.
"""

import itertools
import secrets
import signal
import smtplib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from lab import commands, imap_server, mail_server, topology
from lab.pki import Authority

ADDRESS: Final = "software@kvsa.example"
_IMAPS = 10_993  # whoever runs it is not root
_MX = (topology.PUBLIC_ADDRESS, "25")


@dataclass
class RequestsBox:
    """The mailbox: its IMAP server in the KV's LAN, its MX where the Internet reaches it."""

    folder: Path

    def configure(self, server: Path) -> str:
        """The part of the server's configuration that names it, whose password lies beside that file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        password = server.parent / "secrets" / "mailbox"
        password.touch(0o600)
        password.write_text(secrets.token_hex())
        return "\n".join(
            (
                "[software.mailbox]",
                f'server = "{topology.MAIL_NAME}:{_IMAPS}"',
                'ca = "secrets/ca.pem"',
                f'user = "{imap_server.FIRST}"',
                'password_file = "secrets/mailbox"',
                "",
            )
        )

    def imap(self, server: Path, authority: Authority) -> list[str]:
        """What runs the IMAP server, on the mail server's machine and by its name."""
        certificate = authority.folder / f"{topology.MAIL_NAME}.pem"
        where = [str(self.folder), topology.KV_ADDRESS, str(_IMAPS), str(certificate)]
        return [sys.executable, "-m", "lab.imap_server", *where, str(server.parent / "secrets" / "mailbox")]

    def mx(self) -> list[str]:
        """What takes mails for it."""
        folder = imap_server.mailbox(self.folder, imap_server.FIRST)
        return [sys.executable, "-m", "lab.requests_box", "take", str(folder), *_MX]


def write(namespace: str, *, sender: str, text: str) -> None:
    """Somebody's mail program sends this, from a computer in that namespace."""
    words = ["send", *_MX, sender]
    command = [sys.executable, "-m", "lab.requests_box", *words]
    commands.run(commands.inside(namespace, command), stdin=text)


@dataclass
class _Mx(mail_server.Box):
    """Takes mails for this one address, and lays them into the mailbox."""

    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address != ADDRESS:
            return "550 5.1.1 nobody here of that name"
        return await super().handle_RCPT(server, session, envelope, address, options)

    def keep(self, envelope: Envelope) -> None:
        if self.folder and isinstance(envelope.content, bytes):
            imap_server.deliver(envelope.content, next(self.numbers), self.folder)


def take(folder: str, host: str, port: str) -> None:
    """Until ended."""
    with mail_server.running(_Mx(folder=Path(folder)), host=host, port=int(port)):
        print("ready", flush=True)
        signal.sigwait([signal.SIGTERM, signal.SIGINT])


def send(host: str, port: str, sender: str) -> None:
    """The subject stands in the first line."""
    subject, _, text = sys.stdin.read().partition("\n")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, ADDRESS, subject
    mail["Message-ID"] = make_msgid(domain="example.org")
    mail.set_content(text)
    with smtplib.SMTP(host, int(port), timeout=10) as program:
        program.send_message(mail)


if __name__ == "__main__":
    if sys.argv[1] == "take":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
        take(*sys.argv[2:])
    else:
        send(*sys.argv[2:])
