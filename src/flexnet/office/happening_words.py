"""The words of the timeline: what happened, to what, at which door, and what the values are called."""

from typing import Final

from django.utils.translation import gettext_lazy

from flexnet.members.models import Direction, Ownership

WHAT: Final = {
    "access.opened": gettext_lazy("Zugang angelegt"),
    "sign_in.accepted": gettext_lazy("Angemeldet"),
    "sign_in.refused": gettext_lazy("Anmeldung abgewiesen"),
    "access.withdrawn": gettext_lazy("Zugang von der Praxis beendet"),
    "account.opened": gettext_lazy("Zugangsdaten ausgestellt"),
    "activity.ended": gettext_lazy("Ende der Tätigkeit eingetragen"),
    "activity.entered": gettext_lazy("Tätigkeit eingetragen"),
    "address.registered": gettext_lazy("Anschrift eingetragen"),
    "address.old_one_told": gettext_lazy("Frühere Anschrift benachrichtigt"),
    "approval.asked": gettext_lazy("Freigabe durch eine zweite Person beantragt"),
    "approval.granted": gettext_lazy("Von einer zweiten Person freigegeben"),
    "approval.refused": gettext_lazy("Von einer zweiten Person abgelehnt"),
    "breach.closed": gettext_lazy("Datenschutzvorfall abgeschlossen"),
    "breach.dismissed": gettext_lazy("Datenschutzvorfall: keine Meldung nötig"),
    "breach.opened": gettext_lazy("Möglicher Datenschutzvorfall, 72 Stunden laufen"),
    "breach.told": gettext_lazy("Datenschutzvorfall gemeldet"),
    "contact.edited": gettext_lazy("Telefon, Fax oder E-Mail geändert"),
    "credentials.confirmed": gettext_lazy("Neue Zugangsdaten: durch Rückruf bestätigt"),
    "credentials.letter_written": gettext_lazy("Neue Zugangsdaten: Brief geschrieben"),
    "credentials.refused": gettext_lazy("Neue Zugangsdaten: abgelehnt"),
    "credentials.reissued": gettext_lazy("Zugangsdaten neu ausgestellt"),
    "credentials.requested": gettext_lazy("Neue Zugangsdaten verlangt"),
    "death.entered": gettext_lazy("Todesfall eingetragen"),
    "death.withdrawn": gettext_lazy("Todesfall zurückgenommen"),
    "declaration.entered": gettext_lazy("Teilnahmeerklärung eingegangen"),
    "delivery.discarded": gettext_lazy("Abrechnungsdatei vor dem Einreichen entfernt"),
    "delivery.received": gettext_lazy("Abrechnungsdatei hochgeladen"),
    "delivery.submitted": gettext_lazy("Abrechnung eingereicht"),
    "direction.ended": gettext_lazy("Ende der ärztlichen Leitung eingetragen"),
    "direction.entered": gettext_lazy("Ärztliche Leitung eingetragen"),
    "employment.ended": gettext_lazy("Ende der Anstellung oder Ermächtigung eingetragen"),
    "employment.entered": gettext_lazy("Anstellung oder Ermächtigung eingetragen"),
    "exemption.granted": gettext_lazy("Ausnahme bewilligt"),
    "exemption.revoked": gettext_lazy("Ausnahme widerrufen"),
    "key.added": gettext_lazy("YubiKey aufgenommen"),
    "key.assigned": gettext_lazy("YubiKey zugeordnet"),
    "key.taken_back": gettext_lazy("YubiKey zurückgenommen"),
    "letter.drawn": gettext_lazy("Brief gedruckt"),
    "lock.imposed": gettext_lazy("Gesperrt"),
    "lock.lifted": gettext_lazy("Sperre aufgehoben"),
    "lock.reviewed": gettext_lazy("Sperre geprüft und belassen"),
    "lock_receipt.issued": gettext_lazy("Beleg über die Sperre ausgestellt"),
    "note.written": gettext_lazy("Notiz geschrieben"),
    "notice.given": gettext_lazy("Kündigung eingetragen"),
    "notice.withdrawn": gettext_lazy("Kündigung einvernehmlich zurückgenommen"),
    "objection.entered": gettext_lazy("Widerspruch eingegangen"),
    "objection.judged": gettext_lazy("Über den Widerspruch entschieden"),
    "ownership.ended": gettext_lazy("Ende der Inhaberschaft eingetragen"),
    "ownership.entered": gettext_lazy("Inhaberin oder Inhaber eingetragen"),
    "password.change_refused": gettext_lazy("Zugangsdaten nicht geändert: die bisherigen waren falsch"),
    "password.changed": gettext_lazy("Zugangsdaten geändert"),
    "permission.given": gettext_lazy("Befugnis erteilt"),
    "permission.taken": gettext_lazy("Befugnis entzogen"),
    "person.edited": gettext_lazy("Angaben zur Person geändert"),
    "person.entered": gettext_lazy("Person eingetragen"),
    "person.forgotten": gettext_lazy("Persönliche Angaben im Protokoll unlesbar gemacht"),
    "practice.edited": gettext_lazy("Angaben zur Praxis geändert"),
    "practice.entered": gettext_lazy("Praxis eingetragen"),
    "practice.taken_over": gettext_lazy("Praxis übernommen"),
    "restriction.imposed": gettext_lazy("Auf einzelne Dienste eingeschränkt"),
    "restriction.lifted": gettext_lazy("Einschränkung aufgehoben"),
    "service.granted": gettext_lazy("Dienst freigegeben"),
    "service.revoked": gettext_lazy("Freigabe eines Dienstes beendet"),
    "signing_right.ended": gettext_lazy("Ende der Unterschriftsberechtigung eingetragen"),
    "signing_right.entered": gettext_lazy("Unterschriftsberechtigung eingetragen"),
    "site.closed": gettext_lazy("Betriebsstätte geschlossen"),
    "site.entered": gettext_lazy("Betriebsstätte eingetragen"),
    "site.made_main": gettext_lazy("Zur Hauptbetriebsstätte gemacht"),
    "site.reopened": gettext_lazy("Betriebsstätte wieder geöffnet"),
    "terms.accepted": gettext_lazy("Nutzungsbedingungen angenommen"),
    "terms.reminded": gettext_lazy("An die Nutzungsbedingungen erinnert"),
    "third_party.edited": gettext_lazy("Angaben zum Dritten geändert"),
    "third_party.ended": gettext_lazy("Befristung des Dritten eingetragen"),
    "third_party.entered": gettext_lazy("Dritter eingetragen"),
    "scan.kept": gettext_lazy("Eingescannte Erklärung abgelegt"),
    "scan.read": gettext_lazy("Eingescannte Erklärung angesehen"),
    "travel_pass.granted": gettext_lazy("Auslandsfreigabe erteilt"),
    "travel_pass.revoked": gettext_lazy("Auslandsfreigabe widerrufen"),
    "tunnel.connected": gettext_lazy("Verbunden"),
    "tunnel.ended": gettext_lazy("Verbindung beendet"),
    "tunnel.moved": gettext_lazy("Verbindung von anderer Stelle fortgesetzt"),
}

THINGS: Final = {
    "practice": gettext_lazy("Praxis"),
    "site": gettext_lazy("Betriebsstätte"),
    "person": gettext_lazy("LANR"),
    "access": gettext_lazy("Zugang"),
    "account": gettext_lazy("Zugang"),
    "key": gettext_lazy("YubiKey"),
    "third_party": gettext_lazy("Dritter"),
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
    "count": gettext_lazy("Anzahl"),
}

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
}

VALUES: Final = {
    "cause": CAUSES,
    "scope": SCOPES,
    "way": WAYS,
    "kind": {**NOTICES, **ACCESSES, **PRACTICES, **EMPLOYMENTS, **DELIVERIES},
    "function": FUNCTIONS,
}
