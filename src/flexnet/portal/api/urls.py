"""The addresses of the door for programs."""

from django.urls import URLPattern, path

from flexnet.portal.api import checks, deliveries, description, door, sending

_AT = "api/v1"
_ONE = f"{_AT}/lieferungen/<str:key>"

urlpatterns: list[URLPattern] = [
    path(f"{_AT}/openapi.json", description.document, name="api-description"),
    path(f"{_AT}/pruefungen", door.of(POST=checks.check), name="api-check"),
    path(f"{_AT}/uebertragungen", door.of(POST=sending.announce), name="api-sendings"),
    path(
        f"{_AT}/uebertragungen/<str:key>",
        door.of(HEAD=sending.stands, PATCH=sending.go_on, DELETE=sending.give_up),
        name="api-sending",
    ),
    path(f"{_AT}/uebertragungen/<str:key>/pruefung", door.of(POST=sending.check), name="api-sending-check"),
    path(f"{_AT}/lieferungen", door.of(GET=deliveries.listed, POST=sending.whole), name="api-deliveries"),
    path(_ONE, door.of(GET=deliveries.one), name="api-delivery"),
    path(f"{_ONE}/einreichung", door.of(POST=deliveries.hand_in), name="api-submission"),
    path(f"{_ONE}/rueckmeldungen", door.of(GET=deliveries.replied), name="api-replies"),
    path(f"{_ONE}/rueckmeldungen/<str:number>", door.of(GET=deliveries.reply), name="api-reply"),
    *(
        path(
            f"{_ONE}/eingangsbestaetigung.{ending}",
            door.of(GET=deliveries.receipt),
            {"ending": ending},
            name=f"api-receipt-{ending}",
        )
        for ending in ("pdf", "json", "p7s")
    ),
]
