"""Who reaches what: every address for every kind of visitor, and no address without a line."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from flexnet.access import actions as accesses
from flexnet.access import locking
from flexnet.access.models import Lock
from flexnet.billing.models import Delivery
from flexnet.portal import urls
from tests import make
from tests.billing import files
from tests.portal import visiting

# What a visitor gets. A page of one's own opens; a button leads on; what is not there is not there.
OPENS, GOES, NOT_THERE, TO_SIGN_IN, TO_START, TO_PASSWORD = (
    "opens",
    "goes on",
    "is not there",
    "to sign-in",
    "to the start page",
    "to the password",
)


@dataclass(frozen=True)
class Row:
    """An address and what it answers to: nobody, either access of Alice, a narrow session, locked, Bob."""

    url: str
    method: str
    nobody: str
    member: str
    narrow: str
    locked: str
    bob: str


TABLE = [
    Row("start", "get", OPENS, OPENS, TO_PASSWORD, OPENS, OPENS),
    Row("sign-in", "get", OPENS, TO_START, TO_PASSWORD, OPENS, TO_START),
    Row("sign-out", "post", TO_SIGN_IN, TO_START, TO_START, TO_SIGN_IN, TO_START),
    Row("password", "get", TO_SIGN_IN, OPENS, OPENS, TO_SIGN_IN, OPENS),
    Row("credentials", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("credentials", "post", TO_SIGN_IN, TO_START, TO_PASSWORD, TO_SIGN_IN, TO_START),
    Row("terms", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("terms", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, GOES),
    Row("objection", "get", TO_SIGN_IN, NOT_THERE, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("objection", "post", TO_SIGN_IN, NOT_THERE, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("deliveries", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("upload", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("upload", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, GOES),
    Row("imprint", "get", OPENS, OPENS, OPENS, OPENS, OPENS),
    Row("privacy", "get", OPENS, OPENS, OPENS, OPENS, OPENS),
    Row("accessibility", "get", OPENS, OPENS, OPENS, OPENS, OPENS),
    Row("delivery", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("receipt", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("submit", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("discard", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
]
_OF_ALICE = {"delivery", "receipt", "submit", "discard"}


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser; `column` says which of the table's answers is theirs."""

    name: str
    column: str
    client: Client


@pytest.fixture
def bob(db: None) -> make.Member:
    """His practice's password is changed, his own is still the initial one."""
    who = make.member("bob")
    access = who.practice_access
    refused = accesses.change_password(
        account=access.account, old=who.practice_password, new=make.PASSWORD, by=make.BY, now=make.NOW
    )
    assert refused is None
    return who


def visitors(alice: make.Member, bob: make.Member) -> Iterator[Visitor]:
    """One after the other: the lock comes last."""
    yield Visitor("nobody", "nobody", Client())
    yield Visitor("practice access", "member", visiting.signed_in(alice.practice_access))
    yield Visitor("personal access", "member", visiting.signed_in(alice.personal_access))
    yield Visitor("narrow session", "narrow", visiting.signed_in(bob.personal_access, bob.personal_password))
    yield Visitor("another practice", "bob", visiting.signed_in(bob.practice_access))
    locked = visiting.signed_in(alice.practice_access)
    locking.lock_access(
        access=alice.practice_access, cause=Lock.Cause.MISUSE, by=make.BY, reason="test", now=make.NOW
    )
    yield Visitor("locked", "locked", locked)


def answer(client: Client, method: str, url: str) -> str:
    response = getattr(client, method)(url)
    if response.status_code == 302:
        goal = response["Location"].partition("?")[0]
        named = {reverse("sign-in"): TO_SIGN_IN, reverse("password"): TO_PASSWORD, "/": TO_START}
        return named.get(goal, GOES)
    # An empty upload is told what is missing: it was let in.
    return {200: OPENS, 422: GOES, 404: NOT_THERE}[response.status_code]


@pytest.fixture
def key(alice: make.Member) -> str:
    """A delivery that Alice has submitted."""
    row = visiting.submitted(visiting.signed_in(alice.practice_access), files.plain())
    return str(row.pk)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method}-{row.url}")
def test_everyone_reaches_what_the_table_says(
    alice: make.Member, bob: make.Member, key: str, row: Row
) -> None:
    url = reverse(row.url, args=[key] if row.url in _OF_ALICE else [])
    for visitor in visitors(alice, bob):
        expected = getattr(row, visitor.column)
        assert answer(visitor.client, row.method, url) == expected, visitor.name


def test_the_table_and_the_addresses_agree() -> None:
    assert {row.url for row in TABLE} == {pattern.name for pattern in urls.urlpatterns}


def test_no_address_answers_to_a_method_that_the_table_does_not_know(browser: Client, key: str) -> None:
    known = {(row.url, row.method) for row in TABLE} | {("sign-in", "post"), ("password", "post")}
    for pattern in urls.urlpatterns:
        assert pattern.name
        url = reverse(pattern.name, args=[key] if pattern.name in _OF_ALICE else [])
        for method in ("get", "post", "put", "patch", "delete"):
            if (pattern.name, method) not in known:
                assert getattr(browser, method)(url).status_code == 405, (method, url)


@pytest.mark.parametrize("url", ["delivery", "receipt", "submit", "discard"])
def test_what_is_foreign_and_what_is_missing_answer_alike(bob: make.Member, key: str, url: str) -> None:
    client = visiting.signed_in(bob.practice_access)
    method = client.post if url in ("submit", "discard") else client.get
    foreign = method(reverse(url, args=[key]))
    missing = method(reverse(url, args=["00000000-0000-4000-8000-000000000000"]))
    assert foreign.status_code == missing.status_code == 404
    assert _without_reference(foreign.text) == _without_reference(missing.text)


def test_a_foreign_button_changes_nothing(browser: Client, bob: make.Member) -> None:
    row = visiting.uploaded(browser, files.plain())
    client = visiting.signed_in(bob.practice_access)
    client.post(reverse("submit", args=[row.pk]))
    client.post(reverse("discard", args=[row.pk]))
    assert Delivery.objects.get(pk=row.pk).submitted_at is None


def test_the_personal_access_of_the_owner_sees_what_the_practice_handed_in(
    alice: make.Member, key: str
) -> None:
    client = visiting.signed_in(alice.personal_access)
    assert client.get(reverse("delivery", args=[key])).status_code == 200


def _without_reference(page: str) -> str:
    head, _, tail = page.partition('<strong class="figures">')
    return head + tail[9:]
