"""The words of the timeline: to what it happened, at which door, and what the values are called."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.keys.models import Place
from flexnet.members.models import Direction, Ownership
from flexnet.web import explaining

THINGS: Final = {
    "mails": gettext_lazy("Mails"),
    "documents": gettext_lazy("Dokumente"),
    "practice": gettext_lazy("Praxis"),
    "site": gettext_lazy("Betriebsstätte"),
    "person": gettext_lazy("LANR"),
    "access": gettext_lazy("Zugang"),
    "account": gettext_lazy("Zugang"),
    "key": gettext_lazy("YubiKey"),
    "third_party": gettext_lazy("Dritter"),
    "staff": gettext_lazy("Mitarbeiter"),
    "task": gettext_lazy("Aufgabe"),
    "batch": gettext_lazy("Druckauftrag"),
    "queue": gettext_lazy("Drucker"),
    "import": gettext_lazy("Arztregister, Datei"),
    "application": gettext_lazy("Antrag"),
    "software_request": gettext_lazy("Anfrage nach Software"),
    "release": gettext_lazy("Software"),
    "keyfile": gettext_lazy("Schlüsseldatei"),
    "keys": gettext_lazy("YubiKeys"),
    "gateway": gettext_lazy("Einwahlknoten"),
    "service": gettext_lazy("Dienst"),
    "terms": gettext_lazy("Nutzungsbedingungen, Fassung"),
    "maintenance": gettext_lazy("Wartung"),
}
NAMELESS: Final = frozenset({"practice", "third_party"})  # known by a number that nobody uses

DOORS: Final = {
    "office": gettext_lazy("Mitgliederverwaltung"),
    "portal": gettext_lazy("Portal"),
    "radius": gettext_lazy("Einwahlknoten"),
    "cli": gettext_lazy("Betrieb"),
    "worker": gettext_lazy("selbsttätig"),
    "public": gettext_lazy("öffentliche Seite"),
    "import": gettext_lazy("Import"),
}

LABELS: Final = {
    "agreement": gettext_lazy("Vereinbarung"),
    "authority": gettext_lazy("An die Datenschutzaufsicht"),
    "supervisor": gettext_lazy("An die Rechtsaufsicht"),
    "channel": gettext_lazy("Wo"),
    "contact": gettext_lazy("Ansprechpartner"),
    "died": gettext_lazy("Gestorben"),
    "interest": gettext_lazy("Interesse der KV"),
    "justified": gettext_lazy("Begründet"),
    "note": gettext_lazy("Vermerk"),
    "letter": gettext_lazy("Briefnummer"),
    "mail": gettext_lazy("Mail Nr."),
    "holds": gettext_lazy("Inhalt"),
    "on": gettext_lazy("Am"),
    "signatory": gettext_lazy("Unterschreibt"),
    "site": gettext_lazy("Betriebsstätte"),
    "spoken_to": gettext_lazy("Gesprochen mit"),
    "to": gettext_lazy("An"),
    "answer": gettext_lazy("Antwort"),
    "approved_by": gettext_lazy("Freigegeben von"),
    "bsnr": gettext_lazy("BSNR"),
    "access": gettext_lazy("Zugang"),
    "cause": gettext_lazy("Ursache"),
    "due": gettext_lazy("Frist"),
    "email": gettext_lazy("E-Mail"),
    "ends": gettext_lazy("Letzter Tag"),
    "extra": gettext_lazy("Zusatz"),
    "fax": gettext_lazy("Fax"),
    "from": gettext_lazy("Ab"),
    "function": gettext_lazy("Befugnis"),
    "heirs": gettext_lazy("Für die Erben"),
    "kind": gettext_lazy("Art"),
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Telefon"),
    "postcode": gettext_lazy("Postleitzahl"),
    "quarter": gettext_lazy("Quartal"),
    "reason": gettext_lazy("Grund"),
    "reasons": gettext_lazy("Gründe"),
    "received": gettext_lazy("Eingegangen"),
    "reported_by": gettext_lazy("Gemeldet von"),
    "scope": gettext_lazy("Umfang"),
    "service": gettext_lazy("Dienst"),
    "services": gettext_lazy("Dienste"),
    "signed_on": gettext_lazy("Unterschrieben"),
    "street": gettext_lazy("Straße"),
    "terms": gettext_lazy("Fassung der Nutzungsbedingungen"),
    "town": gettext_lazy("Ort"),
    "until": gettext_lazy("Bis"),
    "way": gettext_lazy("Weg"),
    "provider": gettext_lazy("Anbieter"),
    "file": gettext_lazy("Datei"),
    "system": gettext_lazy("Betriebssystem"),
    "count": gettext_lazy("Anzahl"),
    "rows": gettext_lazy("Zeilen"),
    "changed": gettext_lazy("Geänderte Zeilen"),
    "wrong": gettext_lazy("Falsche Zeilen"),
    "endings": gettext_lazy("Beendigungen"),
}

WAYS_IN: Final = {"flexnet": gettext_lazy("KV-FlexNet"), "kv_safenet": gettext_lazy("KV-SafeNet")}

CAUSES: Final = {
    "loss": gettext_lazy("Verlust"),
    "misuse": gettext_lazy("Missbrauch"),
    "violation": gettext_lazy("Verstoß gegen die Nutzungsbedingungen"),
    "objection": gettext_lazy("Widerspruch gegen die Nutzungsbedingungen"),
    "other": gettext_lazy("Anderer wichtiger Grund"),
}
SCOPES: Final = {
    "key": gettext_lazy("nur der YubiKey"),
    "password": gettext_lazy("nur die jetzigen Zugangsdaten"),
    "access": gettext_lazy("dieser Zugang"),
    "practice": gettext_lazy("alle Zugänge der Praxis"),
}
WAYS: Final = {
    "telephone": gettext_lazy("Telefon"),
    "email": gettext_lazy("E-Mail"),
    "fax": gettext_lazy("Fax"),
    "letter": gettext_lazy("Brief"),
    "in_person": gettext_lazy("persönlich"),
    "public": gettext_lazy("öffentliche Seite"),
    "portal": gettext_lazy("Portal"),
}
SOFTWARE_WAYS: Final = {"mail": gettext_lazy("E-Mail"), "office": gettext_lazy("Mitgliederverwaltung")}
SYSTEMS: Final = {
    "windows": gettext_lazy("Windows"),
    "macos": gettext_lazy("macOS"),
    "linux": gettext_lazy("Linux"),
}
NOTICES: Final = {
    "member": gettext_lazy("Kündigung des Mitglieds"),
    "kv": gettext_lazy("Kündigung der KV"),
    "extraordinary": gettext_lazy("fristlose Kündigung"),
}
ACCESSES: Final = {
    "practice": gettext_lazy("Praxiszugang"),
    "personal": gettext_lazy("persönlicher Zugang"),
    "employee": gettext_lazy("Mitarbeiterzugang"),
    "third_party": gettext_lazy("Zugang eines Dritten"),
}
PRACTICES: Final = {
    "single": gettext_lazy("Einzelpraxis"),
    "bag": gettext_lazy("Berufsausübungsgemeinschaft"),
    "mvz": gettext_lazy("Medizinisches Versorgungszentrum"),
}
EMPLOYMENTS: Final = {"employed": gettext_lazy("angestellt"), "authorised": gettext_lazy("ermächtigt")}
BONDS: Final = {Ownership: gettext_lazy("Inhaberschaft"), Direction: gettext_lazy("ärztliche Leitung")}
DELIVERIES: Final = {"echt": gettext_lazy("Echtabrechnung"), "test": gettext_lazy("Testabrechnung")}
FUNCTIONS: Final = {
    "portal": gettext_lazy("das Portal benutzen"),
    "submission": gettext_lazy("Abrechnung einreichen"),
    "documents": gettext_lazy("Dokumente der Praxis ansehen"),
}

LETTERS: Final = {
    "key": gettext_lazy("YubiKey"),
    "word": gettext_lazy("Sperrkennwort"),
    "lock": gettext_lazy("Mitteilung einer Sperre"),
    "end": gettext_lazy("Mitteilung des Endes"),
    "return": gettext_lazy("Rückgabe eines YubiKeys"),
    "charge": gettext_lazy("Kosten eines Verlusts"),
    "writing": gettext_lazy("Schreiben der KV"),
    "reminder": gettext_lazy("Erinnerung an die Nutzungsbedingungen"),
    "new_address": gettext_lazy("Hinweis auf neue Anschrift"),
}
MAILS: Final = {
    "access_locked": gettext_lazy("Zugang gesperrt"),
    "credentials_asked": gettext_lazy("Neue Zugangsdaten verlangt"),
    "word_asked": gettext_lazy("Neues Sperrkennwort bestellt"),
    "message_waiting": gettext_lazy("Nachricht im Portal"),
    "documents_waiting": gettext_lazy("Dokumente im Portal"),
    "mandate_given": gettext_lazy("Vollmacht erteilt"),
    "billing_received": gettext_lazy("Eingang einer Abrechnung"),
    "mandate_revoked": gettext_lazy("Vollmacht widerrufen"),
    "change_decided": gettext_lazy("Änderungswunsch entschieden"),
    "notice_received": gettext_lazy("Kündigung eingegangen"),
    "software_link": gettext_lazy("Link zur Software"),
    "terms_reminder": gettext_lazy("Erinnerung an die Nutzungsbedingungen"),
}
PLACES: Final[Mapping[str, Promise]] = {
    Place.IN_STOCK: gettext_lazy("Im Lager"),
    Place.ASSIGNED: gettext_lazy("Zugeordnet"),
    Place.PACKED: gettext_lazy("Gepackt"),
    Place.POSTED: gettext_lazy("Verschickt"),
    Place.IN_USE: gettext_lazy("In Gebrauch"),
    Place.TO_BE_RETURNED: gettext_lazy("Zurückgefordert"),
    Place.RETURNED: gettext_lazy("Zurückgekommen"),
    Place.LOST: gettext_lazy("Verloren"),
    Place.DEFECTIVE: gettext_lazy("Defekt"),
    Place.DISPOSED_OF: gettext_lazy("Entsorgt"),
}
RETURNS: Final = {
    "unknown": gettext_lazy("Empfänger unbekannt"),
    "moved": gettext_lazy("Empfänger verzogen"),
    "refused": gettext_lazy("Annahme verweigert"),
    "unclaimed": gettext_lazy("Nicht abgeholt"),
    "other": gettext_lazy("Anderer Grund"),
}

CHANNELS: Final = {
    "vpn_sign_in": gettext_lazy("KV-FlexNet"),
    "vpn_reconnect": gettext_lazy("KV-FlexNet"),
    "portal": gettext_lazy("Portal"),
}
ENDS: Final = {
    "address_reused": gettext_lazy("neu verbunden"),
    "admin_reset": gettext_lazy("von der KV getrennt"),
    "ended_by_member": gettext_lazy("von der Praxis beendet"),
    "expired": gettext_lazy("Zeit abgelaufen"),
    "gateway_restarted": gettext_lazy("Einwahlknoten neu gestartet"),
    "idle_timeout": gettext_lazy("lange nichts übertragen"),
    "lost_carrier": gettext_lazy("Verbindung abgerissen"),
    "lost_service": gettext_lazy("Verbindung abgerissen"),
    "nas_error": gettext_lazy("Fehler des Einwahlknotens"),
    "nas_reboot": gettext_lazy("Einwahlknoten neu gestartet"),
    "nas_request": gettext_lazy("vom Einwahlknoten getrennt"),
    "session_timeout": gettext_lazy("Zeit abgelaufen"),
    "stopped": gettext_lazy("getrennt"),
    "user_request": gettext_lazy("von der Praxis getrennt"),
}

VALUES: Final[Mapping[str, Mapping[str, Promise]]] = {
    "cause": CAUSES,
    "channel": CHANNELS,
    "scope": SCOPES,
    "way": {
        **WAYS,
        **SOFTWARE_WAYS,
        "portal": gettext_lazy("Portal"),
        "paper": gettext_lazy("Papier"),
        **WAYS_IN,
    },
    "system": SYSTEMS,
    "to": PLACES,
    "kind": {**NOTICES, **ACCESSES, **PRACTICES, **EMPLOYMENTS, **DELIVERIES},
    "function": FUNCTIONS,
    "holds": {**LETTERS, **MAILS},
    "reason": {**RETURNS, **{str(reason): word for reason, word in explaining.SHORT.items()}, **ENDS},
}


def contents(kind: str) -> str:
    """What is in a letter of this kind, as this KV calls it; nothing for what is no letter."""
    said = configuration.current().profile.words
    own = {"welcome": said.user_name, "password": said.password, "first_password": said.password}
    return own.get(kind) or str(LETTERS.get(kind, ""))
