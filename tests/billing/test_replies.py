"""Replies of the KV to a delivery: by hand or by a folder, read once, withdrawn, and gone in time."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from flexnet import sealed_store
from flexnet.access.models import Access
from flexnet.audit.models import Event
from flexnet.billing import numbers, queries, replies, reply_folder, reply_rules
from flexnet.billing.errors import AlreadyReplied, AlreadyWithdrawn, BadReply, NotSubmitted
from flexnet.billing.models import Receipt, RefusedReply, Reply, ReplyKind
from flexnet.billing.replies import STORE
from flexnet.billing.reply_rules import Why
from flexnet.configuration import Replies
from flexnet.lib import dropped_files
from flexnet.lib.dropped_files import NoFolder
from flexnet.sealed_store import StoreFull
from tests import configured, make
from tests.billing import files
from tests.documents.dropping import pdf

pytestmark = pytest.mark.django_db
TODAY = make.NOW.date()


@pytest.fixture
def folder(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody writes there any more."""
    found = tmp_path / "drop"
    found.mkdir()
    settings = Replies(folder=found, settle_seconds=0, max_mib=1)
    configured.change(monkeypatch, state_dir=tmp_path, billing={"replies": settings})
    return found


@pytest.fixture
def receipt(alice: make.Member, folder: Path) -> Receipt:
    return Receipt.objects.get(pk=files.submitted(alice.site).pk)


def put(receipt: Receipt, text: str = "Bitte rufen Sie an.") -> Reply:
    return replies.put(new=replies.written(receipt.delivery, text), by=make.BY, now=make.NOW)


def unread(access: Access) -> list[Reply]:
    return queries.unread_replies_to(queries.deliveries_for(access, TODAY))


def take() -> int:
    return reply_folder.watch(make.NOW)


def test_a_reply_lies_sealed_and_is_read_once(receipt: Receipt, access: Access, folder: Path) -> None:
    row = put(receipt, "Zeile 12 prüfen wir noch.")
    assert replies.content(row).decode() == "Zeile 12 prüfen wir noch."
    lying = [path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()]
    assert not [content for content in lying if b"Zeile 12" in content]
    assert [one.pk for one in unread(access)] == [row.pk]
    noted = [replies.note_read(reply=row, access=access, by=make.BY, now=make.NOW) for _time in range(2)]
    assert noted == [True, False]
    assert unread(access) == []
    assert Event.objects.filter(kind="reply.read").count() == 1


def test_of_another_practice_there_is_none(receipt: Receipt) -> None:
    put(receipt)
    bob = make.settled("bob").practice_access
    assert unread(bob) == []


def test_the_same_reply_is_given_once(receipt: Receipt) -> None:
    first = put(receipt)
    with pytest.raises(AlreadyReplied):
        put(receipt)
    replies.withdraw(reply=first, by=make.BY, reason="vertippt", now=make.NOW)
    assert put(receipt).pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_a_slip_is_withdrawn_once_and_its_bytes_are_gone(receipt: Receipt, access: Access) -> None:
    row = put(receipt)
    replies.withdraw(reply=row, by=make.BY, reason="falsche Praxis", now=make.NOW)
    assert not STORE.is_there(str(row.pk))
    assert queries.reply_to(receipt.delivery, row.pk) is None
    assert not replies.note_read(reply=row, access=access, by=make.BY, now=make.NOW)
    with pytest.raises(AlreadyWithdrawn):
        replies.withdraw(reply=row, by=make.BY, reason="noch einmal", now=make.NOW)


def test_what_was_not_handed_in_gets_no_reply(access: Access, folder: Path) -> None:
    row = files.received(access, files.plain())
    with pytest.raises(NotSubmitted):
        replies.put(new=replies.written(row, "Guten Tag"), by=make.BY, now=make.NOW)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"", Why.EMPTY),
        ("a.pdf", pdf()[:-8], Why.FORMAT),
        ("a.txt", pdf(), Why.FORMAT),
        ("a.pdf", "Grüße".encode(), Why.FORMAT),
        ("a.txt", "Grüße".encode("latin-1"), Why.FORMAT),
        ("a.zip", b"PK\x03\x04", Why.FORMAT),
        ("a.pdf", pdf("x" * 2**20), Why.TOO_LARGE),
    ],
)
def test_other_formats_are_refused_with_their_reason(
    receipt: Receipt, name: str, content: bytes, why: Why
) -> None:
    with pytest.raises(BadReply) as refused:
        replies.looked_at(receipt.delivery, name, content)
    assert refused.value.why is why


