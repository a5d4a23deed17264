"""Messages: who sees which, who read first, what waits, what a mail says, what goes in time."""

import json
import os
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from flexnet import configuration
from flexnet.access.models import Access
from flexnet.access.present import Present
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.accounts.models import Role, Staff
from flexnet.audit.models import Event
from flexnet.correspondence import actions, queries, rules, sealing
from flexnet.correspondence.errors import BadMessage, TooManyWaiting
from flexnet.correspondence.models import Attachment, Message, Thread
from flexnet.correspondence.rules import File, Wrong
from flexnet.lib.sealed import SealBroken
from flexnet.mail.models import Mail
from flexnet.members import actions as members
from flexnet.members import editing, succession
from flexnet.members.editing import Contact
from flexnet.members.models import Site
from tests import configured, make
from tests.correspondence import writing
from tests.correspondence.writing import PDF, PNG, SCHEIN, SUBJECT, TEXT

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    configured.change(monkeypatch, state_dir=tmp_path, mail={"server": "127.0.0.1:25"})
    return tmp_path / "attachments"


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def clara() -> Staff:
    return make.colleague(Role.CLERK).staff


def files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def seen_by(access: Access) -> list[UUID]:
    return [line.thread.pk for line in queries.lines_for(access, make.NOW)]


def test_a_practice_sees_its_own_a_third_party_its_own_and_nobody_anything_else(
    alice: make.Member, clara: Staff
) -> None:
    bob, dora = make.settled("bob"), make.third_party()
    assert dora.third_party is not None
    hers = writing.from_member(alice.personal_access, SCHEIN)
    his, doras = writing.from_member(bob.practice_access), writing.from_kv(dora.third_party, clara, SCHEIN)
    readers = (alice.practice_access, alice.personal_access, make.employee(alice.practice_access))
    everybody = {**dict.fromkeys(readers, hers), bob.personal_access: his, dora: doras}
    for access, own in everybody.items():
        assert seen_by(access) == [own.pk]
        for thread in (hers, his, doras):
            is_own = thread == own
            assert (queries.thread_for(access, thread.pk, make.NOW) == thread) == is_own
            for row in Attachment.objects.filter(message__thread=thread):
                assert (queries.attachment_for(access, row.pk, make.NOW) == row) == is_own
    assert [one.name for one in queries.parties_of(dora, make.NOW)] == ["Abrechnungsstelle"]


def test_what_was_written_before_a_takeover_is_not_the_new_owners_to_read(alice: make.Member) -> None:
    thread = writing.from_member(alice.personal_access)
    person = members.enter_person(lanr="246801101", name="Dr. Neu", by=make.BY)
    tomorrow = make.NOW.date() + DAY
    practice = alice.site.practice
    succession.takeover(practice=practice, to=person, on=tomorrow, by=make.BY, now=make.NOW)
    assert queries.lines_for(alice.practice_access, make.NOW)[0].thread == thread
    assert queries.lines_for(alice.practice_access, make.NOW + DAY) == []


def test_the_first_who_reads_is_noted_once_and_for_the_other_side_only(
    alice: make.Member, clara: Staff
) -> None:
    thread = writing.from_member(alice.practice_access)
    assert writing.read(thread, alice.personal_access) == 0
    assert writing.read(thread, clara, now=make.NOW + HOUR) == 1
    assert writing.read(thread, make.colleague(Role.CLERK, name="berta").staff) == 0
    writing.answered(thread, clara, now=make.NOW + HOUR)
    assert queries.unread_for(Present(alice.personal_access, make.NOW)) == 1
    assert writing.read(thread, alice.personal_access, now=make.NOW + 2 * HOUR) == 1
    assert writing.read(thread, alice.practice_access, now=make.NOW + 3 * HOUR) == 0
    question, answer = queries.messages_of(thread)
    assert (question.reading_staff, question.read_at) == (clara, make.NOW + HOUR)
    assert (answer.reading_access, answer.read_at) == (alice.personal_access, make.NOW + 2 * HOUR)
    assert queries.unread_for(Present(alice.practice_access, make.NOW)) == 0


