"""What every event of the audit trail is called, and the topics by which a timeline is narrowed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

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
    "register.discarded": gettext_lazy("Datei des Arztregisters verworfen"),
    "register.endings_dropped": gettext_lazy("Enden aus dem Arztregister verworfen"),
    "register.endings_released": gettext_lazy("Enden aus dem Arztregister freigegeben"),
    "register.forgotten": gettext_lazy("Alte Dateien und Berichte des Arztregisters gelöscht"),
    "register.imported": gettext_lazy("Arztregister eingelesen"),
    "register.ordered": gettext_lazy("Einlesen des Arztregisters beauftragt"),
    "register.uploaded": gettext_lazy("Datei des Arztregisters hochgeladen"),
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
    "staff.entered": gettext_lazy("Mitarbeiter eingetragen"),
    "staff.roles_changed": gettext_lazy("Rollen geändert"),
    "staff.ended": gettext_lazy("Arbeitet nicht mehr hier"),
    "staff.reset": gettext_lazy("Zugangsdaten neu ausgestellt"),
    "factor.added": gettext_lazy("Zweiter Faktor eingerichtet"),
    "factor.removed": gettext_lazy("Zweiter Faktor entfernt"),
    "factor.confirmed": gettext_lazy("Mit dem zweiten Faktor bestätigt"),
    "factor.refused": gettext_lazy("Zweiter Faktor abgewiesen"),
    "recovery_codes.issued": gettext_lazy("Notfallcodes ausgestellt"),
    "task.taken": gettext_lazy("Aufgabe übernommen"),
    "task.given_back": gettext_lazy("Aufgabe zurückgegeben"),
    "audit.export_granted": gettext_lazy("Protokoll zum Herunterladen freigegeben"),
    "audit.exported": gettext_lazy("Protokoll heruntergeladen"),
    "audit.personal_read": gettext_lazy("Persönliche Angaben im Protokoll angesehen"),
    "key_ring.rotated": gettext_lazy("Neuer Hauptschlüssel, alle Siegel erneuert"),
    "application.approved": gettext_lazy("Antrag genehmigt"),
    "application.cleared": gettext_lazy("Angaben eines alten Antrags gelöscht"),
    "application.completed": gettext_lazy("Antrag ergänzt"),
    "application.received": gettext_lazy("Antrag eingegangen"),
    "application.refused": gettext_lazy("Antrag abgelehnt"),
    "application.sent_back": gettext_lazy("Antrag zur Ergänzung zurückgegeben"),
    "application.withdrawn": gettext_lazy("Antrag zurückgezogen"),
    "certificate.entered": gettext_lazy("Zertifizierter Anbieter eingetragen"),
    "list.exported": gettext_lazy("Liste als Datei heruntergeladen"),
    "certificate.withdrawn": gettext_lazy("Zertifikat eines Anbieters beendet"),
    "emergency_lock.accepted": gettext_lazy("Notsperre: Sperrkennwort richtig"),
    "emergency_lock.refused": gettext_lazy("Notsperre: abgewiesen"),
    "gateway.registered": gettext_lazy("Einwahlknoten eingetragen"),
    "maintenance.announced": gettext_lazy("Wartung angekündigt"),
    "maintenance.cancelled": gettext_lazy("Wartung abgesagt"),
    "month.forgotten": gettext_lazy("Persönliche Angaben eines Monats unlesbar gemacht"),
    "question.asked": gettext_lazy("Frage aus dem Import entstanden"),
    "question.answered": gettext_lazy("Frage aus dem Import beantwortet"),
    "service.added": gettext_lazy("Dienst eingetragen"),
    "sessions.deleted": gettext_lazy("Alte Verbindungen gelöscht"),
    "terms.published": gettext_lazy("Nutzungsbedingungen veröffentlicht"),
}


@dataclass(frozen=True)
class Topic:
    """Events whose names begin with one of these nouns."""

    word: Promise
    nouns: tuple[str, ...]


TOPICS: Final = {
    "sperren": Topic(
        gettext_lazy("Sperren"), ("lock", "restriction", "breach", "emergency_lock", "lock_receipt")
    ),
    "ende": Topic(gettext_lazy("Kündigungen und Ausnahmen"), ("notice", "exemption")),
    "zugang": Topic(
        gettext_lazy("Zugang, Zugangsdaten, Briefe"),
        ("access", "account", "credentials", "password", "letter", "permission", "service", "travel_pass"),
    ),
    "anmeldung": Topic(gettext_lazy("Anmeldungen und Verbindungen"), ("sign_in", "tunnel")),
    "yubikey": Topic(gettext_lazy("YubiKeys"), ("key",)),
    "erklaerung": Topic(
        gettext_lazy("Erklärungen und Nutzungsbedingungen"), ("declaration", "terms", "objection", "scan")
    ),
    "angaben": Topic(
        gettext_lazy("Praxis, Personen, Anschriften"),
        (
            *("practice", "site", "person", "address", "contact", "third_party", "note", "question"),
            *("ownership", "employment", "direction", "activity", "signing_right", "death"),
        ),
    ),
    "abrechnung": Topic(gettext_lazy("Abrechnungen"), ("delivery",)),
}


def kinds_of(topic: Topic) -> Iterator[str]:
    """The events that belong to it."""
    return (kind for kind in WHAT if kind.partition(".")[0] in topic.nouns)
