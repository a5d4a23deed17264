"""What becomes of a mail: taken, tried again, given up; once, whoever refuses and whoever is killed."""

import re
import ssl
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope

from flexnet import key_ring, transactions
from flexnet.audit import timeline
from flexnet.audit.models import Event
from flexnet.lib.sealed import KeyRing, Secret, ring_number
from flexnet.mail import actions, sending, smtp
from flexnet.mail.errors import NotNow
from flexnet.mail.kinds import Kind, Plain
from flexnet.mail.models import Mail, Trouble
from lab import mail_server, ports
from lab.mail_server import Act, Box
from lab.pki import Authority
from tests import configured, make
from tests.at_once import at_once
from tests.mail.conftest import ABOUT, at, fresh, point_to, queue, read, to, turn

pytestmark = pytest.mark.django_db
LINK = "https://netzzugang.example/laden/0123456789abcdef"


def test_a_mail_goes_to_one_address_and_says_who_wrote_it(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, mail={"sender": "flexnet@kv.example", "bounces": "zurueck@kv.example"})
    row = queue(about="Praxiszugang der Straße „Am Tor“")
    assert turn() == 1
    [came] = box.came
    mail = read(came)
    assert (came.sender, came.to) == (f"zurueck+{row.tag}@kv.example", ["praxis@example.org"])
    assert mail["From"] == "Kassenärztliche Vereinigung Sachsen-Anhalt <flexnet@kv.example>"
    assert (mail["To"], mail["Reply-To"]) == ("praxis@example.org", "it-service@kvsa.de")
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (f"<{row.tag}@kv.example>", "auto-generated")
    assert (mail.get_content_type(), mail.get_content_charset()) == ("text/plain", "utf-8")
    assert "Straße „Am Tor“: Wir haben am 14. April 2026, 10:00 Uhr" in mail.get_content().replace("\n", " ")
    assert (came.content.isascii(), mail["Content-Language"]) == (True, "de")
    assert (fresh(row).sent_at is not None, fresh(row).next_at, turn(600)) == (True, None, 0)
    [entry] = timeline.of([ABOUT]).entries
    assert (entry.event.kind, entry.personal) == ("mail.sent", {"to": "praxis@example.org"})


