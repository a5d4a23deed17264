"""What the tests of client software begin from: files of a store, a practice that can be written to."""

import json
from pathlib import Path

from flexnet import key_ring
from flexnet.mail.actions import PLACE
from flexnet.mail.models import Mail
from flexnet.members import editing
from flexnet.members import queries as members
from flexnet.members.editing import Contact
from flexnet.members.models import Site
from flexnet.software import links, releases, requests
from flexnet.software.models import Link, Release, SoftwareRequest
from flexnet.software.systems import System
from tests import make

WINDOWS = "anyconnect-win-4.10.04071-core-vpn-webdeploy-k9.msi"
LINUX = "anyconnect-linux64-4.10.04071-core-vpn-webdeploy-k9.sh"
OWN = "flexnet-client_0.1.0_all.deb"
CONTENT = b"An installer. " * 40_000  # more than one piece


def file(folder: Path, name: str = WINDOWS, content: bytes = CONTENT) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def release(folder: Path, name: str = WINDOWS, content: bytes = CONTENT, minimum: str = "10") -> Release:
    path = file(folder, name, content)
    return releases.publish(files=[path], minimum=minimum, by=make.BY, now=make.NOW)


def practice(email: str = "praxis@example.org") -> Site:
    """Its address is registered."""
    return reachable(make.settled().site, email)


def reachable(site: Site, email: str = "praxis@example.org") -> Site:
    editing.edit_contact(site=site, seen=Contact.of(site), wanted=Contact("", "", email), by=make.BY)
    return members.site(site.bsnr)


def asked(site: Site, system: System = System.WINDOWS) -> SoftwareRequest:
    way = SoftwareRequest.Way.OFFICE
    return requests.request(site=site, system=system, way=way, by=make.BY, now=make.NOW)


def linked(site: Site, system: System = System.WINDOWS) -> tuple[Link, str]:
    """A link that was sent, and its token as its mail has it."""
    link = links.send(number=asked(site, system).pk, by=make.BY, now=make.NOW)
    return link, token_in(Mail.objects.latest("pk"))


def token_in(mail: Mail) -> str:
    """What only the reader knows."""
    assert mail.sealed is not None
    sealed = json.loads(key_ring.current().open(bytes(mail.sealed), row=mail.tag, **PLACE).reveal())
    return str(sealed["link"].rstrip("/").rpartition("/")[2])


def downloading(release: Release, token: str) -> str:
    """The short address that the button gives."""
    address = links.grant(link_token=token, release=release.pk, now=make.NOW)
    assert address is not None
    return address
