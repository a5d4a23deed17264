"""Practices with a link each, and addresses to fetch from: `bench.inside granting FILE [MEGABYTES COUNT]`."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from flexnet import key_ring
from flexnet.mail.actions import PLACE
from flexnet.mail.models import Mail
from flexnet.members import actions as members
from flexnet.members import editing
from flexnet.members.editing import Contact
from flexnet.members.models import Site
from flexnet.software import links, releases, requests
from flexnet.software.models import Release, SoftwareRequest
from flexnet.software.systems import System

_BY = "bench"
_NAME = "anyconnect-win-4.10.04071-core-vpn-webdeploy-k9.msi"


def main(file: str, megabytes: str = "0", count: str = "0") -> None:
    """With a size and a count it makes a release and links first; prints the file and the paths."""
    tokens = Path(file)
    if int(count):
        _publish(tokens.with_name(_NAME), int(megabytes) * 1_000_000)
        tokens.write_text(json.dumps([_linked(number) for number in range(int(count))]))
    release, now = Release.objects.get(), datetime.now(UTC)
    given = [
        links.grant(link_token=token, release=release.pk, now=now) for token in json.loads(tokens.read_text())
    ]
    paths = [f"/{address}/{release.file_name}" for address in given if address]
    print(json.dumps({"paths": paths, "sha256": release.sha256, "size": release.size}))


def _publish(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for at in range(0, size, 1_000_000):
            file.write(os.urandom(min(1_000_000, size - at)))
    releases.publish(files=[path], minimum="10", by=_BY, now=datetime.now(UTC))
    path.unlink()


def _linked(number: int) -> str:
    """The token of a practice's link, as its mail has it."""
    site = members.enter_practice(bsnr=f"88{number:05}00", name=f"Praxis {number}", by=_BY)
    contact = Contact("", "", f"praxis{number}@example.org")
    editing.edit_contact(site=site, seen=Contact.of(site), wanted=contact, by=_BY)
    fresh, now = Site.objects.get(pk=site.pk), datetime.now(UTC)
    way = SoftwareRequest.Way.OFFICE
    row = requests.request(site=fresh, system=System.WINDOWS, way=way, by=_BY, now=now)
    links.send(number=row.pk, by=_BY, now=now)
    mail = Mail.objects.latest("pk")
    assert mail.sealed is not None  # noqa: S101 - it was queued a moment ago
    sealed = json.loads(key_ring.current().open(bytes(mail.sealed), row=mail.tag, **PLACE).reveal())
    return str(sealed["link"].rstrip("/").rpartition("/")[2])
