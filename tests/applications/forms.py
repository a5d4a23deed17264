"""Applications as people fill them in; all of it invented."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flexnet.applications import actions
from flexnet.applications.kinds import Channel, Kind
from flexnet.applications.models import Application
from tests import make

SIGNED_ON = date(2026, 4, 10)
MEMBER: Mapping[str, Any] = {
    "bsnr": "879999900",
    "organisation": "Praxis am Markt",
    "street": "Markt 1",
    "postcode": "06842",
    "town": "Dessau",
    "lanr": "246801101",
    "name": "Dr. Clara Neu",
    "role": "owner",
    "email": "praxis@beispiel.example",
    "phone": "0340 123456",
    "wants_practice_access": True,
    "wants_personal_access": True,
    "since_on": date(2026, 4, 1),
    "terms_version": 1,
    "signed_on": SIGNED_ON,
}
THIRD_PARTY: Mapping[str, Any] = {
    "organisation": "Labor Beispiel GmbH",
    "street": "Ring 2",
    "postcode": "39104",
    "town": "Magdeburg",
    "name": "Dora Dritte",
    "email": "dora@labor.example",
    "interest": "Übermittlung der Laborstatistik im Auftrag der KV",
    "since_on": date(2026, 5, 1),
    "terms_version": 1,
    "signed_on": SIGNED_ON,
}
PORTAL_ACCESS: Mapping[str, Any] = {
    **{name: value for name, value in MEMBER.items() if name != "terms_version"},
    "bsnr": "949999900",
    "district_office": "chemnitz",
}
COMPLETE = {Kind.MEMBER: MEMBER, Kind.THIRD_PARTY: THIRD_PARTY, Kind.PORTAL_ACCESS: PORTAL_ACCESS}


def received(kind: Kind = Kind.MEMBER, channel: Channel = Channel.PAPER, **values: Any) -> Application:
    """On paper and complete, but for the values that are named."""
    found = receive(kind, channel, **values)
    assert isinstance(found, Application)
    return found


def receive(
    kind: Kind = Kind.MEMBER, channel: Channel = Channel.PAPER, **values: Any
) -> Application | actions.Wrong:
    make.terms()
    merged = {**COMPLETE[kind], **values}
    return actions.receive(
        kind=kind, channel=channel, values=merged, received_on=make.NOW.date(), by=make.BY, now=make.NOW
    )
