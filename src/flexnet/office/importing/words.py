"""What is said of a register's file and its rows, in German: what is wrong and what to do, what changes."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.members.findings import BadFile, Unreadable, Wrong
from flexnet.members.import_models import RegisterImport
from flexnet.members.import_steps import Ending, What
from flexnet.office import happening_words, happenings

FILES: Final = {
    Unreadable.TOO_BIG: gettext_lazy(
        "Die Datei ist größer als %(most)s MB. Ist es wirklich das Arztregister? Sonst teilen Sie sie auf."
    ),
    Unreadable.TOO_MANY_ROWS: gettext_lazy(
        "Die Datei hat mehr als %(most)s Zeilen. Ist es wirklich das Arztregister? Sonst teilen Sie sie auf."
    ),
    Unreadable.NULL_BYTES: gettext_lazy(
        "Das ist keine Textdatei. Speichern Sie die Tabelle als „CSV UTF-8“ und wählen Sie diese Datei."
    ),
    Unreadable.ENCODING: gettext_lazy(
        "Die Schrift der Datei lässt sich nicht lesen. Speichern Sie die Tabelle neu als „CSV UTF-8“."
    ),
    Unreadable.NO_COLUMNS: gettext_lazy(
        "In der ersten Zeile fehlt: %(names)s. Dort müssen die Namen der Spalten stehen."
    ),
    Unreadable.COLUMN_TWICE: gettext_lazy(
        "Diese Spalte gibt es zweimal: %(names)s. Löschen Sie eine davon oder benennen Sie sie um."
    ),
    Unreadable.NO_CSV: gettext_lazy(
        "Ab Zeile %(line)s ist die Datei durcheinander. Meist fehlt dort ein Anführungszeichen."
    ),
}
ROWS: Final = {
    Wrong.MISSING: gettext_lazy("Die Angabe fehlt."),
    Wrong.TOO_LONG: gettext_lazy("Höchstens %(longest)s Zeichen. Bitte kürzen Sie."),
    Wrong.UNWRITTEN: gettext_lazy("Das Zeichen „%(sign)s“ lässt sich nicht drucken. Lassen Sie es weg."),
    Wrong.NO_POSTCODE: gettext_lazy("„%(shown)s“ ist keine Postleitzahl: Sie hat fünf Ziffern."),
    Wrong.NO_EMAIL: gettext_lazy("„%(shown)s“ ist keine E-Mail-Adresse."),
    Wrong.NO_PHONE: gettext_lazy(
        "„%(shown)s“ ist keine Nummer: Nehmen Sie Ziffern, Leerzeichen und + ( ) / -"
    ),
    Wrong.NOT_NINE_DIGITS: gettext_lazy(
        "„%(shown)s“ hat nicht neun Ziffern. Stellen Sie die Spalte auf „Text“, sonst fehlen Nullen."
    ),
    Wrong.UNKNOWN_REGION: gettext_lazy("„%(shown)s“: Die ersten beiden Ziffern gehören zu keiner KV."),
    Wrong.CHECK_DIGIT: gettext_lazy(
        "„%(shown)s“ hat einen Tippfehler: Die siebte Ziffer passt nicht zu den sechs davor."
    ),
    Wrong.SUBSTITUTE: gettext_lazy("„%(shown)s“ ist eine Ersatznummer. Nötig ist die eigene Arztnummer."),
    Wrong.OTHER_KV: gettext_lazy(
        "%(shown)s gehört zu einer anderen KV. Eigene Nummern beginnen mit %(own)s."
    ),
    Wrong.NO_DAY: gettext_lazy("„%(shown)s“ ist kein Datum. Schreiben Sie es so: 31.12.2026"),
    Wrong.NO_WORD: gettext_lazy("„%(shown)s“ kennen wir nicht. Möglich ist: %(words)s"),
    Wrong.NOT_IN_ORDER: gettext_lazy("Der letzte Tag, %(last)s, liegt vor dem ersten, %(first)s."),
    Wrong.SITE_DIFFERS: gettext_lazy(
        "Praxis, Anschrift oder Telefon stehen in Zeile %(row)s anders. Es darf nur eines gelten."
    ),
    Wrong.NAME_DIFFERS: gettext_lazy("Der Name steht in Zeile %(row)s anders. Es darf nur einer gelten."),
    Wrong.ACTIVITY_DIFFERS: gettext_lazy(
        "Die Tätigkeit steht in Zeile %(row)s anders. Es darf nur eines gelten."
    ),
    Wrong.DAYS_DIFFER: gettext_lazy("In Zeile %(row)s stehen andere Tage. Es darf nur eines gelten."),
    Wrong.REPEATED: gettext_lazy("Dasselbe steht schon in Zeile %(row)s. Löschen Sie eine der beiden."),
    Wrong.NO_MVZ: gettext_lazy("Eine ärztliche Leitung hat nur ein MVZ. Steht bei „Art“ MVZ?"),
    Wrong.NO_MAIN_SITE: gettext_lazy(
        "%(main)s ist weder eingetragen noch Hauptbetriebsstätte in dieser Datei. Ergänzen Sie deren Zeile."
    ),
    Wrong.OTHER_PRACTICE: gettext_lazy(
        "%(site)s gehört zu einer anderen Praxis als %(main)s. Das klären Sie bitte von Hand."
    ),
    Wrong.OTHER_ROLE: gettext_lazy(
        "%(lanr)s ist dort eingetragen als: %(role)s. Beenden Sie das zuerst, dann gilt: %(wanted)s."
    ),
    Wrong.BEGAN_OTHERWISE: gettext_lazy(
        "%(lanr)s: Eingetragen ist der Beginn %(entered)s, in der Datei steht %(said)s. Verbessern Sie eines."
    ),
    Wrong.ENDED_OTHERWISE: gettext_lazy(
        "%(lanr)s: Eingetragen ist das Ende %(entered)s, in der Datei ein anderes. Verbessern Sie eines."
    ),
}
WHAT: Final = {
    What.NEW: gettext_lazy("neu"),
    What.DIFFERS: gettext_lazy("andere Angaben"),
    What.MOVED: gettext_lazy("neue Anschrift"),
    What.ADDRESS: gettext_lazy("Anschrift"),
    What.BOUND: gettext_lazy("%(role)s bei %(main)s ab %(from)s"),
    What.ACTIVE: gettext_lazy("vertragsärztlich tätig ab %(from)s"),
    What.ENDED: gettext_lazy("%(kind)s endet mit dem %(until)s"),
}
BONDS: Final = {
    "owner": gettext_lazy("Inhaberschaft"),
    "employed": gettext_lazy("Anstellung"),
    "authorised": gettext_lazy("Ermächtigung"),
    "director": gettext_lazy("ärztliche Leitung"),
    "activity": gettext_lazy("vertragsärztliche Tätigkeit"),
}
_DAYS: Final = ("from", "until", "first", "last", "entered", "said")
_WORDS: Final = ("role", "wanted", "kind")


def of_file(why: str, values: Mapping[str, str]) -> str:
    """Why a file cannot be read, and what to do."""
    return str(FILES[Unreadable(why)]) % values


def of_bad_file(bad: BadFile) -> str:
    return of_file(bad.why, bad.values)


def of_unreadable(row: RegisterImport) -> str:
    said = json.loads(row.unreadable)
    return of_file(said["why"], said["values"])


def of_row(what: Wrong | What | Ending, values: Mapping[str, Any]) -> str:
    """What is wrong with a row or changes with it."""
    if isinstance(what, Ending):
        return _ending(values)
    if what in (What.DIFFERS, What.MOVED, What.ADDRESS):
        return str(WHAT[What(what)])
    if what is What.ENDED:
        return _ending(values)
    text = WHAT[what] if isinstance(what, What) else ROWS[what]
    return str(text) % {name: _shown(name, value) for name, value in values.items()}


def _ending(values: Mapping[str, Any]) -> str:
    known = {name: _shown(name, value) for name, value in values.items()}
    if values["main"]:
        return _("%(kind)s bei %(main)s endet mit dem %(until)s") % known
    return str(WHAT[What.ENDED]) % known


def _shown(name: str, value: str) -> str:
    if name in _WORDS:
        return str(BONDS.get(value, value))
    return happenings.as_day(value) if name in _DAYS else value


def label(field: str) -> str:
    return str(happening_words.LABELS.get(field, field))
