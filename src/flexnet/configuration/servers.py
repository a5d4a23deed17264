"""Where the processes listen, and how they are called."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from flexnet.configuration.parts import HostPort, Part, address


class Radius(Part):
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


class Address(Part):
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
