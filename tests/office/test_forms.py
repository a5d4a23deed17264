"""Every form of the office: nothing typed is lost, a second click does nothing twice, two clerks are told."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from flexnet.accounts.models import Account, Role, WebSession
from flexnet.audit.models import Event
from flexnet.keys import actions as keys
from flexnet.lib import hotp
from flexnet.members import actions as members
from flexnet.members import third_parties
from flexnet.members.models import Site
from flexnet.web import kept_forms
from tests import configured, make
from tests.office import test_access_table as table
from tests.office import test_applications as papers
from tests.office import visiting
from tests.office.test_entering import OWNER, PRACTICE

pytestmark = pytest.mark.django_db

PARTY = {
    "name": "Labor",
    "signatory": "Dora",
    "contact": "Emil",
    "interest": "Statistik",
    "from_on": "1.5.2026",
    **{name: PRACTICE[name] for name in ("street", "postcode", "town")},
}
BECAUSE = {"reason": "Einzelfall"}
SPARE = "10000999"
DECLARATION = {"version": "1", "signed_on": "14.4.2026"}
MOVED = {"street": "Hof 9", "postcode": "39106", "town": "Magdeburg", "extra": "", "from_on": "2026-05-01"}


@dataclass(frozen=True)
class Form:
    """What makes a form right in the scene; `others` is what a second clerk types who is to be told.

    Without `others` each may do it, one after the other, or the first one's doing is what both wanted.
    """

    url: str
    typed: Mapping[str, Any]
    others: Mapping[str, Any] = field(default_factory=dict)


FORMS = [
    Form("practice-enter", PRACTICE | {"bsnr": "869999900"}, {"name": "Eine andere"}),
    Form("site-enter", PRACTICE | {"bsnr": "869999900"}, {"street": "Ring 1"}),
    Form("third-party-enter", PARTY),
    Form("person-enter", OWNER | {"lanr": "246801101", "role": "employed"}, {"name": "Dr. Andere"}),
    Form("activity-enter", {"from_on": "1.1.2020", "until_on": ""}, {"from_on": "1.1.2021"}),
    Form("declaration-enter", DECLARATION, {"signed_on": "13.4.2026"}),
    Form(
        "third-party-declaration-enter",
        DECLARATION,
        {"signed_on": "13.4.2026"},
    ),
    Form("personal-access-enter", {"user_name": "neu", "from_on": ""}, {"user_name": "anders"}),
    Form("practice-access-enter", {"user_name": "neu", "from_on": ""}, {"user_name": "anders"}),
    Form(
        "third-party-access-enter", {"holder": "Emil", "signs": "no", "user_name": "neu"}, {"holder": "Fritz"}
    ),
    Form("employee-access-enter", {"holder": "Eva", "user_name": "neu"}, {"holder": "Frida"}),
    Form(
        "key-assign", {"serial": SPARE, "reason": "Heimarbeit", "seal": "", "code": hotp.code(make.SEED, 0)}
    ),
    Form("access-loss", {"what": ["password"], "way": "telephone", "reported_by": "Muster", "reason": ""}),
    Form(
        "access-lock", {"scope": "access", "cause": "violation", "way": "own", "reported_by": "", **BECAUSE}
    ),
    Form("access-restrict", {"services": [], "cause": "violation", **BECAUSE}),
    Form("access-notice", {"kind": "member", "received_on": "2026-04-14", **BECAUSE}),
    Form("access-exempt", {"until_on": "2027-03-31", **BECAUSE}),
    Form("access-travel", {"from_on": "2026-04-20", "until_on": "2026-04-25", **BECAUSE}),
    Form("travel-revoke", BECAUSE),
    Form("third-party-edit", PARTY | {"name": "Neues Labor"}, {"name": "Anderes Labor"}),
    Form("third-party-address", MOVED, {"street": "Hof 10"}),
    Form("third-party-end", {"until_on": "2026-12-31", **BECAUSE}),
    Form("access-anew", BECAUSE),
    Form("access-word", BECAUSE),
    Form("credential-call-back", {"spoken_to": "Frau Muster", "note": ""}),
    Form("credential-refuse", BECAUSE),
    Form("batch-print", {}),
    Form("batch-settle", {"note": "Papierstau"}),
    Form("batch-posted", {}),
    Form("batch-dissolve", BECAUSE),
    Form("letter-came-back", {"why": "moved"}),
    Form("letter-lost", BECAUSE),
    Form("letter-spoil", BECAUSE),
    Form("letter-arrived", {}),
    Form("letter-clear", BECAUSE),
    Form("sheets-receive", {"first": "5001", "last": "5100"}),
    Form("sheets-write-off", {"count": "1", **BECAUSE}),
    *(
        Form(name, BECAUSE)
        for name in (
            "key-received",
            "key-ask-back",
            "key-remind",
            "key-declare-lost",
            "key-defective",
            "key-dispose",
            "charge-withdraw",
        )
    ),
    Form("loss-decide", {"decision": "waive", **BECAUSE}),
    Form("mail-try-again", {}),
    Form("mail-settle", {"note": "angerufen"}),
    Form("key-take-back", BECAUSE),
    Form("key-resync", {"spoken_to": "Dr. Alice", "first": "755224", "second": "287082"}),
    Form("lock-lift", BECAUSE),
    Form("lock-review", {"note": "angerufen"}),
    Form("restriction-lift", BECAUSE),
    Form("notice-withdraw", {"agreement": "Brief"}),
    Form("exemption-revoke", BECAUSE),
    Form("breach", {"decision": "dismissed", "reasons": "kein Zugriff"}),
    Form("objection", {"verdict": "yes", **BECAUSE}),
    Form("question", {"found": "stays", "until_on": "", "answer": "arbeitet noch dort"}),
    Form("mandate-end", BECAUSE),
    Form("change-accept", {}),
    Form("change-decline", BECAUSE),
    Form("practice-edit", {"name": "Neuer Name", "kind": "single"}, {"name": "Anderer Name"}),
    Form("person-edit", {"name": "Dr. Neu"}, {"name": "Dr. Anders"}),
    Form("site-contact", {"phone": "0391 1", "fax": "", "email": ""}, {"phone": "0391 2"}),
    Form("site-address", MOVED, {"street": "Hof 10"}),
    Form("note-write", {"text": "dienstags"}),
    Form("note-correct", {"text": "mittwochs"}, {"text": "donnerstags"}),
    Form("application-enter", papers.PAPER),
    Form("application-complete", papers.PAPER | {"name": "Dr. Clara Neuer"}, {"name": "Dr. Anders"}),
    Form("application-approve", {"seen": "1"}),
    Form("application-send-back", BECAUSE),
    Form("application-refuse", BECAUSE),
    Form("application-withdraw", BECAUSE),
    Form("staff-roles", {"roles": ["clerk"], **BECAUSE}),
    Form("staff-reset", BECAUSE),
    Form("staff-end", BECAUSE),
    Form("software-clarify", {"bsnr": "889999900", "system": "macos"}),
    Form("software-send", {}),
    Form("software-send-again", {}),
    Form("software-refuse", BECAUSE),
    Form("software-withdraw", BECAUSE),
    Form(
        "provider-range",
        {"network": "10.91.0.0/16", "from_on": "2026-05-01", "until_on": ""},
        {"until_on": "2026-12-31"},
    ),
    Form("provider-range-end", {"last_on": "2026-06-30", **BECAUSE}),
    Form("provider-stop", {"stops_on": "2026-12-01", **BECAUSE}),
    Form("provider-stop-at-once", BECAUSE),
    Form("provider-stop-written", {"on": "2026-04-14"}),
    Form("provider-stop-cancel", BECAUSE),
    Form("provider-letters", {"subject": "Ihr Anschluss endet", "text": "bis Dezember."}),
    Form("provider-write", {"subject": "Ihr Anschluss endet", "text": "Bis Dezember."}),
    Form("delivery-accept", {}),
    Form("delivery-reject", BECAUSE),
    Form("delivery-release", BECAUSE),
    Form("delivery-again", {}),
    Form(
        "extension-grant",
        {"quarter": "Q1/2026", "scope": "all", "bsnr": "", "until": "2026-05-20", **BECAUSE},
    ),
    Form("extension-revoke", BECAUSE),
    Form("delivery-reply", {"text": "Bitte rufen Sie an.", "once": str(uuid.uuid4())}),
    Form("reply-withdraw", BECAUSE),
    Form("replies-settle", {"through": "1"}),
    Form("full-checks-again", {"through": "2026-04-14T08:00:00+00:00"}),
    Form("document-withdraw", BECAUSE),
    Form("documents-settle", {"through": "1"}),
    Form("message-new", {"subject": "Honorar", "text": "Bitte prüfen Sie Zeile 12."}),
    Form("message-new-third-party", {"subject": "Honorar", "text": "Bitte prüfen Sie Zeile 12."}),
    Form("message-answer", {"text": "Zeile 12 ist der Abschlag.", "once": str(uuid.uuid4())}),
    Form("message-settle", {}),
    Form("approval-decide", {"decision": "refuse", "answer": "nein"}),
    Form("audit-export", BECAUSE),
]
# Their fields are secrets, their answer is shown once, there is nothing in them to lose or to do twice,
# they choose from what the scene numbers (test_mandates), or they are tried with a file of the member
# register, which this scene has not read yet.
ELSEWHERE = frozenset(
    {
        *(
            "confirm",
            "password",
            "recovery-codes",
            "add-app",
            "remove-app",
            "add-key",
            "remove-key",
            "sign-out",
            "lock-by-telephone",
        ),
        *(
            "staff-enter",
            "staff-handed-over",
            "post-choose",
            "batch-scanned",
            "audit-personal",
            "audit-standing",
        ),
        *("document-put", "mandate-enter", "mandate-scan"),
        *("key-found", "key-files", "key-file-order", "key-file-drop"),
        *("audit-download", "desk-take", "desk-give-back", "lock-receipt-issue"),
        *("imports", "import-order", "import-discard", "import-end", "import-keep", "questions-left"),
    }
)
FORMS_OF = {form.url: form for form in FORMS}
URLS = {row.url: row for row in table.TABLE}


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, dict[str, object]]:
    return set_up(monkeypatch)


def set_up(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, dict[str, object]]:
    """Alice's practice with something of each kind, one more site and one more owner."""
    named = dict(table.set_up(monkeypatch))
    configured.change(monkeypatch, billing={"opens_day": 30, "closes_day": 15})
    site = Site.objects.get(bsnr="889999900")
    second = members.enter_site(practice=site.practice, bsnr="851234500", by=make.BY)
    owner = make.own_too(site.practice, "765431")
    details = third_parties.ThirdPartyDetails("Labor", "Dora", "Emil", "Statistik")
    party = third_parties.enter(details=details, from_on=make.NOW.date(), by=make.BY, now=make.NOW)
    keys.add(serial=SPARE, seed=make.SEED, digits=6, identifier="", by=make.BY, now=make.NOW)
    named |= {
        "practice-access-enter": {"site": second.pk},
        "personal-access-enter": {"person": owner.pk},
        "declaration-enter": {"person": owner.pk},
        "third-party-declaration-enter": {"third_party": party.pk},
        "key-assign": {"user_name": "alice"},
        "access-notice": {"user_name": "alice"},
    }
    return named