def test_who_waits_longest_comes_first_until_answered_or_settled(alice: make.Member, clara: Staff) -> None:
    bob = make.settled("bob")
    first, second = (
        writing.from_member(alice.practice_access),
        writing.from_member(bob.practice_access, now=make.NOW + HOUR),
    )
    third = writing.from_kv(alice.site.practice, clara)
    assert [line.thread for line in queries.waiting(9)] == [first, second]
    assert (queries.waiting_count(), [line.thread for line in queries.waiting(1)]) == (2, [first])
    writing.read(first, clara)
    writing.answered(first, clara)
    writing.answered(third, alice.personal_access, now=make.NOW + DAY)
    assert [line.thread for line in queries.waiting(9)] == [second, third]
    writing.read(second, clara)
    assert actions.settle(thread=second, by="office:clara", now=make.NOW) == 1
    assert actions.settle(thread=second, by="office:clara", now=make.NOW) == 0
    assert [line.thread for line in queries.waiting(9)] == [third]
    assert {line.thread for line in queries.newest(9)} == {first, second, third}


def test_what_comes_in_while_somebody_answers_still_waits(alice: make.Member, clara: Staff) -> None:
    thread = writing.from_member(alice.practice_access)
    writing.read(thread, clara)
    late = writing.answered(thread, alice.practice_access, "Noch etwas", now=make.NOW + HOUR)
    writing.answered(thread, clara, now=make.NOW + HOUR)
    assert [line.waits_since for line in queries.waiting(9)] == [late.at]


def test_a_mail_says_that_there_is_one_and_nothing_of_it_once_until_it_is_read(
    alice: make.Member, clara: Staff
) -> None:
    write_to(alice.site, "praxis@example.org")
    practice = alice.site.practice
    thread = writing.from_kv(practice, clara, subject="Geheimer Betreff", text="Geheimer Text")
    writing.from_kv(practice, clara)
    writing.answered(thread, clara)
    mail = Mail.objects.get()
    assert (mail.kind, mail.to, mail.about) == (
        "message_waiting",
        "praxis@example.org",
        f"practice:{practice.pk}",
    )
    assert "Geheim" not in mail.subject + mail.text
    assert "KVSAonline" in mail.text
    for row in Thread.objects.all():
        writing.read(row, alice.personal_access)
    writing.answered(thread, clara)
    assert Mail.objects.count() == 2
    writing.from_member(alice.personal_access)
    assert Mail.objects.count() == 2


def write_to(site: Site, email: str) -> None:
    seen = Contact.of(Site.objects.get(pk=site.pk))
    editing.edit_contact(site=site, seen=seen, wanted=replace(seen, email=email), by=make.BY)


@pytest.mark.parametrize("why_not", ["no address", "not told", "no server"])
def test_without_an_address_or_a_server_the_message_is_there_all_the_same(
    alice: make.Member, clara: Staff, why_not: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if why_not != "no address":
        write_to(alice.site, "praxis@example.org")
        configured.change(monkeypatch, mail={"server": None} if why_not == "no server" else {"tells_of": ()})
    writing.from_kv(alice.site.practice, clara)
    assert not Mail.objects.exists()
    assert queries.unread_for(Present(alice.practice_access, make.NOW)) == 1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("schein.pdf", PDF, None),
        ("BILD.JPEG", writing.JPEG, None),
        ("bild.png", PNG, None),
        ("notiz.txt", "Grüße\r\n\t<b>".encode(), None),
        ("schein.pdf", b"", Wrong.EMPTY),
        ("schein.pdf", PDF + b" " * 2**20, Wrong.TOO_LARGE),
        ("schein.pdf", PDF[:-6], Wrong.NOT_ALLOWED),
        ("bild.png", PNG[:-1], Wrong.NOT_ALLOWED),
        ("programm.exe", b"MZ\x90\0", Wrong.NOT_ALLOWED),
        ("notiz.txt", b"MZ\x90\0", Wrong.NOT_ALLOWED),
        ("notiz.txt", b"a\x1b[2Jb", Wrong.NOT_ALLOWED),
        ("seite.html", b"<script>alert(1)</script>", Wrong.NOT_ALLOWED),
        ("schein.pdf", b"<script>alert(1)</script>", Wrong.NOT_AS_NAMED),
        ("schein.txt", PDF, Wrong.NOT_AS_NAMED),
        ("schein", PDF, Wrong.NOT_ALLOWED),
    ],
)
def test_a_file_is_taken_for_what_it_is_and_must_be_called_so(
    name: str,
    content: bytes,
    why: Wrong | None,
    alice: make.Member,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configured.change(monkeypatch, messages={"max_attachment_mib": 1})
    file = File(name, content)
    assert rules.why_refused(file, largest=2**20) is why
    if why is None:
        writing.from_member(alice.practice_access, file)
        assert sealing.content_of(Attachment.objects.get()) == content
        return
    with pytest.raises(BadMessage):
        writing.from_member(alice.practice_access, SCHEIN, file)
    assert (Message.objects.count(), files(store)) == (0, [])


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "_.._etc_passwd.txt"),
        ("C:\\Praxis\\schein.pdf", "C__Praxis_schein.pdf"),
        ("schein\u202efdp.txt", "scheinfdp.txt"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "ab Set-Cookie_ x.pdf"),
        (f"{'ä' * 300}.pdf", f"{'ä' * 116}.pdf"),
    ],
)
def test_a_name_keeps_its_ending_and_leads_nowhere(name: str, kept: str) -> None:
    assert rules.kept_name(name) == kept


