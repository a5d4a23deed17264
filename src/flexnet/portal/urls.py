"""The addresses of the member portal; each button has its own."""

from django.urls import URLPattern, path

from flexnet import configuration
from flexnet.portal import (
    applications,
    applying,
    billing,
    correspondence,
    credentials,
    documents,
    employee_sheets,
    employees,
    entry,
    key_in_step,
    letters,
    mandates,
    new_key,
    notices,
    own_access,
    own_copy,
    own_data,
    prechecks,
    programs,
    resumable,
    session,
    sessions,
    start,
    submitted,
    terms,
    way,
)
from flexnet.portal.api import urls as api
from flexnet.web import legal, manual, muster

urlpatterns: list[URLPattern] = [
    path("", start.page, name="start"),
    path("anmelden/", entry.sign_in, name="sign-in"),
    path("abmelden/", entry.sign_out, name="sign-out"),
    path("abmelden/ueberall/", sessions.sign_out_everywhere, name="sign-out-everywhere"),
    path("angemeldet/", session.page, name="session"),
    path("weiter/", entry.kept_form, name="kept-form"),
    path("zugangsdaten/", entry.password, name="password"),
    path("zugangsdaten/neu/", credentials.page, name="credentials"),
    path("sperrkennwort/neu/", credentials.word, name="revocation-word"),
    path("nutzungsbedingungen/", terms.page, name="terms"),
    path("nutzungsbedingungen/widerspruch/", terms.objection, name="objection"),
    path("praxispersonal/", employees.page, name="employees"),
    path("praxispersonal/neu/", employees.open_one, name="employee-open"),
    path("praxispersonal/<str:user_name>/", employees.one, name="employee"),
    path("praxispersonal/<str:user_name>/einreichen/", employees.permit, name="employee-permit"),
    path("praxispersonal/<str:user_name>/nicht-einreichen/", employees.forbid, name="employee-forbid"),
    path(
        "praxispersonal/<str:user_name>/dokumente/", employees.show_documents, name="employee-show-documents"
    ),
    path(
        "praxispersonal/<str:user_name>/keine-dokumente/",
        employees.hide_documents,
        name="employee-hide-documents",
    ),
    path("praxispersonal/<str:user_name>/sperren/", employees.suspend, name="employee-suspend"),
    path("praxispersonal/<str:user_name>/entsperren/", employees.resume, name="employee-resume"),
    path(
        "praxispersonal/<str:user_name>/dienst/<slug:slug>/erlauben/", employees.grant, name="employee-grant"
    ),
    path(
        "praxispersonal/<str:user_name>/dienst/<slug:slug>/entziehen/",
        employees.revoke,
        name="employee-revoke",
    ),
    path("praxispersonal/<str:user_name>/blatt/", employee_sheets.page, name="employee-sheet"),
    path(
        "praxispersonal/<str:user_name>/blatt/weglegen/", employee_sheets.put_away, name="employee-sheet-done"
    ),
    path("praxispersonal/<str:user_name>/neues-blatt/", employee_sheets.renew, name="employee-sheet-new"),
    path("praxispersonal/<str:user_name>/beenden/", employees.withdraw, name="employee-withdraw"),
    path("vollmachten/", mandates.page, name="mandates"),
    path("vollmachten/neu/", mandates.give, name="mandate-give"),
    path("vollmachten/<int:number>/widerrufen/", mandates.revoke, name="mandate-revoke"),
    path("antraege/", applications.page, name="applications"),
    path("antraege/neu/", applying.apply, name="apply"),
    path("antraege/<str:number>/", applications.one, name="application"),
    path("antraege/<str:number>/erklaerung.pdf", applications.document, name="application-document"),
    path("antraege/<str:number>/ergaenzen/", applications.complete, name="application-complete"),
    path("antraege/<str:number>/zurueckziehen/", applications.withdraw, name="application-withdraw"),
    path("dokumente/", documents.page, name="documents"),
    path("dokumente/<uuid:key>/", documents.download, name="document"),
    path("nachrichten/", correspondence.page, name="messages"),
    path("nachrichten/neu/", correspondence.write, name="message-new"),
    path("nachrichten/<uuid:key>/", correspondence.thread, name="message-thread"),
    path("nachrichten/<uuid:key>/antworten/", correspondence.answer, name="message-answer"),
    path("nachrichten/anlage/<uuid:key>/", correspondence.attachment, name="message-attachment"),
    path("mein-zugang/", own_access.page, name="own-access"),
    path("mein-zugang/yubikey/<str:serial>/ersatz/", new_key.page, name="key-new"),
    path("mein-zugang/yubikey/<str:serial>/sperren/", own_access.lock_key, name="key-lock"),
    path("mein-zugang/yubikey/<str:serial>/gleichlauf/", key_in_step.page, name="key-in-step"),
    path(
        "mein-zugang/yubikey/<str:serial>/gleichlauf/<int:number>/",
        key_in_step.answer,
        name="key-in-step-answer",
    ),
    path("verbindung/", way.page, name="way"),
    path("anmeldungen/", sessions.page, name="sign-ins"),
    path("anmeldungen/browser/<str:handle>/beenden/", sessions.end_browser, name="browser-end"),
    path("anmeldungen/verbindung/<uuid:key>/", sessions.tunnel, name="tunnel"),
    path("anmeldungen/verbindung/<uuid:key>/beenden/", sessions.end_tunnel, name="tunnel-end"),
    path("briefe/", letters.page, name="letters"),
    path("meine-daten/", own_data.page, name="own-data"),
    path("meine-daten/wunsch/<int:number>/zurueckziehen/", own_data.withdraw, name="own-data-withdraw"),
    path("meine-daten/<slug:name>/aendern/", own_data.change, name="own-data-change"),
    path("datenkopie/", own_copy.page, name="own-copy"),
    path("kuendigung/", notices.page, name="notices"),
    path("kuendigung/<str:user_name>/", notices.one, name="notice"),
    path("kuendigung/<str:user_name>/kuendigung.pdf", notices.form, name="notice-form"),
    path("abrechnung/", billing.deliveries, name="deliveries"),
    path("abrechnung/neu/", billing.upload, name="upload"),
    path("abrechnung/hochladen/", resumable.uploads, name="upload-files"),
    path("abrechnung/hochladen/<uuid:key>/", resumable.upload, name="upload-file"),
    path("abrechnung/hochladen/<uuid:key>/pruefen/", resumable.check, name="upload-check"),
    path("abrechnung/hochladen/<uuid:key>/entfernen/", resumable.remove, name="upload-remove"),
    path("mein-zugang/programme/", programs.page, name="programs"),
    path("mein-zugang/programme/verbinden/", programs.connect, name="program-connect"),
    path("mein-zugang/programme/<int:number>/trennen/", programs.disconnect, name="program-disconnect"),
    path("abrechnung/pruefen/", prechecks.page, name="precheck-file"),
    path("abrechnung/pruefen/<uuid:key>/", prechecks.result, name="precheck"),
    path("abrechnung/pruefen/<uuid:key>/ergebnis.pdf", prechecks.pdf, name="precheck-pdf"),
    path("abrechnung/pruefen/<uuid:key>/ergebnis.json", prechecks.as_json, name="precheck-json"),
    path("abrechnung/<uuid:key>/", billing.delivery, name="delivery"),
    path("abrechnung/<uuid:key>/einreichen/", billing.submit, name="submit"),
    path("abrechnung/<uuid:key>/entfernen/", billing.discard, name="discard"),
    path("abrechnung/<uuid:key>/zurueckziehen/", submitted.withdraw, name="delivery-withdraw"),
    path("abrechnung/<uuid:key>/eingangsbestaetigung.pdf", billing.receipt, name="receipt"),
    *manual.addresses("praxis"),
    *legal.urlpatterns,
    *api.urlpatterns,
]
if configuration.current().debug:
    urlpatterns.append(path("muster/", muster.page, name="muster"))

handler400 = "flexnet.web.errors.bad_request"
handler403 = "flexnet.web.errors.forbidden"
handler404 = "flexnet.web.errors.not_found"
handler500 = "flexnet.web.errors.server_error"