def test_every_form_stands_here() -> None:
    posting = {row.url for row in table.TABLE if "post" in row.methods}
    assert {form.url for form in FORMS} | ELSEWHERE == posting, "a form has no line, or a line no form"
    assert len(FORMS) == len({form.url for form in FORMS})


def url_of(form: Form, scene: Mapping[str, dict[str, object]]) -> str:
    return table.address_of(URLS[form.url], scene)


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def hidden(page: str) -> dict[str, str]:
    """What a page sends along unseen."""
    found = re.findall(r'<input type="hidden" name="([\w-]+)" (?:id="[\w-]+" )?value="(.*?)"', page)
    found += re.findall(r'<input type="hidden" name="([\w-]+)" value="(.*?)"', page)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def filled(client: Client, url: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with which a browser sends the form in the end, after whatever page asks back."""
    begun = client.get(url)
    fields = (hidden(begun.text) if begun.status_code == 200 else {}) | dict(typed)
    with undone():
        answer = client.post(url, fields)
    asks_back = answer.status_code == 200
    return fields | hidden(answer.text) | {"confirmed": "yes"} if asks_back else fields


def entries() -> int:
    return Event.objects.exclude(kind__startswith="factor").count()


def said(answer: visiting.Answer) -> str:
    """Where an answer leads, or what it finds wrong."""
    wrong = re.findall(r"Fehler:</span> (.*?)<", answer.text) if answer.status_code == 422 else []
    return " ".join([str(answer.status_code), answer.get("Location", ""), *wrong])


def test_a_second_click_does_nothing_more_and_a_second_clerk_is_told(
    scene: Mapping[str, dict[str, object]],
) -> None:
    clara, berta, wrong = visiting.as_(*Role), visiting.as_(*Role, name="berta"), []
    for form in FORMS:
        url = url_of(form, scene)
        hers = filled(clara, url, form.typed)
        theirs = {**hers, **form.others, "once": str(uuid.uuid4())}
        with undone():
            before, first = entries(), clara.post(url, hers)
            done, again = entries(), clara.post(url, hers)
            is_once = before < done == entries()
            told = berta.post(url, theirs)
            is_told = told.status_code == 422 and entries() == done if form.others else told.status_code < 500
        if not (is_once and is_told and (first.status_code, again.status_code) == (302, 302)):
            wrong.append((form.url, said(first), said(again), said(told)))
    assert not wrong, "\n".join(map(str, wrong))


def test_nothing_typed_is_lost_when_the_session_is_not_there_any_more(
    scene: Mapping[str, dict[str, object]],
) -> None:
    client, wrong = visiting.as_(*Role), []
    session, cookie = WebSession.objects.get(), client.cookies[settings.SESSION_COOKIE_NAME].value
    account = Account.objects.get(user_name="clara").pk
    for form in (form for form in FORMS if form.typed):
        WebSession.objects.all().delete()
        url = url_of(form, scene)
        answer = client.post(url, dict(form.typed))
        kept = kept_forms.opened(client.session.get(kept_forms.KEY, ""), account, make.NOW)
        if not (kept and kept.url == url and dict(kept.fields) == flat(form.typed)):
            wrong.append((form.url, said(answer), kept))
        WebSession.objects.all().delete()
        session.save(force_insert=True)
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not wrong, "\n".join(map(str, wrong))
    assert visiting.is_signed_in(client)


def flat(typed: Mapping[str, Any]) -> dict[str, str]:
    """Of several values the last one; nothing of none."""
    return {
        name: value[-1] if isinstance(value, list) else value for name, value in typed.items() if value != []
    }


def test_of_a_form_with_a_file_the_text_is_kept_and_the_file_is_asked_for(
    scene: Mapping[str, dict[str, object]],
) -> None:
    clara = make.colleague(Role.CLERK)
    client, url = visiting.signed_in(clara), url_of(FORMS_OF["declaration-enter"], scene)
    WebSession.objects.all().delete()
    client.post(url, {**DECLARATION, "scan": SimpleUploadedFile("blatt.pdf", b"%PDF-1.7 Geheimes")})
    client.post("/anmelden/", {"user_name": "clara", "password": make.PASSWORD})
    page = client.post("/anmelden/zweiter-schritt/", {"confirm-code": clara.code()}, follow=True).text
    assert "Datei „blatt.pdf“ noch einmal wählen" in page
    assert '<input type="file" name="scan"' in page
    assert f'action="{url}" enctype="multipart/form-data"' in page
    assert "14.4.2026</textarea>" in page
    assert "Geheimes" not in page


def test_a_form_from_before_the_last_sign_in_is_offered_again_if_it_is_ours(
    scene: Mapping[str, dict[str, object]],
) -> None:
    client, url = visiting.as_(Role.CLERK), url_of(FORMS_OF["note-write"], scene)
    client.handler.enforce_csrf_checks = True
    for origin, is_offered in (("http://testserver", True), ("http://boese.example", False), ("", False)):
        answer = client.post(url, {"text": "dienstags"}, headers={"origin": origin} if origin else {})
        assert answer.status_code == 403
        assert ("dienstags</textarea>" in answer.text) == is_offered, origin


def test_whoever_was_never_signed_in_here_leaves_nothing(scene: Mapping[str, dict[str, object]]) -> None:
    client, url = Client(), url_of(FORMS_OF["note-write"], scene)
    client.post(url, {"text": "dienstags"})
    assert kept_forms.KEY not in client.session
    clara = visiting.as_(Role.CLERK)
    clara.post("/abmelden/")
    clara.post(url, {"text": "dienstags"})
    assert kept_forms.KEY not in clara.session


@pytest.mark.parametrize("name", ["note-write", "declaration-enter"])
def test_at_a_session_that_is_gone_only_a_form_with_our_token_is_kept(
    name: str, scene: Mapping[str, dict[str, object]]
) -> None:
    """Pages that take files are not asked for it by Django's middleware, but look for themselves."""
    form = FORMS_OF[name]
    client, url = visiting.as_(Role.CLERK), url_of(form, scene)
    token = forms_token(client, url)
    client.handler.enforce_csrf_checks = True
    for sent, is_kept in (({}, False), ({"csrfmiddlewaretoken": "x" * 64}, False), (token, True)):
        WebSession.objects.all().delete()
        client.post(url, {**form.typed, **sent})
        assert (kept_forms.KEY in client.session) == is_kept, sent


def forms_token(client: Client, url: str) -> dict[str, str]:
    """What our page puts into its form."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(url).text)
    assert found
    return {"csrfmiddlewaretoken": found[1]}
