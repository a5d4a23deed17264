"""What goes in and out by wire: software, deliveries, messages, documents."""

import re
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from flexnet.configuration.parts import HostPort, Part, address
from flexnet.lib.quarters import Quarter


class Scheme(Part):
    """How a maker names the files of one line of releases; the version stands in the name."""

    line: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    title: str
    system: Literal["windows", "macos", "linux"]
    pattern: str

    @model_validator(mode="after")
    def _names_a_version(self) -> Self:
        try:
            known = re.compile(self.pattern).groupindex
        except re.error as error:
            raise ValueError(f"pattern {self.pattern!r} is no regular expression: {error}") from None
        if "version" not in known:
            raise ValueError(
                f"pattern {self.pattern!r} does not say where the version stands: (?P<version>…)"
            )
        return self

    def version_in(self, name: str) -> str | None:
        """The version that a file of this name has; None if it is not one of this line."""
        found = re.fullmatch(self.pattern, name)
        return found["version"] if found else None


def _anyconnect(system: Literal["windows", "macos", "linux"], part: str, ending: str) -> Scheme:
    pattern = rf"anyconnect-{part}-(?P<version>\d+\.\d+\.\d+)-core-vpn-webdeploy-k9\.{ending}"
    return Scheme(line=f"anyconnect-{part}", title="Cisco AnyConnect", system=system, pattern=pattern)


def _own(form: str, title: str, pattern: str) -> Scheme:
    return Scheme(line=f"flexnet-client-{form}", title=title, system="linux", pattern=pattern)


# The handbook's names (DOMAIN.md, H8), and those of `scripts/build-client`.
SCHEMES = (
    _anyconnect("windows", "win", "msi"),
    _anyconnect("macos", "macos", "dmg"),
    _anyconnect("linux", "linux64", "sh"),
    _own("deb", "FlexNet-Client für Debian und Ubuntu", r"flexnet-client_(?P<version>[0-9.]+)_all\.deb"),
    _own(
        "archive", "FlexNet-Client für andere Linux-Systeme", r"flexnet-client-(?P<version>[0-9.]+)\.tar\.gz"
    ),
)


class Mailbox(Part):
    """A mailbox of its own for requests; over TLS, or without on loopback."""

    server: HostPort
    user: str
    password_file: Path
    folder: str = "INBOX"
    ca: Path | None = None
    tls: bool = True

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.tls and address(self.server)[0] not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError(f"server {self.server!r} is asked without TLS: only loopback may be")
        return self


class Software(Part):
    """How client software is given out: by a link for one practice, so long, so often."""

    store: Path | None = None
    schemes: tuple[Scheme, ...] = SCHEMES
    link_days: int = Field(14, ge=1, le=90)
    link_uses: int = Field(3, ge=1, le=20)
    download_hours: int = Field(24, ge=1, le=72)  # so long an interrupted download can be taken up again
    rest_hours: int = Field(24, ge=0, le=240)  # before a practice is written to again for one system
    kept_days: int = Field(365, ge=30)
    most_unclear: int = Field(200, ge=10)  # mails that wait for a clerk; what comes then stays in the mailbox
    mailbox: Mailbox | None = None


class SubmissionWindow(Part):
    """From when until when, both inclusive, a quarter is handed in regularly (Abgabefenster)."""

    quarter: str
    opens: date
    closes: date

    @model_validator(mode="after")
    def _whole(self) -> Self:
        Quarter.parse(self.quarter)
        if self.closes < self.opens:
            raise ValueError(f"the window of {self.quarter} closes before it opens: exchange the days")
        return self


class Seal(Part):
    """The KV's electronic seal on receipts: its key, and the certificate with those that vouch for it.

    `trusted` is what receipts are verified by: authorities, and certificates that sign themselves, also those
    of former keys. Without any it is the certificate itself.
    """

    certificate: Path
    key: Path
    trusted: tuple[Path, ...] = ()


class Decryption(Part):
    """The KV's program that decrypts containers (docs/operate/decryption.md); so long it may take for one."""

    command: tuple[str, ...] = Field(min_length=1)
    seconds: int = Field(300, ge=1, le=3600)

    @model_validator(mode="after")
    def _names_a_program(self) -> Self:
        if not self.command[0].startswith("/"):
            raise ValueError(f"command {self.command[0]!r} is looked for nowhere: give its whole path")
        return self


class VirusScan(Part):
    """clamd, by the path of its socket or by host:port; what happens to files while it is away."""

    clamd: str
    if_away: Literal["refuse", "accept"] = "refuse"
    seconds: int = Field(60, ge=1, le=600)

    @model_validator(mode="after")
    def _names_a_socket(self) -> Self:
        host, _colon, port = self.clamd.rpartition(":")
        if not self.clamd.startswith("/") and not (host and port.isdecimal()):
            raise ValueError(f"clamd {self.clamd!r} is neither a whole path nor host:port")
        return self


