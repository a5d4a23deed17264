"""Who reaches what: every address for every kind of visitor, and no address without a line."""

import copy
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from flexnet.access import actions as accesses
from flexnet.access import locking
from flexnet.access.models import Lock
from flexnet.accounts import browsers
from flexnet.applications import signing
from flexnet.applications.kinds import Kind
from flexnet.applications.models import Application
from flexnet.billing import arriving, numbers, replies
from flexnet.billing.models import Delivery
from flexnet.correspondence.models import Attachment
from flexnet.gateway.models import Session
from flexnet.portal import urls
from flexnet.portal.api import urls as api
from tests import configured, make
from tests.applications import forms
from tests.billing import files
from tests.correspondence import writing
from tests.documents.dropping import put
from tests.portal import visiting

pytestmark = pytest.mark.long

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
    """An address and what it answers to: nobody, Alice's accesses, a narrow session, locked, Bob.

    `member` is her practice access; her personal one and her staff get the same where nothing else is said,
    and Paul, who owns the practice too, gets what she gets.
    """

    url: str
    method: str
    nobody: str
    member: str
    narrow: str
    locked: str
    bob: str
    owner: str = ""
    staff: str = ""
    paul: str = ""


def _owner(url: str, method: str, expected: str, paul: str = "") -> "Row":
    """Of an address that is there only for whom a practice is, in person, and of that practice."""
    rest = (TO_SIGN_IN, NOT_THERE, TO_PASSWORD, TO_SIGN_IN, NOT_THERE)
    return Row(url, method, *rest, owner=expected, paul=paul or expected)


def _begun(url: str, method: str, expected: str) -> "Row":
    """Of an upload that Alice's practice access began: there for nobody else, not even in her practice."""
    rest = (NOT_THERE, NOT_THERE, NOT_THERE)
    return Row(url, method, TO_SIGN_IN, expected, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, *rest)


def _own_check(url: str) -> "Row":
    """What a check in advance found is shown to whoever made it, and to nobody else."""
    rest = (TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE)
    return Row(url, "get", *rest, owner=NOT_THERE, staff=NOT_THERE, paul=NOT_THERE)


