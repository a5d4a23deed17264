"""What the parts of a configuration are made of."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Part(BaseModel):
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
