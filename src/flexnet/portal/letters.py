"""Letters and mails to who is signed in: what, when, and what became of it; never what was in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from flexnet.access import answered_for
from flexnet.access.models import Access
from flexnet.mail import queries as mails
from flexnet.mail import rules as mail_rules
from flexnet.mail.kinds import Kind
from flexnet.mail.models import Mail
from flexnet.portal.middleware import MemberRequest
from flexnet.post import queries as post
from flexnet.post.models import Item
from flexnet.post.rules import State
from flexnet.web.status import Status

_ON_A_PAGE: Final = 25
_LETTERS: Final = {
    Item.Kind.WELCOME: gettext_lazy("Begrüßung mit Kurzanleitung"),
    Item.Kind.KEY: gettext_lazy("YubiKey"),
    Item.Kind.PASSWORD: gettext_lazy("Zugangsdaten"),
    Item.Kind.WORD: gettext_lazy("Sperrkennwort"),
    Item.Kind.LOCK: gettext_lazy("Nachricht über eine Sperre"),
    Item.Kind.END: gettext_lazy("Nachricht über das Ende eines Zugangs"),
    Item.Kind.RETURN: gettext_lazy("Bitte, einen YubiKey zurückzuschicken"),
    Item.Kind.CHARGE: gettext_lazy("Kosten eines verlorenen YubiKeys"),
    Item.Kind.REMINDER: gettext_lazy("Neue Nutzungsbedingungen"),
    Item.Kind.WRITING: gettext_lazy("Schreiben der KV"),
    Item.Kind.NEW_ADDRESS: gettext_lazy("Nachricht an die frühere Anschrift"),
}
_MAILS: Final = {
    Kind.TERMS_REMINDER: gettext_lazy("Neue Nutzungsbedingungen"),
    Kind.ACCESS_LOCKED: gettext_lazy("Nachricht über eine Sperre"),
    Kind.NOTICE_RECEIVED: gettext_lazy("Eingang einer Kündigung"),
    Kind.CREDENTIALS_ASKED: gettext_lazy("Neue Zugangsdaten angefordert"),
    Kind.WORD_ASKED: gettext_lazy("Neues Sperrkennwort angefordert"),
    Kind.MESSAGE_WAITING: gettext_lazy("Hinweis auf eine neue Nachricht"),
    Kind.DOCUMENTS_WAITING: gettext_lazy("Hinweis auf neue Dokumente"),
    Kind.MANDATE_GIVEN: gettext_lazy("Eine Vollmacht zum Einreichen gilt"),
    Kind.MANDATE_REVOKED: gettext_lazy("Eine Vollmacht zum Einreichen ist widerrufen"),
    Kind.CHANGE_DECIDED: gettext_lazy("Hinweis auf eine Entscheidung über Ihren Änderungswunsch"),
    Kind.BILLING_RECEIVED: gettext_lazy("Ihre Abrechnung ist eingegangen"),
    Kind.SOFTWARE_LINK: gettext_lazy("Link zur Zugangssoftware"),
}
_SOON: Final = Status(gettext_lazy("In Vorbereitung"), "clock")
_NEVER_WENT: Final = Status(gettext_lazy("Nicht abgeschickt"), "remove")
_CAME_BACK: Final = Status(gettext_lazy("Nicht angekommen"), "warning", "warning")
_WENT: Final = Status(gettext_lazy("Abgeschickt"), "check", "ok")
_LETTER_STANDS: Final = {
    State.CHOSEN: _SOON,
    State.AT_PRINTER: _SOON,
    State.PRINTED: _SOON,
    State.POSTED: _WENT,
    State.ARRIVED: Status(gettext_lazy("Angekommen"), "check", "ok"),
    State.RETURNED: _CAME_BACK,
    State.LOST: _CAME_BACK,
    State.SPOILED: _NEVER_WENT,
    State.MISSING: _NEVER_WENT,
    State.WITHDRAWN: _NEVER_WENT,
}
_MAIL_STANDS: Final = {
    mail_rules.State.WAITING: _SOON,
    mail_rules.State.SENT: _WENT,
    mail_rules.State.GIVEN_UP: _CAME_BACK,
    mail_rules.State.BOUNCED: _CAME_BACK,
    mail_rules.State.SETTLED: _CAME_BACK,
}


@dataclass(frozen=True)
class Line:
    """One letter, parcel or mail; `to` is its access, or the mail address."""

    at: datetime
    way: str
    what: str
    to: str
    number: str
    status: Status


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    who = cast(MemberRequest, request).present
    accesses = answered_for.by(who)
    lines = [*_letters(accesses), *_mails(who.access, accesses)]
    lines.sort(key=lambda one: one.at, reverse=True)
    shown = Paginator(lines, _ON_A_PAGE).get_page(request.GET.get("seite"))
    return render(request, "portal/letters.html", {"page": shown})


def _letters(accesses: list[Access]) -> Iterator[Line]:
    rows = post.to(accesses)
    stands = post.states(rows)
    for row in rows:
        what, status = str(_LETTERS[Item.Kind(row.kind)]), _LETTER_STANDS[stands[row.pk]]
        to = str(row.access) if row.access else ""
        yield Line(row.posted_at or row.made_at, _("Brief"), what, to, row.number, status)


def _mails(member: Access, accesses: list[Access]) -> Iterator[Line]:
    for row in mails.about(answered_for.subjects(member, accesses)):
        yield Line(row.sent_at or row.queued_at, _("Mail"), _what(row), row.to, "", _stands(row))


def _what(row: Mail) -> str:
    return str(_MAILS[Kind(row.kind)])


def _stands(row: Mail) -> Status:
    return _MAIL_STANDS[mail_rules.state_of(row)]
