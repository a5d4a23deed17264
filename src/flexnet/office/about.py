"""What stands above an act and its confirmation: the thing that it is about, in a few lines."""

from collections.abc import Sequence
from datetime import datetime
from functools import singledispatch

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access import overview, rules
from flexnet.access.models import (
    Access,
    Breach,
    ChangeRequest,
    Charge,
    CredentialRequest,
    Exemption,
    Lock,
    Mandate,
    Notice,
    Objection,
    Restriction,
    TravelPass,
)
from flexnet.access.overview import Known
from flexnet.billing.models import Delivery, Extension, Reply
from flexnet.billing.windows import Window
from flexnet.configuration import PrintQueue
from flexnet.documents.models import Document
from flexnet.keys.models import Key, KeyFile
from flexnet.members.models import Question, ThirdParty
from flexnet.office import finding, happening_words, happenings
from flexnet.office.importing.words import BONDS
from flexnet.post.models import Item
from flexnet.publications.models import Provider, Range, Stop
from flexnet.software.models import Release, SoftwareRequest
from flexnet.web import words
from flexnet.web.billing_words import reply_title

Fact = tuple[Promise, object]


@singledispatch
def facts(thing: object) -> Sequence[Fact]:
    """A label and a value each; nothing of a thing whose own page, from which one comes, says all of it."""
    return ()


@facts.register
def _of_known(thing: Known) -> Sequence[Fact]:
    return _access(thing.access)


@facts.register
def _of_lock(row: Lock) -> Sequence[Fact]:
    reported = row.report
    told = reported and ", ".join(filter(None, (str(_WAYS[reported.way]), reported.reported_by)))
    return _said(
        (gettext_lazy("Gesperrt"), _locked(row)),
        (gettext_lazy("Umfang"), happening_words.SCOPES[row.scope]),
        (gettext_lazy("Ursache"), happening_words.CAUSES[row.cause]),
        (gettext_lazy("Seit"), words.short_moment(row.imposed_at)),
        (gettext_lazy("Gemeldet"), told),
        (gettext_lazy("Grund"), row.reason),
    )


@facts.register
def _of_change(row: ChangeRequest) -> Sequence[Fact]:
    """As the page says it from which one comes; a line each."""
    before, after = (", ".join(filter(None, values.values())) for values in (row.seen, row.wanted))
    return _said(
        (gettext_lazy("Bisher"), before or _("(leer)")),
        (gettext_lazy("Neu"), after or _("(leer)")),
        (gettext_lazy("Ab"), words.short_day(row.from_on)),
    )


@facts.register
def _of_mandate(row: Mandate) -> Sequence[Fact]:
    return _said(
        (gettext_lazy("Praxis"), f"{row.site.practice.name}, BSNR {row.site}"),
        (gettext_lazy("Wer einreicht"), row.third_party.name),
        (gettext_lazy("Ab"), words.short_day(row.from_on)),
        (gettext_lazy("Bis"), words.short_day(row.until_on) if row.until_on else _("auf Widerruf")),
        (gettext_lazy("Erteilt von"), row.person.name),
    )


@facts.register
def _of_breach(row: Breach) -> Sequence[Fact]:
    noticed = (gettext_lazy("Davon erfahren"), words.short_moment(row.noticed_at))
    due = (gettext_lazy("Frist"), words.short_moment(rules.breach_due_at(row.noticed_at)))
    return (*_of_lock(row.lock), noticed, due)


@facts.register
def _of_objection(row: Objection) -> Sequence[Fact]:
    who = f"{row.person.name}, LANR {row.person}" if row.person else str(row.third_party)
    return _said(
        (gettext_lazy("Wer widerspricht"), who),
        (gettext_lazy("Nutzungsbedingungen"), _("Fassung %(version)s") % {"version": row.terms}),
        (gettext_lazy("Eingegangen"), f"{words.short_day(row.received_on)}, {_WAYS[row.way]}"),
        (gettext_lazy("Begründung"), row.text or gettext_lazy("keine")),
    )


