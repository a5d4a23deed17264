"""Is this an address a mail can go to? Exactly one, and nothing that a header could take for more."""

import re
from typing import Final, NewType

Address = NewType("Address", str)

_LONGEST: Final = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def parsed(text: str) -> Address | None:
    """The one address in the text, with its domain in ASCII; None for whatever else it is.

    Neither quoted names nor comments, no address literals, and before the @ ASCII only (RFC 5321, 4.1.2):
    not every server could take the rest.
    """
    local, at, domain = text.strip().rpartition("@")
    host = _in_ascii(domain)
    whole = f"{local}@{host}"
    fits = at and len(local) <= 64 and len(whole) <= _LONGEST and _LOCAL.fullmatch(local)
    return Address(whole) if fits and _is_host(host) else None


def _in_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _is_host(host: str) -> bool:
    labels = host.split(".")
    return len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
