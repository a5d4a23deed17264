"""What a KV decides: one TOML file, read once, checked whole, every error naming key, value and cure."""

import functools
import os
import tomllib
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from flexnet.configuration.databases import DatabaseUrl, database
from flexnet.configuration.exchange import (
    SCHEMES,
    Billing,
    Decryption,
    DocumentKind,
    Documents,
    Mailbox,
    Messages,
    Programs,
    Replies,
    Scheme,
    Seal,
    Software,
    VirusScan,
)
from flexnet.configuration.parts import Part, address
from flexnet.configuration.policies import (
    Audit,
    Credentials,
    Hotp,
    Keys,
    Members,
    PasswordPolicy,
    Retention,
    Throttle,
)
from flexnet.configuration.post import Mail, Post, PrintQueue
from flexnet.configuration.profile import Applications, DistrictOffice, Payment, Profile, Texts, Words
from flexnet.configuration.servers import Downloads, Office, Portal, Public, Radius, Site
from flexnet.configuration.ways import Service, Ways
from flexnet.lib import canonical_text

__all__ = [
    "SCHEMES",
    "VARIABLE",
    "BadConfiguration",
    "Billing",
    "Configuration",
    "Decryption",
    "DistrictOffice",
    "DocumentKind",
    "Documents",
    "Downloads",
    "Hotp",
    "Mail",
    "Mailbox",
    "PasswordPolicy",
    "Payment",
    "Portal",
    "PrintQueue",
    "Profile",
    "Programs",
    "Radius",
    "Replies",
    "Scheme",
    "Seal",
    "Service",
    "Site",
    "Texts",
    "Throttle",
    "VirusScan",
    "Ways",
    "Words",
    "address",
    "current",
    "database",
    "load",
]

VARIABLE = "FLEXNET_CONFIG"


class BadConfiguration(Exception):
    """The configuration cannot be used; the text names every wrong key, its value and the cure."""


class Configuration(Part):
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
    ways: Ways = Ways()
    services: tuple[Service, ...] = ()
    software: Software = Software()
    members: Members = Members()
    billing: Billing
    programs: Programs = Programs()
    seal: Seal
    messages: Messages = Messages()
    documents: Documents = Documents()
    audit: Audit
    retention: Retention = Retention()

    @field_validator("services")
    @classmethod
    def _each_once(cls, services: tuple[Service, ...]) -> tuple[Service, ...]:
        slugs = [one.slug for one in services]
        if twice := sorted({slug for slug in slugs if slugs.count(slug) > 1}):
            raise ValueError(f"services are named twice: {', '.join(twice)}; leave one of each")
        return services

    @model_validator(mode="after")
    def _an_act_says_how_to_object(self) -> Self:
        """Once, at the start: a letter without it would leave a year for objections."""
        if not self.profile.payment.is_act:
            return self
        try:
            text = self.texts.remedy.read_text(encoding="utf-8").strip() if self.texts.remedy else ""
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"texts.remedy cannot be read: {error}") from None
        if not text:
            raise ValueError("profile.payment.is_act needs the text that its letter carries: texts.remedy")
        return self

    @model_validator(mode="after")
    def _a_declaration_has_its_text(self) -> Self:
        """Once, at the start: nobody may find an empty page on the last evening."""
        if self.billing.declaration == "none":
            return self
        path = self.texts.collective_declaration
        try:
            canonical_text.canonical(path.read_text(encoding="utf-8") if path else "")
        except (OSError, UnicodeDecodeError, canonical_text.BadText) as error:
            raise ValueError(
                f"billing.declaration needs its text, texts.collective_declaration: {error}"
            ) from None
        return self

    @property
    def software_store(self) -> Path:
        return self.software.store or self.state_dir / "software"


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
    "drop",
    "anchor_dir",
    "signing_key",
    "trusted",
    "imprint",
    "privacy",
    "accessibility",
    "remedy",
    "collective_declaration",
    "folder",
    "look",
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
