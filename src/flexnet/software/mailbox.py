"""The outside: a mailbox that is read over IMAP (RFC 3501), a few mails at a time."""

import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from typing import Final, Protocol

from flexnet import configuration
from flexnet.configuration import Mailbox
from flexnet.lib import private_files
from flexnet.software.errors import MailboxAway
from flexnet.software.mail_reading import LONGEST

_PATIENCE: Final = 20  # seconds


class Waiting(Protocol):
    """Mails that nobody has read."""

    def numbers(self, most: int) -> list[str]:
        """The oldest first."""

    def content(self, number: str) -> bytes:
        """Its first bytes; empty if it has gone meanwhile."""

    def mark(self, number: str) -> None:
        """It is read."""


class Imap:
    """As a server keeps them: what is read bears the flag \\Seen, and is deleted by nobody here."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server

    def numbers(self, most: int) -> list[str]:
        _status, found = self._server.uid("SEARCH", "UNSEEN")
        return [one.decode("ascii") for one in (found[0] or b"").split()[:most]]

    def content(self, number: str) -> bytes:
        _status, found = self._server.uid("FETCH", number, f"(BODY.PEEK[]<0.{LONGEST}>)")
        return next((bytes(one[1]) for one in found if isinstance(one, tuple)), b"")

    def mark(self, number: str) -> None:
        self._server.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)")


@contextlib.contextmanager
def opened(box: Mailbox) -> Iterator[Waiting]:
    """Signed in, its folder chosen. Raises MailboxAway, also for what breaks off in the block."""
    try:
        server = _connected(box)
        try:
            server.login(box.user, private_files.read(box.password_file).decode().strip())
            status, _said = server.select(f'"{box.folder}"')
            if status != "OK":
                raise MailboxAway(f"The mailbox has no folder {box.folder!r}.")
            yield Imap(server)
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                server.logout()
    except imaplib.IMAP4.error as error:
        raise MailboxAway(f"The mailbox refused: {error}"[:200]) from None
    except OSError as error:
        raise MailboxAway(f"{box.server} cannot be asked: {error}") from error


def _connected(box: Mailbox) -> imaplib.IMAP4:
    host, port = configuration.address(box.server)
    if not box.tls:
        return imaplib.IMAP4(host, port, timeout=_PATIENCE)
    trusted = ssl.create_default_context(cafile=str(box.ca) if box.ca else None)
    return imaplib.IMAP4_SSL(host, port, ssl_context=trusted, timeout=_PATIENCE)
