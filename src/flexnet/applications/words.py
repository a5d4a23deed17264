"""What the parts of an application are called, on pages and on paper."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from flexnet.applications.kinds import PORTAL_NAME, Kind

LABELS = {
    "bsnr": _("Betriebsstättennummer (BSNR)"),
    "organisation": _("Name der Praxis"),
    "street": _("Straße und Hausnummer"),
    "postcode": _("Postleitzahl"),
    "town": _("Ort"),
    "lanr": _("Lebenslange Arztnummer (LANR)"),
    "name": _("Vor- und Nachname, mit Titel"),
    "role": _("Stellung in der Praxis"),
    "email": _("E-Mail-Adresse"),
    "phone": _("Telefon"),
    "wants_practice_access": _("Praxiszugang"),
    "wants_personal_access": _("Persönlicher Zugang"),
    "since_on": _("Beginn der Tätigkeit in dieser Praxis"),
    "until_on": _("Gebraucht bis"),
    "interest": _("Wofür die KV Ihren Zugang braucht"),
    "services": _("Dienste, die Sie brauchen"),
    "district_office": _("Bezirksgeschäftsstelle"),
    "signed_on": _("Unterschrieben am"),
}
_OF_THIRD_PARTIES = {
    "organisation": _("Name der Einrichtung"),
    "name": _("Vor- und Nachname der Person, die den Zugang nutzt"),
    "since_on": _("Gebraucht ab"),
}
TITLES = {
    Kind.MEMBER: _("Teilnahmeerklärung KV-FlexNet"),
    Kind.THIRD_PARTY: _("Teilnahmeerklärung KV-FlexNet für Dritte"),
    Kind.PORTAL_ACCESS: format_lazy(
        _("Antrag auf Erteilung des Online-Zugangs zum {portal}"), portal=PORTAL_NAME
    ),
}


def label(name: str, kind: Kind) -> str:
    """What a field is called in the form for this kind."""
    own = _OF_THIRD_PARTIES if kind is Kind.THIRD_PARTY else {}
    return str(own.get(name) or LABELS[name])