@pytest.mark.parametrize(
    ("at_rcpt", "at_data", "next_in", "said"),
    [
        (["550 5.1.1 no such user"], [], None, "550 5.1.1 no such user"),
        ([], ["554 5.7.1 spam"], None, "554 5.7.1 spam"),
        (["451 4.7.1 greylisted, come back"], [], 5, "451 4.7.1 greylisted, come back"),
        ([], ["452 4.2.2 mailbox full"], 5, "452 4.2.2 mailbox full"),
        ([mail_server.hang_up], [], 5, "lost"),
        ([], [mail_server.hang_up], 5, "lost"),
        ([mail_server.say_nothing], [], 5, "lost"),
        ([], [mail_server.say_nothing], 5, "lost"),
    ],
)
def test_a_refusal_for_good_ends_it_and_any_other_is_tried_again(
    at_rcpt: list[str | Act],
    at_data: list[str | Act],
    next_in: int | None,
    said: str,
    box: Box,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if mail_server.say_nothing in (*at_rcpt, *at_data):  # the others answer, on a busy machine late
        monkeypatch.setattr(smtp, "ANSWERS_WITHIN", 0.5)
        monkeypatch.setattr(smtp, "TAKES_WITHIN", 0.5)
    box.at_rcpt, box.at_data = at_rcpt, at_data
    row, other = queue(), queue("lock:2", "other@example.org")
    turn()
    turn(1)
    assert (fresh(row).answer or fresh(row).trouble) == said
    assert fresh(other).sent_at is not None  # whatever happened to the one before it
    if next_in is None:
        assert (fresh(row).given_up_at is not None, fresh(row).next_at) == (True, None)
        assert turn(600) == 0
        assert Event.objects.filter(kind="mail.given_up", subject=ABOUT).count() == 1
        return
    assert turn(next_in - 0.5) == 0
    assert turn(next_in + 0.5) == 1
    assert [came.to for came in box.came] == [[other.to], [row.to]]


def test_what_was_taken_without_our_hearing_it_comes_again_under_the_same_name(box: Box) -> None:
    async def take_and_hang_up(server: SMTP, envelope: Envelope) -> str:
        box.keep(envelope)
        return await mail_server.hang_up(server, envelope)

    box.at_data = [take_and_hang_up]
    queue()
    assert (turn(), turn(6)) == (0, 1)
    assert len({read(came)["Message-ID"] for came in box.came}) == 1
    assert len(box.came) == 2


def test_tries_come_ever_more_seldom_and_end_after_four_days(box: Box) -> None:
    box.at_rcpt = ["451 4.7.1 greylisted"] * 1000
    row = queue()
    moments = []
    while (due := fresh(row).next_at) is not None:
        moments.append((due - make.NOW) / timedelta(minutes=1))
        sending.send_due(due)
    rests = [round(later - earlier) for earlier, later in pairwise(moments)]
    assert rests[:8] == [5, 10, 20, 40, 80, 160, 240, 240]
    assert max(rests) == 240
    assert 96 * 60 <= moments[-1] < 101 * 60
    assert fresh(row).given_up_at is not None


def test_a_mail_that_cannot_be_taken_stops_no_other(box: Box) -> None:
    box.at_rcpt = ["550 no", "451 later"]
    for number in range(4):
        queue(f"lock:{number}")
    assert turn() == 2


def test_a_server_that_takes_nothing_from_us_is_asked_again_and_no_mail_suffers(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.at_mail = ["550 5.7.1 sender not allowed"]
    rows = [queue(), queue("lock:2")]
    assert turn() == 0
    for row in map(fresh, rows):
        assert (row.tries, row.trouble, row.answer) == (0, "refuses_us", "550 5.7.1 sender not allowed")
    point_to(monkeypatch, f"127.0.0.1:{ports.claim()}")
    assert turn(2) == 0
    assert (fresh(rows[0]).trouble, fresh(rows[0]).answer) == ("away", "ConnectionRefusedError")
    assert turn(96 * 60 + 1) == 0
    assert all(fresh(row).given_up_at for row in rows)
    assert Event.objects.filter(kind="mail.given_up").count() == 2


@pytest.mark.parametrize(
    ("certified", "password", "trouble"),
    [
        ("localhost", "right", ""),
        ("localhost", "wrong", Trouble.SIGN_IN_REFUSED),
        ("another.example", "right", Trouble.BAD_CERTIFICATE),
        ("", "right", Trouble.NO_TLS),
    ],
)
def test_mails_go_over_tls_to_the_right_server_or_not_at_all(
    certified: str, password: str, trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, box, context = Authority(tmp_path), Box(), None
    if certified:
        pair = authority.certify(certified)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(pair.certificate, pair.key)
    secret = tmp_path / "smtp-password"
    secret.touch(0o600)
    secret.write_text(password + "\n")
    user = ("flexnet", "right") if certified else None
    row = queue()
    with mail_server.running(box, certificate=context, user=user) as port:
        settings = {"ca": authority.certificate, "user": "flexnet", "password_file": secret}
        point_to(monkeypatch, f"localhost:{port}", security="starttls", **settings)
        turn()
    assert fresh(row).trouble == trouble
    assert "wrong" not in fresh(row).answer
    assert len(box.came) == (0 if trouble else 1)


@pytest.mark.parametrize(
    ("mode", "password", "ca", "trouble"),
    [
        (0o644, b"geheim", "", Trouble.SIGN_IN_REFUSED),
        (0o600, "geheim-ä".encode(), "", Trouble.SIGN_IN_REFUSED),
        (0o600, b"geheim\xff", "", Trouble.SIGN_IN_REFUSED),
        (0o600, b"geheim", "missing.pem", Trouble.BAD_CERTIFICATE),
    ],
)
def test_a_wrong_file_of_ours_is_told_and_costs_no_mail(
    mode: int, password: bytes, ca: str, trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, secret, row = Authority(tmp_path), tmp_path / "smtp-password", queue()
    pair, context = authority.certify("localhost"), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pair.certificate, pair.key)
    secret.write_bytes(password)
    secret.chmod(mode)
    with mail_server.running(Box(), certificate=context, user=("flexnet", "other")) as port:
        settings = {"user": "flexnet", "password_file": secret, "security": "starttls"}
        trusted = tmp_path / ca if ca else authority.certificate
        point_to(monkeypatch, f"localhost:{port}", ca=trusted, **settings)
        assert turn() == 0
    assert (fresh(row).trouble, fresh(row).tries) == (trouble, 0)
    assert "geheim" not in fresh(row).answer


def test_without_a_server_nothing_is_tried() -> None:
    row = queue()
    assert turn() == 0
    assert fresh(row).tries == 0


def with_link() -> Mail:
    with transactions.writing():
        return actions.queue(
            Kind.SOFTWARE_LINK,
            to=to(),
            about="site:889999900",
            occasion="software:1",
            said={"software": Plain("Linux"), "until": make.NOW},
            sealed={"link": Secret(LINK.encode())},
            now=make.NOW,
        )


def test_a_link_is_read_by_its_reader_alone(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = tmp_path / "key-ring.json"
    KeyRing.create(ring)
    configured.change(monkeypatch, key_ring=ring)
    row = fresh(with_link())
    assert LINK not in f"{row.text}{row.subject}{row.sealed!r}"
    KeyRing.add_key(ring)
    assert actions.reseal() == 1
    assert ring_number(bytes(fresh(row).sealed or b"")) == key_ring.current().current
    box.at_rcpt = ["451 later"]
    assert (turn(), turn(6)) == (0, 1)
    assert LINK in read(box.came[0]).get_content().splitlines()
    assert fresh(row).sealed is None
    actions.note_bounce(tag=row.tag, why="gone", by="worker", now=at(9))
    with pytest.raises(NotNow):
        actions.try_again(number=row.pk, by=make.BY, now=at(10))


def test_a_link_that_cannot_be_opened_is_not_sent(box: Box) -> None:
    row = with_link()
    Mail.objects.filter(pk=row.pk).update(sealed=b"x" * 60)
    assert turn() == 0
    assert fresh(row).given_up_at is not None
    assert not box.offered


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(box: Box) -> None:
    for number in range(8):
        queue(f"lock:{number}", f"p{number}@example.org")
    taken = at_once(turn, turn, turn)
    assert sum(found for found in taken if isinstance(found, int)) == 8, taken
    assert sorted(box.offered) == [f"p{number}@example.org" for number in range(8)]


@pytest.mark.parametrize("dies", ["before the server has it", "after the server has it"])
def test_the_mail_of_a_worker_that_was_killed_is_due_again_in_time(
    dies: str, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt  # as a kill: nobody in between catches it

    row = queue()
    place: tuple[object, str] = (smtp.Connection, "send") if dies.startswith("before") else (sending, "_note")
    with monkeypatch.context() as patch:
        patch.setattr(*place, killed)
        with pytest.raises(KeyboardInterrupt):
            turn()
    assert (turn(1), turn(29)) == (0, 0)
    assert turn(31) == 1
    assert len(box.came) == (1 if dies.startswith("before") else 2)
    assert len({read(came)["Message-ID"] for came in box.came}) == 1
    assert fresh(row).tries == 2


def test_a_worker_that_is_to_end_begins_no_other_mail(box: Box) -> None:
    queue()
    queue("lock:2")
    ends: Callable[[], bool] = iter([False, True]).__next__
    assert sending.send_due(make.NOW, is_stopping=ends) == 1


def test_no_answer_of_a_server_harms_a_page(box: Box) -> None:
    box.at_rcpt = ["550 <script>\x07" + "x" * 600]
    row = queue()
    turn()
    assert re.fullmatch(r"550 <script>x+", fresh(row).answer)
    assert len(fresh(row).answer) == actions.LONGEST_ANSWER
