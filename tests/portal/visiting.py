"""Browsers of members: signed in, with a file to hand in, or come from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth import SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from flexnet.access import derived
from flexnet.access.models import Access, Permission
from flexnet.billing import completeness, declaring, electronic_seal
from flexnet.billing.models import Delivery
from tests import make
from tests.billing import files

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    Answer: TypeAlias = _MonkeyPatchedWSGIResponse

STRANGER = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def in_the_portal(access: Access) -> Access:
    """A third party's, which may use the portal from now on."""
    function = Permission.Function.PORTAL
    derived.permit(access=access, function=function, by=make.BY, now=make.NOW)
    return access


def signs_in(user_name: str, password: str, *, source: str = "127.0.0.1") -> Client:
    """A browser after a try to sign in; whether it worked is asked by `is_signed_in`."""
    client = Client(REMOTE_ADDR=source)
    client.post("/anmelden/", {"user_name": user_name, "password": password})
    return client


def signed_in(access: Access, password: str = make.PASSWORD, *, source: str = "127.0.0.1") -> Client:
    client = signs_in(str(access), password, source=source)
    assert SESSION_KEY in client.session
    return client


def is_signed_in(client: Client) -> bool:
    """Whether the page for the password opens, which every session may reach."""
    return client.get("/zugangsdaten/").status_code == 200


def form(content: bytes, *, name: str = files.NAME, quarter: object = files.QUARTER) -> Mapping[str, object]:
    return {"quarter": str(quarter), "file": SimpleUploadedFile(name, content)}


def uploads(client: Client, content: bytes, *, name: str = files.NAME) -> Answer:
    return client.post("/abrechnung/neu/", form(content, name=name), follow=True)


def prechecked(client: Client, content: bytes, *, name: str = files.NAME) -> str:
    """The key of what was found in a file that is only checked."""
    answer = client.post("/abrechnung/pruefen/", {"file": SimpleUploadedFile(name, content)})
    return str(answer["Location"]).split("/")[-2]


def uploaded(client: Client, content: bytes) -> Delivery:
    assert uploads(client, content).status_code == 200
    return Delivery.objects.latest("uploaded_at")


def declared(who: make.Member) -> None:
    """The collective declaration of an owner, confirmed under seal, where one is asked for."""
    text, practice = declaring.wanted(), who.site.practice
    if text is None:
        return
    declaring.give(
        member=who.personal_access,
        practice=practice,
        quarter=files.QUARTER,
        seen=declaring.shown(text, completeness.sites(practice, files.QUARTER, make.NOW.date())),
        by=make.BY,
        now=make.NOW,
    )
    electronic_seal.seal_waiting(make.NOW)


def submitted(client: Client, content: bytes) -> Delivery:
    row = uploaded(client, content)
    client.post(f"/abrechnung/{row.pk}/einreichen/")
    electronic_seal.seal_waiting(make.NOW)
    return Delivery.objects.select_related("receipt").get(pk=row.pk)
