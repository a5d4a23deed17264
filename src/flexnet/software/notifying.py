"""The outside: the mail with the link, queued in the transaction that makes the link."""

from datetime import datetime
from typing import Final

from flexnet import configuration
from flexnet.lib.sealed import Secret
from flexnet.mail import actions as mail
from flexnet.mail import addresses
from flexnet.mail.addresses import Address
from flexnet.mail.kinds import Kind, Plain
from flexnet.members.models import Site
from flexnet.software.models import Link
from flexnet.software.systems import System

NAMES: Final = {System.WINDOWS: "Windows", System.MACOS: "macOS", System.LINUX: "Linux"}


def address_of(site: Site) -> Address | None:
    """The practice's registered address, if a mail can go to it."""
    return addresses.parsed(site.email)


def send_link(link: Link, *, to: Address, token: str, now: datetime) -> None:
    """Inside a transaction: of the link's address the mail alone knows more than the hash."""
    request = link.request
    mail.queue(
        Kind.SOFTWARE_LINK,
        to=to,
        about=f"site:{request.site}",
        occasion=f"software_link:{link.pk}",
        said={"software": Plain(NAMES[System(request.system)]), "until": link.expires_at},
        sealed={"link": Secret(url_of(token).encode())},
        now=now,
    )


def url_of(token: str) -> str:
    """Where the link leads."""
    return f"{configuration.current().public.url.rstrip('/')}/software/link/{token}/"