class Replies(Part):
    """Replies of the KV to deliveries: one at a time in the office, or by a folder that is watched.

    `pattern` reads a whole name, and says where the receipt's number stands. A file that changed within
    `settle_seconds` is still being written.
    """

    folder: Path | None = None
    pattern: str = r"(?P<receipt>[0-9]{4}-[1-4]-[0-9]{6,}-[0-9])(_.{1,60})?\.(?i:pdf|txt)"
    settle_seconds: int = Field(10, ge=0)
    max_mib: int = Field(25, ge=1, le=60)
    months: int = Field(48, ge=1, le=48)  # as the contents of deliveries: § 304 SGB V

    @model_validator(mode="after")
    def _names_a_receipt(self) -> Self:
        try:
            known = re.compile(self.pattern).groupindex
        except re.error as error:
            raise ValueError(f"pattern {self.pattern!r} is no regular expression: {error}") from None
        if "receipt" not in known:
            raise ValueError(
                f"pattern {self.pattern!r} does not say where the receipt's number stands: (?P<receipt>…)"
            )
        return self

    @property
    def max_bytes(self) -> int:
        return self.max_mib * 1024 * 1024


class Billing(Part):
    """What is taken, and when: by dates for each quarter, or by days that hold for every quarter.

    `opens_day` lies in the last month of the quarter, `closes_day` in the month after it.
    """

    store: Path
    max_upload_mib: int = Field(200, ge=1, le=2000)
    allow_plain: bool = True
    windows: tuple[SubmissionWindow, ...] = ()
    opens_day: int | None = Field(None, ge=1, le=30)
    closes_day: int | None = Field(None, ge=1, le=28)
    early_days: int = Field(0, ge=0, le=60)
    check_result_hours: int = Field(48, ge=1, le=168)  # what a check in advance found is kept so long
    late_surcharge: bool = False  # who is late is told that it may cost something
    drop: Path | None = None  # where the billing department fetches deliveries
    # The collective declaration (Sammelerklärung): not asked for, given by any who may sign, or by all.
    declaration: Literal["none", "one", "all"] = "none"
    content_months: int = Field(48, ge=1, le=48)  # then the bytes go: § 304 SGB V allows four years
    decryption: Decryption | None = None  # without it containers stay closed, and nothing is checked in them
    replies: Replies = Replies()
    virus_scan: VirusScan | None = None

    @model_validator(mode="after")
    def _rule_is_whole(self) -> Self:
        if (self.opens_day is None) != (self.closes_day is None):
            raise ValueError("opens_day and closes_day go together: give both, or [[billing.windows]]")
        quarters = [Quarter.parse(one.quarter) for one in self.windows]
        if twice := sorted({str(one) for one in quarters if quarters.count(one) > 1}):
            raise ValueError(f"these quarters have two windows: {', '.join(twice)}")
        return self

    @property
    def max_upload_bytes(self) -> int:
        return self.max_upload_mib * 1024 * 1024


class Programs(Part):
    """Programs of practices that hand in by themselves over HTTP, with a secret that they keep.

    Off, for the terms forbid stored credentials (§ 5(2)): a KV turns it on once it agreed otherwise.
    `hands_in` is who hands a checked file in: a person in the portal, or the program.
    """

    allowed: bool = False
    hands_in: Literal["person", "program"] = "person"
    most: int = Field(5, ge=1, le=50)  # of one access
    secret_days: int = Field(365, ge=1, le=1100)


class Messages(Part):
    """Messages between the KV and practices: what may be attached, and how many may wait for an answer."""

    max_attachment_mib: int = Field(10, ge=1, le=50)
    max_attachments: int = Field(5, ge=0, le=20)
    most_waiting: int = Field(50, ge=1)  # of one practice or third party

    @property
    def max_attachment_bytes(self) -> int:
        return self.max_attachment_mib * 1024 * 1024


class DocumentKind(Part):
    """What the KV puts for practices: who of them may see it, and how many months it stays there.

    `staff` sees only what the member who answers for them sees, and has allowed them to see.
    """

    slug: str = Field(pattern=r"^[a-z0-9-]{0,40}$")
    title: str
    readers: tuple[Literal["practice", "owner", "employed", "staff"], ...] = ("practice", "owner", "staff")
    months: int = Field(120, ge=1)


_KINDS = (
    DocumentKind(slug="honorarbescheid", title="Honorarbescheid"),
    DocumentKind(
        slug="protokoll",
        title="Protokoll",
        readers=("practice", "owner", "employed", "staff"),
        months=24,
    ),
)


class Documents(Part):
    """How files for practices come in: by a folder that is watched, or one at a time in the office.

    `pattern` reads a whole name, and says where BSNR, quarter and kind stand. A file that changed within
    `settle_seconds` is still being written.
    """

    folder: Path | None = None
    pattern: str = (
        r"(?P<bsnr>[0-9]{9})_(?P<quarter>[0-9]{4}[qQ][1-4]|[1-4][0-9]{4})"
        r"_(?P<kind>[A-Za-z0-9-]+)\.[pP][dD][fF]"
    )
    kinds: tuple[DocumentKind, ...] = _KINDS
    settle_seconds: int = Field(10, ge=0)
    max_mib: int = Field(25, ge=1, le=60)

    @model_validator(mode="after")
    def _names_a_document(self) -> Self:
        try:
            missing = {"bsnr", "quarter", "kind"} - set(re.compile(self.pattern).groupindex)
        except re.error as error:
            raise ValueError(f"pattern {self.pattern!r} is no regular expression: {error}") from None
        if missing:
            groups = ", ".join(f"(?P<{name}>…)" for name in sorted(missing))
            raise ValueError(f"pattern {self.pattern!r} does not say where these stand: {groups}")
        slugs = [one.slug for one in self.kinds]
        if twice := sorted({one for one in slugs if slugs.count(one) > 1}):
            raise ValueError(f"kinds are named twice: {', '.join(twice)}")
        return self

    @property
    def max_bytes(self) -> int:
        return self.max_mib * 1024 * 1024
