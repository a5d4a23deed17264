"""The addresses of the public site."""

from django.urls import URLPattern, path

from flexnet.public import applying, credentials, emergency, software, start
from flexnet.web import legal, manual

urlpatterns: list[URLPattern] = [
    path("", start.page, name="start"),
    path("voraussetzungen/", start.requirements, name="requirements"),
    path("nutzungsbedingungen/", start.all_terms, name="all-terms"),
    path("nutzungsbedingungen/<int:version>/", start.terms, name="terms"),
    path("nutzungsbedingungen/<int:version>/text/", start.terms_text, name="terms-text"),
    path("anbieter/", start.providers, name="providers"),
    path("wartung/", start.maintenance, name="maintenance"),
    path("notsperre/", emergency.page, name="emergency"),
    path("notsperre/gesendet/", emergency.sent, name="emergency-sent"),
    path("zugangsdaten/", credentials.page, name="credentials"),
    path("zugangsdaten/angefordert/", credentials.sent, name="credentials-sent"),
    path("software/", software.page, name="software"),
    path("software/angefordert/", software.sent, name="software-sent"),
    path("software/neu/", software.over, name="software-over"),
    path("software/link/<str:token>/", software.link, name="software-link"),
    path("software/link/<str:token>/laden/", software.load, name="software-load"),
    path("software/link/<str:token>/bereit/<int:release>/", software.ready, name="software-ready"),
    path("antrag/", applying.choice, name="choice"),
    path("antrag/eingegangen/<str:token>/", applying.received, name="received"),
    path("antrag/eingegangen/<str:token>/antrag.pdf", applying.document, name="document"),
    path("antrag/<slug:slug>/", applying.apply, name="apply"),
    path("antrag/<slug:slug>/formular.pdf", applying.blank, name="blank"),
    *manual.addresses("praxis"),
    *legal.urlpatterns,
]

handler400 = "flexnet.web.errors.bad_request"
handler403 = "flexnet.web.errors.forbidden"
handler404 = "flexnet.web.errors.not_found"
handler500 = "flexnet.web.errors.server_error"
