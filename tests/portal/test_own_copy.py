"""The copy of one's own data (Art. 15 GDPR): whole, without secrets and without what is others'."""

import io
import json
import re
import uuid
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client

from flexnet.access import locking
from flexnet.access.models import Lock
from flexnet.accounts.models import Account, WebSession
from flexnet.applications import signing
from flexnet.applications.kinds import Kind
from flexnet.audit.models import Event
from flexnet.gateway.models import Session
from flexnet.portal import copy_words, copying
from flexnet.portal.copy_parts import PARTS
from tests import make
from tests.applications import forms
from tests.correspondence import writing
from tests.documents.dropping import put
from tests.portal import visiting

PAGE = "/datenkopie/"


@pytest.fixture
def owner(alice: make.Member) -> Client:
    return visiting.signed_in(alice.personal_access)


def fetched(client: Client) -> dict[str, str]:
    """The files in it by their names."""
    answer = client.post(PAGE)
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_every_table_is_in_it_or_has_a_reason_why_not() -> None:
    """A new table, and a new column of a table that is in it, must be decided about here."""
    there = {one._meta.label_lower for one in apps.get_models()}
    given = {part.name for part in PARTS} | set(copying.OPENED)
    assert given | set(copy_words.LEFT_OUT) == there
    assert not given & set(copy_words.LEFT_OUT)
    assert set(copy_words.TITLES) == given - {"correspondence.thread", "correspondence.attachment"}
    for part in PARTS:
        columns = {one.name for one in (*part.model._meta.concrete_fields, *part.model._meta.many_to_many)}
        shown, hidden = [name.partition("__")[0] for name in part.names], part.hides.split()
        assert sorted({*shown, *hidden}) == sorted(columns), part.name
        assert not set(shown) & set(hidden), part.name
        assert [copy_words.label(name) for name in part.names], part.name


def test_what_is_stored_is_in_it_and_secrets_and_others_are_not(
    alice: make.Member, owner: Client, browser: Client
) -> None:
    make.portal_service()
    make.door(alice).open()
    make.employee(alice.personal_access)
    bob = visiting.signed_in(make.settled("bob").personal_access)
    lock = locking.of(alice.key, cause=Lock.Cause.LOSS, now=make.NOW)
    locking.impose_lock(lock, by="office:clara", reason="Im Zug <b>liegen\u202egeblieben")
    writing.from_member(alice.personal_access, writing.SCHEIN)
    put(alice.site, "protokoll")
    values = {**forms.MEMBER, "bsnr": alice.site.bsnr}
    number = signing.sign(
        member=alice.personal_access, kind=Kind.MEMBER, values=values, key=uuid.uuid4(), now=make.NOW
    )
    found = fetched(owner)
    assert set(found) == {"LIESMICH.txt", "daten.txt", "data.json"}
    data: dict[str, Any] = json.loads(found["data.json"])
    tables = data["tables"]
    assert (data["format"], data["of"]) == (1, "alice")
    assert tables["members.person"] == [{"lanr": "123456601", "name": "Dr. alice"}]
    assert [row["user_name"] for row in tables["access.access"]] == ["alice-praxis", "alice"]
    assert [row["reason"] for row in tables["access.lock"]] == ["Im Zug <b>liegen\u202egeblieben"]
    assert [row["number"] for row in tables["applications.application"]] == [str(number)]
    assert [row["source"] for row in tables["gateway.session"]] == [make.SOURCE]
    assert {row["account__user_name"] for row in tables["accounts.websession"]} == {"alice", "alice-praxis"}
    assert [(row["kind"], row["quarter"]) for row in tables["documents.document"]] == [
        ("protokoll", "Q1/2026")
    ]
    [message] = tables["correspondence.message"]
    assert (message["subject"], message["text"]) == (writing.SUBJECT, writing.TEXT)
    assert message["attachments"] == ["schein.pdf"]
    kinds = [row["kind"] for row in tables["audit.event"]]
    assert {"sign_in.accepted", "lock.imposed", "access.opened"} <= set(kinds)
    assert "Zugang: alice-praxis" in found["daten.txt"]
    whole = "".join(found.values())
    secrets = [alice.seed.decode(), *map(str, Account.objects.values_list("password", flat=True))]
    secrets += [*map(str, Account.objects.values_list("revocation_word", flat=True)), make.PASSWORD]
    secrets += list(WebSession.objects.values_list("session_key", flat=True))
    secrets += [
        bytes(Session.objects.get().state_hash).hex(),
        "zenzi",
        "Carol",
        "carol",
        "Dr. bob",
        "859999900",
    ]
    assert [one for one in secrets if one in whole] == []
    assert "123456601" not in fetched(bob)["data.json"]


def test_it_is_told_in_the_trail_and_asked_for_with_the_password_only(
    owner: Client, browser: Client, clock: time_machine.Traveller
) -> None:
    fetched(owner)
    assert Event.objects.get(kind="copy.taken").subject == "access:alice"
    clock.shift(timedelta(minutes=6))
    browser.get("/")
    assert "Bitte bestätigen Sie" in owner.post(PAGE).text
    assert owner.post(PAGE, {"confirm-password": make.PASSWORD})["Content-Type"] == "application/zip"
    assert browser.get(PAGE).status_code == browser.post(PAGE).status_code == 404


def test_what_it_is_says_why_something_is_missing(owner: Client) -> None:
    said = fetched(owner)["LIESMICH.txt"]
    assert "Kassenärztliche Vereinigung Sachsen-Anhalt" in said
    for reason in copy_words.LEFT_OUT.values():
        assert said.count(f"- {reason}") == 1
    assert not re.search(r"%\(|_by", said)


def test_however_much_happened_it_asks_the_same_of_each_table(
    alice: make.Member, owner: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        visiting.signed_in(alice.practice_access)
    with django_assert_max_num_queries(len(PARTS) + 40):
        assert len(json.loads(fetched(owner)["data.json"])["tables"]["accounts.websession"]) == 31