def test_a_full_disk_keeps_nothing_of_it(receipt: Receipt, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise StoreFull("full")

    monkeypatch.setattr(sealed_store, "_write", full)
    with pytest.raises(StoreFull):
        put(receipt)
    assert not Reply.objects.exists()


def test_files_of_the_folder_are_taken_by_their_number_once(receipt: Receipt, folder: Path) -> None:
    (folder / f"{receipt}_Pruefprotokoll.pdf").write_bytes(pdf())
    (folder / f"{receipt}.TXT").write_bytes(b"Alles in Ordnung.")
    (folder / "noch_nicht.pdf.part").write_bytes(b"")
    assert take() == 2
    assert {row.kind for row in Reply.objects.all()} == {ReplyKind.PDF, ReplyKind.TEXT}
    assert [path.name for path in folder.iterdir()] == ["noch_nicht.pdf.part"]
    (folder / f"{receipt}_Pruefprotokoll.pdf").write_bytes(pdf())
    assert take() == 0
    assert Reply.objects.count() == 2
    assert [path.name for path in folder.iterdir()] == ["noch_nicht.pdf.part"]


WRONG: dict[Why, Callable[[str], tuple[str, bytes]]] = {
    Why.NAME: lambda _number: ("Antwort an Praxis Müller.pdf", pdf()),
    Why.NUMBER: lambda number: (f"{number[:-1]}{(int(number[-1]) + 1) % 10}.pdf", pdf()),
    Why.UNKNOWN: lambda _number: (f"{numbers.number(files.QUARTER, 99)}.pdf", pdf()),
    Why.EMPTY: lambda number: (f"{number}.pdf", b""),
    Why.FORMAT: lambda number: (f"{number}.pdf", b"MZ"),
    Why.TOO_LARGE: lambda number: (f"{number}.pdf", pdf("x" * 2**20)),
}


@pytest.mark.parametrize("why", WRONG)
def test_what_is_wrong_goes_aside_with_its_reason_and_is_on_the_desk_once(
    receipt: Receipt, folder: Path, why: Why
) -> None:
    name, content = WRONG[why](receipt.number)
    for _time in range(2):
        (folder / name).write_bytes(content)
        assert take() == 0
    aside = folder / dropped_files.QUARANTINE
    assert (aside / name).read_bytes() == content
    assert reply_rules.CURES[why] in (aside / f"{name}.reason.txt").read_text()
    assert [(row.file_name, row.why) for row in RefusedReply.objects.all()] == [(name, why)]
    assert replies.settle_refused(through=RefusedReply.objects.get().pk, by=make.BY, now=make.NOW) == 1
    assert replies.clear_settled(make.NOW + timedelta(days=94)) == 1


def test_a_link_is_not_followed_and_what_is_still_written_waits(
    receipt: Receipt, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.pdf").write_bytes(pdf())
    (folder / f"{receipt}.pdf").symlink_to(tmp_path / "secret.pdf")
    take()
    assert RefusedReply.objects.get().why == Why.NOT_A_FILE
    settings = Replies(folder=folder, settle_seconds=3600)
    path = folder / f"{receipt}_neu.pdf"
    path.write_bytes(pdf())
    later = path.stat().st_ctime
    now = make.NOW.fromtimestamp(later + 1, tz=make.NOW.tzinfo)
    assert reply_folder.take(settings, folder, by=make.BY, now=now, is_stopping=lambda: False) == 0
    assert path.exists()


def test_killed_before_a_file_left_the_folder_it_is_done_again(
    receipt: Receipt, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / f"{receipt}.pdf").write_bytes(pdf())

    def stuck(_path: Path) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(dropped_files, "forget", stuck)
        assert take() == 1
    assert take() == 0
    assert not list(folder.glob("*.pdf"))
    assert Reply.objects.count() == 1


def test_without_a_folder_nothing_is_taken_and_a_folder_that_is_away_is_said(
    receipt: Receipt, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.rmdir()
    with pytest.raises(NoFolder):
        take()
    configured.change(monkeypatch, billing={"replies": Replies()})
    assert take() == 0


def test_replies_go_when_their_time_is_over_and_what_nobody_names_too(receipt: Receipt, folder: Path) -> None:
    row = put(receipt)
    STORE.keep([("00000000-0000-0000-0000-000000000000", b"left over")])
    assert replies.clear_old(make.NOW + timedelta(days=31 * 48)) == 0
    assert replies.clear_left_over(make.NOW + timedelta(days=9000)) == 1
    assert replies.clear_old(make.NOW + timedelta(days=31 * 48 + 1)) == 1
    assert not STORE.is_there(str(row.pk))
    assert not Reply.objects.exists()


@pytest.mark.parametrize("pattern", ["(", r"[0-9]+\.pdf"])
def test_a_pattern_must_say_where_the_number_stands(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        Replies(pattern=pattern)
