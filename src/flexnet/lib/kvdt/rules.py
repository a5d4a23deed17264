"""What a billing file must keep: each rule with its sentences, its source, and since when it holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from flexnet.lib.quarters import Quarter


def N_(text: str) -> str:
    """Marks a sentence that pages translate."""
    return text


class Level(IntEnum):
    """How bad it is, by the return codes of KBV's own module (XPM)."""

    OK = 0
    WARNING = 1
    ERROR = 2
    ABORT = 3


class Id(StrEnum):
    """Names of the rules; kept with results, so never used for another meaning."""

    EMPTY_FILE = "empty_file"
    ENCRYPTED = "encrypted"
    NO_BILLING_FILE = "no_billing_file"
    CUT_OFF = "cut_off"
    TOO_MANY = "too_many"
    LINE_END = "line_end"
    LINE_HEAD = "line_head"
    LINE_LENGTH = "line_length"
    LINE_TOO_LONG = "line_too_long"
    CHARACTERS = "characters"
    NO_CONTENT = "no_content"
    BLANKS = "blanks"
    RECORD_UNKNOWN = "record_unknown"
    RECORD_ORDER = "record_order"
    RECORD_TWICE = "record_twice"
    BEHIND_END = "behind_end"
    PACKAGE_MISSING = "package_missing"
    PACKAGE_EXTRA = "package_extra"
    RVSA_MISSING = "rvsa_missing"
    FIELD_MISSING = "field_missing"
    FIELD_TWICE = "field_twice"
    SITE_MISSING = "site_missing"
    DOCTOR_MISSING = "doctor_missing"
    SITE_TWICE = "site_twice"
    DOCTOR_TWICE = "doctor_twice"
    CHARSET_CODE = "charset_code"
    PACKAGE_CODE = "package_code"
    DAY = "day"
    BIRTH_DAY = "birth_day"
    TIME = "time"
    QUARTER = "quarter"
    BSNR = "bsnr"
    LANR = "lanr"
    LANR_OBSOLETE = "lanr_obsolete"
    LANR_PSEUDO = "lanr_pseudo"
    TEAM = "team"
    HOSPITAL_IK = "hospital_ik"
    IK = "ik"
    IK_CHECK_DIGIT = "ik_check_digit"
    VKNR = "vknr"
    POSTAL_CODE = "postal_code"
    NAME_TOO_LONG = "name_too_long"
    TEST_NUMBER = "test_number"
    RECEIVER = "receiver"
    CODE_OF_RVSA = "code_of_rvsa"
    PART_CODE = "part_code"
    PARTS = "parts"
    CASE_QUARTER_MISSING = "case_quarter_missing"
    CASE_QUARTER_AHEAD = "case_quarter_ahead"
    SERVICE_DAY = "service_day"
    SERVICE_SITE = "service_site"
    SERVICE_DOCTOR = "service_doctor"
    MODULE_WARNS = "module_warns"
    MODULE_REFUSES = "module_refuses"
    NAME_FORM = "name_form"
    NAME_PACKAGES = "name_packages"
    NAME_SITE = "name_site"
    NAME_DAY = "name_day"


@dataclass(frozen=True)
class Rule:
    """`what` is wrong, `why` it matters, `cure`; German. `since` None: for every quarter that is handed in.

    `source` is a rule or a document of KBV, or says that the rule is our own.
    """

    level: Level
    source: str
    what: str
    why: str
    cure: str
    since: Quarter | None = None

    def holds(self, quarter: Quarter | None) -> bool:
        """Whether it is asked of a file for this quarter; of a file without one every rule is."""
        return self.since is None or quarter is None or quarter >= self.since


_KVDT = "KVDT-Datensatzbeschreibung V6.03"
_FORM = "KVDT-Datensatzbeschreibung V6.03, Aufbau der Zeile"
_ORDER = "KVDT-Datensatzbeschreibung V6.03, Dateistruktur"
_BESA = "KVDT-Datensatzbeschreibung V6.03, Satz „besa“"
_NAMES = N_("Eigene Regel; Aufbau des Dateinamens nach KVDT 1.9.2")
_OWN = N_("Eigene Regel")

