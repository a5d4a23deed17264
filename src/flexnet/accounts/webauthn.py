"""The outside: what browsers and authenticators say in the language of WebAuthn (Level 2), by fido2."""

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fido2 import cose
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from flexnet import configuration
from flexnet.accounts.errors import BadFactor

# The password was asked before: a touch of the key is enough, and no PIN is asked beside it.
_VERIFICATION = UserVerificationRequirement.DISCOURAGED
_USUAL_PORTS = {"https": 443, "http": 80}
# fido2 takes what it is given apart as it comes; all of this only says that it was no answer of a browser.
_BROKEN = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    AssertionError,
    NotImplementedError,  # what fido2 raises for a kind of key that it does not know
    RecursionError,
    struct.error,
)


@dataclass(frozen=True)
class Question:
    """What the browser is asked (JSON), and what must be kept until it answers."""

    options: str
    kept: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Registered:
    """A new credential, and how often its authenticator says that it has signed."""

    credential_id: bytes
    credential: bytes
    sign_count: int


def ask_to_register(*, user_id: int, user_name: str, name: str, known: Iterable[bytes]) -> Question:
    """For `navigator.credentials.create`; authenticators that hold one of the `known` refuse."""
    user = PublicKeyCredentialUserEntity(id=b"staff:%d" % user_id, name=user_name, display_name=name)
    options, kept = _server().register_begin(
        user, [_descriptor(one) for one in known], user_verification=_VERIFICATION
    )
    return Question(json.dumps(dict(options)["publicKey"]), kept)


def registered(answer: str, kept: Mapping[str, str]) -> Registered:
    """Check the answer to `ask_to_register`; raises BadFactor."""
    with _as_bad_factor():
        data = _server().register_complete(kept, json.loads(answer))
        credential = data.credential_data
        if credential is None or credential.public_key[3] not in cose.CoseKey.supported_algorithms():
            raise ValueError("a key of a kind that was not asked for")
        return Registered(credential.credential_id, bytes(credential), data.counter)


def ask_to_sign(known: Iterable[bytes]) -> Question:
    """For `navigator.credentials.get` with one of the `known` credentials."""
    options, kept = _server().authenticate_begin(
        [_descriptor(one) for one in known], user_verification=_VERIFICATION
    )
    return Question(json.dumps(dict(options)["publicKey"]), kept)


def signed(answer: str, kept: Mapping[str, str], credentials: Iterable[bytes]) -> tuple[bytes, int]:
    """Check the answer to `ask_to_sign`: by which credential, and its count; raises BadFactor."""
    with _as_bad_factor():
        response = AuthenticationResponse.from_dict(json.loads(answer))
        known = [AttestedCredentialData(one) for one in credentials]
        found = _server().authenticate_complete(kept, known, response)
        return found.credential_id, response.response.authenticator_data.counter


def _server() -> Fido2Server:
    office, profile = configuration.current().office, configuration.current().profile
    origin = _origin(office.url)
    party = PublicKeyCredentialRpEntity(id=office.host, name=profile.short_name)
    return Fido2Server(party, verify_origin=lambda found: found == origin)


def _origin(url: str) -> str:
    """As a browser writes it: no path, and no port that goes without saying."""
    parts = urlsplit(url)
    port = "" if parts.port in (None, _USUAL_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}"


def _descriptor(credential_id: bytes) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=credential_id)


@contextmanager
def _as_bad_factor() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise BadFactor("the answer of the authenticator does not fit the question") from error
