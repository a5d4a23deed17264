"""The start page: what matters now, in order of urgency."""

from datetime import UTC, date, datetime, timedelta
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from flexnet import configuration
from flexnet.access import foresight, mandates, overview, queries
from flexnet.access.models import Access, Terms
from flexnet.access.present import Present
from flexnet.access.queries import Explanation
from flexnet.access.rules import Channel, Decision, Refusal, day_of
from flexnet.applications import queries as applications
from flexnet.applications.kinds import Status
from flexnet.billing import queries as billing
from flexnet.billing.models import Delivery
from flexnet.correspondence import queries as correspondence
from flexnet.documents import queries as documents
from flexnet.portal import doorway, due, way
from flexnet.portal import words as words_of
from flexnet.portal.billing import entry as shown
from flexnet.portal.billing import hands_in_from
from flexnet.portal.doorway import CameBy
from flexnet.portal.due import Task
from flexnet.portal.forms import SignIn
from flexnet.portal.middleware import MemberRequest
from flexnet.portal.who_is_here import before_this, through_several
from flexnet.web import words

_WARNED_BEFORE = timedelta(days=14)
_NEWS_FOR = timedelta(days=42)
_SHOWN = 3
_UNSUBMITTED = 10


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Before the sign-in: what this is, and the form. After it: tasks, tiles, the last deliveries."""
    if not request.user.is_authenticated:
        return render(request, "portal/sign_in.html", {"form": SignIn(), **way.said(request)})
    member, came_by = cast(MemberRequest, request), doorway.of(request)
    who, unread = member.present, correspondence.unread_for(member.present)
    submits = _explained(who, Channel.SUBMISSION).decision
    mine = billing.deliveries_for(who.access, who.today, who.bsnrs)
    unsubmitted = billing.unsubmitted_of(mine, _UNSUBMITTED)
    submitted = mine.exclude(submitted_at=None)[:_SHOWN]
    context = {
        "tasks": [
            *_several_at_once(member),
            *_way_ends(came_by),
            *due.tasks(member, who.bsnrs, submits, who.now),
            *_unsubmitted(unsubmitted, who.access, submits),
            *_unread(unread),
            *_new_replies(mine),
            *_new_documents(member),
            *_opens_later(member),
            *_sent_back(member),
            *_terms_change(member),
            *_password_runs_out(member),
            *_ends(_explained(who, Channel.PORTAL)),
        ],
        "entries": [shown(row, who.access) for row in submitted],
        "access": member.access,
        "before_at": before_this(member.access),
        "messages_text": _messages_text(unread),
        "submission": way.handing_in(came_by, submits),
        "services": way.services(member.access, came_by, who.now),
        **way.said(request),
        "hands_in_for_others": mandates.is_submitters(member.access),
        "speaks_for_practice": who.speaks_for_practice,
    }
    return render(request, "portal/start.html", context)


def _several_at_once(member: MemberRequest) -> list[Task]:
    """Perhaps somebody else has what only one should have."""
    return [
        Task(
            "warning",
            "warning",
            _("Zwei Verbindungen zugleich"),
            _("%(name)s wird gerade über mehr als eine Verbindung benutzt. Sehen Sie nach, wer das ist.")
            % {"name": words_of.access(access)},
            reverse("sign-ins"),
            _("Nachsehen"),
        )
        for access in through_several(member.present)
    ]


def _way_ends(came_by: CameBy) -> list[Task]:
    """The provider's range stops: nobody may find that out by a door that is shut."""
    last_on = way.last_on(came_by, day_of(datetime.now(UTC)))
    if last_on is None:
        return []
    said = {"provider": came_by.provider, "day": words.day(last_on)}
    title = _("Der Zugang über %(provider)s endet am %(day)s") % said
    text = _("Danach erreichen Sie das Portal über diesen Anbieter nicht mehr.")
    return [Task("warning", "warning", title, text, reverse("way"), _("So geht es weiter"))]


def _unsubmitted(rows: list[Delivery], access: Access, decision: Decision) -> list[Task]:
    """What a third party prepares is its own to finish; who may not hand in cannot finish anything."""
    if isinstance(decision, Refusal):
        return []
    return [
        Task(
            "warning",
            "warning",
            _("Ihre Abrechnung ist noch nicht eingereicht"),
            _("%(file)s ist hochgeladen und geprüft. Es fehlt nur noch das Einreichen.")
            % {"file": row.file_name},
            reverse("delivery", args=[row.pk]),
            _("Prüfen und einreichen"),
        )
        for row in rows
        if row.account_id == access.account_id or not row.account.access.third_party_id
    ]


def _unread(count: int) -> list[Task]:
    text = ngettext(
        "%(count)d Nachricht haben Sie noch nicht gelesen.",
        "%(count)d Nachrichten haben Sie noch nicht gelesen.",
        count,
    )
    kv, url = configuration.current().profile.short_name, reverse("messages")
    title = _("Die %(kv)s hat Ihnen geschrieben") % {"kv": kv}
    return [Task("info", "mail", title, text % {"count": count}, url, _("Lesen"))] if count else []


