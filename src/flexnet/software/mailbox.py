"""The outside: a mailbox that is read over IMAP (RFC 3501), a few mails at a time."""

import base64
import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from typing import Any, Final

from flexnet import configuration
from flexnet.configuration import Mailbox
from flexnet.lib import private_files
from flexnet.software.errors import MailboxAway
from flexnet.software.mail_reading import LONGEST

_PATIENCE: Final = 20  # seconds
_NOT_ASCII: Final = re.compile(r"[^\x20-\x7e]+")


class Unread:
    """Mails that nobody has read. What is read here bears the flag \\Seen; nothing is deleted."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server

    def numbers(self, most: int) -> list[str]:
        """The oldest first; good for this connection only. Raises MailboxAway."""
        status, found = self._server.uid("SEARCH", "UNSEEN", "UNDELETED")
        if status != "OK":
            raise MailboxAway(f"The mailbox cannot be searched: {_said(found)}")
        return [str(number) for number in sorted(map(int, (found[0] or b"").split()))[:most]]

    def content(self, number: str) -> bytes | None:
        """Its first bytes; None if the server does not give it: it has gone meanwhile, or is damaged."""
        _status, found = self._server.uid("FETCH", number, f"(BODY.PEEK[]<0.{LONGEST}>)")
        return next((bytes(one[1]) for one in found if isinstance(one, tuple)), None)

    def mark(self, number: str) -> None:
        """It is read. Raises MailboxAway."""
        status, found = self._server.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)")
        if status != "OK":
            raise MailboxAway(f"A mail cannot be marked as read: {_said(found)}")


@contextlib.contextmanager
def opened(box: Mailbox) -> Iterator[Unread]:
    """Signed in, its folder chosen. Raises MailboxAway, also for what breaks off in the block."""
    try:
        server = _connected(box)
        try:
            _sign_in(server, box)
            status, _told = server.select(f'"{_as_sent(box.folder)}"')
            if status != "OK":
                raise MailboxAway(f"The mailbox has no folder {box.folder!r}.")
            yield Unread(server)
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                server.logout()
            with contextlib.suppress(OSError):
                server.shutdown()  # which a logout that fails leaves out
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


def _sign_in(server: imaplib.IMAP4, box: Mailbox) -> None:
    """With AUTHENTICATE PLAIN (RFC 4616), whose words may hold any letter; LOGIN knows only ASCII."""
    word = private_files.read(box.password_file).decode().strip()
    if "AUTH=PLAIN" in server.capabilities:
        server.authenticate("PLAIN", lambda _asked: f"\0{box.user}\0{word}".encode())
    elif f"{box.user}{word}".isascii():
        server.login(box.user, word)
    else:
        raise MailboxAway("This server takes only ASCII in user and password of the mailbox.")


def _as_sent(folder: str) -> str:
    r"""A folder's name within quotes, in modified UTF-7 (RFC 3501, 5.1.3)."""
    shifted = _NOT_ASCII.sub(_shifted, folder.replace("&", "&-"))
    return shifted.replace("\\", "\\\\").replace('"', '\\"')


def _shifted(letters: re.Match[str]) -> str:
    coded = base64.b64encode(letters[0].encode("utf-16-be"), altchars=b"+,").decode("ascii")
    return f"&{coded.rstrip('=')}-"


def _said(found: list[Any]) -> str:
    """What a server answered, for the log."""
    return b" ".join(one for one in found if isinstance(one, bytes)).decode("ascii", "replace")[:200]