@facts.register
def _of_question(row: Question) -> Sequence[Fact]:
    return _said(
        (gettext_lazy("Person"), f"{row.person.name}, LANR {row.person}"),
        (gettext_lazy("Praxis"), row.practice.name),
        (gettext_lazy("Eingetragen als"), BONDS[row.bond]),
    )


@facts.register
def _of_charge(row: Charge) -> Sequence[Fact]:
    return _said(
        *_access(row.access),
        (gettext_lazy("YubiKey"), row.lock.key),
        (gettext_lazy("Kosten"), words.euro(row.cents)),
        (gettext_lazy("Entschieden"), words.short_moment(row.decided_at)),
        (gettext_lazy("Grund"), row.reason),
    )


@facts.register
def _of_request(row: CredentialRequest) -> Sequence[Fact]:
    asked = (gettext_lazy("Verlangt"), words.short_moment(row.requested_at))
    return _said(*_access(row.access), asked, (gettext_lazy("Grund"), row.reason))


@facts.register
def _of_notice(row: Notice) -> Sequence[Fact]:
    return _said(
        *_access(row.access),
        (gettext_lazy("Art"), happening_words.NOTICES[row.kind]),
        (gettext_lazy("Eingegangen"), words.short_day(row.received_on)),
        (gettext_lazy("Letzter Tag"), words.short_day(row.ends_on)),
    )


@facts.register
def _of_exemption(row: Exemption) -> Sequence[Fact]:
    return (*_access(row.access), (gettext_lazy("Bis"), words.short_day(row.until_on)))


@facts.register
def _of_restriction(row: Restriction) -> Sequence[Fact]:
    return _said(
        *_access(row.access),
        (gettext_lazy("Erreicht nur noch"), ", ".join(one.name for one in row.services.order_by("name"))),
        (gettext_lazy("Ursache"), happening_words.CAUSES[row.cause]),
        (gettext_lazy("Seit"), words.short_moment(row.imposed_at)),
        (gettext_lazy("Grund"), row.reason),
    )


@facts.register
def _of_travel_pass(row: TravelPass) -> Sequence[Fact]:
    days = f"{words.short_day(row.from_on)}–{words.short_day(row.until_on)}"
    return (*_access(row.access), (gettext_lazy("Auslandsfreigabe"), days))


@facts.register
def _of_letter(row: Item) -> Sequence[Fact]:
    about = _access(row.access) if row.access else ()
    return _said(
        (gettext_lazy("Inhalt"), happening_words.contents(row.kind)),
        *about,
        (gettext_lazy("YubiKey"), row.key),
        (gettext_lazy("Verschickt"), _moment(row.posted_at)),
        (gettext_lazy("Zurückgekommen"), _moment(row.returned_at)),
    )


@facts.register
def _of_document(row: Document) -> Sequence[Fact]:
    return _said(
        (gettext_lazy("Praxis"), f"{row.site.practice.name}, BSNR {row.site}"),
        (gettext_lazy("Inhalt"), happenings.document_titles().get(row.kind, row.kind)),
        (gettext_lazy("Quartal"), row.quarter),
        (gettext_lazy("Datei"), row.file_name),
    )


@facts.register
def _of_delivery(row: Delivery) -> Sequence[Fact]:
    return _said(
        (gettext_lazy("BSNR"), row.bsnr),
        (gettext_lazy("Quartal"), row.quarter),
        (gettext_lazy("Datei"), row.file_name),
    )


@facts.register
def _of_reply(row: Reply) -> Sequence[Fact]:
    return _said(
        *_of_delivery(row.delivery),
        (gettext_lazy("Rückmeldung"), f"{reply_title(row)}, {words.short_moment(row.put_at)}"),
    )


@facts.register
def _of_window(row: Window) -> Sequence[Fact]:
    days = f"{words.short_day(row.opens)}–{words.short_day(row.closes)}"
    return ((gettext_lazy("Abgabefrist für alle"), f"{row.quarter}: {days}"),)