def test_what_was_written_is_sealed_in_its_row_and_what_was_attached_on_the_disk(
    alice: make.Member, store: Path
) -> None:
    thread = writing.from_member(alice.practice_access, SCHEIN)
    message = thread.messages.get()
    assert (sealing.subject_of(thread), sealing.text_of(message)) == (SUBJECT, TEXT)
    assert SUBJECT.encode() not in bytes(thread.sealed_subject)
    assert b"Zeile" not in bytes(message.sealed_text)
    (path,) = files(store)
    assert b"Honorar" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    entry = Event.objects.get(kind="message.written")
    assert json.loads(entry.data) == {"thread": str(thread.pk), "attachments": 1}
    other = writing.from_member(alice.practice_access).messages.get()
    message.sealed_text = other.sealed_text
    with pytest.raises(SealBroken):
        sealing.text_of(message)


def test_html_direction_marks_and_null_bytes_are_text_or_nothing(alice: make.Member) -> None:
    thread = writing.from_member(
        alice.practice_access,
        subject="<b>\u202eMahnung\x00</b>\nzwei",
        text="<script>\u2066x\x00</script>\r\n\r\n\r\ny",
    )
    assert sealing.subject_of(thread) == "<b>Mahnung</b> zwei"
    assert sealing.text_of(thread.messages.get()) == "<script>x</script>\n\ny"
    for text in ("", " \n\u200b"):
        with pytest.raises(BadMessage):
            writing.from_member(alice.practice_access, text=text)


def test_the_same_form_sends_once_and_leaves_no_second_file(alice: make.Member, store: Path) -> None:
    said = writing.draft(TEXT, SCHEIN)
    writing.opened(alice.site.practice, alice.practice_access, said)
    with pytest.raises(AlreadySubmitted):
        writing.opened(alice.site.practice, alice.practice_access, said)
    assert (Thread.objects.count(), Message.objects.count(), len(files(store))) == (1, 1, 1)


def test_whoever_got_hold_of_a_browser_does_not_bury_the_desk(
    alice: make.Member, clara: Staff, monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    configured.change(monkeypatch, messages={"most_waiting": 2})
    thread = writing.from_member(alice.practice_access)
    writing.answered(thread, alice.practice_access)
    with pytest.raises(TooManyWaiting):
        writing.from_member(alice.personal_access, SCHEIN)
    assert files(store) == []
    writing.answered(thread, clara)
    writing.read(thread, clara)
    writing.answered(thread, clara)
    writing.from_member(alice.personal_access)


def test_threads_go_with_their_files_when_their_time_is_over_unless_somebody_waits(
    alice: make.Member, clara: Staff, store: Path
) -> None:
    kept_months = configuration.current().retention.messages_months
    over = make.NOW + timedelta(days=31 * kept_months, minutes=1)
    done = writing.from_kv(alice.site.practice, clara, SCHEIN)
    waits = writing.from_member(alice.practice_access)
    young = writing.from_kv(alice.site.practice, clara)
    writing.answered(young, clara, now=make.NOW + HOUR)
    assert actions.clear_old(over - 2 * HOUR) == 0
    assert actions.clear_old(over) == 1
    assert set(Thread.objects.all()) == {waits, young}
    assert files(store) == []
    assert Event.objects.get(kind="message.deleted").data.count(str(done.pk)) == 1


def test_files_of_a_message_that_was_never_sent_are_swept_and_no_others(
    alice: make.Member, store: Path
) -> None:
    writing.from_member(alice.practice_access, SCHEIN)
    (kept,) = files(store)
    left = [kept.with_name("0f8fad5b-d9cb-469f-a165-70867728950e"), kept.with_name(f".{kept.name}.ab")]
    for path in left:
        path.write_bytes(b"sealed")
    old = make.NOW.timestamp() - 2 * DAY.total_seconds()
    for path in (kept, left[0]):
        os.utime(path, (old, old))
    fresh = make.NOW.timestamp() - HOUR.total_seconds()
    os.utime(left[1], (fresh, fresh))
    assert actions.clear_left_over(make.NOW) == 1
    assert set(files(store)) == {kept, left[1]}
