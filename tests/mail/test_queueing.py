"""What gets into the outbox: with its act or not at all, once, to one address, and nothing that hides."""

from datetime import timedelta
from pathlib import Path

import pytest

from flexnet import configuration, transactions
from flexnet.audit.actions import NotWriting
from flexnet.audit.models import Event
from flexnet.lib.sealed import Secret
from flexnet.mail import actions, addresses, queries, wording
from flexnet.mail.errors import BadText, NoSuchMail, NotNow
from flexnet.mail.kinds import FIELDS, Kind, Plain, Said
from flexnet.mail.models import Mail
from tests import configured, make
from tests.mail.conftest import ABOUT, fresh, queue, to

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=31)


class Breaks(Exception):
    pass


def break_off_after(_done: object) -> None:
    raise Breaks


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("praxis@example.org", "praxis@example.org"),
        (" o'neill+kv@Praxis-Müller.example ", "o'neill+kv@xn--praxis-mller-klb.example"),
        ("a@b.example, c@d.example", None),
        ("<a@b.example>", None),
        ("a@b.example\r\nBcc: c@d.example", None),
        ("a b@c.example", None),
        ('"a b"@c.example', None),
        ("müller@b.example", None),
        (".a@b.example", None),
        ("a@localhost", None),
        ("a@[127.0.0.1]", None),
        ("a@127.0.0.1", None),
        ("a@-b.example", None),
        ("@b.example", None),
        ("", None),
        ("a" * 65 + "@b.example", None),
        ("a@" + "b" * 250 + ".example", None),
        ("a\x00@b.example", None),
    ],
)
def test_an_address_is_one_address_or_none(text: str, kept: str | None) -> None:
    assert addresses.parsed(text) == kept


def test_a_mail_is_queued_with_its_act_or_not_at_all() -> None:
    with pytest.raises(NotWriting):
        actions.queue(
            Kind.ACCESS_LOCKED,
            to=to(),
            about=ABOUT,
            occasion="lock:1",
            said={"about": Plain("x"), "since": make.NOW},
            now=make.NOW,
        )
    with pytest.raises(Breaks), transactions.writing():
        break_off_after(queue())
    assert not Mail.objects.exists()
    assert fresh(queue()).next_at == make.NOW


def test_an_occasion_is_told_to_an_address_once() -> None:
    first = queue()
    assert queue() == first
    queue(text="other@example.org")
    queue("lock:2")
    assert Mail.objects.count() == 3


def test_a_mail_says_what_its_kind_says_and_nothing_else() -> None:
    wrong: list[dict[str, Said]] = [
        {"about": Plain("x")},
        {"about": Plain("x"), "since": make.NOW, "password": Plain("x")},
    ]
    for said in wrong:
        with pytest.raises(ValueError, match="says"), transactions.writing():
            actions.queue(Kind.ACCESS_LOCKED, to=to(), about=ABOUT, occasion="x", said=said, now=make.NOW)
    with pytest.raises(ValueError, match="sealed"), transactions.writing():
        actions.queue(
            Kind.ACCESS_LOCKED,
            to=to(),
            about=ABOUT,
            occasion="x",
            said={"about": Plain("x"), "since": make.NOW},
            sealed={"link": Secret(b"x")},
            now=make.NOW,
        )


def test_what_is_said_can_neither_break_a_line_nor_turn_it_nor_name_a_field() -> None:
    row = queue(about="Praxis\r\nBcc: a@b.example\x00\u202egnp.exe $password ${kv} [[link]]")
    assert "Praxis Bcc: a@b.examplegnp.exe $password ${kv} [[link]]" in " ".join(row.text.split())
    assert "\r" not in row.text
    assert "\nBcc" not in row.text


