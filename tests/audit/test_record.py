"""Recording: with the act or not at all, under a proper name, and what is personal can be forgotten."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from flexnet import key_ring, transactions
from flexnet.audit import actions, person_keys, queries, rules
from flexnet.audit.models import Event
from flexnet.lib import sealed

ALICE = "person:alice"


def record_name() -> Event:
    with transactions.writing():
        return actions.record(
            "person.entered", by="cli:root", subject=ALICE, person=ALICE, personal={"name": "Alice Müller"}
        )


@pytest.mark.django_db
def test_an_entry_says_what_happened_to_whom_and_by_whom() -> None:
    with transactions.writing():
        actions.record("key.assigned", by="cli:root", subject="key:1", data={"site": "889999900", "a": None})
    event = Event.objects.get()
    assert (event.kind, event.by, event.subject) == ("key.assigned", "cli:root", "key:1")
    assert event.data == '{"a":null,"site":"889999900"}'


@pytest.mark.django_db(transaction=True)
def test_entries_survive_their_transaction_and_tests_can_still_empty_the_tables() -> None:
    record_name()
    with pytest.raises(DatabaseError, match="append-only"), transactions.writing():
        Event.objects.update(subject="person:mallory")
    assert Event.objects.get().subject == ALICE


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction() -> None:
    with pytest.raises(actions.NotWriting, match="writing"):
        actions.record("key.assigned", by="cli:root", subject="key:1")
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_many_acts_at_once_are_recorded_as_one_by_one() -> None:
    acts = [actions.Act("key.assigned", f"key:{number}", {"number": number}) for number in range(3)]
    with transactions.writing():
        actions.record_all(
            [*acts, actions.Act("person.edited", ALICE, {}, ALICE, {"name": "Alice"})], by="me"
        )
    events = list(Event.objects.order_by("pk"))
    assert [event.subject for event in events] == ["key:0", "key:1", "key:2", ALICE]
    assert queries.personal(events[3]) == {"name": "Alice"}
    assert actions.seal_pending() == 4
    with pytest.raises(ValueError, match="event name"), transactions.writing():
        actions.record_all([actions.Act("no name", "key:4", {})], by="me")


@pytest.mark.django_db(transaction=True)
def test_many_acts_are_not_recorded_outside_a_transaction() -> None:
    with pytest.raises(actions.NotWriting):
        actions.record_all([actions.Act("key.assigned", "key:1", {})], by="me")
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_an_act_that_is_undone_leaves_no_entry() -> None:
    with pytest.raises(ValueError, match="event name"), transactions.writing():
        _two_entries_of_which_the_second_is_none()
    assert not Event.objects.exists()
    assert actions.seal_pending() == 0


def _two_entries_of_which_the_second_is_none() -> None:
    actions.record("key.assigned", by="cli:root", subject="key:1")
    actions.record("nonsense", by="cli:root", subject="key:1")


@pytest.mark.parametrize("name", ["key.assigned", "access.sign_in.accepted", "web_session.ended"])
def test_names_of_events_follow_one_grammar(name: str) -> None:
    assert rules.kind(name) == name


@pytest.mark.parametrize(
    "name", ["", "key", "Key.assigned", "key.assigned.well.done", "key..assigned", "key assigned", "key._x"]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"noun\.verb"):
        rules.kind(name)


@given(st.text(st.characters(), max_size=400))
def test_any_text_from_outside_becomes_one_short_printable_line(text: str) -> None:
    shown = rules.shown(text)
    assert shown.isprintable()
    assert len(shown) <= 200
    shown.encode()


@pytest.mark.django_db
def test_a_hostile_name_is_stored_escaped() -> None:
    with transactions.writing():
        actions.record("access.sign_in.refused", by="radius:gw1", subject="access:\0\n\ud800ä" + "x" * 500)
    assert Event.objects.get().subject.startswith("access:\\x00\\n\\ud800äx")


def test_numbers_that_are_none_do_not_get_into_an_entry() -> None:
    with pytest.raises(ValueError, match="JSON"):
        rules.canonical({"n": float("nan")})


@pytest.mark.django_db
def test_personal_data_is_readable_until_the_person_is_forgotten() -> None:
    event = record_name()
    event.refresh_from_db()
    assert b"Alice" not in bytes(event.personal or b"")
    assert queries.personal(event) == {"name": "Alice Müller"}
    assert actions.forget(ALICE, by="cli:root")
    assert queries.personal(event) is None


@pytest.mark.django_db
def test_forgetting_leaves_the_chain_whole_and_an_entry_of_its_own() -> None:
    record_name()
    actions.seal_pending()
    actions.checkpoint()
    actions.forget(ALICE, by="cli:root")
    actions.seal_pending()
    assert queries.verify().ok
    assert Event.objects.get(kind="person.forgotten").subject == ALICE


@pytest.mark.django_db
def test_forgetting_one_person_leaves_the_others() -> None:
    event = record_name()
    record_of_bob = {"person": "person:bob", "personal": {"name": "Bob"}}
    with transactions.writing():
        actions.record("person.entered", by="cli:root", subject="person:bob", **record_of_bob)  # type: ignore[arg-type]  # one dict for two keywords
    actions.forget("person:bob", by="cli:root")
    assert queries.personal(event) == {"name": "Alice Müller"}


@pytest.mark.django_db
def test_who_comes_back_after_being_forgotten_gets_a_new_key() -> None:
    before = record_name()
    actions.forget(ALICE, by="cli:root")
    after = record_name()
    assert queries.personal(after) == {"name": "Alice Müller"}
    with pytest.raises(sealed.SealBroken):
        queries.personal(before)


@pytest.mark.django_db
def test_forgetting_a_stranger_is_no_act() -> None:
    assert not actions.forget("person:nobody", by="cli:root")
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_personal_data_needs_a_person() -> None:
    with pytest.raises(ValueError, match="person"), transactions.writing():
        actions.record("person.entered", by="cli:root", subject=ALICE, personal={"name": "Alice"})


@pytest.mark.django_db
def test_personal_data_of_one_entry_does_not_open_as_anothers() -> None:
    event = record_name()
    event.person = rules.of_month("person:bob", event.at)
    with transactions.writing():
        person_keys.ring_for(event.person)
    with pytest.raises(sealed.SealBroken):
        queries.personal(event)


@pytest.mark.django_db
def test_a_new_key_in_the_ring_reseals_the_persons_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ring.json"
    sealed.KeyRing.create(path)
    monkeypatch.setattr(key_ring, "current", lambda: sealed.KeyRing.load(path))
    event = record_name()
    sealed.KeyRing.add_key(path)
    assert (person_keys.reseal(), person_keys.reseal()) == (1, 0)
    written = json.loads(path.read_bytes())
    del written["keys"]["1"]
    path.write_text(json.dumps(written))
    assert queries.personal(event) == {"name": "Alice Müller"}


def at(month: str) -> datetime:
    return datetime.fromisoformat(f"{month}-15T12:00:00+00:00")


def record_in(month: str) -> Event:
    with time_machine.travel(at(month), tick=False):
        event = record_name()
    event.refresh_from_db()
    return event


@pytest.mark.django_db
def test_what_is_personal_is_forgotten_month_by_month_and_the_chain_holds() -> None:
    old, newer = record_in("2025-10"), record_in("2025-11")
    actions.seal_pending()
    assert actions.forget_old(at("2026-11")) == 1
    assert queries.personal(old) is None
    assert queries.personal(newer) == {"name": "Alice Müller"}
    assert actions.forget_old(at("2026-11")) == 0
    actions.seal_pending()
    assert queries.verify().ok


@pytest.mark.django_db
def test_whoever_is_forgotten_is_so_in_every_month() -> None:
    events = [record_in("2026-09"), record_in("2026-10")]
    assert actions.forget(ALICE, by="cli:root")
    assert [queries.personal(event) for event in events] == [None, None]


@pytest.mark.parametrize(
    ("month", "kept", "last"),
    [
        ("2026-11", 12, "2025-10"),
        ("2026-11", 3, "2026-07"),
        ("2026-01", 1, "2025-11"),
        ("2026-03", 3, "2025-11"),
    ],
)
def test_a_month_is_over_when_so_many_whole_ones_have_followed(month: str, kept: int, last: str) -> None:
    assert rules.last_month_over(at(month), kept) == last


@pytest.mark.parametrize("name", ["a@b", "x" * 300, "ümlaut\n"])
def test_a_persons_months_have_one_beginning(name: str) -> None:
    one = rules.of_month(name, at("2026-11"))
    assert one.startswith(rules.every_month(name))
    assert rules.month_in(one) == "2026-11"
    assert len(one) <= 200
