"""What is wrong in an application and what is missing, each in a sentence for the applicant. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.applications.content import LONGEST, Content
from flexnet.applications.kinds import Channel, Kind, Role
from flexnet.configuration import DistrictOffice, Profile
from flexnet.lib import plain_text
from flexnet.lib.identifiers import BadIdentifier, Bsnr, Lanr
from flexnet.members import entries
from flexnet.members.errors import BadEntry


@dataclass(frozen=True)
class Problem:
    """The field that it is about, and a sentence: what is wrong or missing, and what to do."""

    field: str
    text: str


_PERSON = ("lanr", "name", "role")
_ADDRESS = ("organisation", "street", "postcode", "town")
NEEDED = {
    Kind.MEMBER: ("bsnr", *_ADDRESS, *_PERSON, "wants", "email", "terms_version", "signed_on"),
    Kind.THIRD_PARTY: (*_ADDRESS, "name", "email", "interest", "since_on", "terms_version", "signed_on"),
    Kind.PORTAL_ACCESS: ("bsnr", *_ADDRESS, *_PERSON, "wants", "email", "district_office", "signed_on"),
}
# Whoever signs in the portal signs for nobody else: whom the access is for promises in person (§ 1(3)).
_PROMISED_ELSEWHERE = {Channel.PORTAL: ("terms_version",)}
_MISSING = {
    "bsnr": gettext_lazy("Es fehlt die Betriebsstättennummer (BSNR)."),
    "organisation": gettext_lazy("Es fehlt der Name der Praxis oder Einrichtung."),
    "street": gettext_lazy("Es fehlen Straße und Hausnummer."),
    "postcode": gettext_lazy("Es fehlt die Postleitzahl."),
    "town": gettext_lazy("Es fehlt der Ort."),
    "lanr": gettext_lazy("Es fehlt die lebenslange Arztnummer (LANR)."),
    "name": gettext_lazy("Es fehlt der Vor- und Nachname."),
    "role": gettext_lazy("Es fehlt, ob Ihnen die Praxis gehört oder Sie angestellt oder ermächtigt sind."),
    "wants": gettext_lazy("Es fehlt, welchen Zugang Sie beantragen. Wählen Sie mindestens einen."),
    "email": gettext_lazy("Es fehlt eine Telefonnummer oder E-Mail-Adresse für Rückfragen."),
    "interest": gettext_lazy("Es fehlt, wofür die KV Ihren Zugang braucht (eigenes Interesse der KV)."),
    "since_on": gettext_lazy("Es fehlt, ab wann Sie den Zugang brauchen."),
    "terms_version": gettext_lazy("Es fehlt, welcher Fassung der Nutzungsbedingungen Sie zustimmen."),
    "district_office": gettext_lazy("Es fehlt, welche Bezirksgeschäftsstelle zuständig ist."),
    "signed_on": gettext_lazy("Es fehlt die Unterschrift mit Datum."),
}

_KV_NAMES = {
    "SH": "Schleswig-Holstein",
    "HH": "Hamburg",
    "HB": "Bremen",
    "NI": "Niedersachsen",
    "WL": "Westfalen-Lippe",
    "NO": "Nordrhein",
    "HE": "Hessen",
    "RP": "Rheinland-Pfalz",
    "BW": "Baden-Württemberg",
    "BY": "Bayerns",
    "BE": "Berlin",
    "SL": "Saarland",
    "MV": "Mecklenburg-Vorpommern",
    "BB": "Brandenburg",
    "ST": "Sachsen-Anhalt",
    "TH": "Thüringen",
    "SN": "Sachsen",
}


def missing(
    kind: Kind, content: Content, *, profile: Profile, channel: Channel = Channel.PAPER
) -> tuple[Problem, ...]:
    """Every thing that the applicant has still to give."""
    needed = [name for name in NEEDED[kind] if name not in _PROMISED_ELSEWHERE.get(channel, ())]
    return tuple(
        Problem(name, str(_MISSING[name])) for name in needed if not _is_given(name, content, profile)
    )


def wrong(kind: Kind, content: Content, *, profile: Profile, today: date) -> tuple[Problem, ...]:
    """Every thing that cannot be right, whoever wrote it; nothing of this is ever kept."""
    return tuple(problem for check in _CHECKS for problem in check(kind, content, profile, today))


def district_office(bsnr: str, *, profile: Profile) -> DistrictOffice | None:
    """The one that the number's first two digits name; None where the applicant has to choose."""
    found = [office for office in profile.district_offices if bsnr[:2] in office.prefixes]
    return found[0] if len(found) == 1 else None


def routed(content: Content, *, profile: Profile) -> Content:
    """With the district office that the number names, unless somebody chose one."""
    office = None if content.district_office else district_office(content.bsnr, profile=profile)
    return replace(content, district_office=office.slug) if office else content


