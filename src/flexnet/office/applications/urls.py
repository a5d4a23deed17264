"""The addresses under which applications are worked on."""

from django.urls import URLPattern, path

from flexnet.office.applications import acts, pages

ADDRESSES: list[URLPattern] = [
    path("eintragen/antrag/", acts.choose, name="application-choose"),
    path("eintragen/antrag/<str:kind>/", acts.enter, name="application-enter"),
    path("antrag/<str:number>/", pages.page, name="application"),
    path("antrag/<str:number>/ergaenzen/", acts.complete, name="application-complete"),
    path("antrag/<str:number>/genehmigen/", acts.approve, name="application-approve"),
    path("antrag/<str:number>/zurueckgeben/", acts.send_back, name="application-send-back"),
    path("antrag/<str:number>/ablehnen/", acts.refuse, name="application-refuse"),
    path("antrag/<str:number>/zurueckziehen/", acts.withdraw, name="application-withdraw"),
]
