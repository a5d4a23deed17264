"""The portal of a KV that is neither of the two."""

import pytest
from django.test import Client

from tests import configured, make, third_kv
from tests.portal import test_access_table as table
from tests.portal import visiting

pytestmark = pytest.mark.long
things, key = table.things, table.key


@pytest.fixture(autouse=True)
def third(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is entered."""
    third_kv.use(monkeypatch)


def test_no_page_speaks_of_another_kv(alice: make.Member, things: table.Things) -> None:
    found, read = {}, dict[str, str]()
    accesses = (alice.practice_access, alice.personal_access)
    for client in (Client(), *(visiting.signed_in(access) for access in accesses)):
        for row in table.TABLE:
            page = client.get(table.address(row.url, things)) if row.method == "get" else None
            if page is not None and "html" in page.headers.get("Content-Type", ""):
                read[row.url] = page.text
                found[row.url] = third_kv.foreign(page.text)
    assert {name: said for name, said in found.items() if said} == {}
    assert "Mustertor" in read["start"]
    assert 'data-accent="berry"' in read["start"]


def test_what_it_says_otherwise_takes_effect(alice: make.Member, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Client().get("/").text
    assert "Rufname" in door
    assert "Losung" in door
    assert "USB-Stick" in door  # as with every tunnel
    member = visiting.signed_in(alice.practice_access)
    assert "mindestens 14 Zeichen" in member.get("/zugangsdaten/").text.replace("Mindestens", "mindestens")
    assert "Online abrechnen können Sie ab dem 1. Juli 2026" in member.get("/").text
    configured.change(monkeypatch, profile={"second_factor": False, "activation": "at_once"})
    assert "USB-Stick" not in Client().get("/").text
    assert "Online abrechnen können Sie ab dem" not in member.get("/").text