_AGAIN = N_("Erzeugen Sie die Abrechnungsdatei in Ihrem Praxisprogramm neu.")
_MAKER = N_(
    "Erzeugen Sie die Datei neu, ohne sie mit einem anderen Programm zu öffnen. "
    "Bleibt der Fehler, wenden Sie sich an den Hersteller Ihres Praxisprogramms."
)
_MASTER = N_(
    "Berichtigen Sie die Angabe in den Stammdaten Ihres Praxisprogramms und erzeugen Sie die Datei neu."
)
_CASE = N_("Berichtigen Sie die Angabe in diesem Fall und erzeugen Sie die Datei neu.")
_NOT_RENAMED = N_("Wählen Sie die Datei so, wie Ihr Praxisprogramm sie erzeugt hat, ohne sie umzubenennen.")
_UNREADABLE = N_("Die Zeile lässt sich nicht sicher lesen.")
_NOT_ASSIGNED = N_("So lässt sich die Abrechnung nicht richtig zuordnen.")
_DAYS = N_("Ein Datum steht als Jahr, Monat und Tag in acht Ziffern und muss es geben.")
_WHOLE = N_("Ohne diese Angabe ist die Abrechnung nicht vollständig.")

RULES: dict[Id, Rule] = {
    Id.EMPTY_FILE: Rule(
        Level.ABORT,
        _OWN,
        N_("Die Datei ist leer."),
        N_("Es gibt nichts zu prüfen."),
        _AGAIN,
    ),
    Id.ENCRYPTED: Rule(
        Level.ABORT,
        _OWN,
        N_("Die Datei ist verschlüsselt."),
        N_("Geprüft werden kann nur die Datei vor dem Verschlüsseln."),
        N_("Wählen Sie die unverschlüsselte Datei; ihr Name endet auf .con."),
    ),
    Id.NO_BILLING_FILE: Rule(
        Level.ABORT,
        _ORDER,
        N_("Das ist keine Abrechnungsdatei."),
        N_("Eine Abrechnungsdatei beginnt mit dem Satz „con0“."),
        N_("Wählen Sie die Datei, die Ihr Praxisprogramm für die Quartalsabrechnung erzeugt hat."),
    ),
    Id.CUT_OFF: Rule(
        Level.ABORT,
        _ORDER,
        N_("Die Datei ist unvollständig: Ihr Ende fehlt."),
        N_("Eine Abrechnungsdatei endet mit dem Satz „con9“ und einer ganzen Zeile."),
        N_("Kopieren oder erzeugen Sie die Datei noch einmal."),
    ),
    Id.TOO_MANY: Rule(
        Level.ABORT,
        _OWN,
        N_("Zu viele Zeilen sind fehlerhaft; die Prüfung hat dort aufgehört."),
        N_("So viele fehlerhafte Zeilen haben fast immer eine gemeinsame Ursache."),
        _MAKER,
    ),
    Id.LINE_END: Rule(
        Level.ERROR,
        _FORM,
        N_("Die Zeile endet nicht mit den beiden Zeichen CR und LF."),
        N_("Das geschieht, wenn ein anderes Programm die Datei gespeichert hat."),
        _MAKER,
    ),
    Id.LINE_HEAD: Rule(
        Level.ERROR,
        _FORM,
        N_("Die Zeile beginnt nicht mit Länge und Feldkennung."),
        _UNREADABLE,
        _MAKER,
    ),
    Id.LINE_LENGTH: Rule(
        Level.ERROR,
        _FORM,
        N_("Die Zeile ist nicht so lang, wie sie angibt."),
        N_("Die ersten drei Ziffern nennen die Länge der Zeile mit ihrem Ende."),
        _MAKER,
    ),
    Id.LINE_TOO_LONG: Rule(
        Level.ERROR,
        _FORM,
        N_("Die Zeile ist länger als 999 Zeichen."),
        N_("Eine längere Zeile kann ihre Länge nicht angeben."),
        _MAKER,
    ),
    Id.CHARACTERS: Rule(
        Level.ERROR,
        _OWN,
        N_("Die Zeile enthält Zeichen, die es in ISO 8859-15 nicht gibt."),
        N_("Das geschieht, wenn die Datei mit einem anderen Zeichensatz gespeichert wurde."),
        _MAKER,
    ),
    Id.NO_CONTENT: Rule(
        Level.ERROR,
        _FORM,
        N_("Das Feld ist leer."),
        N_("Ein Feld ohne Inhalt darf nicht in der Datei stehen."),
        _MAKER,
    ),
    Id.BLANKS: Rule(
        Level.ERROR,
        _FORM,
        N_("Das Feld beginnt oder endet mit einem Leerzeichen."),
        N_("Am Anfang und am Ende eines Feldes sind Leerzeichen nicht erlaubt."),
        N_("Löschen Sie das Leerzeichen in Ihrem Praxisprogramm und erzeugen Sie die Datei neu."),
    ),
    Id.RECORD_UNKNOWN: Rule(
        Level.ERROR,
        _ORDER,
        N_("Diese Satzart gibt es in einer Abrechnungsdatei nicht."),
        N_("Erlaubt sind nur die Satzarten der Abrechnung."),
        _MAKER,
    ),
    Id.RECORD_ORDER: Rule(
        Level.ERROR,
        _ORDER,
        N_("Der Satz steht an einer Stelle, an der er nicht stehen darf."),
        N_("Die Reihenfolge der Sätze ist vorgeschrieben."),
        _MAKER,
    ),
    Id.RECORD_TWICE: Rule(
        Level.ERROR,
        _ORDER,
        N_("Der Satz steht mehrmals in der Datei."),
        N_("Jeder Teil der Abrechnung und jeder Kopfsatz darf nur einmal vorkommen."),
        _MAKER,
    ),
    Id.BEHIND_END: Rule(
        Level.ERROR,
        _ORDER,
        N_("Hinter dem Ende der Abrechnung steht noch etwas."),
        N_("Hinter „con9“ darf nur das Ergebnis des Prüfmoduls stehen."),
        _AGAIN,
    ),
    Id.PACKAGE_MISSING: Rule(
        Level.ERROR,
        _ORDER,
        N_("Die Datei kündigt einen Teil der Abrechnung an, der fehlt."),
        N_("Der Kopf der Datei nennt, welche Teile folgen."),
        _AGAIN,
    ),
    Id.PACKAGE_EXTRA: Rule(
        Level.ERROR,
        _ORDER,
        N_("Die Datei enthält einen Teil der Abrechnung, den sie nicht ankündigt."),
        N_("Der Kopf der Datei nennt, welche Teile folgen."),
        _AGAIN,
    ),
    Id.RVSA_MISSING: Rule(
        Level.WARNING,
        _ORDER,
        N_("Die Angaben zu Ringversuchen (Satz „rvsa“) fehlen."),
        N_("Zu einer Abrechnung mit Betriebsstätte werden sie erwartet."),
        N_("Prüfen Sie in Ihrem Praxisprogramm die Angaben zum Praxislabor."),
    ),
    Id.FIELD_MISSING: Rule(
        Level.ERROR,
        _OWN,
        N_("In diesem Satz fehlt ein Feld."),
        _WHOLE,
        _MASTER,
    ),
    Id.FIELD_TWICE: Rule(
        Level.ERROR,
        _OWN,
        N_("Das Feld steht in diesem Satz mehrmals."),
        N_("Welche der Angaben gilt, lässt sich nicht entscheiden."),
        _MAKER,
    ),
    Id.SITE_MISSING: Rule(
        Level.ERROR,
        _BESA,
        N_("Die Datei nennt weder eine Betriebsstätte noch ein Krankenhaus."),
        _NOT_ASSIGNED,
        _MASTER,
    ),
    Id.DOCTOR_MISSING: Rule(
        Level.ERROR,
        _BESA,
        N_("Am Anfang der Datei ist niemand mit Arztnummer genannt."),
        _NOT_ASSIGNED,
        _MASTER,
    ),
    Id.SITE_TWICE: Rule(
        Level.WARNING,
        "KVDT-Datensatzbeschreibung V6.03, Meldung 878",
        N_("Die Betriebsstätte ist doppelt genannt."),
        N_("Jede Betriebsstätte soll nur einmal genannt sein."),
        _MASTER,
    ),
    Id.DOCTOR_TWICE: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Meldung 875",
        N_("Die Arztnummer steht bei dieser Betriebsstätte doppelt."),
        N_("Jede Arztnummer darf bei einer Betriebsstätte nur einmal stehen."),
        _MASTER,
    ),
    Id.CHARSET_CODE: Rule(
        Level.ERROR,
        _FORM,
        N_("Die Datei nennt einen anderen Zeichensatz als ISO 8859-15."),
        N_("Erlaubt ist nur der Code 4."),
        _MAKER,
    ),
    Id.PACKAGE_CODE: Rule(
        Level.ERROR,
        _ORDER,
        N_("Die Datei kündigt einen Teil der Abrechnung an, den es nicht gibt."),
        N_("Es gibt die Teile 1, 3, 6 und 7."),
        _MAKER,
    ),
    Id.DAY: Rule(
        Level.ERROR,
        _FORM,
        N_("Das Datum gibt es nicht."),
        _DAYS,
        _CASE,
    ),
    Id.BIRTH_DAY: Rule(
        Level.ERROR,
        _FORM,
        N_("Das Geburtsdatum gibt es nicht."),
        N_("Es steht als Jahr, Monat und Tag in acht Ziffern; Unbekanntes ist 00."),
        _CASE,
    ),
    Id.TIME: Rule(
        Level.WARNING,
        _OWN,
        N_("Die Uhrzeit der Prüfung gibt es nicht."),
        N_("Das Prüfmodul schreibt sie hinter die Abrechnung."),
        N_("Prüfen Sie die Datei noch einmal mit dem KBV-Prüfmodul."),
    ),
    Id.QUARTER: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Regel 016",
        N_("Das Quartal ist nicht richtig geschrieben."),
        N_("Zuerst steht das Quartal, dann das Jahr, zum Beispiel 12026."),
        _CASE,
    ),
    Id.BSNR: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Regeln 049, 061, 062, 162 und 750",
        N_("Das ist keine gültige Betriebsstättennummer."),
        N_("Sie hat neun Ziffern und beginnt mit dem Schlüssel einer Kassenärztlichen Vereinigung."),
        _MASTER,
    ),
    Id.LANR: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Regel 050",
        N_("Das ist keine gültige Arztnummer."),
        N_("Sie hat neun Ziffern; die siebte ist eine Prüfziffer und passt hier nicht."),
        _MASTER,
    ),
    Id.LANR_OBSOLETE: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Regel 762",
        N_("Die Ersatznummer 888888800 ist nicht mehr zulässig."),
        N_("Sie steht für niemanden."),
        _MASTER,
    ),
    Id.LANR_PSEUDO: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Regel 063",
        N_("Das ist keine Ersatznummer für Krankenhausärzte."),
        N_("Sie beginnt mit 555555 und hat neun Ziffern."),
        _MASTER,
    ),
    Id.TEAM: Rule(
        Level.ERROR,
        _BESA,
        N_("Das ist keine gültige ASV-Teamnummer."),
        N_("Sie hat neun Ziffern, beginnt mit 00 und endet mit einer Prüfziffer."),
        _MASTER,
    ),
    Id.HOSPITAL_IK: Rule(
        Level.ERROR,
        _BESA,
        N_("Das Institutionskennzeichen des Krankenhauses hat nicht neun Ziffern."),
        _NOT_ASSIGNED,
        _MASTER,
    ),
    Id.IK: Rule(
        Level.ERROR,
        "Gemeinsames Rundschreiben Institutionskennzeichen, April 2013",
        N_("Das Institutionskennzeichen des Kostenträgers hat nicht neun Ziffern."),
        N_("Der Kostenträger lässt sich nicht zuordnen."),
        _CASE,
    ),
    Id.IK_CHECK_DIGIT: Rule(
        Level.WARNING,
        "Gemeinsames Rundschreiben Institutionskennzeichen, April 2013",
        N_("Die Prüfziffer des Institutionskennzeichens passt nicht."),
        N_("Wahrscheinlich ist eine Ziffer falsch."),
        N_("Vergleichen Sie das Kennzeichen mit der Versichertenkarte."),
    ),
    Id.VKNR: Rule(
        Level.ERROR,
        _KVDT,
        N_("Die Vertragskassennummer (VKNR) hat nicht fünf Ziffern."),
        N_("Der Kostenträger lässt sich nicht zuordnen."),
        _CASE,
    ),
    Id.POSTAL_CODE: Rule(
        Level.ERROR,
        _BESA,
        N_("Die Postleitzahl ist länger als sieben Zeichen."),
        N_("Mehr Zeichen sind dort nicht vorgesehen."),
        _MASTER,
    ),
    Id.NAME_TOO_LONG: Rule(
        Level.ERROR,
        _BESA,
        N_("Der Name ist länger als 60 Zeichen."),
        N_("Mehr Zeichen sind dort nicht vorgesehen."),
        _MASTER,
    ),
    Id.TEST_NUMBER: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Regel 052",
        N_("Die Prüfnummer des Praxisprogramms ist nicht richtig geschrieben."),
        N_("Sie zeigt, dass die KBV das Programm zugelassen hat."),
        N_("Wenden Sie sich an den Hersteller Ihres Praxisprogramms."),
    ),
    Id.RECEIVER: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Regel 532",
        N_("Der Empfänger der Abrechnung ist keiner der erlaubten Schlüssel."),
        _NOT_ASSIGNED,
        N_("Wählen Sie in Ihrem Praxisprogramm die zuständige KV und erzeugen Sie die Datei neu."),
    ),
    Id.CODE_OF_RVSA: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Satz „rvsa“",
        N_("Diesen Wert gibt es bei den Angaben zu Ringversuchen nicht."),
        N_("Erlaubt sind im Feld 0300 die Werte 0 und 1, im Feld 0301 die Werte 0, 1 und 2."),
        _MASTER,
    ),
    Id.PART_CODE: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Satz „adt0“",
        N_("Die Angabe zur Teilabrechnung ist nicht richtig geschrieben."),
        N_("Die Anzahl der Teile liegt zwischen 02 und 99, die Nummer des Teils zwischen 01 und 99."),
        _MAKER,
    ),
    Id.PARTS: Rule(
        Level.ERROR,
        _OWN,
        N_("Anzahl und Nummer der Teilabrechnung passen nicht zueinander."),
        N_("Beide Angaben gehören zusammen, und die Nummer ist nicht größer als die Anzahl."),
        _MAKER,
    ),
    Id.CASE_QUARTER_MISSING: Rule(
        Level.ERROR,
        _OWN,
        N_("Im Fall fehlt das Quartal."),
        N_("Ohne Quartal lässt sich der Fall nicht abrechnen."),
        _CASE,
    ),
    Id.CASE_QUARTER_AHEAD: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Feld 4101",
        N_("Der Fall liegt in einem späteren Quartal als die Abrechnung."),
        N_("Abgerechnet werden Fälle dieses Quartals und früherer."),
        _CASE,
    ),
    Id.SERVICE_DAY: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Feld 5000",
        N_("Der Tag der Leistung liegt nicht im Quartal des Falls."),
        N_("Ein Fall enthält nur Leistungen seines Quartals."),
        _CASE,
    ),
    Id.SERVICE_SITE: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Feld 5098",
        N_("Die Betriebsstätte der Leistung ist am Anfang der Datei nicht genannt."),
        _NOT_ASSIGNED,
        _MASTER,
    ),
    Id.SERVICE_DOCTOR: Rule(
        Level.ERROR,
        "KVDT-Datensatzbeschreibung V6.03, Feld 5099",
        N_("Die Arztnummer der Leistung ist am Anfang der Datei nicht genannt."),
        _NOT_ASSIGNED,
        _MASTER,
    ),
    Id.MODULE_WARNS: Rule(
        Level.WARNING,
        "KBV-Prüfmodul (XPM), Rückgabewert 1",
        N_("Das KBV-Prüfmodul hat Warnungen gemeldet."),
        N_("Sie stehen im Prüfprotokoll Ihres Praxisprogramms."),
        N_("Sehen Sie das Prüfprotokoll durch."),
    ),
    Id.MODULE_REFUSES: Rule(
        Level.ERROR,
        "KBV-Prüfmodul (XPM), Rückgabewert ab 2",
        N_("Das KBV-Prüfmodul hat Fehler gemeldet."),
        N_("Mit diesem Ergebnis kann die Abrechnung nicht verarbeitet werden."),
        N_("Beheben Sie die Fehler aus dem Prüfprotokoll und erzeugen Sie die Datei neu."),
    ),
    Id.NAME_FORM: Rule(
        Level.ERROR,
        "KVDT 1.9.2, Dateiname",
        N_("So heißt keine Abrechnungsdatei."),
        N_("Ein Beispiel: Z01859999900_15.01.2026_13.58.CON."),
        _NOT_RENAMED,
    ),
    Id.NAME_PACKAGES: Rule(
        Level.ERROR,
        _NAMES,
        N_("Der Dateiname nennt andere Teile der Abrechnung, als die Datei enthält."),
        N_("Die beiden Stellen hinter dem Z nennen, was in der Datei steht."),
        _NOT_RENAMED,
    ),
    Id.NAME_SITE: Rule(
        Level.WARNING,
        _NAMES,
        N_("Die Betriebsstättennummer im Dateinamen kommt in der Datei nicht vor."),
        N_("Vielleicht ist es die Datei einer anderen Betriebsstätte."),
        N_("Prüfen Sie, ob es die richtige Datei ist."),
    ),
    Id.NAME_DAY: Rule(
        Level.WARNING,
        _NAMES,
        N_("Der Tag im Dateinamen ist nicht der, an dem die Datei erzeugt wurde."),
        N_("Vielleicht ist es eine ältere Fassung der Datei."),
        _NOT_RENAMED,
    ),
}
