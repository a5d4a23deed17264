"""What a check found, as code and values; and the German sentences for it: what it is, and what to do now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from flexnet.lib import kvdt
from flexnet.lib.kvdt.rules import RULES, Id, Level


class Code(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    STORE_FULL = "store_full"
    WRONG_NAME = "wrong_name"
    NOT_KVDT = "not_kvdt"
    ARCHIVE = "archive"
    PROGRAM = "program"
    TOO_MANY_OPEN = "too_many_open"
    TRUNCATED = "truncated"
    RULE_BROKEN = "rule_broken"
    RULE_WARNS = "rule_warns"
    PLAIN_NOT_ALLOWED = "plain_not_allowed"
    CONTAINER_UNREADABLE = "container_unreadable"
    TEST_KEY = "test_key"
    SITE_FOREIGN = "site_foreign"
    QUARTER_DIFFERS = "quarter_differs"
    QUARTER_AHEAD = "quarter_ahead"
    ALREADY_SUBMITTED = "already_submitted"
    HELD_ALREADY = "held_already"
    QUARTER_OLD = "quarter_old"
    NAME_SITE_DIFFERS = "name_site_differs"
    SITE_FOREIGN_TOO = "site_foreign_too"
    PART_OF_MANY = "part_of_many"
    SITE_FOREIGN_ALL = "site_foreign_all"
    WINDOW_NOT_YET = "window_not_yet"
    WINDOW_OVER = "window_over"
    HEAD_SITE_DIFFERS = "head_site_differs"
    INFECTED = "infected"
    SCAN_AWAY = "scan_away"
    NOT_SCANNED = "not_scanned"

    @property
    def is_warning(self) -> bool:
        return self in _WARNINGS


_WARNINGS = (
    *(Code.QUARTER_OLD, Code.NAME_SITE_DIFFERS, Code.SITE_FOREIGN_TOO, Code.PART_OF_MANY),
    *(Code.RULE_WARNS, Code.WINDOW_NOT_YET, Code.WINDOW_OVER, Code.NOT_SCANNED),
)
# The sentences are those of the rule (`kvdt.rules`).
_BY_RULE = ("%(what)s %(where)s", "%(cure)s")

EXAMPLE_NAME = "Z01859999900_15.01.2027_13.58.CON"

TEXTS: dict[Code, tuple[Promise | str, Promise | str]] = {
    Code.EMPTY: (
        _("Die Datei ist leer."),
        _("Erzeugen Sie sie in Ihrem Praxisprogramm neu und wählen Sie dann die neue Datei."),
    ),
    Code.TOO_LARGE: (
        _("Die Datei ist größer als %(limit)s MB."),
        _("So groß ist eine Abrechnungsdatei nicht. Prüfen Sie, ob Sie die richtige Datei gewählt haben."),
    ),
    Code.STORE_FULL: (
        _("Wir können die Datei gerade nicht speichern."),
        _(
            "Es liegt nicht an Ihrer Datei, und es wurde nichts davon gespeichert. "
            "Versuchen Sie es in einer Stunde noch einmal. Eilt es, rufen Sie uns an."
        ),
    ),
    Code.WRONG_NAME: (
        _("Der Dateiname ist nicht der einer Abrechnungsdatei."),
        _(
            "Er sieht zum Beispiel so aus: %(example)s. Wählen Sie die Datei so, wie Ihr Praxisprogramm "
            "sie erzeugt hat, ohne sie umzubenennen."
        ),
    ),
    Code.NOT_KVDT: (
        _("Diese Datei ist keine Abrechnungsdatei."),
        _(
            "Wählen Sie die Datei, die Ihr Praxisprogramm für die Quartalsabrechnung erzeugt hat. "
            "Der Name der Datei endet auf .con oder .con.xkm."
        ),
    ),
    Code.ARCHIVE: (
        _("Das ist ein Archiv, zum Beispiel eine ZIP-Datei, und keine Abrechnungsdatei."),
        _("Entpacken Sie es, und wählen Sie die Datei daraus, deren Name auf .con oder .con.xkm endet."),
    ),
    Code.PROGRAM: (
        _("Das ist ein Programm und keine Abrechnungsdatei, auch wenn es so heißt."),
        _(
            "Öffnen Sie diese Datei nicht. Woher sie kommt, klären Sie mit dem, der Ihre Computer betreut. "
            "Erzeugen Sie die Abrechnung in Ihrem Praxisprogramm neu."
        ),
    ),
    Code.TOO_MANY_OPEN: (
        _("Es sind schon zu viele Übertragungen begonnen und nicht beendet."),
        _("Setzen Sie eine davon fort, oder entfernen Sie eine. Nach einem Tag verfallen sie von selbst."),
    ),
    Code.TRUNCATED: (
        _("Die Datei ist unvollständig: Ihr Ende fehlt."),
        _("Wahrscheinlich ist sie beim Kopieren abgebrochen. Kopieren oder erzeugen Sie sie noch einmal."),
    ),
    Code.RULE_BROKEN: _BY_RULE,
    Code.RULE_WARNS: _BY_RULE,
    Code.PLAIN_NOT_ALLOWED: (
        _("Die Datei ist nicht verschlüsselt."),
        _(
            "Verschlüsseln Sie die Abrechnung in Ihrem Praxisprogramm. "
            "Der Name der verschlüsselten Datei endet auf .con.xkm."
        ),
    ),
    Code.CONTAINER_UNREADABLE: (
        _("Der Kopf der verschlüsselten Datei ist nicht lesbar."),
        _("Verschlüsseln Sie die Abrechnung in Ihrem Praxisprogramm noch einmal."),
    ),
    Code.TEST_KEY: (
        _("Die Datei ist mit einem Testschlüssel verschlüsselt."),
        _("Verschlüsseln Sie die Abrechnung in Ihrem Praxisprogramm mit dem Schlüssel der KV."),
    ),
    Code.SITE_FOREIGN: (
        _("Die Datei gehört zur Betriebsstätte %(found)s. Ihr Zugang umfasst %(own)s."),
        _(
            "Wählen Sie eine andere Datei, oder melden Sie sich "
            "mit dem Zugang der Betriebsstätte %(found)s an."
        ),
    ),
    Code.SITE_FOREIGN_ALL: (
        _("Die Datei nennt keine Betriebsstätte Ihres Zugangs, sondern %(found)s."),
        _("Wählen Sie eine andere Datei, oder melden Sie sich mit dem Zugang dieser Betriebsstätte an."),
    ),
    Code.QUARTER_DIFFERS: (
        _("Sie haben %(stated)s gewählt, in der Datei steht %(found)s."),
        _("Wählen Sie das Quartal, das in der Datei steht, oder eine andere Datei."),
    ),
    Code.QUARTER_AHEAD: (
        _("%(found)s hat noch nicht begonnen."),
        _("Stellen Sie in Ihrem Praxisprogramm das richtige Quartal ein und erzeugen Sie die Datei neu."),
    ),
    Code.ALREADY_SUBMITTED: (
        _("Diese Datei ist schon eingereicht."),
        _("Eingangsnummer %(number)s vom %(day)s. Sie müssen nichts weiter tun."),
    ),
    Code.HELD_ALREADY: (
        _("Genau diese Datei liegt uns schon vor."),
        _("Jemand anderes hat sie für diese Betriebsstätte hochgeladen. Fragen Sie in der Praxis nach."),
    ),
    Code.QUARTER_OLD: (
        _("%(found)s liegt schon länger zurück."),
        _("Reichen Sie die Datei nur ein, wenn Sie dieses Quartal meinen."),
    ),
    Code.WINDOW_NOT_YET: (
        _("Der Abgabezeitraum für %(found)s beginnt erst am %(day)s."),
        _("Reichen Sie die Datei ab diesem Tag ein. Kommt bis dahin etwas dazu, erzeugen Sie sie neu."),
    ),
    Code.WINDOW_OVER: (
        _("Der Abgabezeitraum für %(found)s endete am %(day)s."),
        _("Reichen Sie die Datei möglichst gleich ein. Fragen Sie uns, wenn Sie einen Aufschub brauchen."),
    ),
    Code.NAME_SITE_DIFFERS: (
        _("Im Dateinamen steht die BSNR %(named)s, in der Datei %(found)s."),
        _("Prüfen Sie, ob es die richtige Datei ist."),
    ),
    Code.INFECTED: (
        _("In der Datei ist ein Schadprogramm. Wir haben nichts davon gespeichert."),
        _(
            "Öffnen Sie die Datei nicht und rufen Sie den an, der Ihre Computer betreut. "
            "Erzeugen Sie die Abrechnung erst danach neu."
        ),
    ),
    Code.SCAN_AWAY: (
        _("Wir können die Datei gerade nicht auf Schadprogramme prüfen und nehmen sie deshalb nicht an."),
        _("Es liegt nicht an Ihrer Datei. Versuchen Sie es in einer Stunde noch einmal."),
    ),
    Code.NOT_SCANNED: (
        _("Die Datei wurde nicht auf Schadprogramme geprüft."),
        _("Der Virenscanner der KV war nicht erreichbar. Sie müssen nichts tun und können einreichen."),
    ),
    Code.HEAD_SITE_DIFFERS: (
        _("Im Kopf der verschlüsselten Datei steht die BSNR %(named)s, in der Datei %(found)s."),
        _("Prüfen Sie, ob Sie die richtige Datei verschlüsselt haben, und rufen Sie uns an."),
    ),
    Code.SITE_FOREIGN_TOO: (
        _("Die Datei enthält auch die Betriebsstätte %(found)s, die nicht zu Ihrem Zugang gehört."),
        _("Reichen Sie die Datei nur ein, wenn Sie gemeinsam abrechnen."),
    ),
    Code.PART_OF_MANY: (
        _("Die Datei ist Teil %(part)s von %(parts)s."),
        _("Reichen Sie auch die übrigen Teile ein."),
    ),
}


def place(values: Mapping[str, str]) -> str:
    """Where a rule was broken, and how often, in words."""
    parts = [_lines(values["lines"])]
    if values["fk"]:
        parts.append(gettext("Feld %(fk)s") % values)
    if values["value"]:
        parts.append(values["value"])
    if int(values["count"]) > 1:
        parts.append(gettext("%(count)s-mal") % values)
    return ", ".join(parts)


def _lines(lines: str) -> str:
    if not lines:
        return gettext("Dateiname")
    several = 2 if "," in lines else 1
    return ngettext("Zeile %(lines)s", "Zeilen %(lines)s", several) % {"lines": lines}


@dataclass(frozen=True)
class Finding:
    """One thing found; `values` fill the sentences and hold nothing of a patient."""

    code: Code
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_rule(cls, found: kvdt.Finding) -> "Finding":
        """What the check of a plain file found."""
        values = {"rule": found.rule.value, "fk": found.fk, "value": found.value, "count": str(found.count)}
        values["lines"] = ", ".join(map(str, found.lines))
        return cls(Code.RULE_WARNS if found.level is Level.WARNING else Code.RULE_BROKEN, values)

    @property
    def what(self) -> str:
        return str(TEXTS[self.code][0]) % self._words

    @property
    def cure(self) -> str:
        return str(TEXTS[self.code][1]) % self._words

    @property
    def _words(self) -> Mapping[str, str]:
        if self.code not in (Code.RULE_BROKEN, Code.RULE_WARNS):
            return self.values
        rule = RULES[Id(self.values["rule"])]
        return {"what": gettext(rule.what), "cure": gettext(rule.cure), "where": f"({place(self.values)})"}

    def stored(self) -> dict[str, object]:
        """The form in which a delivery keeps its warnings."""
        return {"code": self.code, "values": dict(self.values)}

    @classmethod
    def restored(cls, row: Mapping[str, object]) -> "Finding":
        values = row["values"]
        assert isinstance(values, dict)  # noqa: S101 - we wrote it
        return cls(Code(str(row["code"])), values)