TABLE = [
    Row("start", "get", OPENS, OPENS, TO_PASSWORD, OPENS, OPENS),
    Row("sign-in", "get", OPENS, TO_START, TO_PASSWORD, OPENS, TO_START),
    Row("sign-out", "post", TO_SIGN_IN, TO_START, TO_START, TO_SIGN_IN, TO_START),
    Row("sign-out-everywhere", "post", TO_SIGN_IN, TO_START, TO_START, TO_SIGN_IN, TO_START),
    Row("session", "get", TO_SIGN_IN, OPENS, OPENS, TO_SIGN_IN, OPENS),
    Row("session", "post", TO_SIGN_IN, OPENS, OPENS, TO_SIGN_IN, OPENS),
    Row("password", "get", TO_SIGN_IN, OPENS, OPENS, TO_SIGN_IN, OPENS),
    Row("credentials", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("credentials", "post", TO_SIGN_IN, TO_START, TO_PASSWORD, TO_SIGN_IN, TO_START),
    Row("revocation-word", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("revocation-word", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, GOES),
    Row("terms", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("terms", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, GOES),
    Row("objection", "get", TO_SIGN_IN, NOT_THERE, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("objection", "post", TO_SIGN_IN, NOT_THERE, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("deliveries", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("precheck-file", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("precheck-file", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, GOES),
    *(_own_check(name) for name in ("precheck", "precheck-pdf", "precheck-json")),
    Row("upload", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("upload", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, GOES),
    Row("upload-files", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("upload-files", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, GOES),
    _begun("upload-file", "head", OPENS),
    _begun("upload-file", "patch", GOES),
    _begun("upload-file", "delete", GOES),
    _begun("upload-check", "post", GOES),
    _begun("upload-remove", "post", GOES),
    Row("imprint", "get", OPENS, OPENS, OPENS, OPENS, OPENS),
    Row("privacy", "get", OPENS, OPENS, OPENS, OPENS, OPENS),
    Row("accessibility", "get", OPENS, OPENS, OPENS, OPENS, OPENS),
    Row("manual", "get", OPENS, OPENS, OPENS, OPENS, OPENS),
    Row("manual-chapter", "get", OPENS, OPENS, OPENS, OPENS, OPENS),
    Row("manual-pdf", "get", OPENS, OPENS, OPENS, OPENS, OPENS),
    Row("delivery", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("receipt", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("confirmation-check", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("confirmation-check", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, GOES),
    Row("declaration", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("declaration", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("declaration-file", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("submit", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("discard", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("reply", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("reply-file", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("delivery-withdraw", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("delivery-withdraw", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    _owner("employees", "get", OPENS),
    _owner("employee-open", "get", OPENS),
    _owner("employee-open", "post", GOES),
    _owner("employee", "get", OPENS),
    _owner("employee-permit", "post", GOES, paul=NOT_THERE),
    _owner("employee-forbid", "post", GOES, paul=NOT_THERE),
    _owner("employee-show-documents", "post", GOES, paul=NOT_THERE),
    _owner("employee-hide-documents", "post", GOES, paul=NOT_THERE),
    _owner("employee-suspend", "post", GOES, paul=NOT_THERE),
    _owner("employee-resume", "post", GOES, paul=NOT_THERE),
    _owner("employee-grant", "post", GOES, paul=NOT_THERE),
    _owner("employee-revoke", "post", GOES, paul=NOT_THERE),
    _owner("employee-sheet", "get", GOES, paul=NOT_THERE),
    _owner("employee-sheet-done", "post", GOES, paul=NOT_THERE),
    _owner("employee-sheet-new", "get", NOT_THERE),  # here first passwords come by letter
    _owner("employee-sheet-new", "post", NOT_THERE),
    _owner("employee-withdraw", "get", OPENS, paul=NOT_THERE),
    _owner("employee-withdraw", "post", GOES, paul=NOT_THERE),
    _owner("mandates", "get", OPENS),
    _owner("mandate-give", "get", OPENS),
    _owner("mandate-give", "post", GOES),
    _owner("mandate-revoke", "get", OPENS),
    _owner("mandate-revoke", "post", GOES),
    _owner("applications", "get", OPENS),
    _owner("apply", "get", OPENS),
    _owner("apply", "post", GOES),
    _owner("application", "get", OPENS, paul=NOT_THERE),
    _owner("application-document", "get", OPENS, paul=NOT_THERE),
    _owner("application-complete", "get", GOES, paul=NOT_THERE),
    _owner("application-complete", "post", GOES, paul=NOT_THERE),
    _owner("application-withdraw", "get", OPENS, paul=NOT_THERE),
    _owner("application-withdraw", "post", GOES, paul=NOT_THERE),
    _owner("notices", "get", OPENS),
    _owner("notice", "get", OPENS, paul=NOT_THERE),
    _owner("notice", "post", GOES, paul=NOT_THERE),
    _owner("notice-form", "get", OPENS, paul=NOT_THERE),
    Row("letters", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("own-copy", "get", TO_SIGN_IN, NOT_THERE, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, OPENS, paul=OPENS),
    Row("own-copy", "post", TO_SIGN_IN, NOT_THERE, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, OPENS, paul=OPENS),
    Row("own-data", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS, staff=NOT_THERE),
    Row("own-data-change", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("own-data-change", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("own-data-withdraw", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("sign-ins", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("browser-end", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("tunnel", "get", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("tunnel-end", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("programs", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS, staff=NOT_THERE),
    Row("program-connect", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, GOES, staff=NOT_THERE),
    Row("program-disconnect", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("way", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("documents", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("document", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("messages", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("message-new", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("message-new", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, GOES),
    Row("message-thread", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("message-answer", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("message-attachment", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("own-access", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, OPENS),
    Row("key-in-step", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("key-in-step", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("key-in-step-answer", "get", TO_SIGN_IN, NOT_THERE, TO_PASSWORD, TO_SIGN_IN, NOT_THERE),
    Row("key-new", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("key-new", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("key-lock", "get", TO_SIGN_IN, OPENS, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("key-lock", "post", TO_SIGN_IN, GOES, TO_PASSWORD, TO_SIGN_IN, NOT_THERE, staff=NOT_THERE),
    Row("kept-form", "get", TO_SIGN_IN, TO_START, TO_PASSWORD, TO_SIGN_IN, TO_START),
]
# What is for programs has a test of its own.
PAGES = [pattern for pattern in urls.urlpatterns if pattern not in api.urlpatterns]
_OF_ALICE = {"delivery", "receipt", "submit", "discard", "delivery-withdraw"}
_OF_UPLOAD = ("upload-file", "upload-check", "upload-remove")
TUS = {"Tus-Resumable": "1.0.0"}
_OF_CAROL = {
    "employee",
    "employee-permit",
    "employee-forbid",
    "employee-withdraw",
    "employee-show-documents",
    "employee-hide-documents",
    "employee-suspend",
    "employee-resume",
    "employee-sheet",
    "employee-sheet-done",
    "employee-sheet-new",
}
_OF_APPLICATION = {"application", "application-document", "application-complete", "application-withdraw"}
_OF_ACCESS = {"notice", "notice-form"}


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


@pytest.fixture
def visitors(alice: make.Member, bob: make.Member) -> list[Visitor]:
    """All but the one who is locked."""
    return [
        Visitor("nobody", "nobody", Client()),
        Visitor("practice access", "member", visiting.signed_in(alice.practice_access)),
        Visitor("staff", "staff", visiting.signed_in(make.employee(alice.practice_access, "emil"))),
        Visitor("personal access", "owner", visiting.signed_in(alice.personal_access)),
        Visitor("second owner", "paul", visiting.signed_in(make.partner(alice.site.practice))),
        Visitor("narrow session", "narrow", visiting.signed_in(bob.personal_access, bob.personal_password)),
        Visitor("another practice", "bob", visiting.signed_in(bob.practice_access)),
    ]


def answer(client: Client, method: str, url: str) -> str:
    response = getattr(client, method)(url, headers=TUS)
    if response.status_code == 302:
        goal = response["Location"].partition("?")[0]
        named = {reverse("sign-in"): TO_SIGN_IN, reverse("password"): TO_PASSWORD, "/": TO_START}
        return named.get(goal, GOES)
    # An empty upload is told what is missing, and a request without bytes what it lacks: it was let in.
    let_in = dict.fromkeys((204, 400, 409, 415, 422), GOES)
    return {200: OPENS, 404: NOT_THERE, **let_in}[response.status_code]


def address(name: str, things: "Things") -> str:
    """Of something of Alice's, where it is of something."""
    of = {
        **dict.fromkeys(_OF_ALICE, things.delivery),
        **dict.fromkeys(_OF_CAROL, "carol"),
        **dict.fromkeys(_OF_APPLICATION, things.application),
        **dict.fromkeys(_OF_ACCESS, "alice"),
        **dict.fromkeys(_OF_UPLOAD, things.upload),
        **dict.fromkeys(("precheck", "precheck-pdf", "precheck-json"), things.precheck),
        "document": things.document,
        "mandate-revoke": things.mandate,
        "own-data-withdraw": things.change,
        "message-thread": things.thread,
        "message-answer": things.thread,
        "message-attachment": things.attachment,
        "key-lock": things.key,
        "key-new": things.key,
        "browser-end": things.browser,
        "own-data-change": "889999900-phone",
        "program-disconnect": things.program,
        "tunnel": things.tunnel,
        "tunnel-end": things.tunnel,
        "key-in-step": things.key,
        "manual-chapter": "hilfe",
    }
    if name in ("employee-grant", "employee-revoke"):
        return reverse(name, args=["carol", "letters"])
    if name == "receipt":
        return reverse(name, args=[things.delivery, "pdf"])
    if name == "declaration":
        return reverse(name, args=[files.ALICE, "2026q1"])
    if name == "declaration-file":
        return reverse(name, args=[numbers.declaration(files.QUARTER, 1), "pdf"])
    if name in ("reply", "reply-file"):
        return reverse(name, args=[things.delivery, things.reply])
    if name == "key-in-step-answer":
        return reverse(name, args=[things.key, 1])
    return reverse(name, args=[of[name]] if name in of else [])


@dataclass(frozen=True)
class Things:
    """What addresses call what is Alice's: the tunnel and the browser are her practice's."""

    delivery: str
    application: str
    key: str
    tunnel: str
    browser: str
    document: str
    thread: str
    attachment: str
    mandate: int
    change: int
    upload: str
    precheck: str
    program: int
    reply: str


@pytest.fixture
def things(alice: make.Member, key: str, monkeypatch: pytest.MonkeyPatch) -> Things:
    """Alice answers for Carol, and a program of her practice hands in."""
    configured.change(monkeypatch, programs={"allowed": True})
    make.employee(alice.personal_access)
    accesses.grant(
        access=alice.personal_access,
        service=make.service("letters", make.PORTAL_RULE),
        by=make.BY,
        now=make.NOW,
    )
    row = signing.sign(
        member=alice.personal_access,
        kind=Kind.MEMBER,
        values={**forms.MEMBER, "bsnr": alice.site.bsnr},
        key=uuid.uuid4(),
        now=make.NOW,
    )
    assert isinstance(row, Application)
    make.door(alice).open()
    account = alice.practice_access.account_id
    browser = browsers.handle_of("long gone", account)
    thread = writing.from_member(alice.practice_access, writing.SCHEIN)
    attachment = Attachment.objects.get(message__thread=thread)
    session = str(Session.objects.get().pk)
    document = str(put(alice.site))
    change = make.change_asked(alice).pk
    mandate = make.mandate(alice.personal_access, make.submitter(), alice.site).pk
    announced = arriving.Announced(files.NAME, 1000, files.QUARTER)
    begun = arriving.begin(access=alice.practice_access, announced=announced, now=make.NOW)
    return Things(
        key,
        row.number,
        str(alice.key),
        session,
        browser,
        document,
        str(thread),
        str(attachment.pk),
        mandate,
        change,
        str(begun.pk),
        visiting.prechecked(visiting.signed_in(alice.practice_access), files.plain()),
        make.program(alice.practice_access).program.pk,
        replied(key),
    )


def replied(key: str) -> str:
    """What the KV answered to that delivery, and nobody has read; nothing where it could not be handed in."""
    delivery = Delivery.objects.get(pk=key)
    if delivery.submitted_at is None:
        return str(uuid.uuid4())
    new = replies.written(delivery, "Bitte rufen Sie an.")
    return str(replies.put(new=new, by=make.BY, now=make.NOW).pk)


@pytest.fixture
def key(alice: make.Member) -> str:
    """A delivery that Alice has submitted, and vouched for."""
    row = visiting.submitted(visiting.signed_in(alice.practice_access), files.plain())
    visiting.declared(alice)
    return str(row.pk)


def differing(visitor: Visitor, things: "Things") -> Iterator[str]:
    """Where this visitor gets something else than the table says; nothing of it stays."""
    for row in TABLE:
        cookies = copy.deepcopy(visitor.client.cookies)
        with transaction.atomic():
            found = answer(visitor.client, row.method, address(row.url, things))
            transaction.set_rollback(True)
        visitor.client.cookies = cookies
        expected = getattr(row, visitor.column) or row.member
        if found != expected:
            yield f"{visitor.name}, {row.method} {row.url}: {found}, not {expected}"


def test_everyone_reaches_what_the_table_says(things: Things, visitors: list[Visitor]) -> None:
    assert [line for visitor in visitors for line in differing(visitor, things)] == []


def test_whoever_is_locked_reaches_what_the_table_says(alice: make.Member, things: Things) -> None:
    locked = visiting.signed_in(alice.practice_access)
    locking.lock_access(
        access=alice.practice_access, cause=Lock.Cause.MISUSE, by=make.BY, reason="test", now=make.NOW
    )
    assert list(differing(Visitor("locked", "locked", locked), things)) == []


def test_the_table_and_the_addresses_agree() -> None:
    assert {row.url for row in TABLE} == {pattern.name for pattern in PAGES}


def test_no_address_answers_to_a_method_that_the_table_does_not_know(browser: Client, things: Things) -> None:
    known = {(row.url, row.method) for row in TABLE} | {("sign-in", "post"), ("password", "post")}
    for pattern in PAGES:
        assert pattern.name
        url = address(pattern.name, things)
        for method in ("get", "post", "put", "patch", "delete"):
            if (pattern.name, method) not in known:
                assert getattr(browser, method)(url).status_code == 405, (method, url)


@pytest.mark.parametrize("url", ["delivery", "receipt", "submit", "discard"])
def test_what_is_foreign_and_what_is_missing_answer_alike(bob: make.Member, key: str, url: str) -> None:
    client = visiting.signed_in(bob.practice_access)
    method = client.post if url in ("submit", "discard") else client.get
    ending = ["pdf"] if url == "receipt" else []
    foreign = method(reverse(url, args=[key, *ending]))
    missing = method(reverse(url, args=["00000000-0000-4000-8000-000000000000", *ending]))
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