def _new_replies(deliveries: QuerySet[Delivery]) -> list[Task]:
    rows = billing.unread_replies_to(deliveries)
    if not rows:
        return []
    kv = configuration.current().profile.short_name
    title = _("Die %(kv)s hat auf Ihre Abrechnung geantwortet") % {"kv": kv}
    numbers = ", ".join(dict.fromkeys(row.delivery.receipt.number for row in rows[:_SHOWN]))
    text = ngettext(
        "%(count)d Rückmeldung hat noch niemand gelesen: %(numbers)s",
        "%(count)d Rückmeldungen hat noch niemand gelesen, zuletzt zu %(numbers)s",
        len(rows),
    )
    url = reverse("delivery", args=[rows[0].delivery_id]) + "#replies"
    said = text % {"count": len(rows), "numbers": numbers}
    return [Task("info", "mail", title, said, url, _("Rückmeldung lesen"))]


def _new_documents(member: MemberRequest) -> list[Task]:
    count = documents.unfetched_for(member.present)
    title, kv = _("Neue Dokumente für Ihre Praxis"), configuration.current().profile.short_name
    text = ngettext(
        "Die %(kv)s hat %(count)d Dokument abgelegt, das noch niemand heruntergeladen hat.",
        "Die %(kv)s hat %(count)d Dokumente abgelegt, die noch niemand heruntergeladen hat.",
        count,
    )
    said, url = text % {"kv": kv, "count": count}, reverse("documents")
    return [Task("info", "file", title, said, url, _("Dokumente ansehen"))] if count else []


def _opens_later(member: MemberRequest) -> list[Task]:
    """Where that is so, one hands in from the quarter after the first password of one's own."""
    day = hands_in_from(member.present)
    if day is None:
        return []
    title = _("Online abrechnen können Sie ab dem %(day)s") % {"day": words.day(day)}
    text = _("So lange lassen sich Dateien schon hochladen und prüfen, aber noch nicht einreichen.")
    return [Task("info", "clock", title, text, reverse("own-access"), _("Ansehen"))]


def _messages_text(unread: int) -> str:
    kv = configuration.current().profile.short_name
    if unread:
        return ngettext("%(count)d ungelesen", "%(count)d ungelesen", unread) % {"count": unread}
    return _("Der %(kv)s schreiben, Antworten lesen") % {"kv": kv}


def _sent_back(member: MemberRequest) -> list[Task]:
    return [
        Task(
            "warning",
            "warning",
            _("Ihr Antrag braucht eine Ergänzung"),
            _("%(number)s, für %(name)s") % {"number": row, "name": row.name},
            reverse("application", args=[row]),
            _("Antrag ansehen"),
        )
        for row in (applications.sent_by(member.access) if member.access.person_id else ())
        if applications.status(row) is Status.INCOMPLETE
    ]


def _terms_change(member: MemberRequest) -> list[Task]:
    """While it is news: until it is accepted, or, where nobody has to, some weeks past its first day."""
    now, newest = datetime.now(UTC), queries.all_terms().defer("text").first()
    if newest is None or not (queries.grace_until(newest) or _is_news(newest, now)):
        return []
    standing = queries.standing(member.access, now)
    if standing is None or standing.is_accepted or standing.objection:
        return []
    return [_to_accept(standing, standing.until_on) if standing.until_on else _to_know(standing)]


def _is_news(terms: Terms, now: datetime) -> bool:
    return day_of(now) <= terms.effective_on + _NEWS_FOR


def _to_accept(standing: queries.Standing, until_on: date) -> Task:
    text = _("Zeit dafür ist bis zum %(day)s.") % {"day": words.day(until_on)}
    if not standing.may_sign:
        text += " " + _("Mit diesem Zugang können Sie sie nicht annehmen.")
    title, button = _("Bitte nehmen Sie die neuen Nutzungsbedingungen an"), _("Lesen und annehmen")
    return Task("warning", "warning", title, text, reverse("terms"), button)


def _to_know(standing: queries.Standing) -> Task:
    day = words.day(standing.terms.effective_on)
    text = _("Die neue Fassung gilt ab dem %(day)s. Sie können ihr widersprechen.") % {"day": day}
    title = _("Die Nutzungsbedingungen ändern sich")
    return Task("info", "info", title, text, reverse("terms"), _("Änderungen ansehen"))


def _password_runs_out(member: MemberRequest) -> list[Task]:
    policy, account = configuration.current().password, member.access.account
    if policy.lifetime is None:
        return []
    left = account.password_set_at + policy.lifetime - datetime.now(UTC)
    if left > _WARNED_BEFORE:
        return []
    word = configuration.current().profile.words.password
    return [
        Task(
            "info",
            "key",
            _("Ihr %(word)s läuft ab") % {"word": word},
            words.remaining(left),
            reverse("password"),
            _("%(word)s ändern") % {"word": word},
        )
    ]


def _explained(who: Present, channel: Channel) -> Explanation:
    return overview.explained(who.access.user_name, who.facts, channel, who.now)


def _ends(portal: Explanation) -> list[Task]:
    """By a notice, with the activity or with a third party's interest."""
    at, decision = portal.changes[-1] if portal.changes else (None, None)
    if at is None or not isinstance(decision, Refusal) or decision.reason not in foresight.OVER:
        return []
    last = words.day(day_of(at) - timedelta(days=1))
    text = _("Der letzte Tag ist der %(day)s.") % {"day": last}
    return [Task("info", "clock", _("Ihr Zugang endet"), text, reverse("own-access"), _("Ansehen"))]
