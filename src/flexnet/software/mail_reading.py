"""What a mail asks for: which practice, which system, or that no person wrote it. Pure."""

import email
import email.policy
import hashlib
import re
from dataclasses import dataclass
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Final

from flexnet.lib import plain_text
from flexnet.lib.identifiers import BadIdentifier, Bsnr
from flexnet.software.systems import System

LONGEST: Final = 128 * 1024  # bytes of a mail that are looked at
_TEXT: Final = 4000  # characters that are kept for a clerk
_NUMBER: Final = re.compile(r"(?<![\d/+])\d(?:[ .\u00a0-]?\d){8}(?!\d)")
_SYSTEMS: Final = {
    System.WINDOWS: re.compile(r"\bwindows|\bwin ?(?:7|8|10|11)\b", re.IGNORECASE),
    System.MACOS: re.compile(r"\bmac ?os|\bos ?x\b|\bmac\b|\bmacbook|\bimac\b|\bapple\b", re.IGNORECASE),
    System.LINUX: re.compile(r"\blinux|\bubuntu|\bdebian|\bfedora|\bopensuse", re.IGNORECASE),
}
_BULK: Final = ("bulk", "junk", "list", "auto_reply")
_PROGRAMS: Final = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)[@+]", re.IGNORECASE)


@dataclass(frozen=True)
class Read:
    """A mail as far as it matters here. `is_automatic`: no person asks (RFC 3834), or a filter said spam."""

    digest: str
    sender: str
    subject: str
    text: str
    is_automatic: bool

    @property
    def numbers(self) -> set[str]:
        """What could be a practice's number."""
        return {number for number in map(_number, _NUMBER.findall(self._said)) if number}

    @property
    def system(self) -> System | None:
        """The one that is named; None for none or several."""
        named = [system for system, words in _SYSTEMS.items() if words.search(self._said)]
        return named[0] if len(named) == 1 else None

    @property
    def _said(self) -> str:
        """What somebody wrote now, without what they answer to."""
        lines = [line for line in self.text.splitlines() if not line.lstrip().startswith(">")]
        return "\n".join([self.subject, *lines])


def read(content: bytes) -> Read:
    """Whatever the bytes are, also half a mail or none."""
    message = email.message_from_bytes(content[:LONGEST], policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy makes
    sender = plain_text.line(_header(message, "From"))[:254]
    return Read(
        digest=_digest(message, content),
        sender=sender,
        subject=plain_text.line(_header(message, "Subject"))[:200],
        text=plain_text.lines(_text(message))[:_TEXT],
        is_automatic=_is_automatic(message, sender),
    )


def _header(message: EmailMessage, name: str) -> str:
    """Empty for one that nobody can read."""
    try:
        return str(message.get(name, ""))
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):  # what email raises of bad ones
        return ""


def _digest(message: EmailMessage, content: bytes) -> str:
    """The same mail again has the same, whoever delivers it."""
    known = _header(message, "Message-ID").strip().encode("utf-8", "replace")
    return hashlib.sha256(known or content[:LONGEST]).hexdigest()


def _is_automatic(message: EmailMessage, sender: str) -> bool:
    said = {name: _header(message, name).strip().lower() for name in _SIGNS}
    address = sender.rpartition("<")[2].strip(" >")
    return bool(
        said["Auto-Submitted"] not in ("", "no")
        or said["Precedence"] in _BULK
        or said["List-Id"]
        or said["X-Autoreply"]
        or said["X-Auto-Response-Suppress"] in ("all", "oof", "autoreply")
        or said["X-Spam-Flag"].startswith("yes")
        or said["X-Spam-Status"].startswith("yes")
        or said["Return-Path"] == "<>"
        or message.get_content_type() in ("multipart/report", "message/delivery-status")
        or _PROGRAMS.match(address)
    )


_SIGNS: Final = (
    "Auto-Submitted",
    "Precedence",
    "List-Id",
    "X-Autoreply",
    "X-Auto-Response-Suppress",
    "X-Spam-Flag",
    "X-Spam-Status",
    "Return-Path",
)


def _text(message: EmailMessage) -> str:
    """The plain part, or what stands in the one for browsers."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None or not isinstance(part, EmailMessage):
        return ""
    try:
        said = part.get_content()
    except (LookupError, ValueError, KeyError, AssertionError):  # an encoding that does not exist
        payload = part.get_payload(decode=True)
        said = payload.decode("latin-1") if isinstance(payload, bytes) else ""
    text = said if isinstance(said, str) else ""
    return _shown(text) if part.get_content_type() == "text/html" else text


class _Shown(HTMLParser):
    """What a browser would show, roughly."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style", "head")
        self.words.append("\n" if tag in ("br", "p", "div", "tr", "li") else " ")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in ("script", "style", "head")))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def _shown(html: str) -> str:
    parser = _Shown()
    parser.feed(html)
    parser.close()
    return "".join(parser.words)


def _number(text: str) -> str | None:
    try:
        return Bsnr.parse("".join(one for one in text if one.isdigit()))
    except BadIdentifier:
        return None
