"""The chain: every entry once and in order, and every way of tampering is found and named."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from flexnet.audit import actions, keys, queries, standalone
from flexnet.audit.models import Checkpoint, Event, Link, Waiting
from tests.audit.conftest import Record, Tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(record: Record) -> None:
    """Five sealed entries, the fifth of which is a signed and anchored head."""
    record(5)
    actions.seal_pending()
    actions.checkpoint()


def pk_of(seq: int) -> int:
    return Link.objects.get(seq=seq).event_id


def test_all_entries_are_sealed_once_in_order(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_BATCH", 2)
    record(5)
    assert (actions.seal_pending(), actions.seal_pending()) == (5, 0)
    assert list(Link.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    assert queries.verify() == standalone.Report(entries=5)


def test_what_waits_to_be_sealed_is_no_fault(five: None, record: Record) -> None:
    record(1)
    assert queries.verify() == standalone.Report(entries=5, checkpoints=1, anchored_up_to=5)


def test_an_entry_that_is_committed_late_is_sealed_behind_those_with_higher_numbers(record: Record) -> None:
    record(2)
    late = Event.objects.earliest("pk")
    Waiting.objects.get(event=late).delete()
    actions.seal_pending()
    Waiting.objects.create(event=late)
    actions.seal_pending()
    assert pk_of(1) > pk_of(2)
    assert queries.verify() == standalone.Report(entries=2)


@pytest.mark.parametrize("same", ["seq", "event_id"])
def test_the_chain_cannot_fork(five: None, record: Record, same: str) -> None:
    record(1)
    place = {"seq": 6, "event_id": Event.objects.latest("pk").pk}
    taken = Link.objects.filter(seq=5).values(same).get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.bulk_create([Link(**{**place, **taken}, previous_hash="0" * 64, hash="1" * 64)])


def test_an_empty_trail_is_in_order(db: None) -> None:
    assert actions.checkpoint() is None
    assert queries.verify() == standalone.Report()


@pytest.mark.parametrize("column", ["kind", "by", "subject", "data", "person"])
def test_an_altered_text_is_found(five: None, tamper: Tamper, column: str) -> None:
    tamper(f'UPDATE audit_event SET "{column}" = %s WHERE id = %s', "x.y", pk_of(3))  # noqa: S608 - names from the list above
    assert queries.verify().first_bad == "entry 3 is altered"


def test_an_altered_time_or_ciphertext_is_found(five: None, tamper: Tamper) -> None:
    at = Event.objects.get(pk=pk_of(4)).at + timedelta(microseconds=1)
    tamper("SELECT 1")
    Event.objects.filter(pk=pk_of(4)).update(at=at)
    assert queries.verify().first_bad == "entry 4 is altered"
    Event.objects.filter(pk=pk_of(2)).update(personal=b"x")
    assert queries.verify().first_bad == "entry 2 is altered"


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_deleted_entry_is_found(five: None, record: Record, tamper: Tamper, seq: int) -> None:
    record(1)
    actions.seal_pending()
    pk = pk_of(seq)
    tamper("DELETE FROM audit_link WHERE seq = %s", seq)
    tamper("DELETE FROM audit_event WHERE id = %s", pk)
    assert queries.verify().first_bad == f"entry {seq} is deleted"


def test_entries_that_changed_places_are_found(five: None, tamper: Tamper) -> None:
    second, third = pk_of(2), pk_of(3)
    for seq, event in ((2, -1), (3, second), (2, third)):
        tamper("UPDATE audit_link SET event_id = %s WHERE seq = %s", event, seq)
    assert queries.verify().first_bad == "entry 2 is altered"


def test_a_link_cut_off_while_its_event_stays_is_found(record: Record, tamper: Tamper) -> None:
    record(2)
    actions.seal_pending()
    pk = pk_of(2)
    tamper("DELETE FROM audit_link WHERE seq = 2")
    assert queries.verify().first_bad == f"event {pk} was never sealed and does not wait for it"


def test_an_event_deleted_while_its_link_stays_is_found_even_at_the_end(
    record: Record, tamper: Tamper
) -> None:
    record(2)
    actions.seal_pending()
    event = Event.objects.get(pk=pk_of(2))
    tamper("DELETE FROM audit_event WHERE id = %s", event.pk)
    assert queries.verify().first_bad == "entry 2 is deleted"
    event.save(force_insert=True)  # or the database's own check of the reference fails the test
    assert queries.verify().ok


def test_an_event_put_in_by_hand_is_found(five: None) -> None:
    Event.objects.create(at=timezone.now(), kind="key.assigned", by="x", subject="y", data="{}")
    assert "was never sealed" in queries.verify().first_bad


def cut_off_after(seq: int, tamper: Tamper) -> None:
    gone = list(Link.objects.filter(seq__gt=seq).values_list("event_id", flat=True))
    tamper("DELETE FROM audit_link WHERE seq > %s", seq)
    for pk in gone:
        tamper("DELETE FROM audit_event WHERE id = %s", pk)


@pytest.mark.parametrize("forgets_checkpoints", [False, True])
def test_a_tail_cut_off_below_a_signed_head_is_found(
    five: None, tamper: Tamper, forgets_checkpoints: bool
) -> None:
    cut_off_after(3, tamper)
    if forgets_checkpoints:
        tamper("DELETE FROM audit_checkpoint")
    report = queries.verify()
    assert report.first_bad == "entry 4 is cut off: entry 5 has a signed head"
    assert report.anchored_up_to == 0


def test_the_report_claims_no_more_than_what_is_anchored(five: None, record: Record, tamper: Tamper) -> None:
    record(2)
    actions.seal_pending()
    cut_off_after(6, tamper)
    assert queries.verify() == standalone.Report(entries=6, checkpoints=1, anchored_up_to=5)


def rewrite(tamper: Tamper) -> None:
    """Whoever knows the code seals a changed past anew, from the first entry to the last."""
    tamper("UPDATE audit_event SET subject = 'key:forged' WHERE id = %s", pk_of(2))
    links = list(Link.objects.order_by("seq").select_related("event"))
    tamper("DELETE FROM audit_link")
    hash = standalone.GENESIS
    for link in links:
        link.previous_hash, hash = (
            hash,
            standalone.entry_hash(link.seq, hash, queries.as_record(link.event)),
        )
        link.hash = hash
        link.save(force_insert=True)


def test_a_past_that_was_rewritten_whole_differs_from_the_signed_head(five: None, tamper: Tamper) -> None:
    rewrite(tamper)
    expected = "entry 5 or one before it is rewritten: the checkpoint of entry 5 differs"
    assert queries.verify().first_bad == expected
    tamper("DELETE FROM audit_checkpoint")
    assert queries.verify().first_bad == expected.replace("checkpoint", "anchor")


def test_a_checkpoint_signed_by_somebody_else_is_found(five: None, tamper: Tamper, tmp_path: Path) -> None:
    rewrite(tamper)
    row = Checkpoint.objects.get()
    forged = keys.create(tmp_path / "forged.pem")
    text = standalone.head_text(5, queries.head()[1], queries.instant(row.at), 1)
    signature = base64.b64encode(forged.sign(text)).decode()
    tamper("UPDATE audit_checkpoint SET hash = %s, signature = %s", queries.head()[1], signature)
    assert queries.verify().first_bad == "the checkpoint of entry 5 bears no valid signature"


def test_heads_are_signed_once_each_and_anchored_outside(
    five: None, record: Record, anchor_dir: Path
) -> None:
    assert actions.checkpoint() is None
    record(1)
    actions.seal_pending()
    assert actions.checkpoint() is not None
    lines = [line for file in anchor_dir.iterdir() for line in file.read_text().splitlines()]
    assert [json.loads(line)["seq"] for line in lines] == [5, 6]
    assert queries.verify() == standalone.Report(entries=6, checkpoints=2, anchored_up_to=6)


def test_no_checkpoint_without_its_anchor(five: None, record: Record, anchor_dir: Path) -> None:
    record(1)
    actions.seal_pending()
    kept = anchor_dir.rename(anchor_dir.with_name("unplugged"))
    with pytest.raises(FileNotFoundError):
        actions.checkpoint()
    assert Checkpoint.objects.count() == 1
    kept.rename(anchor_dir)
    assert actions.checkpoint() is not None


def test_an_anchor_whose_checkpoint_was_lost_in_a_crash_is_no_fault(five: None, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_checkpoint")
    assert queries.verify() == standalone.Report(entries=5, anchored_up_to=5)
    actions.checkpoint()
    assert queries.verify() == standalone.Report(entries=5, checkpoints=1, anchored_up_to=5)


def test_heads_signed_before_a_change_of_keys_stay_valid(
    five: None, record: Record, signing_key: Path
) -> None:
    keys.add(signing_key)
    record(1)
    actions.seal_pending()
    row = actions.checkpoint()
    assert row is not None
    assert row.key == 2
    assert queries.verify() == standalone.Report(entries=6, checkpoints=2, anchored_up_to=6)
