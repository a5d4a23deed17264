"""Acts on the member register that need a second pair of eyes."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval
from flexnet.members import import_lines, overview, questions, register_imports
from flexnet.members.errors import BadPeriod, NotEntered
from flexnet.members.import_models import RegisterImport
from flexnet.members.import_steps import Ending
from flexnet.members.register_imports import NotNow
from flexnet.office import happenings
from flexnet.office.importing import words
from flexnet.office.plans import Deed, Outdated, Plan

_NAMED: Final = 10
_RULES: Final = gettext_lazy("Zugänge, die darauf beruhen, enden nach den Regeln der Nutzungsbedingungen.")


def _says(approval: Approval) -> Sequence[str]:
    return _says_questions(approval) if _is_of_questions(approval) else _says_import(approval)


def _end(approval: Approval) -> Deed:
    return _end_questions(approval) if _is_of_questions(approval) else _end_import(approval)


def _is_of_questions(approval: Approval) -> bool:
    return "questions" in four_eyes.payload(approval)


def _says_import(approval: Approval) -> Sequence[str]:
    row, count = _import(approval), four_eyes.payload(approval)["count"]
    named = [_sentence(one) for one in islice(import_lines.endings(row), _NAMED)]
    text = _("%(count)d Beendigungen aus der Datei „%(name)s“ werden eingetragen.")
    return [text % {"count": count, "name": row.file_name}, *named, *_more(count, len(named)), str(_RULES)]


def _says_questions(approval: Approval) -> Sequence[str]:
    wanted = four_eyes.payload(approval)
    ids = wanted["questions"]
    rows = overview.desk_questions().filter(pk__in=ids[:_NAMED])
    named = [f"LANR {row.person}: {row.person.name}, {row.practice.name}" for row in rows]
    day = happenings.as_day(wanted["until_on"])
    text = ngettext(
        "%(count)d Person ist nach dem %(day)s nicht mehr in ihrer Praxis.",
        "%(count)d Personen sind nach dem %(day)s nicht mehr in ihrer Praxis.",
        len(ids),
    )
    first = text % {"count": len(ids), "day": day}
    return [first, *named, *_more(len(ids), len(named)), str(_RULES)]


def _more(count: int, named: int) -> list[str]:
    return [_("Und %(count)d weitere.") % {"count": count - named}] if count > named else []


def _sentence(payload: dict[str, Any]) -> str:
    ending = Ending.restored(payload)
    return f"LANR {ending.lanr}: {words.of_row(ending, ending.values)}"


def _end_import(approval: Approval) -> Deed:
    row = _import(approval)

    def deed(by: str, now: datetime) -> None:
        if register_imports.fingerprint(row) != four_eyes.payload(approval)["endings"]:
            raise Outdated(_("Die Beendigungen sind inzwischen andere."))
        try:
            register_imports.release_endings(row, by=_asker(approval), approved_by=by, now=now)
        except NotNow:
            raise Outdated(_("Über diese Beendigungen ist inzwischen anders entschieden.")) from None

    return deed


def _end_questions(approval: Approval) -> Deed:
    wanted = four_eyes.payload(approval)
    until_on = date.fromisoformat(wanted["until_on"])

    def deed(by: str, now: datetime) -> None:
        ids, answer = wanted["questions"], approval.reason
        try:
            count = questions.end(ids=ids, until_on=until_on, answer=answer, by=_asker(approval), now=now)
        except BadPeriod:
            raise Outdated(_("Jemand davon ist inzwischen anders eingetragen.")) from None
        if count < len(ids):
            raise Outdated(_("Eine der Fragen ist inzwischen beantwortet."))

    return deed


def _asker(approval: Approval) -> str:
    return f"office:{approval.asked_by}"


def _import(approval: Approval) -> RegisterImport:
    try:
        return register_imports.named(four_eyes.payload(approval)["import"])
    except NotEntered:
        raise Outdated(_("Die Datei gibt es nicht mehr.")) from None


END_MANY = Plan(
    gettext_lazy("Viele auf einmal austragen"),
    _says,
    _end,
    told=gettext_lazy(
        "Freigegeben. Die Beendigungen werden eingetragen; bei vielen dauert das einen Augenblick."
    ),
)