def _is_given(name: str, content: Content, profile: Profile) -> bool:
    if name == "wants":
        return content.wants_practice_access or content.wants_personal_access
    if name == "email":
        return bool(content.email or content.phone)
    if name == "district_office" and not profile.district_offices:
        return True
    return bool(getattr(content, name))


def _bsnr(_kind: Kind, content: Content, profile: Profile, _today: date) -> Iterator[Problem]:
    if not content.bsnr:
        return
    try:
        number = Bsnr.parse(content.bsnr)
    except BadIdentifier as error:
        yield Problem("bsnr", _(error.message))
        return
    if profile.site_prefixes and number.region_key not in profile.site_prefixes:
        yield Problem("bsnr", _of_another_kv(number, profile))


def _of_another_kv(number: Bsnr, profile: Profile) -> str:
    name = _KV_NAMES.get(number.region.kv) if number.region else None
    values = {"bsnr": number, "own": profile.short_name, "other": name}
    if name is None:
        return (
            _(
                "Die Betriebsstätte %(bsnr)s gehört nicht zur %(own)s. Bitte vergleichen Sie die Nummer "
                "mit Ihrem Praxisstempel, oder wenden Sie sich an die für Sie zuständige KV."
            )
            % values
        )
    return (
        _(
            "Die Betriebsstätte %(bsnr)s gehört zur KV %(other)s. Bitte stellen Sie den Antrag dort, "
            "oder vergleichen Sie die Nummer mit Ihrem Praxisstempel."
        )
        % values
    )


def _lanr(_kind: Kind, content: Content, _profile: Profile, _today: date) -> Iterator[Problem]:
    if not content.lanr:
        return
    try:
        Lanr.parse(content.lanr)
    except BadIdentifier as error:
        yield Problem("lanr", _(error.message))


def _shapes(_kind: Kind, content: Content, _profile: Profile, _today: date) -> Iterator[Problem]:
    if content.postcode and not (len(content.postcode) == 5 and content.postcode.isdecimal()):
        yield Problem("postcode", _("Eine Postleitzahl hat fünf Ziffern."))
    if _is_refused(entries.email, content.email):
        yield Problem("email", _("Das ist keine E-Mail-Adresse. Sie sieht so aus: praxis@beispiel.de"))
    if _is_refused(entries.phone, content.phone):
        yield Problem(
            "phone", _("Schreiben Sie die Telefonnummer nur mit Ziffern, zum Beispiel 0391 123456.")
        )
    if content.role and content.role not in Role:
        yield Problem("role", str(_MISSING["role"]))
    for name, most in LONGEST.items():
        if len(getattr(content, name)) > most:
            yield Problem(name, _("Bitte kürzen Sie diese Angabe auf %(most)d Zeichen.") % {"most": most})
        if sign := plain_text.unwritten(getattr(content, name)):
            text = _("Das Zeichen „%(sign)s“ können wir nicht drucken. Bitte lassen Sie es weg.")
            yield Problem(name, text % {"sign": sign})


def _is_refused(read: Callable[[str], str], text: str) -> bool:
    """What the office could not enter afterwards is said now."""
    try:
        read(text)
    except BadEntry:
        return True
    return False


def _days(_kind: Kind, content: Content, _profile: Profile, today: date) -> Iterator[Problem]:
    if content.signed_on and content.signed_on > today:
        yield Problem("signed_on", _("Das Datum der Unterschrift liegt in der Zukunft."))
    if content.since_on and content.until_on and content.until_on < content.since_on:
        yield Problem("until_on", _("Der letzte Tag liegt vor dem ersten."))


def _owner(_kind: Kind, content: Content, _profile: Profile, _today: date) -> Iterator[Problem]:
    """§ 1(2): staff derive their right from the owner, who alone can promise for the practice."""
    if content.wants_practice_access and content.role in _NOT_OWNERS:
        text = _(
            "Den Praxiszugang kann nur beantragen, wem die Praxis gehört, allein oder gemeinsam mit anderen."
        )
        yield Problem("wants_practice_access", text)


def _office(_kind: Kind, content: Content, profile: Profile, _today: date) -> Iterator[Problem]:
    known = {office.slug for office in profile.district_offices}
    if content.district_office and content.district_office not in known:
        yield Problem("district_office", _("Diese Bezirksgeschäftsstelle kennen wir nicht."))


_NOT_OWNERS = (Role.EMPLOYED, Role.AUTHORISED)
_CHECKS: tuple[Callable[[Kind, Content, Profile, date], Iterator[Problem]], ...] = (
    _bsnr,
    _lanr,
    _shapes,
    _days,
    _owner,
    _office,
)
