"""Fills a chapter in for one KV: its names, its numbers, and what its rules leave out."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.template import Context, Engine, TemplateSyntaxError

from flexnet.configuration import Configuration
from flexnet.manual.errors import BadManual

_MISSING: Final = "\ufffd"
_ENGINE = Engine(string_if_invalid=_MISSING)
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
_EMPTY_LINES = re.compile(r"\n{3,}")


def filled(text: str, known: Mapping[str, Any]) -> str:
    """The Markdown of one KV; raises BadManual if it names what no profile says."""
    try:
        whole = _ENGINE.from_string(text).render(Context(dict(known), autoescape=False, use_l10n=False))
    except TemplateSyntaxError as error:
        raise BadManual(f"{error}") from None
    if _MISSING in whole:
        raise BadManual(f"it names what no profile says: …{whole.partition(_MISSING)[0][-60:]}")
    return _EMPTY_LINES.sub("\n\n", whole).strip()


def known(of: Configuration) -> dict[str, Any]:
    """What chapters may name: words are safe as Markdown, numbers and conditions are what they are."""
    return _words(of) | _numbers(of) | _conditions(of)


def _words(of: Configuration) -> dict[str, Any]:
    profile = of.profile
    words = {
        "kv": profile.short_name,
        "kv_name": profile.name,
        "portal": profile.portal_name,
        "portal_address": of.portal.url,
        "public_address": of.public.url,
        "hotline": profile.hotline,
        "fax": profile.fax,
        "email": profile.email,
        "address": ", ".join(profile.address),
        "gateway": profile.gateway_host,
        "group": profile.group,
        "password": profile.words.password,
        "user_name": profile.words.user_name,
        "terms": profile.terms_title,
    }
    return {name: plain(word) for name, word in words.items()} | {
        "requirements": [
            {"name": plain(one.name), "minimum": plain(one.minimum), "note": plain(one.note)}
            for one in profile.requirements
        ]
    }


def _numbers(of: Configuration) -> dict[str, Any]:
    return {
        "password_length": of.password.minimum_length,
        "password_lifetime": of.password.lifetime_days,
        "first_password_days": of.password.initial_valid_days,
        "delay_days": -(-of.post.password_delay_hours // 24),
        "address_rest_days": of.credentials.address_rest_days,
        "session_hours": of.radius.session_hours,
        "portal_idle_minutes": of.portal.idle_minutes,
        "office_idle_minutes": of.office.idle_minutes,
        "office_hours": of.office.absolute_hours,
        "upload_mib": of.billing.max_upload_mib,
        "return_days": of.keys.return_days,
        "unsigned_days": of.applications.unsigned_days,
    }


def _conditions(of: Configuration) -> dict[str, Any]:
    profile = of.profile
    return {
        "yubikey": profile.second_factor,
        "separate_letters": profile.letters == "separate",
        "next_quarter": profile.activation == "next_quarter",
        "staff_by_sheet": profile.staff_passwords == "sheet",
        "statements_bind": profile.statements == "binding",
        "district_offices": bool(profile.district_offices),
        "only_germany": profile.abroad == "refused",
        "paragraphs": profile.cites_paragraphs,
        "third_parties": "third_party" in profile.applications,
    }


def plain(word: str) -> str:
    """A word of the configuration as Markdown that means just this word."""
    return _MARKS.sub(r"\\\1", " ".join(word.split()))
