"""What a KV decides: one TOML file, read once, checked whole, every error naming key, value and cure."""

import functools
import os
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

VARIABLE = "FLEXNET_CONFIG"


class BadConfiguration(Exception):
    """The configuration cannot be used; the text names every wrong key, its value and the cure."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _host_and_port(text: str) -> str:
    host, separator, port = text.rpartition(":")
    if not separator or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("write host:port, for example 127.0.0.1:1812")
    return text


HostPort = Annotated[str, AfterValidator(_host_and_port)]


def address(text: HostPort) -> tuple[str, int]:
    """Split a checked `host:port`; IPv6 hosts stand in brackets."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


MailAddress = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]


def _database_url(text: str) -> str:
    database(text)
    return text


DatabaseUrl = Annotated[str, AfterValidator(_database_url)]


BsnrPrefix = Annotated[str, Field(pattern=r"^[0-9]{2}$")]


class Words(_Part):
    """What a page calls things, which differs from KV to KV."""

    password: str = "Kennwort"  # noqa: S105 - the German word, not a secret
    user_name: str = "Benutzername"


class DistrictOffice(_Part):
    """A branch of the KV that takes the applications of its region, known by the first digits of a BSNR."""

    slug: str = Field(pattern=r"^[a-z]+$")
    name: str
    prefixes: tuple[BsnrPrefix, ...]
    address: tuple[str, ...] = ()


class Requirement(_Part):
    """What a practice's equipment must be at least (terms, § 4(2)); changes with the years."""

    name: str
    minimum: str = ""
    note: str = ""


class Texts(_Part):
    """Files beside this one that hold what the law wants said on every site; plain text in UTF-8."""

    imprint: Path | None = None
    privacy: Path | None = None
    accessibility: Path | None = None


class Applications(_Part):
    """How long applications are kept that came to nothing."""

    unsigned_days: int = Field(90, ge=1)
    refused_days: int = Field(365, ge=1)


def _iban(text: str) -> str:
    """ISO 13616: without blanks, and its check digits fit."""
    iban = text.replace(" ", "").upper()
    moved = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4] if sign.isascii() and sign.isalnum())
    if iban and (len(iban) < 15 or int(moved) % 97 != 1):
        raise ValueError(f"{text} is no IBAN: its check digits do not fit; copy it from the bank's papers")
    return iban


class Payment(_Part):
    """How what a letter asks for is paid: set off with a member's fees, or transferred, as third parties do.

    Without an IBAN letters announce an invoice.
    """

    members: Literal["set_off", "transfer"] = "transfer"
    iban: Annotated[str, AfterValidator(_iban)] = ""
    days: int = Field(30, ge=1)


