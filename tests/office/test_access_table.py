"""Who reaches what in the office: every address for every role, and no address without a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from flexnet import configuration, transactions
from flexnet.access import actions as accesses
from flexnet.access import (
    charges,
    credentials,
    derived,
    endings,
    locking,
    objections,
    restricting,
    travelling,
)
from flexnet.access.models import Access, CredentialRequest, Lock, Notice
from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval, Role
from flexnet.audit.models import Event
from flexnet.billing import replies
from flexnet.billing.decryption import Failure
from flexnet.billing.models import Delivery, Extension, FullCheck, RefusedReply
from flexnet.billing.reply_rules import Why as Unfit
from flexnet.correspondence.models import Attachment
from flexnet.documents.models import RefusedFile
from flexnet.documents.rules import Why
from flexnet.gateway import lock_receipts
from flexnet.keys import movements, uploads
from flexnet.keys.importing import Format
from flexnet.keys.models import Place
from flexnet.lib import pskc
from flexnet.members import addresses, notes, register_imports
from flexnet.members.addresses import PostalAddress
from flexnet.members.models import Question, Site
from flexnet.office import urls
from flexnet.post import batches, dispatch, due
from flexnet.post.models import Batch, Item
from flexnet.post.rules import Kind
from flexnet.publications import actions as publications
from flexnet.publications import stopping
from flexnet.software import links, requests
from flexnet.software.ranges import Span
from flexnet.software.systems import System
from flexnet.web import legal, manual
from tests import configured, make
from tests.applications import forms
from tests.billing.files import submitted
from tests.correspondence import writing
from tests.documents.dropping import put
from tests.mail import conftest as mails
from tests.members import register as register_file
from tests.office import visiting
from tests.post.conftest import Desk, stack, use_queues
from tests.publications import participants
from tests.software import giving_out

pytestmark = [pytest.mark.django_db, pytest.mark.long]

EVERYONE = frozenset(Role)
ADMINISTRATOR, AUDITOR = frozenset({Role.ADMINISTRATOR}), frozenset({Role.AUDITOR})
MEMBERS = frozenset({Role.RECEPTION, Role.CLERK, Role.KEY_DESK, Role.IT})
CLERK, KEYS = frozenset({Role.CLERK}), frozenset({Role.CLERK, Role.KEY_DESK})
BILLING = frozenset({Role.CLERK, Role.BILLING})
DESK = frozenset({Role.RECEPTION, Role.CLERK})
MANUAL = (*manual.PAGES, *manual.FOR_PRACTICES)
DOOR = frozenset({"sign-in", "second-step", "enrol", "enrol-app", "enrol-key", *legal.TITLES, *MANUAL})
A_PRINT_SHOP = "age19wgvh09qsewpx5vkrmyzuvd8jdcr6am5u5u4ycp99vyp2k5ynq8qkz0avy"  # nobody has its key
_STEPS = ("accept", "reject", "release", "again", "reply")
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Row:
    """An address, how it is asked, and the roles that it is there for; for others it is not there.

    Those in `readers` may look as well, but change nothing.
    """

    url: str
    methods: str
    roles: frozenset[Role]
    readers: frozenset[Role] = frozenset()

    def is_there(self, role: Role | None, method: str) -> bool:
        named = self.roles | (self.readers if method == "get" else frozenset())
        return named >= EVERYONE or role in named


TABLE = [
    Row("desk", "get", EVERYONE),
    Row("kept-form", "get", EVERYONE),
    Row("confirm", "post", EVERYONE),
    Row("account", "get", EVERYONE),
    Row("password", "get post", EVERYONE),
    Row("recovery-codes", "get post", EVERYONE),
    Row("add-app", "get post", EVERYONE),
    Row("remove-app", "post", EVERYONE),
    Row("add-key", "get post", EVERYONE),
    Row("remove-key", "post", EVERYONE),
    Row("staff", "get", ADMINISTRATOR),
    Row("staff-enter", "get post", ADMINISTRATOR),
    Row("staff-person", "get", ADMINISTRATOR),
    Row("staff-hand-over", "get", ADMINISTRATOR),
    Row("staff-handed-over", "post", ADMINISTRATOR),
    Row("staff-roles", "post", ADMINISTRATOR),
    Row("staff-reset", "get post", ADMINISTRATOR),
    Row("staff-end", "get post", ADMINISTRATOR),
    Row("approvals", "get", EVERYONE),
    Row("approval", "get", ADMINISTRATOR | AUDITOR),
    Row("approval-decide", "post", ADMINISTRATOR | AUDITOR),
    Row("audit", "get", AUDITOR),
    Row("audit-entry", "get", AUDITOR),
    Row("audit-personal", "post", AUDITOR),
    Row("audit-standing", "get post", AUDITOR),
    Row("audit-export", "get post", AUDITOR),
    Row("audit-download", "post", AUDITOR),
    Row("entering", "get", CLERK | {Role.RECEPTION}, AUDITOR),
    Row("practice-enter", "get post", CLERK, AUDITOR),
    Row("third-party-enter", "get post", CLERK, AUDITOR),
    Row("practice-setup", "get", CLERK, AUDITOR),
    Row("site-enter", "get post", CLERK, AUDITOR),
    Row("person-enter", "get post", CLERK, AUDITOR),
    Row("activity-enter", "get post", CLERK, AUDITOR),
    Row("declaration-enter", "get post", CLERK, AUDITOR),
    Row("personal-access-enter", "get post", CLERK, AUDITOR),
    Row("practice-access-enter", "get post", CLERK, AUDITOR),
    Row("third-party-setup", "get", CLERK, AUDITOR),
    Row("third-party-declaration-enter", "get post", CLERK, AUDITOR),
    Row("third-party-access-enter", "get post", CLERK, AUDITOR),
    Row("employee-access-enter", "get post", CLERK, AUDITOR),
    Row("key-assign", "get post", KEYS, AUDITOR),
    Row("access-letters", "get", CLERK, AUDITOR),
    Row("desk-take", "post", EVERYONE),
    Row("desk-give-back", "post", EVERYONE),
    Row("search", "get", MEMBERS, AUDITOR),
    Row("access-anew", "get post", CLERK),
    Row("access-word", "get post", CLERK),
    Row("access-travel", "get post", CLERK),
    Row("travel-revoke", "get post", CLERK),
    Row("lock-effect", "get", MEMBERS, AUDITOR),
    Row("key", "get", MEMBERS, AUDITOR),
    Row("lock-by-telephone", "get post", MEMBERS, AUDITOR),
    Row("lock-receipt-issue", "post", CLERK),
    Row("lock-receipt", "get", MEMBERS),
    Row("lock-receipt-check", "get", MEMBERS, AUDITOR),
    Row("third-party", "get", MEMBERS, AUDITOR),
    Row("third-party-edit", "get post", CLERK),
    Row("third-party-address", "get post", CLERK),
    Row("third-party-end", "get post", CLERK),
    Row("imports", "get post", CLERK, AUDITOR),
    Row("import", "get", CLERK, AUDITOR),
    Row("import-file", "get", CLERK, AUDITOR),
    Row("import-order", "get post", CLERK),
    Row("import-discard", "get post", CLERK),
    Row("import-end", "get post", CLERK),
    Row("import-keep", "get post", CLERK),
    Row("questions", "get", CLERK, AUDITOR),
    Row("questions-left", "get post", CLERK),
    Row("credential-request", "get", CLERK, AUDITOR),
    Row("credential-call-back", "get post", CLERK),
    Row("credential-refuse", "get post", CLERK),
    Row("old-address", "get", CLERK, AUDITOR),
    Row("post", "get", CLERK, AUDITOR),
    Row("post-choose", "post", CLERK),
    Row("batch", "get", CLERK, AUDITOR),
    Row("batch-preview", "get", CLERK, AUDITOR),
    Row("batch-print", "post", CLERK),
    Row("batch-settle", "get post", CLERK),
    Row("batch-posted", "post", CLERK),
    Row("batch-scanned", "post", CLERK),
    Row("batch-dissolve", "get post", CLERK),
    Row("letter", "get", CLERK, AUDITOR),
    Row("letter-came-back", "get post", CLERK),
    Row("letter-lost", "get post", CLERK),
    Row("letter-arrived", "get post", CLERK),
    Row("letter-spoil", "get post", CLERK),
    Row("letter-clear", "get post", CLERK),
    Row("sheets-receive", "get post", CLERK),
    Row("sheets-write-off", "get post", CLERK),
    Row("mails", "get", DESK | {Role.IT}, AUDITOR),
    Row("mail", "get", DESK | {Role.IT}, AUDITOR),
    Row("mail-try-again", "post", CLERK | {Role.IT}),
    Row("mail-settle", "post", CLERK),
    Row("breach", "get post", CLERK),
    Row("objection", "get post", CLERK),
    Row("question", "get post", CLERK),
    Row("practice", "get", MEMBERS, AUDITOR),
    Row("change-request", "get", CLERK, AUDITOR),
    Row("change-accept", "get post", CLERK),
    Row("change-decline", "get post", CLERK),
    Row("mandate-enter", "get post", CLERK, AUDITOR),
    Row("mandate-end", "get post", CLERK),
    Row("mandate-scan", "get post", CLERK),
    Row("practice-edit", "get post", CLERK),
    Row("person-edit", "get post", CLERK),
    Row("note-write", "get post", MEMBERS),
    Row("note-correct", "get post", MEMBERS),
    Row("site-by-bsnr", "get", MEMBERS, AUDITOR),
    Row("site-contact", "get post", CLERK),
    Row("site-address", "get post", CLERK),
    Row("access", "get", MEMBERS, AUDITOR),
    Row("access-why", "get", MEMBERS, AUDITOR),
    Row("access-loss", "get post", KEYS | {Role.IT}),
    Row("access-lock", "get post", CLERK),
    Row("access-restrict", "get post", CLERK),
    Row("access-notice", "get post", CLERK),
    Row("access-exempt", "get post", CLERK),
    Row("key-desk", "get", KEYS, AUDITOR),
    Row("key-found", "get post", frozenset({Role.KEY_DESK})),
    Row("key-files", "get post", KEYS, AUDITOR),
    Row("key-file", "get", KEYS, AUDITOR),
    Row("key-file-order", "get post", KEYS),
    Row("key-file-drop", "get post", KEYS),
    Row("key-received", "get post", KEYS),
    Row("key-ask-back", "get post", KEYS),
    Row("key-remind", "get post", KEYS),
    Row("key-declare-lost", "get post", CLERK),
    Row("key-defective", "get post", KEYS),
    Row("key-dispose", "get post", KEYS),
    Row("loss-decide", "get post", CLERK),
    Row("charge-withdraw", "get post", CLERK),
    Row("charges", "get", CLERK, AUDITOR),
    Row("charges-file", "get", CLERK, AUDITOR),
    Row("key-take-back", "get post", KEYS),
    Row("key-resync", "get post", KEYS | {Role.IT}),
    Row("lock-lift", "get post", CLERK),
    Row("lock-review", "get post", CLERK),
    Row("restriction-lift", "get post", CLERK),
    Row("notice-withdraw", "get post", CLERK),
    Row("exemption-revoke", "get post", CLERK),
    Row("application-choose", "get", DESK, AUDITOR),
    Row("application-enter", "get post", DESK, AUDITOR),
    Row("application", "get", DESK, AUDITOR),
    Row("application-complete", "get post", DESK, AUDITOR),
    Row("application-approve", "post", CLERK),
    Row("application-send-back", "get post", CLERK, AUDITOR),
    Row("application-refuse", "get post", CLERK, AUDITOR),
    Row("application-withdraw", "get post", CLERK, AUDITOR),
    Row("practices", "get", MEMBERS, AUDITOR),
    Row("accesses", "get", MEMBERS, AUDITOR),
    Row("third-parties", "get", MEMBERS, AUDITOR),
    Row("keys", "get", MEMBERS, AUDITOR),
    Row("locks", "get", DESK | {Role.IT}, AUDITOR),
    Row("notices", "get", DESK, AUDITOR),
    Row("applications", "get", DESK, AUDITOR),
    *(
        Row(f"{name}-file", "get", CLERK, AUDITOR)
        for name in (
            "practices",
            "third-parties",
            "accesses",
            "keys",
            "locks",
            "notices",
            "applications",
            "mails",
        )
    ),
    Row("providers", "get", CLERK | {Role.IT}, AUDITOR),
    Row("provider", "get", CLERK | {Role.IT}, AUDITOR),
    Row("provider-affected", "get", CLERK | {Role.IT}, AUDITOR),
    Row("provider-affected-file", "get", CLERK, AUDITOR),
    *(
        Row(name, "get post", CLERK | {Role.IT})
        for name in (
            "provider-range",
            "provider-range-end",
            "provider-stop",
            "provider-stop-at-once",
            "provider-stop-written",
            "provider-stop-cancel",
            "provider-letters",
            "provider-write",
        )
    ),
    Row("software", "get", CLERK | {Role.IT}, AUDITOR),
    Row("software-releases", "get", CLERK | {Role.IT}, AUDITOR),
    Row("software-withdraw", "get post", CLERK | {Role.IT}),
    Row("software-request", "get", CLERK | {Role.IT}, AUDITOR),
    Row("software-clarify", "get post", CLERK | {Role.IT}),
    Row("software-send", "get post", CLERK | {Role.IT}),
    Row("software-send-again", "get post", CLERK | {Role.IT}),
    Row("software-refuse", "get post", CLERK | {Role.IT}),
    Row("messages", "get", CLERK),
    Row("messages-with-practice", "get", CLERK),
    Row("messages-with-third-party", "get", CLERK),
    Row("message-new", "get post", CLERK),
    Row("message-new-third-party", "get post", CLERK),
    Row("message-thread", "get", CLERK),
    Row("message-answer", "post", CLERK),
    Row("message-settle", "post", CLERK),
    Row("message-attachment", "get", CLERK),
    Row("deliveries", "get", BILLING, AUDITOR),
    Row("deliveries-file", "get", BILLING, AUDITOR),
    Row("delivery", "get", BILLING, AUDITOR),
    Row("delivery-accept", "get post", BILLING, AUDITOR),
    Row("delivery-reject", "get post", BILLING, AUDITOR),
    Row("delivery-release", "get post", BILLING, AUDITOR),
    Row("delivery-again", "get post", BILLING, AUDITOR),
    Row("delivery-reply", "get post", BILLING, AUDITOR),
    Row("reply-report", "get", BILLING, AUDITOR),
    Row("reply-withdraw", "get post", BILLING, AUDITOR),
    Row("replies-refused", "get", BILLING, AUDITOR),
    Row("replies-settle", "post", BILLING),
    Row("full-checks", "get", BILLING, AUDITOR),
    Row("full-checks-again", "post", BILLING),
    Row("extensions", "get", BILLING, AUDITOR),
    Row("extension-grant", "get post", BILLING, AUDITOR),
    Row("extension-revoke", "get post", BILLING, AUDITOR),
    Row("evening", "get", BILLING, AUDITOR),
    Row("evening-statistics", "get", BILLING, AUDITOR),
    Row("evening-file", "get", BILLING, AUDITOR),
    Row("documents", "get", CLERK),
    Row("document-put", "get post", CLERK),
    Row("document-withdraw", "get post", CLERK),
    Row("documents-refused", "get", CLERK),
    Row("documents-settle", "post", CLERK),
    Row("sign-out", "post", EVERYONE),
]
# These look for something that this scene does not have, and it is not there: for nobody.
NOT_IN_THE_SCENE = frozenset({"remove-app", "remove-key", "audit-download"})


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, dict[str, object]]:
    return set_up(monkeypatch)


def set_up(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, dict[str, object]]:
    """What the places in the addresses name; some addresses mean something else by the same word."""
    configured.change(monkeypatch, profile={"abroad": "refused"})
    alice, dora = make.settled(), make.third_party()
    site = alice.practice_access.site
    assert site is not None
    seen, moved = None, None
    for street in ("Hauptstraße 1", "Ring 2"):
        address = PostalAddress(street, "39104", "Magdeburg", "")
        moved = addresses.register(
            addressee=site, address=address, seen=seen, from_on=make.NOW.date(), by=make.BY, now=make.NOW
        )
        seen = address
    assert moved is not None
    wish_of = CredentialRequest.Way.TELEPHONE
    asked = credentials.request(
        access=alice.personal_access, way=wish_of, by=make.BY, reason="Zettel weg", now=make.NOW
    )
    vera = make.colleague(Role.ADMINISTRATOR, name="vera").staff
    wish = four_eyes.ask(
        act=Approval.Act.CHANGE_ROLES,
        subject="staff:vera",
        payload={"user_name": "vera", "before": ["administrator"], "after": ["administrator", "clerk"]},
        staff=vera,
        reason="Vertretung",
        now=make.NOW,
    )
    named: dict[str, dict[str, object]] = {
        "": {
            "practice": site.practice_id,
            "person": alice.person.pk,
            "site": site.pk,
            "third_party": dora.third_party_id,
            "user_name": str(alice.practice_access),
        }
    }
    of_staff = [row.url for row in TABLE if row.url.startswith("staff-") and row.url != "staff-enter"]
    of_wish = ("approval", "approval-decide", "audit-download")
    named |= {name: {"user_name": "vera"} for name in of_staff}
    named |= {name: {"number": wish.pk} for name in of_wish}
    named |= {name: {"number": Event.objects.latest("pk").pk} for name in ("audit-entry", "audit-personal")}
    paper = forms.received().number
    of_paper = [row.url for row in TABLE if row.url.partition("-")[0] == "application"]
    named |= {name: {"number": paper} for name in of_paper}
    named["application-enter"] = {"kind": "member"}
    of_third = ("third-party", "third-party-edit", "third-party-address", "third-party-end")
    named |= {name: {"number": dora.third_party_id} for name in of_third}
    register = register_imports.upload(
        content=register_file.file(), file_name="x.csv", is_complete=False, by=make.BY, now=make.NOW
    )
    of_import = [row.url for row in TABLE if row.url.startswith("import")]
    named |= {name: {"number": register.pk} for name in of_import}
    of_request = ("credential-request", "credential-call-back", "credential-refuse")
    named |= {name: {"number": asked.pk} for name in of_request}
    failed = mails.failed().pk
    named |= {name: {"number": failed} for name in ("mail", "mail-try-again", "mail-settle")}
    named["old-address"] = {"number": moved.pk}
    thread = writing.from_member(alice.practice_access, writing.SCHEIN)
    named |= {name: {"key": thread.pk} for name in ("message-thread", "message-answer")}
    named["message-attachment"] = {"key": Attachment.objects.get().pk}
    read = writing.from_member(alice.personal_access, subject="<b>Rückruf</b>")
    writing.read(read, make.colleague(Role.CLERK, name="greta").staff)
    named["message-settle"] = {"key": read.pk}
    number = submitted(site).number
    Delivery.objects.update(damaged_at=make.NOW)
    named |= {name: {"number": number} for name in ("delivery", *(f"delivery-{step}" for step in _STEPS))}
    row = Delivery.objects.get(receipt__number=number)
    given = replies.put(new=replies.written(row, "<b>Guten Tag"), by=make.BY, now=make.NOW)
    report = {"level": 2, "facts": {"quarter": "Q1/2026", "sites": [], "cases": 0, "lines": 0, "modules": []}}
    checked = {**report, "findings": [], "others": []}
    with transactions.writing():
        found = replies.put_check(row, checked, by=make.BY, now=make.NOW)
    named |= {"reply-withdraw": {"key": given.pk}, "reply-report": {"key": found.pk}}
    until = make.NOW.date() + timedelta(days=30)
    longer = Extension.objects.create(
        quarter=row.quarter, until_on=until, reason="<b>Strom", granted_at=make.NOW, granted_by=make.BY
    )
    named["extension-revoke"] = {"number": longer.pk}
    FullCheck.objects.create(
        delivery=row, asked_at=make.NOW, failed_at=make.NOW, failure=Failure.EXIT, code=42, tries=1
    )
    RefusedReply.objects.create(pk=1, file_name="<b>x.pdf", why=Unfit.NAME, refused_at=make.NOW)
    named["document-withdraw"] = {"key": put(site).pk}
    RefusedFile.objects.create(pk=1, file_name="<b>x.pdf", why=Why.NAME, refused_at=make.NOW)
    return (
        named
        | {"remove-key": {"number": 1}}
        | looked_after(alice)
        | given_out(site)
        | ways_in(alice)
        | sent(monkeypatch)
    )


def sent(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, object]]:
    """Letters to Bob at every stage: to be printed, at the printer, to be posted, on its way, come back."""
    use_queues(configuration.current().state_dir, A_PRINT_SHOP, monkeypatch)
    bob, desk = Site.objects.get(bsnr="859999900"), Desk()
    to = PostalAddress("Hauptstraße 1", "39104", "Magdeburg")
    since = make.NOW.date().replace(year=2020)
    addresses.register(addressee=bob, address=to, seen=None, from_on=since, by=make.BY, now=make.NOW)
    for name in ("emil", "emma", "erna"):
        origin = Access.objects.get(user_name="bob-praxis")
        derived.open_employee_access(origin=origin, holder=name, user_name=name, by=make.BY, now=make.NOW)
    found = {str(one.wanted.access): one.wanted for one in due.find([Kind.WELCOME], now=make.NOW, limit=9)}

    def chosen(name: str, queue: str = "plain") -> Batch:
        return batches.choose(wanted=[found[name]], queue=queue, by=make.BY, now=make.NOW)

    to_print, posted = chosen("bob", "spare"), [chosen("emil"), chosen("emma")]
    for batch in posted:
        desk.settle(desk.run(batch))
        desk.post(batch)
    back, going = (str(batch.items.get()) for batch in posted)
    dispatch.come_back(number=back, why=Item.Return.MOVED, by=make.BY, now=make.NOW)
    printed = chosen("bob-praxis")
    desk.settle(desk.run(printed))
    at_printer = desk.run(chosen("erna"))
    stack()
    of_printing = ("batch", "batch-preview", "batch-print", "batch-dissolve")
    named: dict[str, dict[str, object]] = {name: {"number": to_print.pk} for name in of_printing}
    return named | {
        "batch-settle": {"number": at_printer.pk},
        "batch-posted": {"number": printed.pk},
        "batch-scanned": {"number": printed.pk},
        "letter": {"number": going},
        "letter-came-back": {"number": going},
        "letter-lost": {"number": going},
        "letter-arrived": {"number": going},
        "letter-clear": {"number": back},
        "letter-spoil": {"number": str(printed.items.get())},
        "sheets-receive": {"queue": "secure"},
        "sheets-write-off": {"queue": "secure"},
    }


def ways_in(alice: make.Member) -> dict[str, dict[str, object]]:
    """A provider by which Alice comes, and one that is to stop, by which Bob does."""
    row = participants.come_from()
    going = participants.come_from("10.90.0.0/16", "Beta Netz").provider
    publications.note_use(provider_id=row.provider_id, access=alice.practice_access, now=make.NOW)
    bob = Access.objects.get(user_name="bob-praxis")
    publications.note_use(provider_id=going.pk, access=bob, now=make.NOW)
    on = make.NOW.date().replace(month=12)
    stop = stopping.decide(provider=going, stops_on=on, by=make.BY, reason="KBV", now=make.NOW)
    named: dict[str, dict[str, object]] = {
        one.url: {"number": row.provider_id} for one in TABLE if one.url.startswith("provider")
    }
    of_stop = ("provider-stop-written", "provider-stop-cancel", "provider-write", "provider-letters")
    named |= {name: {"number": stop.pk} for name in of_stop}
    return named | {"provider-range-end": {"number": row.pk}}


def given_out(site: Site) -> dict[str, dict[str, object]]:
    """A release, a request that is clear, one that is not, and one that was answered and half fetched."""
    with TemporaryDirectory() as folder:
        windows = giving_out.release(Path(folder))
        giving_out.release(Path(folder), giving_out.LINUX, b"Linux", "3.2")
    link, token = giving_out.linked(giving_out.reachable(site))
    permit = links.permitted(giving_out.downloading(windows, token), make.NOW)
    assert permit is not None
    links.begin(permit, make.NOW)
    links.note_given(permit, Span(0, 9000), is_taken=False, now=make.NOW)
    clear = giving_out.asked(site, System.LINUX)
    unclear = requests.receive_mail(
        digest="x",
        site=None,
        system=None,
        sender="a@b.example",
        subject="Bitte",
        text="Software",
        now=make.NOW,
    )
    assert unclear is not None
    return {
        "software-withdraw": {"number": windows.pk},
        "software-request": {"number": link.request_id},
        "software-clarify": {"number": unclear.pk},
        "software-send": {"number": clear.pk},
        "software-send-again": {"number": link.request_id},
        "software-refuse": {"number": unclear.pk},
    }


def looked_after(alice: make.Member) -> dict[str, dict[str, object]]:
    """Something of each kind that an act may be done to."""
    practice, access = alice.site.practice, alice.practice_access
    because: dict[str, Any] = {"by": make.BY, "reason": "Einzelfall", "now": make.NOW}
    cause = Lock.Cause.LOSS
    lock = locking.lock_access(access=alice.personal_access, cause=cause, **because)
    restriction = restricting.restrict(access=access, services=[], cause=cause, **because)
    kind, today = Notice.Kind.MEMBER, make.NOW.date()
    notice = endings.give_notice(access=access, kind=kind, received_on=today, **because)
    exemption = endings.exempt(access=access, until_on=today, **because)
    journey = travelling.grant_pass(access=access, from_on=today, until_on=today, **because)
    note = notes.write(practice=practice, text="Notiz", by=make.BY, now=make.NOW)
    misuse = locking.lock_access(access=alice.personal_access, cause=Lock.Cause.MISUSE, **because)
    breach = misuse.breach
    other = make.member("bob", declared=False)
    bob = other.person
    objection = objections.enter(
        signer=bob, version=1, received_on=today, text="Nein", by=make.BY, now=make.NOW
    )
    question = Question.objects.create(
        practice=practice, person=alice.person, bond=Question.Bond.OWNER, asked_at=make.NOW
    )
    change = make.change_asked(alice).pk
    mandate = make.mandate(alice.personal_access, make.submitter("zoe"), alice.site)
    of_practice = ("practice", "practice-edit", "note-write")
    named: dict[str, dict[str, object]] = {name: {"number": practice.pk} for name in of_practice}
    named |= {name: {"bsnr": alice.site.bsnr} for name in ("site-by-bsnr", "site-contact", "site-address")}
    return named | {
        "person-edit": {"number": practice.pk, "lanr": alice.person.lanr},
        "note-correct": {"number": practice.pk, "note": note.pk},
        **{name: {"number": mandate.pk} for name in ("mandate-end", "mandate-scan")},
        **{name: {"number": change} for name in ("change-request", "change-accept", "change-decline")},
        "lock-lift": {"number": lock.pk},
        "key": {"serial": alice.key.serial},
        "lock-review": {"number": lock.pk},
        "restriction-lift": {"number": restriction.pk},
        "lock-effect": {"number": lock.pk},
        "lock-receipt-issue": {"number": lock.pk},
        "lock-receipt": {"receipt": lock_receipts.issue(lock=lock, by=make.BY, now=make.NOW).number},
        "travel-revoke": {"number": journey.pk},
        "notice-withdraw": {"number": notice.pk},
        "exemption-revoke": {"number": exemption.pk},
        "breach": {"number": breach.pk},
        "objection": {"number": objection.pk},
        "question": {"number": question.pk},
        **keys_outside(alice, other),
    }


def keys_outside(alice: make.Member, bob: make.Member) -> dict[str, dict[str, object]]:
    """Keys that did not come back, were lost, are awaited; and what was decided about one of them."""
    because: dict[str, Any] = {"by": make.BY, "reason": "Einzelfall", "now": make.NOW}
    lost = locking.report_key_lost(serial=bob.key.serial, **because)
    second, awaited = make.stock_key(make.SEED * 2), make.stock_key(make.SEED * 3)
    accesses.assign_key(key=second, access=bob.personal_access, **because)
    charge = charges.charge(locking.report_key_lost(serial=second.serial, **because), **because)
    accesses.assign_key(key=awaited, access=alice.personal_access, **because)
    movements.move(serial=awaited.serial, to=Place.TO_BE_RETURNED, **because)
    accesses.take_key_back(serial=awaited.serial, **because)
    coming = make.stock_key(make.SEED[:-1] + b"x")
    accesses.assign_key(key=coming, access=bob.practice_access, **because)
    movements.move(serial=coming.serial, to=Place.TO_BE_RETURNED, **because)
    file = uploads.upload(
        content=b"30000001,0101010101010101010101010101010101010101,hotp,6\n30000002,00,hotp",
        file_name="lieferung.csv",
        form=Format.OATH,
        digits=6,
        secrets=pskc.NONE,
        **because,
    )
    return {
        "key-file": {"number": file.pk},
        "key-file-order": {"number": file.pk},
        "key-file-drop": {"number": file.pk},
        "loss-decide": {"number": lost.pk},
        "charge-withdraw": {"number": charge.pk},
        "key-received": {"serial": coming.serial},
        "key-remind": {"serial": coming.serial},
        "key-declare-lost": {"serial": coming.serial},
        "key-ask-back": {"serial": alice.key.serial},
        "key-defective": {"serial": alice.key.serial},
        "key-dispose": {"serial": awaited.serial},
    }


def address_of(row: Row, scene: Mapping[str, dict[str, object]]) -> str:
    [pattern] = [one for one in urls.urlpatterns if one.name == row.url]
    known = scene[""] | scene.get(row.url, {})
    return reverse(row.url, kwargs={name: known[name] for name in pattern.pattern.converters})


def status(client: Client, method: str, url: str) -> int:
    return int(getattr(client, method)(url).status_code)


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_everyone_reaches_what_the_table_says(
    scene: Mapping[str, dict[str, object]], role: Role | None
) -> None:
    client = visiting.as_(*[role] if role else [])
    for row in TABLE:
        url = address_of(row, scene)
        for method in row.methods.split():
            if row.url in NOT_IN_THE_SCENE:
                continue
            is_there = status(client, method, url) not in (404, 405)
            assert is_there == row.is_there(role, method), (method, url)


def test_nobody_reaches_anything_without_signing_in(scene: Mapping[str, dict[str, object]]) -> None:
    for row in TABLE:
        url = address_of(row, scene)
        for method in row.methods.split():
            answer = getattr(Client(), method)(url)
            assert answer.status_code == 302, (method, url)
            assert answer["Location"].startswith("/anmelden/"), (method, url)


def test_the_table_and_the_addresses_agree() -> None:
    assert {row.url for row in TABLE} | DOOR == {pattern.name for pattern in urls.urlpatterns}


def test_no_address_answers_to_a_method_that_the_table_does_not_know(
    scene: Mapping[str, dict[str, object]],
) -> None:
    client = visiting.as_(*Role)
    for row in TABLE:
        url = address_of(row, scene)
        for method in METHODS:
            if method not in row.methods.split():
                assert status(client, method, url) == 405, (method, url)
