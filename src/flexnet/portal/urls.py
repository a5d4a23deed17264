"""The addresses of the member portal; each button has its own."""

from django.urls import URLPattern, path

from flexnet import configuration
from flexnet.portal import billing, credentials, entry, start, terms
from flexnet.web import legal, muster

urlpatterns: list[URLPattern] = [
    path("", start.page, name="start"),
    path("anmelden/", entry.sign_in, name="sign-in"),
    path("abmelden/", entry.sign_out, name="sign-out"),
    path("zugangsdaten/", entry.password, name="password"),
    path("zugangsdaten/neu/", credentials.page, name="credentials"),
    path("nutzungsbedingungen/", terms.page, name="terms"),
    path("nutzungsbedingungen/widerspruch/", terms.objection, name="objection"),
    path("abrechnung/", billing.deliveries, name="deliveries"),
    path("abrechnung/neu/", billing.upload, name="upload"),
    path("abrechnung/<uuid:key>/", billing.delivery, name="delivery"),
    path("abrechnung/<uuid:key>/einreichen/", billing.submit, name="submit"),
    path("abrechnung/<uuid:key>/entfernen/", billing.discard, name="discard"),
    path("abrechnung/<uuid:key>/eingangsbestaetigung.pdf", billing.receipt, name="receipt"),
    *legal.urlpatterns,
]
if configuration.current().debug:
    urlpatterns.append(path("muster/", muster.page, name="muster"))

handler400 = "flexnet.web.errors.bad_request"
handler403 = "flexnet.web.errors.forbidden"
handler404 = "flexnet.web.errors.not_found"
handler500 = "flexnet.web.errors.server_error"