class Profile(_Part):
    """Who the KV is."""

    slug: str = Field(pattern=r"^[a-z]+$")
    name: str
    short_name: str
    site_prefixes: tuple[BsnrPrefix, ...] = ()  # of its BSNRs; none: any
    portal_name: str
    hotline: str
    fax: str = ""
    email: MailAddress
    address: tuple[str, ...] = ()
    gateway_host: str = ""
    group: str = "Flexnet-Yubikey"
    second_factor: bool = True
    words: Words = Words()
    payment: Payment = Payment()
    activation: Literal["at_once", "next_quarter"] = "at_once"
    abroad: Literal["allowed", "refused"] = "allowed"
    letters: Literal["separate", "together"] = "separate"  # user name and first password
    terms_title: str = "Nutzungsbedingungen"
    cites_paragraphs: bool = True  # pages name the paragraphs of the terms, which are those of KV-FlexNet
    applications: tuple[Literal["member", "third_party", "portal_access"], ...] = ("member", "third_party")
    district_offices: tuple[DistrictOffice, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    terms_change: Literal["objection", "consent"] = "objection"
    terms_grace_days: int = Field(42, ge=1)
    terms_reminder_days: tuple[Annotated[int, Field(ge=1)], ...] = (28, 14, 3)
    statements: Literal["binding", "form"] = "binding"  # a notice or an objection given in the portal
    provider_order: Literal["alphabetical", "shuffled"] = "alphabetical"
    # Client software: not given out here, each request looked at by a clerk, or answered at once.
    software: Literal["none", "reviewed", "automatic"] = "reviewed"


class PasswordPolicy(_Part):
    """What a password must be (terms, § 5(4)); at most 64 bytes, or a gateway cuts the field behind it."""

    minimum_length: int = Field(12, ge=8, le=64)
    maximum_bytes: int = Field(64, ge=8, le=64)
    classes: int = Field(3, ge=1, le=4)
    history: int = Field(10, ge=0, le=50)
    lifetime_days: int | None = Field(180, ge=1)
    initial_valid_days: int = Field(28, ge=1)
    argon2_memory_kib: int = Field(19456, ge=8)
    argon2_iterations: int = Field(2, ge=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.minimum_length > self.maximum_bytes:
            raise ValueError("minimum_length is above maximum_bytes: no password could be chosen; lower it")
        return self

    @property
    def lifetime(self) -> timedelta | None:
        return None if self.lifetime_days is None else timedelta(days=self.lifetime_days)

    @property
    def initial_valid(self) -> timedelta:
        return timedelta(days=self.initial_valid_days)


class Credentials(_Part):
    """How credentials travel: not to a new address for some days after it changed."""

    address_rest_days: int = Field(14, ge=0, le=365)


class Throttle(_Part):
    """How many tries: a bucket holds `tries` and gains one back every `refill_seconds`.

    Wrong sign-ins of an account and of a source; forms sent without an account, by a source and by all.
    """

    tries: int = Field(10, ge=1)
    refill_seconds: int = Field(60, ge=1)
    source_tries: int = Field(200, ge=1)
    source_refill_seconds: int = Field(1, ge=1)
    known_source_days: int = Field(90, ge=1)
    form_tries: int = Field(5, ge=1)
    form_refill_seconds: int = Field(600, ge=1)
    all_forms_tries: int = Field(300, ge=1)
    all_forms_refill_seconds: int = Field(30, ge=1)


class Hotp(_Part):
    """How far a key may have been pressed unseen (DOMAIN.md, 7.5)."""

    window: int = Field(10, ge=1, le=50)
    resync_window: int = Field(1000, ge=10, le=10000)  # at the sign-in, where anybody may try
    guided_window: int = Field(10_000, ge=10, le=100_000)  # on the telephone, after a call back
    healing_seconds: int = Field(600, ge=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.resync_window < self.window:
            raise ValueError("resync_window is below window: a key could not be healed; raise it")
        return self


class Keys(_Part):
    """Keys beyond the one that each site has free (terms, § 2(1)), what a lost one costs (§ 6(3)), returns.

    A key that is to come back is asked for, `return_reminders` times more after `return_days` each, and then
    a clerk may declare it lost.
    """

    extra: Literal["with_reason", "refused"] = "with_reason"
    lost_cents: int = Field(0, ge=0)
    return_days: int = Field(28, ge=1)
    return_reminders: int = Field(1, ge=0)


class Radius(_Part):
    udp_authentication: tuple[HostPort, ...] = ("127.0.0.1:1812",)
    udp_accounting: tuple[HostPort, ...] = ("127.0.0.1:1813",)
    radsec_listen: HostPort | None = None
    certificate: Path | None = None
    key: Path | None = None
    ca: Path | None = None
    tls_1_2: bool = False
    nudge: HostPort = "127.0.0.1:18130"
    metrics: HostPort | None = None
    worker_threads: int = Field(2, ge=1, le=64)
    session_hours: int = Field(10, ge=1, le=24)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.radsec_listen and not (self.certificate and self.key and self.ca):
            raise ValueError("radsec_listen needs certificate, key and ca")
        return self


class Address(_Part):
    """Where a process serves the web, and how that is called."""

    listen: HostPort
    url: str
    certificate: Path | None = None
    key: Path | None = None
    tls_1_2: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key belong together: give both or neither")
        if self.url.startswith("https://") and not self.certificate:
            raise ValueError(f"url {self.url!r} says https, but no certificate is given")
        if self.certificate and not self.url.startswith("https://"):
            raise ValueError(f"url {self.url!r} does not say https, but a certificate is given")
        if not self.certificate and address(self.listen)[0] not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError(f"listen {self.listen!r} leaves loopback without TLS: give certificate and key")
        return self

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def is_tls(self) -> bool:
        return self.certificate is not None


class Site(Address):
    """A web site of its own, and how long somebody stays signed in."""

    idle_minutes: int = Field(ge=1)
    absolute_hours: int = Field(ge=1)

    @model_validator(mode="after")
    def _ends_in_time(self) -> Self:
        if self.idle_minutes > self.absolute_hours * 60:
            raise ValueError("idle_minutes is longer than absolute_hours: it would never count; lower it")
        return self


class Portal(Site):
    listen: HostPort = "127.0.0.1:8443"
    url: str = "http://127.0.0.1:8443/"
    idle_minutes: int = Field(20, ge=1)
    absolute_hours: int = Field(10, ge=1)


class Office(Site):
    """Its url must be a name: browsers show security keys to no address."""

    listen: HostPort = "127.0.0.1:8444"
    url: str = "http://localhost:8444/"
    idle_minutes: int = Field(15, ge=1)
    absolute_hours: int = Field(8, ge=1)


class Public(Site):
    """Nobody signs in there; how long a form may stay open is the browser's affair."""

    listen: HostPort = "127.0.0.1:8445"
    url: str = "http://127.0.0.1:8445/"
    idle_minutes: int = Field(60, ge=1)
    absolute_hours: int = Field(8, ge=1)


class Downloads(Address):
    """Where client software is fetched: a process of its own, for a download takes minutes."""

    listen: HostPort = "127.0.0.1:8446"
    url: str = "http://127.0.0.1:8446/"


class Scheme(_Part):
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


class Mailbox(_Part):
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


class Software(_Part):
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


class Billing(_Part):
    store: Path
    max_upload_mib: int = Field(200, ge=1, le=2000)
    allow_plain: bool = True

    @property
    def max_upload_bytes(self) -> int:
        return self.max_upload_mib * 1024 * 1024


class Audit(_Part):
    anchor_dir: Path
    signing_key: Path
    checkpoint_seconds: int = Field(60, ge=1)


class Messages(_Part):
    """Messages between the KV and practices: what may be attached, and how many may wait for an answer."""

    max_attachment_mib: int = Field(10, ge=1, le=50)
    max_attachments: int = Field(5, ge=0, le=20)
    most_waiting: int = Field(50, ge=1)  # of one practice or third party

    @property
    def max_attachment_bytes(self) -> int:
        return self.max_attachment_mib * 1024 * 1024


class DocumentKind(_Part):
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


class Documents(_Part):
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


class Retention(_Part):
    """How many whole months what is personal is kept (docs/operate/deletion.md)."""

    personal_months: int = Field(12, ge=1)
    sources_months: int = Field(3, ge=1)
    sessions_months: int = Field(12, ge=1)
    mails_months: int = Field(3, ge=1)
    messages_months: int = Field(24, ge=1)


class Members(_Part):
    """How the member register is taken over."""

    endings_without_four_eyes: int = Field(20, ge=0)
    import_days: int = Field(90, ge=1)


class PrintQueue(_Part):
    """Where letters are printed: a folder of files that only a print shop opens (age), or a printer of CUPS.

    On security paper the sheets are numbered and counted; passwords go on nothing else.
    """

    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    title: str
    security_paper: bool = False
    folder: Path | None = None
    recipients: tuple[Annotated[str, Field(pattern=r"^age1[a-z0-9]{58}$")], ...] = ()
    printer: str = Field("", pattern=r"^[A-Za-z0-9_.-]*$")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.folder) == bool(self.printer):
            raise ValueError("give either a folder or a printer")
        if bool(self.folder) != bool(self.recipients):
            raise ValueError(
                "a folder needs recipients, who can open what lies in it (age1…); a printer none"
            )
        return self


class Post(_Part):
    """How letters leave: passwords so long after the posting of the rest was confirmed (§ 3(2)).

    An access that ends by itself (§ 10(3), § 1(1)) is told so many days before.
    """

    password_delay_hours: int = Field(72, ge=0)
    end_days: int = Field(42, ge=0)
    most_letters: int = Field(100, ge=1, le=500)  # in a batch
    queues: tuple[PrintQueue, ...] = ()


Told = Literal["reminders", "locks", "notices", "credentials", "messages"]
_OURS = ("127.0.0.1", "::1", "localhost")


class Mail(_Part):
    """How mails leave: by the house's own server, over TLS. Without a server there are none, and letters go.

    `tells_of`: what a member hears of by mail where the KV knows an address. `bounces`: the mailbox for what
    comes back; each mail has an address of its own there, with `+` and a tag before the @.
    """

    server: HostPort | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca: Path | None = None
    user: str = ""
    password_file: Path | None = None
    sender: MailAddress | None = None
    bounces: MailAddress | None = None
    helo: str = ""
    tells_of: tuple[Told, ...] = ("reminders", "locks", "notices", "credentials", "messages")
    texts_folder: Path | None = None
    give_up_hours: int = Field(96, ge=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.user) != bool(self.password_file):
            raise ValueError("user and password_file belong together: give both or neither")
        if self.security == "none" and self.user:
            raise ValueError("security 'none' would send the password in the clear: use starttls or tls")
        if self.security == "none" and self.server and address(self.server)[0] not in _OURS:
            raise ValueError(f"server {self.server!r} is not on loopback: use starttls or tls")
        return self

    @property
    def give_up_after(self) -> timedelta:
        return timedelta(hours=self.give_up_hours)


class Configuration(_Part):
    """Everything. Relative paths count from the folder of the file."""

    profile: Profile
    texts: Texts = Texts()
    applications: Applications = Applications()
    database_url: DatabaseUrl = Field(repr=False)  # it may hold a password
    secret_key_file: Path
    key_ring: Path
    state_dir: Path
    debug: bool = False
    password: PasswordPolicy = PasswordPolicy()
    credentials: Credentials = Credentials()
    post: Post = Post()
    mail: Mail = Mail()
    throttle: Throttle = Throttle()
    hotp: Hotp = Hotp()
    keys: Keys = Keys()
    radius: Radius = Radius()
    portal: Portal = Portal()
    office: Office = Office()
    public: Public = Public()
    downloads: Downloads = Downloads()
    software: Software = Software()
    members: Members = Members()
    billing: Billing
    messages: Messages = Messages()
    documents: Documents = Documents()
    audit: Audit
    retention: Retention = Retention()

    @property
    def software_store(self) -> Path:
        return self.software.store or self.state_dir / "software"


_NOBODY_WAITS_FOR_EVER = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
_NO_QUESTION_IS_COMPILED = (
    "-c jit=off"  # all are short; compiling one takes a second, running it one millisecond
)


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for `sqlite:///PATH` or `postgresql://[user[:password]@][host[:port]]/name[?host=DIR]`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        engine = "flexnet.sqlite"
        return {"ENGINE": engine, "NAME": parts.path, "CONN_MAX_AGE": None, "OPTIONS": options}
    if parts.scheme == "postgresql" and len(parts.path) > 1:
        query = parse_qs(parts.query)
        # Planned once for each connection, not for each sign-in: that halves what PostgreSQL has to do.
        prepared = {"server_side_binding": True, "prepare_threshold": 5}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path[1:],
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.get("host", [parts.hostname or ""])[0],
            "PORT": str(parts.port or query.get("port", [""])[0]),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "connect_timeout": 3,
                "options": f"{_NOBODY_WAITS_FOR_EVER} {_NO_QUESTION_IS_COMPILED}",
                **prepared,
            },
        }
    raise ValueError("database_url is neither sqlite:///PATH nor postgresql://user@host/name")


