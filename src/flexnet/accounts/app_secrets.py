"""The secrets that authenticator apps share with us: made, sealed, opened, told once."""

import secrets
from dataclasses import dataclass, field

from flexnet import configuration, key_ring
from flexnet.accounts.models import Staff
from flexnet.lib import totp

_PLACE = {"table": "accounts_authenticatorapp", "kind": "app_secret"}


@dataclass(frozen=True)
class Told:
    """What is told to the app: as an address for its camera, and as text for typing."""

    address: str = field(repr=False)
    text: str = field(repr=False)


def make(staff: Staff) -> bytes:
    """A new secret, sealed for this person."""
    return key_ring.current().seal(secrets.token_bytes(totp.SECRET_BYTES), row=str(staff), **_PLACE)


def opened(sealed: bytes, staff: Staff) -> bytes:
    """Raises SealBroken."""
    return key_ring.current().open(sealed, row=str(staff), **_PLACE).reveal()


def told(sealed: bytes, staff: Staff) -> Told:
    """Raises SealBroken."""
    secret, issuer = opened(sealed, staff), configuration.current().profile.short_name
    return Told(totp.address(secret, issuer=f"FlexNet {issuer}", name=str(staff)), totp.as_text(secret))


def resealed(sealed: bytes, user_name: str) -> bytes:
    """The same secret under the ring's current key."""
    return key_ring.current().reseal(bytes(sealed), row=user_name, **_PLACE)