def test_every_text_of_ours_is_whole(tmp_path: Path) -> None:
    for written in wording.check(None):
        assert written.subject
        assert "$" not in written.subject + written.text
        assert max(map(len, written.text.splitlines())) < 100
    assert wording.check(tmp_path) == wording.check(None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Kein Betreff\n\nText", "Betreff"),
        ("Betreff: Sperre\n\n$passwort", r"\$passwort"),
        ("Betreff: Sperre\n\nKosten: 5 $", r"write \$\$"),
        ("Betreff: Sperre", "Betreff"),
    ],
)
def test_a_text_of_the_profile_that_is_broken_is_told_and_ours_goes_instead(
    text: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tmp_path.joinpath("access_locked.txt").write_text(text, encoding="utf-8")
    with pytest.raises(BadText, match=why):
        wording.check(tmp_path)
    configured.change(monkeypatch, mail={"texts_folder": tmp_path})
    assert queue().subject == "Ihr Zugang ist gesperrt"
    assert "is sent instead" in caplog.text


def test_the_profile_has_texts_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath("access_locked.txt").write_text("Betreff: Zu: $about\n\nSeit $since.", encoding="utf-8")
    tmp_path.joinpath("frame.txt").write_text("Hallo!\n\n$text\n\n$short_name", encoding="utf-8")
    configured.change(monkeypatch, mail={"texts_folder": tmp_path})
    row = queue(about="Tür\nund Tor")
    assert row.subject == "Zu: Tür und Tor"
    assert row.text == "Hallo!\n\nSeit 14. April 2026, 10:00 Uhr.\n\nKVSA\n"


def test_a_link_must_stand_in_the_text_that_is_for_it(tmp_path: Path) -> None:
    assert FIELDS[Kind.SOFTWARE_LINK].sealed
    tmp_path.joinpath("software_link.txt").write_text("Betreff: Für Sie\n\n$software", encoding="utf-8")
    with pytest.raises(BadText, match=r"\$link is missing"):
        wording.check(tmp_path)
    tmp_path.joinpath("software_link.txt").write_text("Betreff: $link\n\n$link", encoding="utf-8")
    with pytest.raises(BadText, match=r"\$link stands for nothing here"):
        wording.check(tmp_path)


def test_old_mails_are_deleted_but_not_what_nobody_has_settled() -> None:
    sent, failed, waiting = queue("lock:1"), queue("lock:2"), queue("lock:3")
    Mail.objects.filter(pk=sent.pk).update(sent_at=make.NOW, next_at=None)
    Mail.objects.filter(pk=failed.pk).update(given_up_at=make.NOW, next_at=None)
    months = configuration.current().retention.mails_months
    assert actions.clear_old(make.NOW + months * MONTH) == 0
    assert actions.clear_old(make.NOW + months * MONTH + timedelta(seconds=1)) == 1
    assert set(Mail.objects.values_list("pk", flat=True)) == {failed.pk, waiting.pk}
    actions.settle(number=failed.pk, note="Angerufen", by=make.BY, now=make.NOW)
    assert actions.clear_old(make.NOW + 100 * MONTH) == 1
    assert Event.objects.filter(kind="mails.deleted").count() == 2


def test_what_failed_is_tried_again_or_settled_and_nothing_else_is() -> None:
    row = queue()
    with pytest.raises(NotNow):
        actions.try_again(number=row.pk, by=make.BY, now=make.NOW)
    with pytest.raises(NotNow):
        actions.settle(number=row.pk, note="", by=make.BY, now=make.NOW)
    Mail.objects.filter(pk=row.pk).update(given_up_at=make.NOW, next_at=None, tries=4)
    assert list(queries.desk_mails()) == [row]
    actions.try_again(number=row.pk, by=make.BY, now=make.NOW)
    assert (fresh(row).next_at, fresh(row).tries, fresh(row).given_up_at) == (make.NOW, 0, None)
    with pytest.raises(NoSuchMail):
        actions.settle(number=row.pk + 1, note="", by=make.BY, now=make.NOW)


def test_a_bounce_is_noted_once_and_by_its_tag() -> None:
    row = queue()
    with pytest.raises(NoSuchMail):
        actions.note_bounce(tag="0" * 32, why="", by="worker", now=make.NOW)
    actions.note_bounce(tag=row.tag, why="unknown", by="worker", now=make.NOW)
    assert fresh(row).bounced_at is None  # it was not sent yet
    Mail.objects.filter(pk=row.pk).update(sent_at=make.NOW, next_at=None)
    for _time in range(2):
        actions.note_bounce(tag=row.tag, why="unknown\nuser", by="worker", now=make.NOW)
    assert fresh(row).answer == "unknown user"
    assert Event.objects.filter(kind="mail.bounced", subject=ABOUT).count() == 1
    assert list(queries.desk_mails()) == [row]
    for text, tag in (
        (f"bounces+{row.tag}@kv.example", row.tag),
        (f"<{row.tag}@kv.example> <{row.tag}@kv.example>", row.tag),
        (f"{row.tag}0", None),
        (f"{row.tag} {'0' * 32}", None),
        ("", None),
    ):
        assert queries.tag_in(text) == tag
