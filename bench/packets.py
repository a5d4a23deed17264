"""RADIUS requests as a gateway sends them over UDP, written from the RFCs and made for speed."""

import hmac
import os
from hashlib import md5

ACCEPT, REJECT, ACCOUNTING_RESPONSE = 2, 3, 5
_ACCESS_REQUEST, _ACCOUNTING_REQUEST = 1, 4
_NAS_IDENTIFIER = b"bench"
_AUTHENTICATE_ONLY = (8).to_bytes(4, "big")


def sign_in(identifier: int, *, user_name: str, field: bytes, source: str, secret: bytes) -> bytes:
    """An Access-Request with password and code (contracts/README.md), signed (RFC 3579, 3.2)."""
    authenticator = os.urandom(16)
    body = _attribute(1, user_name.encode()) + _attribute(2, _hidden(field, secret, authenticator))
    body += _attribute(6, _AUTHENTICATE_ONLY) + _attribute(31, source.encode())
    return _signed(identifier, authenticator, body, secret)


def unusable(identifier: int, *, secret: bytes) -> bytes:
    """A rightly signed Access-Request without a password: it is rejected at once, so somebody is there."""
    return _signed(identifier, os.urandom(16), _attribute(1, b"nobody"), secret)


def accounting(identifier: int, *, session: str, secret: bytes) -> bytes:
    """An Interim-Update (RFC 2866, 3) of a session, which is answered even if nobody knows it."""
    body = _attribute(32, _NAS_IDENTIFIER) + _attribute(40, (3).to_bytes(4, "big"))
    body += _attribute(44, session.encode())
    head = _head(_ACCOUNTING_REQUEST, identifier, body)
    return head + md5(head + bytes(16) + body + secret).digest() + body  # noqa: S324 - RADIUS is defined with MD5


def is_answer(answer: bytes, request: bytes, secret: bytes) -> bool:
    """Whether these bytes answer that request (RFC 2865, 3: response authenticator)."""
    signed = answer[:4] + request[4:20] + answer[20:] + secret
    return answer[1:2] == request[1:2] and answer[4:20] == md5(signed).digest()  # noqa: S324 - as above


def _signed(identifier: int, authenticator: bytes, body: bytes, secret: bytes) -> bytes:
    body += _attribute(32, _NAS_IDENTIFIER) + _attribute(80, bytes(16))
    packet = _head(_ACCESS_REQUEST, identifier, body) + authenticator + body
    return packet[:-16] + hmac.digest(secret, packet, "md5")


def _head(code: int, identifier: int, body: bytes) -> bytes:
    return bytes((code, identifier)) + (20 + len(body)).to_bytes(2, "big")


def _attribute(number: int, value: bytes) -> bytes:
    return bytes((number, len(value) + 2)) + value


def _hidden(field: bytes, secret: bytes, authenticator: bytes) -> bytes:
    """RFC 2865, 5.2."""
    padded = field + bytes(-len(field) % 16)
    hidden, last = b"", authenticator
    for at in range(0, len(padded), 16):
        pad = int.from_bytes(md5(secret + last).digest())  # noqa: S324 - as above
        last = (int.from_bytes(padded[at : at + 16]) ^ pad).to_bytes(16, "big")
        hidden += last
    return hidden
