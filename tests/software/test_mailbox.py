"""The mailbox that the worker reads, at a real IMAP server: whatever lies in it, and whatever breaks off."""

import base64
import contextlib
import quopri
import socket
import threading
from collections.abc import Callable, Iterator
from email.mime.text import MIMEText
from pathlib import Path

import pytest

from flexnet.configuration import Mailbox
from flexnet.mail.models import Mail
from flexnet.software import mail_reading, mailbox, queries, reading, requests
from flexnet.software.errors import MailboxAway
from flexnet.software.models import SoftwareRequest
from lab import imap_server
from lab.imap_server import Inbox, Server
from lab.pki import Authority
from tests import configured, make
from tests.mail.conftest import fresh, queue
from tests.mail.test_bounces import report
from tests.software import giving_out
from tests.software.test_mail_reading import mail

NOW = make.NOW
BSNR = "889999900"
Turn = Callable[[], int]


_CODED: dict[str | None, Callable[[bytes], bytes]] = {
    None: bytes,
    "base64": base64.encodebytes,
    "quoted-printable": quopri.encodestring,
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with imap_server.running() as found:
        yield found


@pytest.fixture
def inbox(server: Server) -> Inbox:
    return server.inbox()


@pytest.fixture
def turn(inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Turn:
    """What the worker does once a minute."""
    configured.change(monkeypatch, software={"mailbox": box(inbox, tmp_path)})
    return lambda: reading.read_mailbox(NOW)


def box(inbox: Inbox, folder: Path, *, port: int = 0, word: str = "", name: str = "INBOX") -> Mailbox:
    path = folder / "mailbox-password"
    path.write_text(word or inbox.password)
    path.chmod(0o600)
    place = f"{imap_server.NAME}:{port or inbox.port}"
    return Mailbox(server=place, user=inbox.user, password_file=path, folder=name, ca=inbox.authority)


def numbered(number: int, text: str = "Hallo?") -> bytes:
    return mail(text).replace(b"<1@x>", b"<%d@x>" % number)


def written(text: str, coding: str, way: str | None, kind: str = "plain") -> bytes:
    """A mail in this character set, sent in this way."""
    whole = MIMEText("", kind)
    del whole["Content-Type"], whole["Content-Transfer-Encoding"]
    whole["From"], whole["Message-ID"] = "praxis@example.org", f"<{coding}{way}{kind}@x>"
    whole["Content-Type"] = f'text/{kind}; charset="{coding}"'
    whole["Content-Transfer-Encoding"] = way or "8bit"
    return whole.as_bytes() + _CODED[way](text.encode(coding))


@pytest.mark.django_db
def test_mails_become_requests_tasks_or_nothing(inbox: Inbox, turn: Turn) -> None:
    site, returned = giving_out.practice(), queue()
    Mail.objects.update(sent_at=NOW, next_at=None)
    inbox.deliver(
        mail(f"Guten Tag, BSNR {BSNR}, wir haben Windows 11."),
        mail("Ich bin nicht da.", Auto_Submitted="auto-replied"),
        mail("Gewonnen! 889999900 Windows", X_Spam_Flag="YES"),
        numbered(2, "Hallo?"),
        report(returned=f"Message-ID: <{returned.tag}@kv.example>"),
        report(to=f"flexnet-zurueck+{'f' * 32}@kv.example", returned="X-Nothing: 1"),  # of nobody's
        b"",
        b"\xff\x00" * 99,
    )
    assert turn() == 8
    clear, unclear, *noise = SoftwareRequest.objects.order_by("pk")
    assert (clear.site, clear.system, clear.way, clear.text) == (site, "windows", "mail", "")
    assert (unclear.site, unclear.text) == (None, "Hallo?")
    assert len(noise) == 2  # what nobody can read, somebody looks at
    assert fresh(returned).bounced_at == NOW
    assert Mail.objects.exclude(bounced_at=None).count() == 1
    assert turn() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("coding", "way", "kind"),
    [
        ("utf-8", None, "plain"),
        ("utf-8", "quoted-printable", "plain"),
        ("utf-8", "base64", "plain"),
        ("iso-8859-1", None, "plain"),
        ("iso-8859-15", "quoted-printable", "html"),
        ("windows-1252", "base64", "html"),
    ],
)
def test_a_request_is_understood_in_each_character_set_and_coding(
    inbox: Inbox, turn: Turn, coding: str, way: str | None, kind: str
) -> None:
    site = giving_out.practice()
    text = f"Für die Praxis Müller: BSNR\u00a0{BSNR[:2]}\u00a0{BSNR[2:]}, Gerät mit Ubuntu, schöne Grüße"
    inbox.deliver(
        written(f"<p>{text}</p><style>.windows</style>" if kind == "html" else text, coding, way, kind)
    )
    assert turn() == 1
    [row] = SoftwareRequest.objects.all()
    assert (row.site, row.system) == (site, "linux")


@pytest.mark.django_db
def test_of_a_large_mail_only_the_beginning_is_fetched(inbox: Inbox, turn: Turn, tmp_path: Path) -> None:
    giving_out.practice()
    large = mail(f"BSNR {BSNR}, Windows\n" + "x" * 76 + "\n") + b"y" * 10 * 1024 * 1024
    inbox.deliver(large)
    with mailbox.opened(box(inbox, tmp_path)) as unread:
        content = unread.content(unread.numbers(1)[0])
    assert content is not None
    assert len(content) == mail_reading.LONGEST
    assert turn() == 1
    assert SoftwareRequest.objects.get().system == "windows"


@pytest.mark.django_db
def test_what_somebody_reads_deletes_or_moves_away_is_not_read_here(inbox: Inbox, turn: Turn) -> None:
    inbox.deliver(*(numbered(one, f"Frage {one}") for one in range(1, 6)))
    with inbox.looked_into() as program:
        program.create("Erledigt")
        program.uid("STORE", "1", "+FLAGS", r"(\Seen)")
        program.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
        program.uid("MOVE", "3", "Erledigt")
        program.uid("STORE", "4", "+FLAGS", r"(\Flagged)")
    assert turn() == 2
    assert {row.text for row in SoftwareRequest.objects.all()} == {"Frage 4", "Frage 5"}
    with inbox.looked_into("Erledigt") as program:  # and back again: then somebody wants it read
        program.uid("MOVE", "1", "INBOX")
    assert turn() == 1
    assert SoftwareRequest.objects.filter(text="Frage 3").exists()


@pytest.mark.django_db
def test_what_goes_while_the_box_is_read_is_nothing_and_what_is_damaged_is_told_and_waits(
    inbox: Inbox, turn: Turn, tmp_path: Path
) -> None:
    inbox.deliver(*(numbered(one) for one in range(4)))
    with mailbox.opened(box(inbox, tmp_path)) as unread:
        first, *_others = unread.numbers(9)
        with inbox.looked_into() as program:
            program.uid("STORE", first, "+FLAGS", r"(\Deleted)")
            program.expunge()
        assert unread.content(first) is None
        unread.mark(first)
    [damaged] = inbox.folder.joinpath("cur").glob("*.000002.*")
    damaged.chmod(0)
    with pytest.raises(MailboxAway, match="FETCH failed"):
        turn()
    assert SoftwareRequest.objects.count() == 1
    damaged.chmod(0o600)
    assert turn() == 2
    assert SoftwareRequest.objects.count() == 3


@pytest.mark.django_db
def test_new_numbers_for_all_mails_ask_for_nothing_twice(inbox: Inbox, turn: Turn) -> None:
    """UIDVALIDITY changes, as after a move to another server; that may lose who has read what."""
    inbox.deliver(numbered(1), numbered(2))
    assert turn() == 2
    for path in inbox.folder.glob("dovecot*"):
        path.unlink()
    for path in inbox.folder.joinpath("cur").iterdir():
        path.rename(path.with_name(path.name.partition(":")[0]))
    inbox.deliver(numbered(3))
    assert turn() == 3
    assert SoftwareRequest.objects.count() == 3


@pytest.mark.django_db
def test_a_mailbox_full_of_riddles_stops_at_the_bound_and_loses_none(
    inbox: Inbox, turn: Turn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configured.change(monkeypatch, software={"most_unclear": 10})
    inbox.deliver(*(numbered(one) for one in range(2_000)))
    assert (turn(), turn()) == (10, 0)
    requests.refuse(number=queries.desk_requests(1)[0].pk, by=make.BY, reason="Werbung", now=NOW)
    assert turn() == 1
    with mailbox.opened(box(inbox, tmp_path)) as unread:
        left = unread.numbers(9_999)
        assert left == [str(one) for one in range(12, 2_001)]
        assert b"<1999@x>" in (unread.content(left[-1]) or b"")


@pytest.mark.django_db
def test_whenever_the_connection_breaks_off_every_mail_asks_once(
    inbox: Inbox, turn: Turn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's answers end after so many bytes: in the greeting, in a mail, before a mark holds."""
    inbox.deliver(*(numbered(one, f"Frage {one}") for one in range(3)))
    broken = 0
    for most in range(2_500, 10_000, 150):
        with cut(inbox.port, most) as port:
            configured.change(monkeypatch, software={"mailbox": box(inbox, tmp_path, port=port)})
            try:
                reading.read_mailbox(NOW)
            except MailboxAway:
                broken += 1
            else:
                break
    assert broken > 3
    assert sorted(row.text for row in SoftwareRequest.objects.all()) == ["Frage 0", "Frage 1", "Frage 2"]


def test_a_box_that_lets_nobody_in_is_told_without_its_password(inbox: Inbox, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    wrong = {
        "wrong password": (box(inbox, tmp_path, word="falsch-geheim"), "refused"),
        "no such folder": (box(inbox, tmp_path, name="Weg"), "no folder 'Weg'"),
        "another authority": (
            box(inbox, tmp_path).model_copy(update={"ca": Authority(stranger).certificate}),
            "certificate verify failed",
        ),
        "another name": (
            box(inbox, tmp_path).model_copy(update={"server": f"127.0.0.1:{inbox.port}"}),
            "certificate verify failed",
        ),
        "nobody there": (box(inbox, tmp_path, port=9), "cannot be asked"),
    }
    for case, (one, says) in wrong.items():
        one.password_file.write_text("falsch-geheim" if case == "wrong password" else inbox.password)
        with pytest.raises(MailboxAway) as refused, mailbox.opened(one):
            pytest.fail(case)
        assert says in str(refused.value), case
        assert "geheim" not in str(refused.value)
        assert inbox.password not in str(refused.value)


def test_a_server_that_can_little_does_as_well(tmp_path: Path) -> None:
    """It has no IDLE and nothing else beyond RFC 3501, and words and folders have letters of all kinds."""
    with imap_server.running("imap_capability = IMAP4rev1", password='Grüße "an" \\ & alle') as little:
        inbox = little.inbox()
        with inbox.looked_into() as program:
            program.create('"Antr&AOQ-ge &- mehr"')
        inbox.deliver(mail("Hallo?"), folder=".Antr&AOQ-ge &- mehr")
        with mailbox.opened(box(inbox, tmp_path, name="Anträge & mehr")) as unread:
            [number] = unread.numbers(9)
            unread.mark(number)
            assert unread.numbers(9) == []


@contextlib.contextmanager
def cut(port: int, most: int) -> Iterator[int]:
    """Stands between: passes everything on, and hangs up when the server has said so many bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            near, _address = listening.accept()
            with near, socket.create_connection(("127.0.0.1", port)) as far:
                asking = threading.Thread(target=pump, args=(near, far, None))
                asking.start()
                pump(far, near, most)
                asking.join()

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def pump(source: socket.socket, target: socket.socket, most: int | None) -> None:
    """Until one of the two ends, or `most` bytes are through; then neither says any more."""
    with contextlib.suppress(OSError):
        while (most is None or most > 0) and (
            piece := source.recv(4096 if most is None else min(4096, most))
        ):
            target.sendall(piece)
            most = None if most is None else most - len(piece)
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
