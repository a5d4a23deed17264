"""The outside: the house's mail server, over TLS, one mail after the other on one connection."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from typing import Final

from flexnet import configuration
from flexnet.configuration import Mail as Settings
from flexnet.lib import plain_text, private_files
from flexnet.mail.models import Mail, Trouble

# s; RFC 5321, 4.5.3.2 has some minutes for each answer, and ten for the one after the text: whoever hangs up
# there does not know whether the server has it, and sends it twice.
ANSWERS_WITHIN: Final = 60.0
TAKES_WITHIN: Final = 600.0


class Unreachable(Exception):
    """The server is away, or takes nothing from us: not the mail's fault. What it said holds no secret."""

    def __init__(self, trouble: Trouble, said: str = "") -> None:
        super().__init__(f"{trouble}: {said}" if said else str(trouble))
        self.trouble, self.said = trouble, said


class Verdict(StrEnum):
    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Answer:
    """What came of a mail, and the server's own words; `is_over`: there is no more on this connection."""

    verdict: Verdict
    said: str = ""
    trouble: Trouble | None = None
    is_over: bool = False


@dataclass(frozen=True)
class Connection:
    """An open, signed-in connection."""

    server: smtplib.SMTP
    settings: Settings

    def send(self, mail: Mail, content: bytes) -> Answer:
        """Once. LATER with a lost connection may mean that the server has it. Raises Unreachable."""
        try:
            assert self.server.sock  # noqa: S101 - it is open
            self.server.sock.settimeout(ANSWERS_WITHIN)
            code, said = self.server.mail(sender(self.settings, mail.tag))
            if code != 250:  # it takes nothing from this sender, whomever it is for
                raise Unreachable(Trouble.REFUSES_US, _words(code, said))
            code, said = self.server.rcpt(mail.to)
            if code in (250, 251):
                code, said = self._data(content)
            return self._judged(code, said)
        except (smtplib.SMTPException, OSError):
            return Answer(Verdict.LATER, trouble=Trouble.LOST, is_over=True)

    def _data(self, content: bytes) -> tuple[int, bytes]:
        assert self.server.sock  # noqa: S101 - as above
        self.server.sock.settimeout(TAKES_WITHIN)
        try:
            return self.server.data(content)
        except smtplib.SMTPDataError as error:
            return error.smtp_code, _bytes(error.smtp_error)

    def _judged(self, code: int, said: bytes) -> Answer:
        words = _words(code, said)
        if code == 250:
            return Answer(Verdict.TAKEN, words)
        verdict = Verdict.NEVER if 500 <= code < 600 else Verdict.LATER
        return Answer(verdict, words, is_over=not self._begins_anew())

    def _begins_anew(self) -> bool:
        try:
            return self.server.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False


@contextlib.contextmanager
def connected() -> Iterator[Connection]:
    """To the configured server. Raises Unreachable, also if it offers no TLS where TLS is required."""
    settings = configuration.current().mail
    server = _open(settings)
    try:
        yield Connection(server, settings)
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def message(mail: Mail, text: str) -> bytes:
    """The mail as it goes over the wire (RFC 5322), 7 bit; headers that break their line are refused.

    Auto-Submitted (RFC 3834) keeps automatic answers away; the Message-ID is the same at every try, so that
    a receiver can drop what comes twice.
    """
    profile, settings = configuration.current().profile, configuration.current().mail
    whole = EmailMessage(policy=SMTP)
    whole["From"] = Mailbox(plain_text.line(profile.name), addr_spec=settings.sender or profile.email)
    whole["To"] = Mailbox(addr_spec=mail.to)
    whole["Reply-To"] = Mailbox(addr_spec=profile.email)
    whole["Subject"] = mail.subject
    whole["Date"] = format_datetime(mail.again_at or mail.queued_at)
    whole["Message-ID"] = f"<{mail.tag}@{_domain(settings)}>"
    whole["Auto-Submitted"] = "auto-generated"
    whole["X-Auto-Response-Suppress"] = "All"
    whole.set_content(text, charset="utf-8", cte="quoted-printable")
    whole["Content-Language"] = "de"
    return whole.as_bytes()


def sender(settings: Settings, tag: str) -> str:
    """Whom the servers on the way tell of what cannot be delivered: by its tag the mail is found (VERP)."""
    if not settings.bounces:
        return settings.sender or configuration.current().profile.email
    local, _, domain = settings.bounces.rpartition("@")
    return f"{local}+{tag}@{domain}"


def _domain(settings: Settings) -> str:
    return (settings.sender or configuration.current().profile.email).rpartition("@")[2]


def _open(settings: Settings) -> smtplib.SMTP:
    assert settings.server is not None  # noqa: S101 - its callers looked
    host, port = configuration.address(settings.server)
    try:
        return _signed_in(_greeted(settings, host, port), settings)
    except smtplib.SMTPAuthenticationError as error:  # what it says may repeat what we sent
        raise Unreachable(Trouble.SIGN_IN_REFUSED, str(error.smtp_code)) from None
    except smtplib.SMTPResponseException as error:
        raise Unreachable(Trouble.REFUSES_US, _words(error.smtp_code, error.smtp_error)) from None
    except (private_files.Unusable, UnicodeError) as error:  # neither says the password
        raise Unreachable(Trouble.SIGN_IN_REFUSED, plain_text.line(str(error))) from None
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(Trouble.BAD_CERTIFICATE, plain_text.line(error.verify_message)) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(Trouble.AWAY, type(error).__name__) from None


def _greeted(settings: Settings, host: str, port: int) -> smtplib.SMTP:
    name = settings.helo or _domain(settings)
    if settings.security == "tls":
        return smtplib.SMTP_SSL(host, port, name, timeout=ANSWERS_WITHIN, context=_context(settings))
    server = smtplib.SMTP(host, port, name, timeout=ANSWERS_WITHIN)
    try:
        if settings.security == "starttls":
            server.ehlo()
            if not server.has_extn("starttls"):
                raise Unreachable(Trouble.NO_TLS)
            server.starttls(context=_context(settings))
    except BaseException:
        server.close()
        raise
    return server


def _signed_in(server: smtplib.SMTP, settings: Settings) -> smtplib.SMTP:
    try:
        server.ehlo_or_helo_if_needed()
        if settings.user and settings.password_file:
            password = private_files.read(settings.password_file).decode().strip()
            server.login(settings.user, password)
    except BaseException:
        server.close()
        raise
    return server


def _context(settings: Settings) -> ssl.SSLContext:
    """Certificate and name are checked, by the configured CA or those of the system."""
    try:
        return ssl.create_default_context(cafile=str(settings.ca) if settings.ca else None)
    except OSError as error:
        raise Unreachable(Trouble.BAD_CERTIFICATE, f"{settings.ca}: {error.strerror}") from None


def _words(code: int, said: bytes | str) -> str:
    return plain_text.line(f"{code} {_bytes(said).decode('utf-8', 'replace')}")


def _bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said
