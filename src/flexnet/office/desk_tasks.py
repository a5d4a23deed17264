"""What is to be done, as the desk shows it: rows of the domains become tasks with one next step each."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access import changes_asked, overview, queries, requests, stock
from flexnet.access.changeable import Datum
from flexnet.access.models import Lock, Objection
from flexnet.access.rules import BERLIN, day_of
from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval, Role, Staff
from flexnet.applications import queries as applications
from flexnet.billing import fetching, full_checks
from flexnet.billing.models import RefusedReply
from flexnet.correspondence import queries as correspondence
from flexnet.documents import queries as documents
from flexnet.keys.models import Movement
from flexnet.mail import queries as mails
from flexnet.members import overview as members
from flexnet.members import register_imports
from flexnet.members.models import Person
from flexnet.office import change_requests, happening_words
from flexnet.office.four_eyes import plan
from flexnet.office.happening_words import SYSTEMS
from flexnet.post import queries as letters
from flexnet.publications import queries as publications
from flexnet.software import queries as software
from flexnet.web import words

MOST: Final = 50  # of a source; it answers one more where there are more, and need not find all
_QUESTIONS_BY_THEMSELVES: Final = 10
_AT_ONCE: Final = 0
_SOON: Final = 1


@dataclass(frozen=True)
class Task:
    """One thing to be done; `key` names it wherever somebody takes it."""

    key: str
    kind: str
    word: str | Promise
    title: str
    text: str
    url: str
    button: str
    since: datetime
    urgency: int = _SOON

    @property
    def order(self) -> tuple[int, datetime, str]:
        return self.urgency, self.since, self.key


@dataclass(frozen=True)
class Found:
    """The most urgent tasks first; of the kinds in `cut` there are more."""

    tasks: tuple[Task, ...]
    cut: frozenset[str]


Source = Callable[[Staff, datetime], Iterable[Task]]


def _locks(_staff: Staff, _now: datetime) -> Iterator[Task]:
    for row in queries.desk_emergency_locks():
        yield _lock(row, gettext_lazy("Notsperre"), _("Notsperre durch das Sperrkennwort"))
    for row in queries.desk_reported_locks():
        yield _lock(row, gettext_lazy("Gemeldeter Verlust"), _("Gemeldet und gesperrt: jetzt nachfragen"))


def _lock(row: Lock, word: Promise, title: str) -> Task:
    told = row.report.reported_by if row.report else ""
    cause, scope = happening_words.CAUSES[row.cause], happening_words.SCOPES[row.scope]
    text = f"{_locked(row)}: {scope}, {cause}" + (f" · {told}" if told else "")
    url = reverse("lock-review", args=[row.pk])
    return Task(
        f"lock:{row.pk}", "lock", word, title, text, url, _("Nachfragen"), row.imposed_at, urgency=_AT_ONCE
    )


def _locked(row: Lock) -> object:
    return row.key or row.access or row.practice


def _breaches(_staff: Staff, now: datetime) -> Iterator[Task]:
    for due in queries.desk_breaches(now):
        row, is_late = due.breach, due.left.total_seconds() < 0
        left = _("Die 72 Stunden sind um") if is_late else words.remaining(due.left)
        yield Task(
            f"breach:{row.pk}",
            "breach",
            gettext_lazy("Datenschutzvorfall"),
            _("Über einen möglichen Datenschutzvorfall entscheiden"),
            _("%(thing)s: %(left)s, Frist %(due)s")
            % {"thing": _locked(row.lock), "left": left, "due": words.short_moment(due.due_at)},
            reverse("breach", args=[row.pk]),
            _("Entscheiden"),
            row.noticed_at,
            urgency=_AT_ONCE,
        )


def _applications(_staff: Staff, _now: datetime) -> Iterator[Task]:
    for found in applications.desk_applications():
        row = found.application
        yield Task(
            f"application:{row.number}",
            "application",
            gettext_lazy("Antrag"),
            _("Antrag %(number)s bearbeiten") % {"number": row.number},
            " · ".join(filter(None, (row.name, row.organisation, row.bsnr and f"BSNR {row.bsnr}"))),
            reverse("application", args=[row.number]),
            _("Antrag öffnen"),
            _morning(found.since),
        )


def _objections(_staff: Staff, now: datetime) -> Iterator[Task]:
    for row in queries.desk_objections(now)[: MOST + 1]:
        yield Task(
            f"objection:{row.pk}",
            "objection",
            gettext_lazy("Widerspruch"),
            _("Über einen Widerspruch entscheiden"),
            _("%(who)s, Fassung %(version)s") % {"who": _named(row), "version": row.terms},
            reverse("objection", args=[row.pk]),
            _("Entscheiden"),
            _morning(row.received_on),
        )


def _named(row: Objection) -> str:
    return f"{row.person.name}, {row.person}" if row.person else str(row.third_party)


def _acceptances(_staff: Staff, now: datetime) -> Iterator[Task]:
    for row in queries.desk_acceptances_missing(now, limit=MOST + 1):
        who = row.signer
        number = who.lanr if isinstance(who, Person) else who.name
        until = words.short_day(row.until_on) if row.until_on else ""
        yield Task(
            f"acceptance:{row.terms}:{number}",
            "acceptance",
            gettext_lazy("Zustimmung fehlt"),
            _("Zustimmung zu den Nutzungsbedingungen fehlt"),
            f"{who.name}, {number}" + (f" · {_('Frist')}: {until}" if until else ""),
            f"{reverse('search')}?q={number}",
            _("Ansehen"),
            _morning(row.until_on or row.terms.effective_on),
        )


_WORD: Final = gettext_lazy("Neues Sperrkennwort")


def _credentials(_staff: Staff, now: datetime) -> Iterator[Task]:
    for due in requests.desk_credential_requests(now, limit=MOST + 1):
        row, (title, button) = due.request, _next_of_letter(due)
        is_first = requests.is_for_first_letters(row)
        yield Task(
            f"credentials:{row.pk}",
            "credentials",
            gettext_lazy("Neue Zugangsdaten") if row.what == row.What.CREDENTIALS else _WORD,
            title,
            str(row.access),
            reverse("access-letters", args=[row.access])
            if is_first
            else reverse("credential-request", args=[row.pk]),
            button,
            row.requested_at,
        )


def _changes(_staff: Staff, now: datetime) -> Iterator[Task]:
    for row in changes_asked.desk(now)[: MOST + 1]:
        yield Task(
            f"change:{row.pk}",
            "change",
            gettext_lazy("Änderungswunsch"),
            _("%(what)s ändern") % {"what": change_requests.LABELS[Datum(row.datum)]},
            change_requests.about(row),
            reverse("change-request", args=[row.pk]),
            _("Entscheiden"),
            row.asked_at,
        )


def _next_of_letter(due: requests.RequestDue) -> tuple[str, str]:
    """What is to be done about a request, and the button that leads there."""
    waiting = due.waiting
    if waiting is None and requests.is_for_first_letters(due.request):
        return _("Neuer Zugang: Briefe drucken"), _("Zu den Briefen")
    is_word = due.request.what == due.request.What.WORD
    what = {"what": _WORD if is_word else _("Neue Zugangsdaten")}
    if waiting is None:
        return _("%(what)s: Brief drucken") % what, _("Zum Brief")
    if waiting.why == requests.Wait.CALL_BACK:
        return _("%(what)s verlangt: zurückrufen") % what, _("Zum Rückruf")
    if waiting.until_on is None:
        return _("%(what)s: Die Anschrift fehlt") % what, _("Ansehen")
    until = words.short_day(waiting.until_on)
    return _("%(what)s: Brief erst ab dem %(day)s") % {**what, "day": until}, _("Ansehen")


def _software(_staff: Staff, _now: datetime) -> Iterator[Task]:
    for row in software.desk_requests(MOST + 1):
        is_clear = row.site is not None and row.system
        about = (
            row.site and f"{row.site.practice.name}, BSNR {row.site}",
            row.system and SYSTEMS[row.system],
        )
        yield Task(
            f"software:{row.pk}",
            "software",
            gettext_lazy("Zugangssoftware"),
            _("Link zur Software senden") if is_clear else _("Anfrage nach Software klären"),
            " · ".join(str(one) for one in (*about, row.sender) if one),
            reverse("software-request", args=[row.pk]),
            _("Anfrage öffnen"),
            row.requested_at,
        )


def _messages(_staff: Staff, _now: datetime) -> Iterator[Task]:
    for line in correspondence.waiting(MOST + 1):
        row = line.thread
        yield Task(
            f"message:{row.pk}",
            "message",
            gettext_lazy("Nachricht einer Praxis")
            if row.practice
            else gettext_lazy("Nachricht eines Dritten"),
            _("Nachricht beantworten"),
            f"{row.party.name}: {line.subject}",
            reverse("message-thread", args=[row.pk]),
            _("Lesen und antworten"),
            line.waits_since or line.newest_at,
        )


def _refused_documents(_staff: Staff, _now: datetime) -> Iterator[Task]:
    first = documents.refused().first()
    if first:
        yield Task(
            "documents",
            "document",
            gettext_lazy("Dokumente"),
            _("Dateien für Praxen wurden abgewiesen"),
            first.file_name,
            reverse("documents-refused"),
            _("Gründe ansehen"),
            first.refused_at,
        )


def _providers(_staff: Staff, now: datetime) -> Iterator[Task]:
    for line in publications.desk_providers(now)[: MOST + 1]:
        stop = line.stop
        title = _("Betroffene eines Anbieters anschreiben")
        if stop is None:
            title = _("Festlegen, wann die Bereiche eines Anbieters enden")
        until = line.certified_until or day_of(now)
        yield Task(
            f"provider:{line.provider.pk}",
            "provider",
            gettext_lazy("KV-SafeNet-Anbieter"),
            title,
            _("%(name)s, zertifiziert bis %(day)s") % {"name": line.provider, "day": words.short_day(until)},
            reverse("provider", args=[line.provider.pk]),
            _("Anbieter öffnen"),
            stop.decided_at if stop else _morning(until),
        )


def _old_addresses(_staff: Staff, now: datetime) -> Iterator[Task]:
    for row in requests.desk_old_addresses(now)[: MOST + 1]:
        yield Task(
            f"address:{row.pk}",
            "address",
            gettext_lazy("Neue Anschrift"),
            _("Frühere Anschrift benachrichtigen"),
            row.site.practice.name if row.site else str(row.third_party),
            reverse("old-address", args=[row.pk]),
            _("Zum Brief"),
            row.entered_at,
        )


def _batches(_staff: Staff, _now: datetime) -> Iterator[Task]:
    for row in letters.unsettled()[: MOST + 1]:
        yield Task(
            f"batch:{row.pk}",
            "batch",
            gettext_lazy("Druckauftrag"),
            _("Sagen, was aus dem Drucker kam"),
            _("Druckauftrag %(number)s") % {"number": row.pk},
            reverse("batch", args=[row.pk]),
            _("Zum Druckauftrag"),
            row.begun_at or row.made_at,
            urgency=_AT_ONCE,
        )


def _returned_letters(_staff: Staff, _now: datetime) -> Iterator[Task]:
    for row in letters.came_back()[: MOST + 1]:
        yield Task(
            f"letter:{row.pk}",
            "letter",
            gettext_lazy("Rückläufer"),
            _("Brief kam zurück: Anschrift klären"),
            f"{row}, {row.access}" if row.access else str(row),
            reverse("letter", args=[row]),
            _("Zum Brief"),
            row.returned_at or row.made_at,
        )


def _notices(_staff: Staff, now: datetime) -> Iterator[Task]:
    for row in overview.desk_notices(now)[: MOST + 1]:
        yield Task(
            f"notice:{row.pk}",
            "notice",
            gettext_lazy("Kündigung"),
            _("Kündigung läuft aus"),
            _("%(access)s, letzter Tag %(day)s")
            % {"access": row.access, "day": words.short_day(row.ends_on)},
            reverse("access", args=[row.access]),
            _("Zugang öffnen"),
            _morning(row.ends_on),
        )


def _keys(_staff: Staff, now: datetime) -> Iterator[Task]:
    for row in overview.desk_keys_outstanding(now, limit=MOST + 1):
        yield Task(
            f"key:{row.key}",
            "key",
            gettext_lazy("YubiKey"),
            _("YubiKey ist zurückzugeben"),
            _("%(key)s, Zugang %(access)s ist beendet") % {"key": row.key, "access": row.access},
            reverse("key-take-back", args=[row.access]),
            _("Rückgabe eintragen"),
            row.since,
        )


def _losses(_staff: Staff, _now: datetime) -> Iterator[Task]:
    for row in stock.losses_to_decide()[: MOST + 1]:
        yield Task(
            f"loss:{row.pk}",
            "key",
            gettext_lazy("YubiKey"),
            _("Über die Kosten eines verlorenen YubiKeys entscheiden"),
            str(row.key),
            reverse("loss-decide", args=[row.pk]),
            _("Entscheiden"),
            row.imposed_at,
        )


def _replacements(_staff: Staff, _now: datetime) -> Iterator[Task]:
    for row in stock.to_replace()[: MOST + 1]:
        yield Task(
            f"replace:{row.key}",
            "key",
            gettext_lazy("YubiKey"),
            _("Verlorenen oder defekten YubiKey ersetzen"),
            _("%(key)s, Zugang %(access)s") % {"key": row.key, "access": row.access},
            reverse("key-assign", args=[row.access]),
            _("Anderen zuordnen"),
            row.from_at,
        )


def _overdue(_staff: Staff, now: datetime) -> Iterator[Task]:
    for row in stock.to_remind(now)[: MOST + 1]:
        text, name = _("Frist für die Rückgabe vorbei: erinnern"), "key-remind"
        yield _awaited(row, text, reverse(name, args=[row.key]), _("Erinnerung vermerken"))
    for row in stock.to_declare_lost(now)[: MOST + 1]:
        text = _("YubiKey kam trotz Erinnerung nicht zurück")
        yield _awaited(row, text, reverse("key", args=[row.key]), _("YubiKey öffnen"))


def _awaited(row: Movement, title: str, url: str, button: str) -> Task:
    word = gettext_lazy("YubiKey")
    return Task(f"awaited:{row.key}", "key", word, title, str(row.key), url, button, row.at)


def _questions(_staff: Staff, _now: datetime) -> Iterator[Task]:
    rows = list(members.desk_questions()[: _QUESTIONS_BY_THEMSELVES + 1])
    word = gettext_lazy("Frage zum Arztregister")
    if len(rows) > _QUESTIONS_BY_THEMSELVES:
        title, text = _("Im Arztregister nicht mehr genannt"), _("Viele Personen: siehe Liste")
        url, button = reverse("questions"), _("Liste öffnen")
        yield Task("questions", "question", word, title, text, url, button, rows[0].asked_at)
        return
    for row in rows:
        yield Task(
            f"question:{row.pk}",
            "question",
            word,
            _("Im Arztregister nicht mehr genannt"),
            f"{row.person.name}, {row.practice.name}",
            reverse("question", args=[row.pk]),
            _("Nachgehen"),
            row.asked_at,
        )


def _imports(_staff: Staff, now: datetime) -> Iterator[Task]:
    word = gettext_lazy("Arztregister")
    for row in register_imports.desk_imports()[: MOST + 1]:
        key, url = f"import:{row.pk}", reverse("import", args=[row.pk])
        if row.finished_at is None:
            title, button = _("Datei des Arztregisters ist geprüft"), _("Bericht ansehen")
            yield Task(
                key, "import", word, title, row.file_name, url, button, row.looked_at or row.uploaded_at
            )
        elif not four_eyes.is_waiting(Approval.Act.END_MANY, key, now=now):
            title, button = _("Beendigungen aus dem Arztregister warten"), _("Zweite Person fragen")
            yield Task(f"{key}:end", "import", word, title, row.file_name, url, button, row.finished_at)


def _approvals(staff: Staff, now: datetime) -> Iterator[Task]:
    for row in four_eyes.waiting_for(staff, now=now)[: MOST + 1]:
        yield Task(
            f"approval:{row.pk}",
            "approval",
            gettext_lazy("Freigabe"),
            _("Zweite Person gefragt: %(what)s") % {"what": plan(row).title},
            _("Beantragt von %(name)s") % {"name": row.asked_by.name},
            reverse("approval", args=[row.pk]),
            _("Ansehen und entscheiden"),
            row.asked_at,
        )


def _mails(_staff: Staff, _now: datetime) -> Iterator[Task]:
    for row in mails.desk_mails()[: MOST + 1]:
        yield Task(
            f"mail:{row.pk}",
            "mail",
            gettext_lazy("Mail"),
            _("Eine Mail kam nicht an"),
            f"{row.to}: {row.subject}",
            reverse("mail", args=[row.pk]),
            _("Ansehen"),
            row.bounced_at or row.given_up_at or row.queued_at,
        )


def _stuck_mails(_staff: Staff, now: datetime) -> Iterator[Task]:
    row = mails.desk_stuck(now)
    if row:
        yield Task(
            "mails",
            "mail",
            gettext_lazy("Mail"),
            _("Mails gehen nicht hinaus"),
            _("Die älteste wartet seit %(since)s") % {"since": words.short_moment(row.queued_at)},
            reverse("mail", args=[row.pk]),
            _("Ansehen"),
            row.queued_at,
            urgency=_AT_ONCE,
        )


def _damaged_deliveries(_staff: Staff, _now: datetime) -> Iterator[Task]:
    for row in fetching.desk_damaged()[: MOST + 1]:
        assert row.damaged_at  # noqa: S101 - of these alone there are tasks
        yield Task(
            f"delivery:{row.receipt}",
            "delivery",
            gettext_lazy("Abrechnung"),
            _("Eine Abrechnungsdatei ist beschädigt"),
            f"{row.receipt} · BSNR {row.bsnr}",
            reverse("delivery", args=[row.receipt]),
            _("Ansehen"),
            row.damaged_at,
            urgency=_AT_ONCE,
        )


def _sealed_deliveries(_staff: Staff, _now: datetime) -> Iterator[Task]:
    first = full_checks.desk().first()
    if first and first.failed_at:
        yield Task(
            "full-checks",
            "delivery",
            gettext_lazy("Abrechnung"),
            _("Abrechnungsdateien ließen sich nicht entschlüsseln"),
            _("Seit %(when)s, zuerst %(receipt)s")
            % {"when": words.short_moment(first.failed_at), "receipt": first.delivery.receipt},
            reverse("full-checks"),
            _("Gründe ansehen"),
            first.failed_at,
            urgency=_AT_ONCE,
        )


def _refused_replies(_staff: Staff, _now: datetime) -> Iterator[Task]:
    first = RefusedReply.objects.filter(settled_at=None).order_by("pk").first()
    if first:
        yield Task(
            "replies",
            "delivery",
            gettext_lazy("Abrechnung"),
            _("Rückmeldungen an Praxen wurden abgewiesen"),
            first.file_name,
            reverse("replies-refused"),
            _("Gründe ansehen"),
            first.refused_at,
        )


def _packages(_staff: Staff, now: datetime) -> Iterator[Task]:
    for row in fetching.desk_packages(now)[: MOST + 1]:
        is_wrong = row.misread_at is not None
        yield Task(
            f"package:{row.pk}",
            "delivery",
            gettext_lazy("Abrechnung"),
            _("Paket mit falscher Prüfsumme bestätigt") if is_wrong else _("Paket nicht bestätigt"),
            _("Paket %(package)s vom %(day)s: Fragen Sie die Abrechnungsstelle")
            % {"package": row, "day": words.short_moment(row.made_at)},
            reverse("deliveries"),
            _("Abrechnungen ansehen"),
            row.misread_at or row.made_at,
        )


_CLERK: Final = frozenset({Role.CLERK})
_SOURCES: Final[tuple[tuple[frozenset[Role], Source], ...]] = (
    (_CLERK | {Role.IT}, _locks),
    (_CLERK, _breaches),
    (_CLERK | {Role.RECEPTION}, _applications),
    (_CLERK, _objections),
    (_CLERK, _acceptances),
    (_CLERK, _credentials),
    (_CLERK, _changes),
    (_CLERK | {Role.IT}, _software),
    (_CLERK, _messages),
    (_CLERK, _refused_documents),
    (_CLERK | {Role.IT}, _providers),
    (_CLERK, _old_addresses),
    (_CLERK, _batches),
    (_CLERK, _returned_letters),
    (_CLERK, _notices),
    (_CLERK | {Role.KEY_DESK}, _keys),
    (_CLERK, _losses),
    (_CLERK | {Role.KEY_DESK}, _replacements),
    (_CLERK | {Role.KEY_DESK}, _overdue),
    (_CLERK, _questions),
    (_CLERK, _imports),
    (frozenset({Role.BILLING}), _damaged_deliveries),
    (frozenset({Role.BILLING}), _sealed_deliveries),
    (frozenset({Role.BILLING}), _refused_replies),
    (frozenset({Role.BILLING}), _packages),
    (_CLERK, _mails),
    (_CLERK | {Role.IT}, _stuck_mails),
    (frozenset(Role), _approvals),
)


def for_(staff: Staff, now: datetime) -> Found:
    """What this person may do something about; a few queries for each kind, however much there is."""
    found, cut = list[Task](), set[str]()
    for source in (source for roles, source in _SOURCES if roles & staff.roles):
        tasks = list(itertools.islice(source(staff, now), MOST + 1))
        found += tasks[:MOST]
        cut |= {task.kind for task in tasks[MOST:]}
    return Found(tuple(sorted(found, key=lambda task: task.order)), frozenset(cut))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), BERLIN).astimezone(UTC)
