"""How a command ends: its exit codes, and the exception that carries a German text to the person."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes, stable; documented in `flexnet-client --help`."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INPUT = 3
    SETTINGS = 4
    MACHINE = 5
    GATEWAY = 6
    REFUSED = 7
    BUSY = 8
    LOST = 9
    OPEN = 10
    UNDERWAY = 11
    PERSON = 12
    INTERRUPTED = 130


MEANINGS = {
    Exit.DONE: "erledigt; bei status: abgeschottet und verbunden; bei check: alles in Ordnung",
    Exit.FAILED: "nicht gelungen; bei check: mindestens ein Punkt ist nicht in Ordnung",
    Exit.USAGE: "der Aufruf war nicht zu verstehen",
    Exit.INPUT: "Benutzername oder Eingabefeld sind so nicht möglich; nichts wurde gesendet",
    Exit.SETTINGS: "die Einstellungen fehlen oder sind falsch",
    Exit.MACHINE: "diesem Computer fehlt etwas (Rechte, TUN, ein Programm)",
    Exit.GATEWAY: "das Gateway oder das Portal ist nicht erreichbar oder sein Zertifikat nicht das richtige",
    Exit.REFUSED: "die Anmeldung (bei submit: die Datei) wurde nicht angenommen",
    Exit.BUSY: "auf diesem Computer besteht schon eine Verbindung",
    Exit.LOST: "die Verbindung bestand und ist verloren gegangen",
    Exit.OPEN: "nur status: nicht verbunden, LAN und Internet sind offen",
    Exit.UNDERWAY: "nur status: die Verbindung wird gerade auf- oder wiederaufgebaut",
    Exit.PERSON: "nur submit: übertragen und geprüft; ein Mensch reicht die Datei im Portal ein",
    Exit.INTERRUPTED: "abgebrochen, bevor die Verbindung stand",
}


class Failure(Exception):
    """Something the person must know: what happened and what to do now, in German, without any secret."""

    def __init__(self, text: str, code: Exit) -> None:
        super().__init__(text)
        self.code = code
