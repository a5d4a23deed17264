"""The addresses under which the member register is taken over."""

from django.urls import URLPattern, path

from flexnet.office.importing import pages, questions

ADDRESSES: list[URLPattern] = [
    path("arztregister/", pages.listing, name="imports"),
    path("arztregister/<int:number>/", pages.page, name="import"),
    path("arztregister/<int:number>/bericht.csv", pages.file, name="import-file"),
    path("arztregister/<int:number>/einlesen/", pages.order, name="import-order"),
    path("arztregister/<int:number>/verwerfen/", pages.discard, name="import-discard"),
    path("arztregister/<int:number>/enden/", pages.end, name="import-end"),
    path("arztregister/<int:number>/enden/verwerfen/", pages.keep, name="import-keep"),
    path("registerfragen/", questions.listing, name="questions"),
    path("registerfragen/ausgeschieden/", questions.left, name="questions-left"),
]
