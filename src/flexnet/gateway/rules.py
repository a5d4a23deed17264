"""May a gateway be registered so? Pure."""

import ipaddress
import re

from flexnet.gateway.errors import BadGateway

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)
_SECRET_BYTES = 16  # RFC 2865, 3: an attacker who sees packets may try secrets at leisure


def check(*, name: str, certificate_name: str, address: str | None, secret: bytes | None) -> None:
    """Raises BadGateway."""
    if not _NAME.fullmatch(name):
        raise BadGateway("A gateway is named by up to 50 characters: a-z, 0-9 and, inside, hyphens.")
    if not _HOST.fullmatch(certificate_name):
        raise BadGateway(
            f"{certificate_name!r} is no DNS name in small letters, as a certificate carries it."
        )
    if bool(address) != bool(secret):
        raise BadGateway(
            "Plain RADIUS needs both the gateway's address and its secret; RadSec needs neither."
        )
    if address:
        _check_address(address)
    if secret is not None and len(secret) < _SECRET_BYTES:
        raise BadGateway(f"A RADIUS secret has at least {_SECRET_BYTES} characters.")


def _check_address(address: str) -> None:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise BadGateway(f"{address!r} is no IP address.") from None