@facts.register
def _of_extension(row: Extension) -> Sequence[Fact]:
    return _said(
        (gettext_lazy("Praxis"), row.practice.name if row.practice else gettext_lazy("Alle Praxen")),
        (gettext_lazy("Quartal"), row.quarter),
        (gettext_lazy("Letzter Tag"), words.short_day(row.until_on)),
        (gettext_lazy("Grund"), row.reason),
    )


@facts.register
def _of_third_party(row: ThirdParty) -> Sequence[Fact]:
    return _said((gettext_lazy("Dritter"), row.name), (gettext_lazy("Interesse der KV"), row.interest))


@facts.register
def _of_software_request(row: SoftwareRequest) -> Sequence[Fact]:
    return _said(
        (gettext_lazy("Praxis"), row.site and f"{row.site.practice.name}, BSNR {row.site}"),
        (gettext_lazy("Betriebssystem"), row.system and happening_words.SYSTEMS[row.system]),
        (gettext_lazy("Absender"), row.sender),
        (gettext_lazy("Verlangt"), words.short_moment(row.requested_at)),
    )


@facts.register
def _of_release(row: Release) -> Sequence[Fact]:
    return ((gettext_lazy("Version"), f"{happening_words.SYSTEMS[row.system]} {row.version}"),)


@facts.register
def _of_provider(row: Provider) -> Sequence[Fact]:
    return ((gettext_lazy("Anbieter"), row.name),)


@facts.register
def _of_range(row: Range) -> Sequence[Fact]:
    until = words.short_day(row.until_on) if row.until_on else gettext_lazy("ohne Ende")
    return _said(
        (gettext_lazy("Anbieter"), row.provider),
        (gettext_lazy("Netz"), row.network),
        (gettext_lazy("Zeit"), f"{words.short_day(row.from_on)}–{until}"),
    )


@facts.register
def _of_stop(row: Stop) -> Sequence[Fact]:
    return _said(
        (gettext_lazy("Anbieter"), row.provider),
        (gettext_lazy("Erster Tag ohne"), words.short_day(row.stops_on)),
        (gettext_lazy("Angeschrieben"), words.short_day(row.written_on) if row.written_on else ""),
        (gettext_lazy("Grund"), row.reason),
    )


@facts.register
def _of_queue(row: PrintQueue) -> Sequence[Fact]:
    return ((gettext_lazy("Drucker"), row.title),)


@facts.register
def _of_key(row: Key) -> Sequence[Fact]:
    holder = overview.last_holder(row.pk)
    return ((gettext_lazy("YubiKey"), row), *(_access(holder) if holder else ()))


@facts.register
def _of_key_file(row: KeyFile) -> Sequence[Fact]:
    uploaded = (gettext_lazy("Hochgeladen"), words.short_moment(row.uploaded_at))
    return _said((gettext_lazy("Datei"), row.file_name), uploaded, (gettext_lazy("Woher?"), row.reason))


def _access(row: Access) -> Sequence[Fact]:
    """Which one, of which kind, whose."""
    whose = row.third_party.name if row.third_party else _practices(row)
    told = (str(row), str(happening_words.ACCESSES[row.kind]), finding.holder(row), whose)
    return ((gettext_lazy("Zugang"), ", ".join(filter(None, told))),)


def _practices(row: Access) -> str:
    return ", ".join(practice.name for practice in finding.practices_of(row))


def _locked(row: Lock) -> str:
    if row.practice:
        return row.practice.name
    if row.access:
        return str(_access(row.access)[0][1])
    holder = row.key and overview.last_holder(row.key.pk)
    return f"YubiKey {row.key}" + (f", {_access(holder)[0][1]}" if holder else "")


def _said(*lines: Fact) -> Sequence[Fact]:
    return tuple(line for line in lines if line[1])


def _moment(at: datetime | None) -> str:
    return words.short_moment(at) if at else ""


_WAYS = happening_words.VALUES["way"]
