"""What a practice sends to the mailbox for requests is read there over IMAP, by what runs in the lab."""

import shutil
import smtplib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexnet.configuration import Mailbox
from flexnet.software import mail_reading, mailbox
from lab import imap_server, ports, requests_box
from lab.pki import Authority

_TEXT = "KV-FlexNet\nWir brauchen den Client für Linux, BSNR 889900100.\n"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where dovecot's own user gets in."""
    made = Path(tempfile.mkdtemp(prefix="flexnet-imap-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.touch(0o600)
    path.write_text("geheim")
    return path


def begun(*words: str) -> "subprocess.Popen[str]":
    """One of the lab's programs, once it says that it is ready."""
    program = subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.PIPE, text=True)
    assert program.stdout
    assert program.stdout.readline() == "ready\n"
    return program


def ended(program: "subprocess.Popen[str]") -> int:
    program.terminate()
    with program:
        return program.wait(30)


def test_a_mail_that_the_mx_takes_is_read_over_imap_and_nothing_goes_on_running(
    tmp_path: Path, folder: Path, password: Path
) -> None:
    authority = Authority(tmp_path)
    own, imaps, smtp = authority.certify(imap_server.NAME), str(ports.claim()), str(ports.claim())
    where = ("127.0.0.1", imaps, str(own.certificate), str(password))
    imap = begun("lab.imap_server", str(folder), *where)
    box = imap_server.mailbox(folder, imap_server.FIRST)
    mx = begun("lab.requests_box", "take", str(box), "127.0.0.1", smtp)
    try:
        sending = [sys.executable, "-m", "lab.requests_box", "send", "127.0.0.1", smtp, "praxis@example.org"]
        subprocess.run(sending, input=_TEXT, text=True, check=True, timeout=30)
        place = Mailbox(
            server=f"{imap_server.NAME}:{imaps}",
            user=imap_server.FIRST,
            password_file=password,
            ca=authority.certificate,
        )
        with mailbox.opened(place) as unread:
            [number] = unread.numbers(9)
            read = mail_reading.read(unread.content(number) or b"")
    finally:
        assert [ended(mx), ended(imap)] == [0, 0]
    assert (read.sender, read.numbers, read.system) == ("praxis@example.org", {"889900100"}, "linux")


def test_for_others_it_takes_nothing(tmp_path: Path) -> None:
    smtp = str(ports.claim())
    mx = begun("lab.requests_box", "take", str(tmp_path), "127.0.0.1", smtp)
    try:
        with smtplib.SMTP("127.0.0.1", int(smtp), timeout=10) as program:
            program.ehlo()
            program.mail("praxis@example.org")
            assert program.rcpt("anybody@kvsa.example")[0] == 550
            assert program.rcpt(requests_box.ADDRESS)[0] == 250
    finally:
        assert ended(mx) == 0
