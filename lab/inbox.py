"""What practices get by mail: the KV's mail server takes it over TLS and keeps each mail as a file."""

import email
import secrets
import shutil
import sys
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from lab import topology
from lab.pki import Authority
from lab.processes import eventually

PORT = 587
USER = "flexnet"
_PATIENCE = 15.0  # s


class NoMail(Exception):
    """No mail came that says this."""


@dataclass
class Inbox:
    """The mail server's folder."""

    folder: Path
    _password: str = field(default_factory=secrets.token_hex, repr=False)

    def configure(self, server: Path, authority: Authority) -> str:
        """The part of the server's configuration that names it, whose password lies beside that file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        authority.certify(topology.MAIL_NAME)
        for path in (server.parent / "secrets" / "smtp-password", self._password_file):
            path.touch(0o600)
            path.write_text(self._password)
        return "\n".join(
            (
                "[mail]",
                f'server = "{topology.MAIL_NAME}:{PORT}"',
                'ca = "secrets/ca.pem"',
                f'user = "{USER}"',
                'password_file = "secrets/smtp-password"',
                'bounces = "zurueck@kvsa.example"',
                "",
            )
        )

    def command(self, authority: Authority) -> list[str]:
        """What runs the server."""
        certificate = authority.folder / f"{topology.MAIL_NAME}.pem"
        where = [topology.KV_ADDRESS, str(PORT), str(certificate), str(self._password_file)]
        return [sys.executable, "-m", "lab.mail_server", str(self.folder), *where]

    def mails(self, to: str = "") -> list[EmailMessage]:
        """All that came, or those to one address, in their order."""
        found = [_read(path) for path in sorted(self.folder.glob("*.eml"))]
        return [one for one in found if to in str(one["To"])]

    def wait_for(self, to: str, words: str) -> EmailMessage:
        """The last one to this address that says so, once it is there. Raises NoMail."""
        if eventually(lambda: bool(self._saying(to, words)), within=_PATIENCE) is None:
            raise NoMail(f"no mail to {to} says {words!r}; there are {[m['Subject'] for m in self.mails()]}")
        return self._saying(to, words)[-1]

    def keep(self, beside: Path) -> None:
        """Copy the mails to where the screenshots lie."""
        for path in sorted(self.folder.glob("*.eml")):
            shutil.copy(path, beside / f"mail-{path.name}")

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    def _saying(self, to: str, words: str) -> list[EmailMessage]:
        return [one for one in self.mails(to) if words in text_of(one)]


def text_of(mail: EmailMessage) -> str:
    """Subject and text, with one blank for every line break."""
    return " ".join(f"{mail['Subject']} {mail.get_content()}".split())


def _read(path: Path) -> EmailMessage:
    found = email.message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(found, EmailMessage)  # noqa: S101 - of this policy every message is one
    return found
