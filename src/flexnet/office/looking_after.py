"""The addresses of desk and search, of practices and accesses, and of all that is done to them."""

from typing import Final

from django.urls import URLPattern, path

from flexnet.office import (
    accesses,
    acts,
    credentials,
    desk,
    editing,
    hotline,
    key_desk,
    key_files,
    keys,
    lock_effects,
    mails,
    notes,
    old_addresses,
    practices,
    search,
    third_parties,
)

ADDRESSES: Final[list[URLPattern]] = [
    path("aufgabe/nehmen/", desk.take, name="desk-take"),
    path("aufgabe/zurueckgeben/", desk.give_back, name="desk-give-back"),
    path("suche/", search.page, name="search"),
    path("praxis/<int:number>/", practices.page, name="practice"),
    path("praxis/<int:number>/aendern/", editing.practice, name="practice-edit"),
    path("praxis/<int:number>/person/<str:lanr>/", editing.person, name="person-edit"),
    path("praxis/<int:number>/notiz/", notes.write, name="note-write"),
    path("praxis/<int:number>/notiz/<int:note>/", notes.correct, name="note-correct"),
    path("betriebsstaette/<str:bsnr>/", practices.by_bsnr, name="site-by-bsnr"),
    path("betriebsstaette/<str:bsnr>/kontakt/", editing.contact, name="site-contact"),
    path("betriebsstaette/<str:bsnr>/anschrift/", editing.address, name="site-address"),
    path("zugang/<str:user_name>/", accesses.page, name="access"),
    path("zugang/<str:user_name>/auskunft/", accesses.why, name="access-why"),
    path("sperre/<int:number>/wirkung/", lock_effects.page, name="lock-effect"),
    path("sperre/<int:number>/bestaetigung/", lock_effects.issue, name="lock-receipt-issue"),
    *keys.addresses(),
    *key_desk.ADDRESSES,
    *key_files.ADDRESSES,
    path("notsperre/", hotline.page, name="lock-by-telephone"),
    path("sperrbestaetigung/", lock_effects.check, name="lock-receipt-check"),
    path("sperrbestaetigung/<str:receipt>.pdf", lock_effects.pdf, name="lock-receipt"),
    path("dritter/<int:number>/", third_parties.page, name="third-party"),
    path("dritter/<int:number>/aendern/", third_parties.edit, name="third-party-edit"),
    path("dritter/<int:number>/anschrift/", third_parties.address, name="third-party-address"),
    path("dritter/<int:number>/beenden/", third_parties.end, name="third-party-end"),
    path("zugangsdaten/<int:number>/", credentials.page, name="credential-request"),
    path("mail/<int:number>/", mails.page, name="mail"),
    path("mail/<int:number>/noch-einmal/", mails.try_again, name="mail-try-again"),
    path("mail/<int:number>/erledigt/", mails.settle, name="mail-settle"),
    path("anschrift/<int:number>/", old_addresses.page, name="old-address"),
    *acts.addresses(),
]
