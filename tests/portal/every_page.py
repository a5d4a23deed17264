"""Each page of the portal as somebody finds it: opened, wrongly filled in, and when something was done."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from flexnet import transactions
from flexnet.access import delegating, derived, locking, resync_requests
from flexnet.access import queries as access
from flexnet.access.models import Access, Lock, Permission
from flexnet.accounts.models import Role, WebSession
from flexnet.applications import actions as applications
from flexnet.applications.models import Application
from flexnet.billing import arriving, course, replies, reports
from flexnet.billing.models import CollectiveDeclaration, Delivery, Upload
from flexnet.lib import hotp
from flexnet.lib.kvdt.check import Check
from flexnet.lib.kvdt.sample import line
from flexnet.portal.middleware import CONFIRMED_AT
from flexnet.web import errors
from tests import configured, make
from tests.billing import files
from tests.correspondence import writing
from tests.documents.dropping import pdf, put
from tests.portal import test_access_table as table
from tests.portal import visiting
from tests.portal.test_applications import fields
from tests.portal.test_letters import send_mail
from tests.post.conftest import at_home

if TYPE_CHECKING:
    from tests.portal.visiting import Answer

    Given: TypeAlias = Answer | HttpResponse

SOON = make.NOW.date() + timedelta(days=14)
LANGUAGES = ("de", "en")


@dataclass(frozen=True)
class Look:
    """Who opens an address; or sends it what was typed, and sees where that leads."""

    url: str
    who: str = "owner"
    state: str = ""
    typed: Mapping[str, Any] | None = None
    before: Callable[[Scene], object] | None = None
    hidden: bool = False  # what the page carries along unseen is sent with what was typed
    error: int = 0
    has_sheet: bool = False  # where the member hands over first passwords of staff

    @property
    def name(self) -> str:
        return "-".join(filter(None, (self.url, self.who, self.state)))


@dataclass(frozen=True)
class Scene:
    """Alice's practice with something of each kind, Bob's with nothing, a clearing office."""

    alice: make.Member
    things: table.Things
    clients: Mapping[str, Client]
    addresses: dict[str, str] = field(default_factory=dict)

    def url(self, look: Look) -> str:
        return self.addresses.get(look.name) or table.address(look.url, self.things)

    def application(self) -> Application:
        return Application.objects.get(number=self.things.application)


def _send_back(scene: Scene) -> None:
    row, reason = scene.application(), "Die Telefonnummer fehlt."
    applications.send_back(application=row, seen=1, reason=reason, by=make.BY, now=make.NOW)


def _codes(*presses: int) -> dict[str, str]:
    return {"codes": "\n".join(hotp.code(make.SEED, press) for press in presses)}


def _judged(*presses: int) -> Callable[[Scene], object]:
    def judge(scene: Scene) -> None:
        url = reverse("key-in-step", args=[scene.things.key])
        sent = scene.clients["practice"].post(url, _codes(*presses))
        scene.addresses[f"key-in-step-answer-practice-{presses[-1]}"] = sent["Location"]
        resync_requests.judge_waiting(make.NOW)

    return judge


def _lock(scene: Scene) -> None:
    locking.lock_access(
        access=scene.alice.practice_access, cause=Lock.Cause.MISUSE, by=make.BY, reason="x", now=make.NOW
    )


def _suspend(scene: Scene) -> None:
    delegating.suspend(member=scene.alice.personal_access, user_name="carol", now=make.NOW)


def _renew(scene: Scene) -> None:
    delegating.renew_password(
        member=scene.alice.personal_access, user_name="carol", number=uuid.uuid4(), now=datetime.now(UTC)
    )


def _session_gone(scene: Scene) -> None:
    """In the middle of a form; then the same person signs in again."""
    WebSession.objects.all().delete()
    client = scene.clients["owner"]
    client.post(reverse("employee-open"), {"holder": "Carola Beispiel"})
    client.post(reverse("sign-in"), {"user_name": "alice", "password": make.PASSWORD})


def _undeclared(_scene: Scene) -> None:
    CollectiveDeclaration.objects.all().delete()


def _unsubmitted(scene: Scene) -> None:
    visiting.uploads(scene.clients["practice"], files.plain(cases=7))
    row = Delivery.objects.filter(submitted_at=None).latest("uploaded_at")
    scene.addresses["delivery-practice-checked"] = url = reverse("delivery", args=[row.pk])
    for name, button in (("submit-practice-done", "einreichen"), ("discard-practice-done", "entfernen")):
        scene.addresses[name] = f"{url}{button}/"


def _prechecked_with_faults(scene: Scene) -> None:
    content = files.plain(cases=40).replace(line("5099", "123456601"), line("5099", "765432201"))
    content = content.replace(line("0300", "0"), line("0300", "2")).replace(line("4111", "260326822"), b"", 3)
    content = content.replace(line("4101", "12026"), b"", 2)
    key = visiting.prechecked(scene.clients["practice"], content)
    scene.addresses["precheck-practice-faults"] = reverse("precheck", args=[key])


def _prechecked_encrypted(scene: Scene) -> None:
    key = visiting.prechecked(scene.clients["practice"], files.container(part="1/2"))
    scene.addresses["precheck-practice-encrypted"] = reverse("precheck", args=[key])


def _begun(scene: Scene) -> None:
    """A file of which half came, and another of which nothing did."""
    member = Access.objects.get(user_name="alice-praxis")
    for name, received in ((files.NAME, 2_000_000), (files.NAME.replace("09.30", "10.15"), 0)):
        announced = arriving.Announced(name, 4_000_000, files.QUARTER)
        row = arriving.begin(access=member, announced=announced, now=make.NOW)
        Upload.objects.filter(pk=row.pk).update(received=received)


def _replied(content: bytes | None) -> Callable[[Scene], object]:
    """A text, a PDF, or what the check of a container with faults found."""

    def do(scene: Scene) -> None:
        row = Delivery.objects.get(pk=scene.things.delivery)
        if content is None:
            with transactions.writing():
                reply = replies.put_check(row, _faults(), by=make.BY, now=make.NOW)
        else:
            name = "antwort.pdf" if content.startswith(b"%PDF") else "antwort.txt"
            reply = replies.put(new=replies.looked_at(row, name, content), by=make.BY, now=make.NOW)
        for state in ("check", "text", "pdf"):
            scene.addresses[f"reply-practice-{state}"] = reverse("reply", args=[row.pk, reply.pk])
        scene.addresses["delivery-practice-replied"] = reverse("delivery", args=[row.pk])

    return do


def _faults() -> dict[str, object]:
    check = Check()
    check.feed(files.plain(cases=40).replace(line("5099", "123456601"), line("5099", "765432201")))
    result = check.finish(files.NAME)
    return {**reports.stored(result), "level": result.level, "others": []}


def _after(state: str) -> Callable[[Scene], object]:
    """What the KV did with the delivery."""

    def do(scene: Scene) -> None:
        row = Delivery.objects.get(pk=scene.things.delivery)
        AFTER[state](row)
        scene.addresses[f"delivery-practice-{state}"] = reverse("delivery", args=[row.pk])

    return do


def _correct(row: Delivery) -> None:
    _release(row)
    other = Delivery.objects.exclude(pk=row.pk).exclude(submitted_at=None).first() or row
    Delivery.objects.filter(pk=row.pk).update(replaced_by=other, replaced_at=make.NOW)


def _release(row: Delivery) -> None:
    course.release(delivery=row, by=make.BY, why="Die Scheine der Vertretung fehlten.", now=make.NOW)


AFTER: Mapping[str, Callable[[Delivery], object]] = {
    "accepted": lambda row: course.accept(delivery=row, by=make.BY, now=make.NOW),
    "rejected": lambda row: course.reject(delivery=row, by=make.BY, why="Falsches Quartal", now=make.NOW),
    "released": _release,
    "replaced": _correct,
}
WISH = {"wish": "person:other", "to": "details"}
CLARA = {"wish": "person:other", "name": "Dr. Clara Neu", "lanr": "246801101", "role": "employed"}
CHECKED = {**CLARA, "phone": "0391 123456", "to": "check"}
SIGNED = {**CHECKED, "to": "sign", "tick": "on"}
PHONE = {"value": "0391 99", "from_on": "14.04.2026"}
CONFIRM = {"confirm-password": make.PASSWORD}
CHANGED = {"old": make.PASSWORD, "new": "Sommerregen-2026", "again": "Sommerregen-2026"}
ONCE = str(uuid.uuid4())
WRITTEN = {"subject": "Honorar", "text": "Zeile 12 fehlt.", "once": ONCE}

LOOKS = (
    Look("start", "nobody"),
    *(Look("start", who) for who in ("practice", "owner", "staff", "empty", "party")),
    Look("sign-in", "nobody"),
    Look("sign-in", "nobody", "empty", {"user_name": ""}),
    Look("sign-in", "nobody", "wrong", {"user_name": "alice", "password": "falsch"}),
    Look("sign-in", "nobody", "locked", {"user_name": "alice-praxis", "password": make.PASSWORD}, _lock),
    Look("sign-out", "practice", "done", {}),
    Look("sign-out-everywhere", "practice", "done", {}),
    Look("password", "narrow"),
    Look("password", "narrow", "wrong", {"old": "falsch", "new": "kurz", "again": "anders"}),
    Look("password", "practice"),
    Look("password", "practice", "done", CHANGED),
    Look("credentials", "practice"),
    Look("credentials", "practice", "done", {}),
    Look("revocation-word", "practice"),
    Look("revocation-word", "practice", "done", {}),
    Look("terms", "practice"),
    Look("terms"),
    Look("terms", state="wrong", typed={}, hidden=True),
    Look("terms", state="done", typed={"tick": "on"}, hidden=True),
    Look("objection"),
    Look("objection", state="wrong", typed={"text": "", **CONFIRM}, hidden=True),
    Look("objection", state="asks", typed={"text": "§ 2 ist zu streng."}, hidden=True),
    Look("objection", state="done", typed={"text": "§ 2 ist zu streng.", **CONFIRM}, hidden=True),
    Look("deliveries", "practice"),
    Look("deliveries", "empty"),
    Look("deliveries", "party"),
    Look("precheck-file", "practice"),
    Look("precheck-file", "practice", "wrong", {}),
    Look("precheck", "practice"),
    Look("precheck", "practice", "faults", before=_prechecked_with_faults),
    Look("precheck", "practice", "encrypted", before=_prechecked_encrypted),
    Look("upload", "practice"),
    Look("upload", "practice", "begun", before=_begun),
    Look("upload", "practice", "wrong", {}),
    Look("upload-remove", "practice", "done", {}),
    Look("delivery", "practice"),
    Look("delivery", "practice", "checked", before=_unsubmitted),
    Look("submit", "practice", "done", {}, _unsubmitted),
    Look("discard", "practice", "done", {}, _unsubmitted),
    Look("reply", "practice", "check", before=_replied(None)),
    Look("reply", "practice", "text", before=_replied(b"Bitte rufen Sie uns an.\n\nIhre KV")),
    Look("reply", "practice", "pdf", before=_replied(pdf())),
    Look("delivery", "practice", "replied", before=_replied(None)),
    Look("start", "practice", "replied", before=_replied(None)),
    Look("delivery-withdraw", "practice"),
    Look("delivery-withdraw", "practice", "done", {}),
    *(Look("delivery", "practice", state, before=_after(state)) for state in AFTER),
    Look("delivery", "practice", "undeclared", before=_undeclared),
    Look("declaration", "practice"),
    Look("declaration", "practice", "asks", before=_undeclared),
    Look("declaration", state="asks", before=_undeclared),
    Look("declaration", state="wrong", typed={"seen": "0"}, before=_undeclared),
    Look("confirmation-check", "practice"),
    Look("confirmation-check", "practice", "wrong", {}),
    Look("imprint", "nobody"),
    Look("privacy", "nobody"),
    Look("accessibility", "practice"),
    Look("manual", "nobody"),
    Look("manual-chapter", "practice"),
    Look("employees"),
    Look("employees", "alone"),
    Look("employees", "paul"),
    Look("employee-open"),
    Look("employee-open", state="wrong", typed={}),
    Look("employee-open", state="done", typed={"holder": "Emma Muster", "hands_in": "on"}, hidden=True),
    Look("employee"),
    Look("employee", "paul"),
    Look("employee-permit", state="done", typed={}),
    Look("employee-forbid", state="done", typed={}),
    Look("employee-show-documents", state="done", typed={}),
    Look("employee-hide-documents", state="done", typed={}),
    Look("employee", state="suspended", before=_suspend, has_sheet=True),
    Look("employee-suspend", state="done", typed={}),
    Look("employee-resume", state="done", typed={}),
    Look("employee-grant", state="done", typed={}),
    Look("employee-revoke", state="done", typed={}),
    Look("employee-open", state="sheet", has_sheet=True),
    Look("employee-sheet", before=_renew, has_sheet=True),
    Look("employee-sheet-done", state="done", typed={}, before=_renew, has_sheet=True),
    Look("employee-sheet-new", has_sheet=True),
    Look("employee-sheet-new", state="asks", typed={}, has_sheet=True),
    Look("employee-withdraw"),
    Look("employee-withdraw", state="done", typed={}),
    Look("applications"),
    Look("applications", "alone"),
    Look("apply"),
    Look("apply", state="details", typed=WISH),
    Look("apply", state="wrong", typed={"wish": "person:other", "to": "check"}),
    Look("apply", state="check", typed=CHECKED),
    Look("apply", state="done", typed={**SIGNED, **CONFIRM}),
    Look("application"),
    Look("application", state="back", before=_send_back),
    Look("application-complete", before=_send_back),
    Look("application-complete", state="wrong", typed=CONFIRM, before=_send_back, hidden=True),
    Look("application-withdraw"),
    Look("application-withdraw", state="done", typed={}, hidden=True),
    Look("mandates"),
    Look("mandates", "alone"),
    Look("mandates", "party"),
    Look("mandate-give"),
    Look("mandate-give", state="wrong", typed=CONFIRM),
    Look("mandate-revoke"),
    Look("mandate-revoke", state="done", typed={}),
    Look("notices"),
    Look("notice"),
    Look("notice", state="asks", typed={"ends_on": str(SOON)}),
    Look("notice", state="unconfirmed", typed={"ends_on": str(SOON), "confirm-password": "falsch"}),
    Look("notice", state="done", typed={"ends_on": str(SOON), **CONFIRM}),
    Look("letters"),
    Look("letters", "empty"),
    Look("own-copy"),
    Look("own-copy", state="asks", typed={}),
    Look("own-data"),
    Look("own-data", "empty"),
    Look("own-data-change"),
    Look("own-data-change", state="wrong", typed=CONFIRM),
    Look(
        "own-data-change",
        state="done",
        typed={"value": "0391 99", "from_on": "14.04.2026", **CONFIRM},
        hidden=True,
    ),
    Look("own-data-withdraw", state="done", typed={}),
    Look("programs", "practice"),
    Look("programs"),
    Look("program-connect", "practice", "wrong", {"name": "", **CONFIRM}),
    Look("program-connect", "practice", "asks", {"name": "Praxissoftware am Empfang"}),
    Look("program-connect", "practice", "done", {"name": "Praxissoftware am Empfang", **CONFIRM}),
    Look("program-disconnect", "practice", "done", {}),
    Look("sign-ins"),
    Look("sign-ins", "staff"),
    Look("browser-end", state="done", typed={}),
    Look("tunnel-end", state="done", typed={}),
    Look("documents"),
    Look("documents", "empty"),
    Look("documents", "staff"),
    Look("messages", "practice"),
    Look("messages", "empty"),
    Look("message-new", "practice"),
    Look("message-new", "practice", "wrong", {}),
    Look("message-new", "practice", "done", WRITTEN),
    Look("message-thread", "practice"),
    Look("message-answer", "practice", "wrong", {}),
    Look("message-answer", "practice", "done", {"text": "Danke.", "once": ONCE}),
    *(Look("own-access", who) for who in ("practice", "owner", "staff", "party")),
    Look("key-in-step", "practice"),
    Look("key-in-step", "practice", "wrong", {"codes": "12"}),
    Look("key-in-step", "practice", "waits", _codes(500, 501, 502)),
    Look("key-in-step-answer", "practice", "503", before=_judged(501, 502, 503)),
    Look("key-in-step-answer", "practice", "505", before=_judged(501, 502, 505)),
    Look("key-new", "practice"),
    Look("key-new", "practice", "wrong", {}),
    Look("key-new", "practice", "done", {"why": "lost", "note": "im Zug"}, hidden=True),
    Look("key-lock", "practice"),
    Look("key-lock", "practice", "done", {}),
    Look("way", "practice"),
    Look("way"),
    Look("kept-form", before=_session_gone),
    *(Look("start", "nobody", f"error-{status}", error=status) for status in errors.TEXTS),
)
# They answer with a file or with figures, or lead on to a page that stands above.
NO_PAGES = {
    "receipt",
    "reply-file",
    "application-document",
    "notice-form",
    "document",
    "message-attachment",
    "manual-pdf",
}
NO_PAGES |= {"session", "tunnel", "upload-files", "upload-file", "upload-check"}
NO_PAGES |= {"precheck-pdf", "precheck-json", "reply-file"}
NO_PAGES |= {"declaration-file"}


def answer(scene: Scene, look: Look, language: str) -> Given:
    """The page in which it ends; nothing of what is done stays."""
    if look.error:
        with translation.override(language):
            return errors.page(look.error)
    client = scene.clients[look.who]
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    with _undone(scene), pytest.MonkeyPatch.context() as patch:
        if look.has_sheet:
            configured.change(patch, profile={"staff_passwords": "sheet"})
        if look.before:
            look.before(scene)
        url = scene.url(look)
        if look.typed is None:
            return client.get(url, follow=True)
        carried = fields(client.get(url).text) if look.hidden else {}
        return client.post(url, {**carried, **look.typed}, follow=True)


@contextmanager
def _undone(scene: Scene) -> Iterator[None]:
    cookies = {name: copy.deepcopy(client.cookies) for name, client in scene.clients.items()}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for name, client in scene.clients.items():
        client.cookies = cookies[name]


def set_up(alice: make.Member, things: table.Things) -> Scene:
    """So that each page has something to show."""
    at_home(alice)
    make.publish(2, SOON)
    clara = make.colleague(Role.CLERK).staff
    writing.from_kv(alice.site.practice, clara, writing.SCHEIN, subject="Neue Sprechzeiten", text="Ab Mai.")
    put(alice.site, "protokoll")
    for about in (f"access:{alice.practice_access}", f"person:{alice.person}"):
        send_mail(about)
    bob = make.settled("bob")
    narrow = derived.open_employee_access(
        origin=bob.practice_access, holder="Nina", user_name="nina", by=make.BY, now=make.NOW
    )
    emil = make.employee(alice.practice_access, "emil")
    derived.permit(access=emil, function=Permission.Function.DOCUMENTS, by=make.BY, now=make.NOW)
    people = {
        "practice": alice.practice_access,
        "owner": alice.personal_access,
        "staff": emil,
        "paul": make.partner(alice.site.practice),
        "empty": bob.practice_access,
        "alone": bob.personal_access,
        "party": access.access_named("dora"),
    }
    clients = {name: visiting.signed_in(row) for name, row in people.items()}
    clients["narrow"] = visiting.signed_in(narrow.account.access, narrow.initial_password)
    clients["nobody"] = Client()
    session = clients["owner"].session
    del session[CONFIRMED_AT]  # what binds asks for the password
    session.save()
    return Scene(alice, things, clients)
