"""The addresses of the office; each button has its own."""

from django.urls import URLPattern, path

from flexnet.office import (
    account,
    approvals,
    billing,
    correspondence,
    desk,
    documents,
    enrolment,
    entry,
    evening,
    extensions,
    looking_after,
    protocol,
    providers,
    replies,
    software,
    staff_pages,
    step_up,
)
from flexnet.office.applications import urls as applications
from flexnet.office.entering import urls as entering
from flexnet.office.importing import urls as importing
from flexnet.office.lists import pages as lists
from flexnet.office.posting import urls as posting
from flexnet.web import legal, manual

_ENTRY = [
    path("anmelden/", entry.sign_in, name="sign-in"),
    path("anmelden/zweiter-schritt/", entry.second_step, name="second-step"),
    path("anmelden/einrichten/", enrolment.start, name="enrol"),
    path("anmelden/einrichten/app/", enrolment.app, name="enrol-app"),
    path("anmelden/einrichten/schluessel/", enrolment.key, name="enrol-key"),
    path("abmelden/", entry.sign_out, name="sign-out"),
    path("weiter/", entry.kept_form, name="kept-form"),
    path("bestaetigen/", step_up.page, name="confirm"),
]
_ACCOUNT = [
    path("mein-konto/", account.page, name="account"),
    path("mein-konto/kennwort/", account.password, name="password"),
    path("mein-konto/notfallcodes/", account.recovery_codes, name="recovery-codes"),
    path("mein-konto/app/", account.app, name="add-app"),
    path("mein-konto/app/entfernen/", account.remove_app, name="remove-app"),
    path("mein-konto/schluessel/", account.key, name="add-key"),
    path("mein-konto/schluessel/<int:number>/entfernen/", account.remove_key, name="remove-key"),
]
_STAFF = [
    path("mitarbeiter/", staff_pages.listing, name="staff"),
    path("mitarbeiter/neu/", staff_pages.enter, name="staff-enter"),
    path("mitarbeiter/name/<str:user_name>/", staff_pages.person, name="staff-person"),
    path("mitarbeiter/name/<str:user_name>/uebergeben/", staff_pages.hand_over, name="staff-hand-over"),
    path(
        "mitarbeiter/name/<str:user_name>/uebergeben/fertig/",
        staff_pages.handed_over,
        name="staff-handed-over",
    ),
    path("mitarbeiter/name/<str:user_name>/rollen/", staff_pages.ask_for_roles, name="staff-roles"),
    path("mitarbeiter/name/<str:user_name>/neu-ausstellen/", staff_pages.reset, name="staff-reset"),
    path("mitarbeiter/name/<str:user_name>/beenden/", staff_pages.end, name="staff-end"),
    path("freigaben/", approvals.listing, name="approvals"),
    path("freigaben/<int:number>/", approvals.page, name="approval"),
    path("freigaben/<int:number>/entscheiden/", approvals.decide, name="approval-decide"),
]
_AUDIT = [
    path("protokoll/", protocol.listing, name="audit"),
    path("protokoll/<int:number>/", protocol.entry, name="audit-entry"),
    path("protokoll/<int:number>/persoenliches/", protocol.personal, name="audit-personal"),
    path("protokoll/stand/", protocol.standing, name="audit-standing"),
    path("protokoll/herunterladen/", protocol.export, name="audit-export"),
    path("protokoll/herunterladen/<int:number>/", protocol.download, name="audit-download"),
]

urlpatterns: list[URLPattern] = [
    path("", desk.page, name="desk"),
    *_ENTRY,
    *_ACCOUNT,
    *_STAFF,
    *_AUDIT,
    *looking_after.ADDRESSES,
    *entering.ADDRESSES,
    *applications.ADDRESSES,
    *importing.ADDRESSES,
    *lists.ADDRESSES,
    *software.ADDRESSES,
    *correspondence.ADDRESSES,
    *documents.ADDRESSES,
    *billing.ADDRESSES,
    *replies.ADDRESSES,
    *extensions.ADDRESSES,
    *evening.ADDRESSES,
    *providers.ADDRESSES,
    *manual.addresses("praxis", at="handbuch/praxis/", names=manual.FOR_PRACTICES),
    *manual.addresses("geschaeftsstelle"),
    *posting.ADDRESSES,
    *legal.urlpatterns,
]

handler400 = "flexnet.web.errors.bad_request"
handler403 = "flexnet.web.errors.forbidden"
handler404 = "flexnet.web.errors.not_found"
handler500 = "flexnet.web.errors.server_error"
