"""The mailbox as IMAP has it, against a small server that keeps to the letter of RFC 3501."""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexnet.configuration import Mailbox
from flexnet.software import mail_reading, mailbox
from flexnet.software.errors import MailboxAway

WORD = "geheim in der Datei"


class Server:
    """Mails by their numbers; what is seen."""

    def __init__(self, *mails: bytes) -> None:
        self.mails = dict(enumerate(mails, start=1))
        self.seen: set[int] = set()
        self.said: list[str] = []

    def answer(self, tag: str, line: str) -> bytes:
        """What comes back for a command."""
        self.said.append(line)
        ok = f"{tag} OK done\r\n".encode()
        if line.startswith("LOGIN"):
            return ok if WORD in line else f"{tag} NO wrong password\r\n".encode()
        if line.startswith("SELECT") and "Weg" in line:
            return f"{tag} NO no such folder\r\n".encode()
        if line.startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\n" + ok
        if line.startswith("SELECT"):
            return f"* {len(self.mails)} EXISTS\r\n".encode() + ok
        if line.startswith("UID SEARCH UNSEEN"):
            left = " ".join(str(one) for one in self.mails if one not in self.seen)
            return f"* SEARCH {left}\r\n".encode() + ok
        if found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", line):
            number, most = int(found[1]), int(found[2])
            if number not in self.mails:
                return ok
            content = self.mails[number][:most]
            return b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\n" % (number, len(content), content) + ok
        if found := re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", line):
            self.seen.add(int(found[1]))
            return ok
        return (b"* BYE\r\n" if line.startswith("LOGOUT") else b"") + ok


@contextlib.contextmanager
def running(server: Server) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _address = listening.accept()
                    with connection, connection.makefile("rwb") as lines:
                        lines.write(b"* OK ready\r\n")
                        lines.flush()
                        for line in lines:
                            tag, _, rest = line.decode().strip().partition(" ")
                            lines.write(server.answer(tag, rest))
                            lines.flush()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def box(folder: Path, port: int, *, word: str = WORD, name: str = "INBOX") -> Mailbox:
    path = folder / f"{name}-password"
    path.write_text(word)
    path.chmod(0o600)
    return Mailbox(server=f"127.0.0.1:{port}", user="software", password_file=path, folder=name, tls=False)


def test_what_is_unread_is_read_whole_or_as_far_as_it_matters_and_marked(tmp_path: Path) -> None:
    server = Server(b"Subject: 1\r\n\r\nx", b"Subject: 2\r\n\r\n" + b"y" * 500_000, b"")
    with running(server) as port, mailbox.opened(box(tmp_path, port)) as waiting:
        assert waiting.numbers(2) == ["1", "2"]
        assert waiting.content("1") == server.mails[1]
        assert len(waiting.content("2")) == mail_reading.LONGEST
        assert waiting.content("9") == b""
        waiting.mark("1")
        assert waiting.numbers(9) == ["2", "3"]
    assert server.said[-1] == "LOGOUT"


def test_a_box_that_lets_nobody_in_is_told_without_its_password(tmp_path: Path) -> None:
    with running(Server()) as port:
        for one in (box(tmp_path, port, word="falsch"), box(tmp_path, port, name="Weg")):
            with pytest.raises(MailboxAway) as refused, mailbox.opened(one):
                pass
            assert "falsch" not in str(refused.value)
    with pytest.raises(MailboxAway), mailbox.opened(box(tmp_path, 9)):
        pass
