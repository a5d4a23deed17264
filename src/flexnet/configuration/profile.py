"""Who the KV is, what it calls things, what it asks of a practice."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from flexnet.configuration.parts import MailAddress, Part

_IN_NUMBER = re.compile(r"(?<=[\d/]) (?=\d)")
BsnrPrefix = Annotated[str, Field(pattern=r"^[0-9]{2}$")]


class Words(Part):
    """What a page calls things, which differs from KV to KV."""

    password: str = "Kennwort"  # noqa: S105 - the German word, not a secret
    user_name: str = "Benutzername"


class DistrictOffice(Part):
    """A branch of the KV that takes the applications of its region, known by the first digits of a BSNR."""

    slug: str = Field(pattern=r"^[a-z]+$")
    name: str
    prefixes: tuple[BsnrPrefix, ...]
    address: tuple[str, ...] = ()


class Requirement(Part):
    """What a practice's equipment must be at least (terms, § 4(2)); changes with the years."""

    name: str
    minimum: str = ""
    note: str = ""


class Texts(Part):
    """Files beside this one that hold what the law wants said; plain text in UTF-8.

    On every site, but `remedy`: what may be done against an administrative act, which its letter carries; and
    `collective_declaration`: what whoever signs for a quarter's billing confirms.
    """

    imprint: Path | None = None
    privacy: Path | None = None
    accessibility: Path | None = None
    remedy: Path | None = None
    collective_declaration: Path | None = None


class Applications(Part):
    """How long applications are kept that came to nothing."""

    unsigned_days: int = Field(90, ge=1)
    refused_days: int = Field(365, ge=1)


def _iban(text: str) -> str:
    """ISO 13616: without blanks, and its check digits fit."""
    iban = text.replace(" ", "").upper()
    moved = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4] if sign.isascii() and sign.isalnum())
    if iban and (len(iban) < 15 or int(moved) % 97 != 1):
        raise ValueError(f"{text} is no IBAN: its check digits do not fit; copy it from the bank's papers")
    return iban


class Payment(Part):
    """How what a letter asks for is paid: set off with a member's fees, or transferred, as third parties do.

    Without an IBAN letters announce an invoice. `is_act`: what is asked for is an administrative act, so
    that its letter must say how to object (`texts.remedy`).
    """

    members: Literal["set_off", "transfer"] = "transfer"
    iban: Annotated[str, AfterValidator(_iban)] = ""
    days: int = Field(30, ge=1)
    is_act: bool = False


def _in_one_line(number: str) -> str:
    """A telephone number does not break; words in its place may."""
    return _IN_NUMBER.sub("\N{NO-BREAK SPACE}", number)


class Profile(Part):
    """Who the KV is."""

    slug: str = Field(pattern=r"^[a-z]+$")
    name: str
    short_name: str
    site_prefixes: tuple[BsnrPrefix, ...] = ()  # of its BSNRs; none: any
    portal_name: str
    look: Path | None = (
        None  # a folder with mark.svg and icon.svg; all that lies in it is served to everybody
    )
    accent: Literal["copper", "gold", "berry"] = "copper"
    hotline: Annotated[str, AfterValidator(_in_one_line)]
    fax: Annotated[str, AfterValidator(_in_one_line)] = ""
    email: MailAddress
    address: tuple[str, ...] = ()
    gateway_host: str = ""
    group: str = "Flexnet-Yubikey"
    second_factor: bool = True
    words: Words = Words()
    payment: Payment = Payment()
    activation: Literal["at_once", "next_quarter"] = "at_once"
    abroad: Literal["allowed", "refused"] = "allowed"
    letters: Literal["separate", "together"] = "separate"  # user name and first password
    # Of staff accesses that a member opens: by letter (§ 3(2)), or on a sheet that the member hands over.
    staff_passwords: Literal["letter", "sheet"] = "letter"
    terms_title: str = "Nutzungsbedingungen"
    cites_paragraphs: bool = True  # pages name the paragraphs of the terms, which are those of KV-FlexNet
    applications: tuple[Literal["member", "third_party", "portal_access"], ...] = ("member", "third_party")
    district_offices: tuple[DistrictOffice, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    terms_change: Literal["objection", "consent"] = "objection"
    terms_grace_days: int = Field(42, ge=1)
    terms_reminder_days: tuple[Annotated[int, Field(ge=1)], ...] = (28, 14, 3)
    statements: Literal["binding", "form"] = "binding"  # a notice or an objection given in the portal
    provider_order: Literal["alphabetical", "shuffled"] = "alphabetical"
    # Client software: not given out here, each request looked at by a clerk, or answered at once.
    software: Literal["none", "reviewed", "automatic"] = "reviewed"
