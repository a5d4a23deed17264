"""By which ways the portal and the services of the closed network may be reached."""

import ipaddress
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from flexnet.configuration.parts import Part

WayName = Literal["flexnet", "kv_safenet"]


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no network: {error}. Write it as 10.20.0.0/24") from None
    return text


class Ways(Part):
    """Who else may open the portal, and how wide the range of a provider may be at most.

    `others` are the KV's own machines: a request from there has no way of a member, and no service is
    refused for it.
    """

    others: tuple[Annotated[str, AfterValidator(_network)], ...] = ("127.0.0.0/8", "::1/128")
    widest_ipv4: int = Field(12, ge=1, le=32)
    widest_ipv6: int = Field(32, ge=1, le=128)
    affected_days: int = Field(90, ge=1)  # whoever signed in by a range within so many days is concerned


class Service(Part):
    """What the operator of a service decided about the ways to it (§ 2(5)), and what the portal says of it.

    `slug` names a service as `flexnet service add` entered it, or what the portal itself does: portal,
    submission, signature.
    """

    slug: str = Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$")
    ways: tuple[WayName, ...] = ("flexnet", "kv_safenet")
    title: str = ""
    text: str = ""
    url: str = Field("", pattern=r"^(https://[^\s]+)?$")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.ways:
            raise ValueError("ways names none: nobody could reach the service; take the entry out instead")
        if self.url and not self.title:
            raise ValueError("a service with a url is shown to members: give it a title too")
        return self
