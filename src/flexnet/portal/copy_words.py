"""What the copy of one's own data is written with: titles, names of columns, reasons for what is left out."""

from typing import Final

from django.utils.translation import gettext_lazy

TITLES: Final = {
    "members.person": gettext_lazy("Ihre Person"),
    "members.activity": gettext_lazy("Vertragsärztliche Tätigkeit"),
    "members.signingright": gettext_lazy("Unterschriftsberechtigung"),
    "members.ownership": gettext_lazy("Praxen, die Ihnen gehören oder gehörten"),
    "members.employment": gettext_lazy("Anstellungen und Ermächtigungen"),
    "members.direction": gettext_lazy("Ärztliche Leitung"),
    "members.question": gettext_lazy("Rückfragen zum Arztregister"),
    "members.practice": gettext_lazy("Ihre Praxen"),
    "members.site": gettext_lazy("Betriebsstätten"),
    "members.address": gettext_lazy("Anschriften"),
    "access.access": gettext_lazy("Zugänge"),
    "accounts.account": gettext_lazy("Konten"),
    "accounts.formerpassword": gettext_lazy("Frühere Wechsel der Zugangsdaten"),
    "accounts.websession": gettext_lazy("Angemeldete Browser"),
    "access.changerequest": gettext_lazy("Änderungswünsche"),
    "access.mandate": gettext_lazy("Wen Sie einreichen lassen"),
    "access.permission": gettext_lazy("Befugnisse"),
    "access.grant": gettext_lazy("Freigegebene Dienste"),
    "access.keyassignment": gettext_lazy("Zuordnung von YubiKeys"),
    "keys.key": gettext_lazy("YubiKeys"),
    "access.declaration": gettext_lazy("Teilnahmeerklärungen"),
    "access.scan": gettext_lazy("Eingescannte Erklärungen"),
    "access.objection": gettext_lazy("Widersprüche"),
    "access.reminder": gettext_lazy("Erinnerungen an neue Nutzungsbedingungen"),
    "access.lock": gettext_lazy("Sperren"),
    "access.charge": gettext_lazy("Kosten"),
    "access.notice": gettext_lazy("Kündigungen"),
    "access.exemption": gettext_lazy("Ausnahmen vom Ende eines Zugangs"),
    "access.restriction": gettext_lazy("Einschränkungen auf einzelne Dienste"),
    "access.credentialrequest": gettext_lazy("Bitten um neue Zugangsdaten"),
    "access.travelpass": gettext_lazy("Auslandsfreigaben"),
    "access.program": gettext_lazy("Programme, die mit Ihrem Zugang einreichen"),
    "access.resyncrequest": gettext_lazy("Versuche, einen YubiKey in Gleichlauf zu bringen"),
    "publications.use": gettext_lazy("Anmeldungen über KV-SafeNet"),
    "gateway.session": gettext_lazy("Verbindungen über KV-FlexNet"),
    "billing.delivery": gettext_lazy("Abrechnungsdateien"),
    "billing.upload": gettext_lazy("Begonnene Übertragungen von Abrechnungsdateien"),
    "billing.sending": gettext_lazy("Nummern, die Programme ihren Dateien gaben"),
    "billing.precheck": gettext_lazy("Vorabprüfungen von Abrechnungsdateien"),
    "billing.receipt": gettext_lazy("Eingangsbestätigungen"),
    "billing.collectivedeclaration": gettext_lazy("Sammelerklärungen"),
    "billing.confirmation": gettext_lazy("Bestätigungen unter Siegel"),
    "billing.reply": gettext_lazy("Rückmeldungen der KV zu Abrechnungen"),
    "applications.application": gettext_lazy("Anträge"),
    "applications.step": gettext_lazy("Verlauf der Anträge"),
    "post.item": gettext_lazy("Briefe und Sendungen"),
    "post.writing": gettext_lazy("Schreiben der KV"),
    "mail.mail": gettext_lazy("Mails"),
    "software.softwarerequest": gettext_lazy("Anfragen nach Zugangssoftware"),
    "software.link": gettext_lazy("Links zur Zugangssoftware"),
    "documents.document": gettext_lazy("Dokumente"),
    "correspondence.message": gettext_lazy("Nachrichten"),
    "audit.event": gettext_lazy("Protokoll"),
}
_COLUMNS: Final = {
    "added_at": gettext_lazy("Eingetragen"),
    "answer": gettext_lazy("Antwort"),
    "answered_at": gettext_lazy("Beantwortet"),
    "arrived_at": gettext_lazy("Angekommen"),
    "cancelled_at": gettext_lazy("Abgesagt"),
    "asked_at": gettext_lazy("Gefragt"),
    "at": gettext_lazy("Zeitpunkt"),
    "attachments": gettext_lazy("Anhänge"),
    "begun_at": gettext_lazy("In Bearbeitung seit"),
    "bond": gettext_lazy("Verhältnis"),
    "bounced_at": gettext_lazy("Zurückgekommen"),
    "browsers_ended": gettext_lazy("Abgemeldete Browser"),
    "bsnr": gettext_lazy("BSNR"),
    "by": gettext_lazy("Durch"),
    "carried_out_at": gettext_lazy("Ausgeführt"),
    "cause": gettext_lazy("Anlass"),
    "cents": gettext_lazy("Betrag in Cent"),
    "channel": gettext_lazy("Weg"),
    "checked_at": gettext_lazy("Geprüft"),
    "closed_on": gettext_lazy("Geschlossen"),
    "confirmed_at": gettext_lazy("Bestätigt"),
    "connected_at": gettext_lazy("Verbunden"),
    "content_deleted_at": gettext_lazy("Inhalt gelöscht"),
    "counter": gettext_lazy("Zählerstand"),
    "data": gettext_lazy("Angaben"),
    "decided_at": gettext_lazy("Entschieden"),
    "digits": gettext_lazy("Stellen eines Codes"),
    "district_office": gettext_lazy("Bezirksgeschäftsstelle"),
    "due_on": gettext_lazy("Fällig"),
    "email": gettext_lazy("E-Mail"),
    "end_reason": gettext_lazy("Grund des Endes"),
    "ended_at": gettext_lazy("Beendet"),
    "delivery__receipt__number": gettext_lazy("Eingangsnummer"),
    "ends_on": gettext_lazy("Letzter Tag"),
    "entered_at": gettext_lazy("Eingetragen"),
    "expire_date": gettext_lazy("Läuft ab"),
    "expires_at": gettext_lazy("Läuft ab"),
    "extra": gettext_lazy("Adresszusatz"),
    "fax": gettext_lazy("Fax"),
    "file_name": gettext_lazy("Dateiname"),
    "from_at": gettext_lazy("Ab"),
    "from_on": gettext_lazy("Ab"),
    "function": gettext_lazy("Befugnis"),
    "given_up_at": gettext_lazy("Aufgegeben"),
    "granted_at": gettext_lazy("Erteilt"),
    "holder": gettext_lazy("Wer ihn benutzt"),
    "imposed_at": gettext_lazy("Verhängt"),
    "interest": gettext_lazy("Zweck"),
    "is_justified": gettext_lazy("Begründet"),
    "is_main": gettext_lazy("Hauptbetriebsstätte"),
    "is_partial": gettext_lazy("Teil einer Abrechnung"),
    "is_signatory": gettext_lazy("Unterschreibt"),
    "issued_at": gettext_lazy("Ausgestellt"),
    "judged_at": gettext_lazy("Beurteilt"),
    "judgement": gettext_lazy("Beurteilung"),
    "kept_at": gettext_lazy("Abgelegt"),
    "kind": gettext_lazy("Art"),
    "lanr": gettext_lazy("LANR"),
    "lift_reason": gettext_lazy("Grund der Aufhebung"),
    "lifted_at": gettext_lazy("Aufgehoben"),
    "made_at": gettext_lazy("Angelegt"),
    "name": gettext_lazy("Name"),
    "number": gettext_lazy("Nummer"),
    "octets_in": gettext_lazy("Gesendete Bytes"),
    "octets_out": gettext_lazy("Empfangene Bytes"),
    "on": gettext_lazy("Tag"),
    "opened_on": gettext_lazy("Eröffnet"),
    "organisation": gettext_lazy("Praxis oder Einrichtung"),
    "outcome": gettext_lazy("Ergebnis"),
    "password_first_changed_at": gettext_lazy("Zum ersten Mal geändert"),
    "password_is_initial": gettext_lazy("Noch die ersten Zugangsdaten"),
    "password_set_at": gettext_lazy("Zuletzt gesetzt"),
    "personal": gettext_lazy("Persönliche Angaben"),
    "phone": gettext_lazy("Telefon"),
    "postcode": gettext_lazy("Postleitzahl"),
    "posted_at": gettext_lazy("Zur Post gegeben"),
    "printed_at": gettext_lazy("Gedruckt"),
    "fetched_at": gettext_lazy("Zuerst heruntergeladen"),
    "put_at": gettext_lazy("Abgelegt"),
    "quarter": gettext_lazy("Quartal"),
    "queued_at": gettext_lazy("Geschrieben"),
    "read_at": gettext_lazy("Gelesen"),
    "reason": gettext_lazy("Grund"),
    "announced_at": gettext_lazy("Begonnen"),
    "received": gettext_lazy("Davon übertragen, in Bytes"),
    "received_on": gettext_lazy("Eingegangen"),
    "refused_at": gettext_lazy("Abgelehnt"),
    "refused_why": gettext_lazy("Grund der Ablehnung"),
    "rejected_at": gettext_lazy("Abgelehnt"),
    "rejected_why": gettext_lazy("Warum abgelehnt"),
    "released_at": gettext_lazy("Korrektur freigegeben"),
    "released_why": gettext_lazy("Warum freigegeben"),
    "replaced_at": gettext_lazy("Ersetzt"),
    "requested_at": gettext_lazy("Verlangt"),
    "returned_at": gettext_lazy("Zurückgekommen"),
    "returned_why": gettext_lazy("Warum zurückgekommen"),
    "reviewed_at": gettext_lazy("Überprüft"),
    "revoked_at": gettext_lazy("Widerrufen"),
    "role": gettext_lazy("Rolle"),
    "scope": gettext_lazy("Umfang"),
    "seen_at": gettext_lazy("Zuletzt gesehen"),
    "sender": gettext_lazy("Absender"),
    "sent_at": gettext_lazy("Abgeschickt"),
    "sent_to": gettext_lazy("Geschickt an"),
    "serial": gettext_lazy("Nummer"),
    "services": gettext_lazy("Dienste"),
    "set_at": gettext_lazy("Gesetzt"),
    "sha256": gettext_lazy("Prüfsumme (SHA-256)"),
    "signed_in_at": gettext_lazy("Angemeldet"),
    "signed_on": gettext_lazy("Unterschrieben"),
    "since_on": gettext_lazy("Tätig seit"),
    "size": gettext_lazy("Größe in Bytes"),
    "source": gettext_lazy("Adresse, von der es kam"),
    "spoken_to": gettext_lazy("Am Telefon gesprochen mit"),
    "street": gettext_lazy("Straße"),
    "subject": gettext_lazy("Betrifft"),
    "submitted_at": gettext_lazy("Eingereicht"),
    "system": gettext_lazy("Betriebssystem"),
    "terms_version": gettext_lazy("Fassung der Nutzungsbedingungen"),
    "text": gettext_lazy("Text"),
    "to": gettext_lazy("An"),
    "town": gettext_lazy("Ort"),
    "tunnel_address": gettext_lazy("Adresse im Netz"),
    "unlocked_at": gettext_lazy("Freigeschaltet"),
    "until_at": gettext_lazy("Bis"),
    "until_on": gettext_lazy("Bis"),
    "began_at": gettext_lazy("Begonnen"),
    "last_used_at": gettext_lazy("Zuletzt benutzt"),
    "last_at": gettext_lazy("Zuletzt"),
    "uploaded_at": gettext_lazy("Hochgeladen"),
    "user_name": gettext_lazy("Anmeldename"),
    "uses": gettext_lazy("So oft benutzt"),
    "void_at": gettext_lazy("Zurückgezogen"),
    "void_why": gettext_lazy("Warum zurückgezogen"),
    "wants_personal_access": gettext_lazy("Beantragt persönlichen Zugang"),
    "wants_practice_access": gettext_lazy("Beantragt Praxiszugang"),
    "way": gettext_lazy("Weg"),
    "what": gettext_lazy("Was"),
    "withdrawal_reason": gettext_lazy("Grund der Rücknahme"),
    "withdrawn_at": gettext_lazy("Zurückgenommen"),
    "access__user_name": gettext_lazy("Zugang"),
    "account__user_name": gettext_lazy("Konto"),
    "application__number": gettext_lazy("Antrag"),
    "declaration__terms__version": gettext_lazy("Fassung der Nutzungsbedingungen"),
    "third_party__name": gettext_lazy("Wer einreicht"),
    "datum": gettext_lazy("Angabe"),
    "seen": gettext_lazy("Bisher"),
    "wanted": gettext_lazy("Gewünscht"),
    "note": gettext_lazy("Anmerkung"),
    "accepted_at": gettext_lazy("Angenommen"),
    "declined_at": gettext_lazy("Abgelehnt"),
    "bsnrs": gettext_lazy("Betriebsstätten (BSNR)"),
    "statement": gettext_lazy("Text"),
    "stated_at": gettext_lazy("Ausgestellt"),
    "given_at": gettext_lazy("Erteilt"),
    "scan__sha256": gettext_lazy("Prüfsumme des Scans"),
    "terms__version": gettext_lazy("Fassung der Nutzungsbedingungen"),
    "gateway__name": gettext_lazy("Einwahlknoten"),
    "key__serial": gettext_lazy("YubiKey"),
    "person__lanr": gettext_lazy("LANR"),
    "provider__name": gettext_lazy("Anbieter"),
    "practice__name": gettext_lazy("Praxis"),
    "service__name": gettext_lazy("Dienst"),
    "services__name": gettext_lazy("Dienst"),
    "site__bsnr": gettext_lazy("BSNR"),
}
_NONE: Final = gettext_lazy(
    "Tabellen ohne Angaben über Mitglieder: Technik, Zählwerke, Vorlagen, was für alle gilt."
)
_STAFF: Final = gettext_lazy("Angaben über Menschen, die bei der KV arbeiten: Sie betreffen diese.")
_OTHERS: Final = gettext_lazy(
    "Angaben über Dritte und Zugänge Ihres Praxispersonals: Sie betreffen "
    "andere, die eine eigene Kopie verlangen können."
)
_NOTES: Final = gettext_lazy(
    "Interne Notizen, Meldungen und Vermerke zu einem Datenschutzvorfall können "
    "auch andere nennen. Auf Anfrage sehen wir sie durch und geben heraus, was "
    "Sie betrifft."
)
_DERIVED: Final = gettext_lazy(
    "Was aus dem hier Stehenden errechnet oder dessen Abschrift ist, wird nicht noch einmal aufgeführt."
)
_REGISTER: Final = gettext_lazy(
    "Eingelesene Dateien des Arztregisters: Arbeitskopien, die gelöscht werden. "
    "Was daraus über Sie gilt, steht hier."
)
_BUCKETS: Final = gettext_lazy(
    "Zähler falscher Versuche je Adresse: Sie schützen Ihren Zugang und vergehen "
    "von selbst. Die abgewiesenen Versuche stehen im Protokoll."
)
_APPROVALS: Final = gettext_lazy(
    "Freigaben durch zwei Personen sind Entwürfe von Entscheidungen. Was daraus wurde, steht im Protokoll."
)
_FORGOTTEN: Final = gettext_lazy(
    "Schlüssel, mit denen persönliche Angaben im Protokoll unlesbar gemacht werden können."
)
# Tables that are not in it, each with the reason.
LEFT_OUT: Final = {
    **dict.fromkeys(
        (
            "contenttypes.contenttype",
            "auth.permission",
            "auth.group",
            "sessions.session",
            "audit.waiting",
            "audit.link",
            "audit.checkpoint",
            "mail.told",
            "accounts.submission",
            "keys.device",
            "keys.programming",
            "keys.keyfile",
            "keys.movement",
            "keys.reminder",
            "access.terms",
            "access.service",
            "gateway.gateway",
            "billing.series",
            "billing.package",
            "billing.fullcheck",
            "billing.extension",
            "billing.refusedreply",
            "applications.series",
            "publications.certificate",
            "publications.provider",
            "publications.range",
            "publications.stop",
            "publications.edition",
            "publications.maintenance",
            "post.batch",
            "post.sheets",
            "post.spoiledsheets",
            "software.release",
            "software.part",
            "documents.refusedfile",
        ),
        _NONE,
    ),
    **dict.fromkeys(
        (
            "accounts.staff",
            "accounts.heldrole",
            "accounts.enrolmentcode",
            "accounts.securitykey",
            "accounts.authenticatorapp",
            "accounts.recoverycode",
            "accounts.assignment",
        ),
        _STAFF,
    ),
    **dict.fromkeys(
        (
            "members.thirdparty",
            "members.death",
            "access.suspension",
            "access.passwordsheet",
        ),
        _OTHERS,
    ),
    **dict.fromkeys(
        (
            "members.note",
            "access.report",
            "access.breach",
        ),
        _NOTES,
    ),
    **dict.fromkeys(
        (
            "access.interval",
            "access.owed",
            "access.addresstold",
            "gateway.change",
            "gateway.lockreceipt",
            "software.download",
            "audit.tally",
        ),
        _DERIVED,
    ),
    **dict.fromkeys(
        (
            "members.registerimport",
            "members.registercontent",
            "members.registerline",
        ),
        _REGISTER,
    ),
    **dict.fromkeys(
        ("accounts.bucket",),
        _BUCKETS,
    ),
    **dict.fromkeys(
        ("accounts.approval",),
        _APPROVALS,
    ),
    **dict.fromkeys(
        ("audit.personkey",),
        _FORGOTTEN,
    ),
}
COLUMNS_LEFT_OUT: Final = (
    gettext_lazy("Der Inhalt von Dokumenten: Sie laden sie unter „Dokumente“ herunter."),
    gettext_lazy("Anhänge von Nachrichten: Sie laden sie bei der Nachricht herunter."),
    gettext_lazy(
        "Geheimnisse: Zugangsdaten, Sperrkennwort, Inhalt von YubiKeys und Codes. "
        "Auch wir können sie nicht lesen oder geben sie niemandem."
    ),
    gettext_lazy("Wer bei der KV etwas getan hat: im Protokoll steht nur, an welcher Stelle."),
    gettext_lazy(
        "Der Inhalt von Abrechnungsdateien: Es sind Daten Ihrer Patientinnen und "
        "Patienten, und Sie haben die Dateien selbst."
    ),
    gettext_lazy(
        "Bilder eingescannter Erklärungen: Dieses Portal kann sie nicht öffnen. "
        "Verlangen Sie sie bei uns, schicken wir sie Ihnen."
    ),
)
INTRODUCTION: Final = (
    gettext_lazy("daten.txt ist zum Lesen, data.json für Programme. In beiden steht dasselbe."),
    gettext_lazy(
        "Jede Tabelle steht unter ihrer Überschrift, jede Zeile einer Tabelle in "
        "einem eigenen Absatz. Was leer ist, steht in daten.txt nicht."
    ),
    gettext_lazy(
        "In data.json steht unter „tables“ der Name jeder Tabelle mit einer Liste "
        "ihrer Zeilen. Zeitpunkte sind nach ISO 8601 geschrieben."
    ),
)


def label(column: str) -> str:
    """What a column is called where people read it."""
    return str(_COLUMNS[column])
