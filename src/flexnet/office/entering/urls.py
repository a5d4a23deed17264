"""The addresses under which clerks enter."""

from django.urls import URLPattern, path

from flexnet.office.entering import (
    accesses,
    declarations,
    derived_accesses,
    keys,
    letters,
    mandates,
    people,
    practices,
    setup,
    third_parties,
)

ADDRESSES: list[URLPattern] = [
    path("eintragen/", setup.start, name="entering"),
    path("eintragen/praxis/", practices.practice, name="practice-enter"),
    path("eintragen/dritte/", third_parties.third_party, name="third-party-enter"),
    path("praxis/<int:practice>/einrichten/", setup.practice, name="practice-setup"),
    path("praxis/<int:practice>/betriebsstaette/", practices.site, name="site-enter"),
    path("praxis/<int:practice>/person/", people.person, name="person-enter"),
    path(
        "praxis/<int:practice>/person/<int:person>/taetigkeit/",
        people.activity,
        name="activity-enter",
    ),
    path(
        "praxis/<int:practice>/person/<int:person>/erklaerung/",
        declarations.of_person,
        name="declaration-enter",
    ),
    path(
        "praxis/<int:practice>/person/<int:person>/zugang/",
        accesses.of_person,
        name="personal-access-enter",
    ),
    path(
        "praxis/<int:practice>/betriebsstaette/<int:site>/zugang/",
        accesses.of_site,
        name="practice-access-enter",
    ),
    path("praxis/<int:practice>/vollmacht/", mandates.of_practice, name="mandate-enter"),
    path("dritter/<int:third_party>/einrichten/", setup.third_party, name="third-party-setup"),
    path(
        "dritter/<int:third_party>/erklaerung/",
        declarations.of_third_party,
        name="third-party-declaration-enter",
    ),
    path(
        "dritter/<int:third_party>/zugang/", derived_accesses.of_third_party, name="third-party-access-enter"
    ),
    path("zugang/<str:user_name>/mitarbeiter/", derived_accesses.of_employee, name="employee-access-enter"),
    path("zugang/<str:user_name>/schluessel/", keys.key, name="key-assign"),
    path("zugang/<str:user_name>/briefe/", letters.page, name="access-letters"),
]
