"""Draws an application as PDF to be signed, filled in or blank; the same one gives the same bytes."""

import functools
import importlib.resources
import json
import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import typst
from django.utils import translation
from django.utils.formats import date_format

from flexnet import configuration, transactions
from flexnet.access import queries as access
from flexnet.access.models import Terms
from flexnet.applications import words
from flexnet.applications.content import NOTHING, Content
from flexnet.applications.kinds import Kind, Role
from flexnet.applications.models import Application
from flexnet.configuration import Profile

logger = logging.getLogger(__name__)
_BERLIN = ZoneInfo("Europe/Berlin")
_PLACE = ("organisation", "street", "postcode", "town")
_ROWS: Mapping[Kind, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Kind.MEMBER: (
        ("Praxis", ("bsnr", *_PLACE)),
        ("Person", ("lanr", "name", "phone", "email", "since_on")),
    ),
    Kind.THIRD_PARTY: (
        ("Einrichtung", _PLACE),
        ("Person", ("name", "phone", "email")),
        ("Zweck", ("interest", "services", "since_on", "until_on")),
    ),
    Kind.PORTAL_ACCESS: (
        ("Praxis", ("bsnr", *_PLACE)),
        ("Person", ("lanr", "name", "phone", "email")),
    ),
}


def pdf(application: Application) -> bytes:
    """Takes some 20 ms: never inside a transaction."""
    received = application.steps.all()[0].at
    return _drawn(Kind(application.kind), application.content, application.number, received)


def blank(kind: Kind, *, on: date) -> bytes:
    """To be filled in by hand; drawn once a day, for strangers may ask as often as they like."""
    terms = access.terms_in_force(on)
    return _blank(kind, on, terms.version if terms else None)


@functools.lru_cache(maxsize=8)
def _blank(kind: Kind, on: date, _version: int | None) -> bytes:
    return _drawn(kind, NOTHING, "", datetime(on.year, on.month, on.day, tzinfo=_BERLIN))


def _drawn(kind: Kind, said: Content, number: str, at: datetime) -> bytes:
    assert not transactions.is_writing(), "a form is drawn outside of any transaction"  # noqa: S101 - a promise
    with translation.override("de"):
        content = json.dumps(_content(kind, said, number, at.astimezone(_BERLIN)))
    try:
        return _compiled(content, at, keeps_standards=True)
    except typst.TypstError as error:  # a letter that no font of ours has: better a gap than no sheet
        logger.warning("drawn without the standards for archives and readers: %s", error)
        return _compiled(content, at, keeps_standards=False)


def _compiled(content: str, at: datetime, *, keeps_standards: bool) -> bytes:
    template = importlib.resources.files("flexnet.applications").joinpath("form.typ").read_bytes()
    return typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"form": content},
        pdf_standards=["a-2b", "ua-1"] if keeps_standards else None,
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )


def _content(kind: Kind, said: Content, number: str, at: datetime) -> dict[str, object]:
    profile = configuration.current().profile
    terms = access.terms(said.terms_version) if said.terms_version else access.terms_in_force(at.date())
    return {
        "title": str(words.TITLES[kind]),
        "number": number,
        "kv": profile.name,
        "hotline": profile.hotline,
        "email": profile.email,
        "date": {"year": at.year, "month": at.month, "day": at.day},
        "to": goes_to(said),
        "sections": [
            {"title": title, "rows": [[words.label(name, kind), _value(said, name)] for name in names]}
            for title, names in _ROWS[kind]
        ],
        "choices": _choices(kind, said),
        "promise": _promise(kind, terms, profile),
        "sha256": terms.sha256 if terms and kind is not Kind.PORTAL_ACCESS else "",
    }


def goes_to(said: Content) -> list[str]:
    """To whom the signed form goes, as lines: the district office where there are some, or the KV."""
    profile = configuration.current().profile
    offices = {office.slug: office for office in profile.district_offices}
    if not offices:
        return [profile.name, *profile.address]
    if office := offices.get(said.district_office):
        return [profile.name, office.name, *office.address]
    names = ", ".join(office.name.rpartition(" ")[2] for office in profile.district_offices)
    return [profile.name, f"Ihre Bezirksgeschäftsstelle ({names})"]


def _value(said: Content, name: str) -> str:
    found: Any = getattr(said, name)
    if isinstance(found, date):
        return date_format(found, "j. F Y")
    return str(found or "")


def _choices(kind: Kind, said: Content) -> list[dict[str, object]]:
    if kind is Kind.THIRD_PARTY:
        return []
    roles = [[str(role.label), said.role == role] for role in Role]
    wishes = [
        ["Praxiszugang, für die Betriebsstätte", said.wants_practice_access],
        ["persönlicher Zugang, für mich", said.wants_personal_access],
    ]
    return [
        {"title": "Ich bin in der Praxis", "ticks": roles},
        {"title": "Ich beantrage", "ticks": wishes},
    ]


def _promise(kind: Kind, terms: Terms | None, profile: Profile) -> list[str]:
    """What is signed (§ 1(3)); of KV Sachsen the application alone."""
    if kind is Kind.PORTAL_ACCESS:
        user_name, password = profile.words.user_name, profile.words.password
        return [
            f"Ich beantrage den Online-Zugang zum {profile.portal_name} der {profile.short_name}. "
            f"{user_name} und {password} erhalte ich per Post. Ich halte sie geheim.",
        ]
    version = (
        f" (Fassung {terms.version}, gültig ab {date_format(terms.effective_on, 'j. F Y')})" if terms else ""
    )
    promise = f"Ich verpflichte mich, die {profile.terms_title}{version} zu beachten und einzuhalten."
    if kind is Kind.THIRD_PARTY:
        return [promise, "Dienste nutze ich nur in dem Umfang, für den ich die Berechtigung erhalte."]
    return [
        promise,
        "Das gilt auch für die Nutzung durch mein Praxispersonal. Ich überwache und verantworte sie; "
        "das Handeln des Personals gilt wie mein eigenes.",
    ]