def load(path: Path) -> Configuration:
    """Read and check one file; raises BadConfiguration."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadConfiguration(
            f"There is no file {path}. Name yours in {VARIABLE}, or begin from deploy/kvsa.toml."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfiguration(
            f"{path} cannot be read: {error}. Mend the file; it must be TOML in UTF-8."
        ) from None
    try:
        return Configuration.model_validate(_absolute(raw, path.resolve().parent))
    except ValidationError as error:
        raise BadConfiguration(f"{path}:\n" + "\n".join(map(_in_words, error.errors()))) from None


_PATHS = {
    "secret_key_file",
    "key_ring",
    "state_dir",
    "certificate",
    "key",
    "ca",
    "store",
    "anchor_dir",
    "signing_key",
    "imprint",
    "privacy",
    "accessibility",
    "folder",
    "password_file",
    "texts_folder",
}
_SQLITE = "sqlite:///"


def _absolute(raw: dict[str, Any], base: Path) -> dict[str, Any]:
    def mend(key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return _absolute(value, base)
        if isinstance(value, list):
            return [mend(key, one) for one in value]
        if key in _PATHS and isinstance(value, str):
            return base / value
        if (
            key == "database_url"
            and isinstance(value, str)
            and value.startswith(_SQLITE)
            and value != _SQLITE
        ):
            return f"sqlite://{base / value.removeprefix(_SQLITE)}"
        return value

    return {key: mend(key, value) for key, value in raw.items()}


def _in_words(error: Any) -> str:
    key = ".".join(map(str, error["loc"])) or "(the whole)"
    if error["type"] == "extra_forbidden":
        return f"  {key}: unknown key; take it out or mend its spelling"
    if error["type"] == "missing":
        return f"  {key}: missing; add it (deploy/kvsa.toml shows an example)"
    hidden = isinstance(error["input"], dict) or key == "database_url"  # it may hold a password
    shown = "" if hidden else f" = {error['input']!r}"
    return f"  {key}{shown}: {error['msg'].removeprefix('Value error, ')}"


@functools.cache
def current() -> Configuration:
    """The process's configuration, from the file named by FLEXNET_CONFIG; raises BadConfiguration."""
    name = os.environ.get(VARIABLE)
    if not name:
        raise BadConfiguration(
            f"{VARIABLE} names no file. Set it to your configuration, for example deploy/kvsa.toml, "
            "or .state/flexnet.toml where `flexnet serve` made one."
        )
    return load(Path(name))
