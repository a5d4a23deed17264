"""A security key made of software, and the browser in front of it, as the office sees them."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from flexnet import configuration

PRESENT, ATTESTED = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.AT


@dataclass
class Authenticator:
    """Signs what it is asked; `count` is what it says of how often it did, zero of one that does not count.

    The other fields are what a bad one, or a bad browser, gets wrong.
    """

    count: int = 0
    step: int = 1
    origin: str = ""
    host: str = ""
    flags: AuthenticatorData.FLAG = PRESENT
    algorithm: int = ES256.ALGORITHM
    credential_id: bytes = b"credential-of-sixteen-bytes-or-so"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: str) -> str:
        """The answer to `navigator.credentials.create`."""
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]  # fido2 has some without
        public[3] = self.algorithm
        credential = AttestedCredentialData.create(bytes(16), self.credential_id, public)
        data = AuthenticatorData.create(self._rp_hash(), self.flags | ATTESTED, self.count, credential)
        attestation = AttestationObject.create("none", data, {})
        client = self._client(CollectedClientData.TYPE.CREATE, options)
        return self._answer(client, attestationObject=attestation)

    def get(self, options: str) -> str:
        """The answer to `navigator.credentials.get`."""
        self.count += self.step
        data = AuthenticatorData.create(self._rp_hash(), self.flags, self.count)
        client = self._client(CollectedClientData.TYPE.GET, options)
        signature = self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(client, authenticatorData=data, signature=signature)

    def _rp_hash(self) -> bytes:
        host = self.host or configuration.current().office.host
        return hashlib.sha256(host.encode()).digest()

    def _client(self, kind: str, options: str) -> CollectedClientData:
        challenge = websafe_decode(json.loads(options)["challenge"])
        origin = self.origin or configuration.current().office.url.rstrip("/")
        return CollectedClientData.create(kind, challenge, origin)

    def _answer(self, client: CollectedClientData, **parts: bytes) -> str:
        name = websafe_encode(self.credential_id)
        response = {"clientDataJSON": client, **parts}
        answer: dict[str, Any] = {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {part: websafe_encode(value) for part, value in response.items()},
        }
        return json.dumps(answer)
