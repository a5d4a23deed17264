"""The addresses of letters and parcels."""

from django.urls import URLPattern, path

from flexnet.office.posting import acts, pages

ADDRESSES: list[URLPattern] = [
    path("post/", pages.overview, name="post"),
    path("post/auswaehlen/", pages.choose, name="post-choose"),
    path("post/druckauftrag/<int:number>/", pages.batch, name="batch"),
    path("post/druckauftrag/<int:number>/muster.pdf", pages.preview, name="batch-preview"),
    path("post/druckauftrag/<int:number>/drucken/", pages.print_it, name="batch-print"),
    path("post/druckauftrag/<int:number>/ergebnis/", acts.settle, name="batch-settle"),
    path("post/druckauftrag/<int:number>/verschickt/", pages.posted, name="batch-posted"),
    path("post/druckauftrag/<int:number>/gescannt/", pages.scanned, name="batch-scanned"),
    path("post/druckauftrag/<int:number>/aufloesen/", acts.dissolve, name="batch-dissolve"),
    path("post/brief/<str:number>/", pages.letter, name="letter"),
    path("post/brief/<str:number>/zurueck/", acts.came_back, name="letter-came-back"),
    path("post/brief/<str:number>/verloren/", acts.lost, name="letter-lost"),
    path("post/brief/<str:number>/angekommen/", acts.arrived, name="letter-arrived"),
    path("post/brief/<str:number>/unbrauchbar/", acts.spoil, name="letter-spoil"),
    path("post/brief/<str:number>/geklaert/", acts.clear, name="letter-clear"),
    path("post/papier/<str:queue>/einlegen/", acts.receive, name="sheets-receive"),
    path("post/papier/<str:queue>/austragen/", acts.write_off, name="sheets-write-off"),
]
