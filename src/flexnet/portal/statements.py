"""Draws a notice or an objection as a sheet to be signed and posted; it is kept nowhere."""

import importlib.resources
import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import typst
from django.utils import translation

from flexnet import configuration, transactions
from flexnet.access import requests
from flexnet.access.models import Access, Terms
from flexnet.access.notices import Noticeable
from flexnet.access.rules import day_of
from flexnet.access.signers import Signer
from flexnet.members import queries as members
from flexnet.members.models import Site
from flexnet.portal import words
from flexnet.web import paragraphs

logger = logging.getLogger(__name__)


def notice(found: Noticeable, *, now: datetime) -> bytes:
    """Of an access, signed by everybody whose it is (§ 10(2)). Takes some 20 ms."""
    title = configuration.current().profile.terms_title
    said = [
        f"hiermit kündige ich den Zugang {found.access} ({_in_german(found.access)}) mit der Frist von zwei "
        + paragraphs.cited(f"Wochen (§ 10 Abs. 2 {title})."),
        "Bitte bestätigen Sie mir den Eingang und den letzten Tag.",
    ]
    if found.key:
        said.append(f"Den YubiKey {found.key} sende ich nach dem letzten Tag zurück.")
    if len(found.signed_by) > 1:
        said = [one.replace("kündige ich", "kündigen wir").replace("mir", "uns") for one in said]
        said = [one.replace("sende ich", "senden wir") for one in said]
    return _drawn("Kündigung eines Zugangs", found.access, said, found.signed_by, now=now)


def objection(access: Access, signer: Signer, terms: Terms, text: str, *, now: datetime) -> bytes:
    """To a version of the terms, with the reason in their own words (§ 14(2)). Takes some 20 ms."""
    first = f"hiermit widerspreche ich der Fassung {terms.version} der {terms.title} (§ 14 Abs. 2)."
    said = [paragraphs.cited(first)]
    if text:
        said += ["Meine Gründe:", *text.split("\n")]
    return _drawn("Widerspruch gegen die Nutzungsbedingungen", access, said, (signer.name,), now=now)


def _drawn(
    title: str, access: Access, said: Sequence[str], signed_by: Sequence[str], *, now: datetime
) -> bytes:
    assert not transactions.is_writing(), "a sheet is drawn outside of any transaction"  # noqa: S101 - a promise
    today, profile = day_of(now), configuration.current().profile
    content = json.dumps(
        {
            "title": title,
            "kv": profile.name,
            "help": f"{profile.hotline} · {profile.email}",
            "to": [profile.name, *profile.address],
            "from": _sender(access, now),
            "date": {"year": today.year, "month": today.month, "day": today.day},
            "said": [one for one in said if one],
            "signed_by": list(signed_by),
        }
    )
    try:
        return _compiled(content, now, keeps_standards=True)
    except typst.TypstError as error:  # a letter that no font of ours has: better a gap than no sheet
        logger.warning("drawn without the standards for archives and readers: %s", error)
        return _compiled(content, now, keeps_standards=False)


def _compiled(content: str, now: datetime, *, keeps_standards: bool) -> bytes:
    return typst.compile(
        importlib.resources.files("flexnet.portal").joinpath("statement.typ").read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"statement": content},
        pdf_standards=["a-2b", "ua-1"] if keeps_standards else None,
        timestamp=now.astimezone(UTC).replace(microsecond=0),
    )


def _sender(access: Access, now: datetime) -> list[str]:
    """Whose access it is, with the registered address."""
    today = day_of(now)
    home = requests.addressee_of(access, today)
    address = members.address_of(home, today) if home else None
    names = [access.person.name if access.person else access.holder]
    if home:
        names.append(home.practice.name if isinstance(home, Site) else home.name)
    place = [address.street, f"{address.postcode} {address.town}"] if address else []
    return [line for line in (*names, *place) if line]


def _in_german(access: Access) -> str:
    """The sheet is German, whatever the page is in."""
    with translation.override("de"):
        return words.access(access)
