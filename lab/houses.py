"""The two KVs: what each has where, and how that is called."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lab import topology

_EXAMPLES = Path(__file__).resolve().parent.parent / "deploy"


@dataclass(frozen=True)
class Words:
    """In the singular, as labels have them."""

    password: str
    user_name: str


@dataclass(frozen=True)
class House:
    """`lan`, `portal` and `public` are namespaces; each has its processes, its address and its name there.

    `prefix` stands before the names of its processes, and so of their logs.
    """

    slug: str
    prefix: str
    lan: str
    lan_address: str
    office_name: str
    portal: str
    portal_address: str
    portal_name: str
    public: str
    public_address: str
    public_name: str
    radius_name: str = ""

    @property
    def example(self) -> Path:
        """The configuration that the KV really has, but for the lab's addresses, keys and files."""
        return _EXAMPLES / f"{self.slug}.toml"

    @cached_property
    def words(self) -> Words:
        """What its pages call things, as that file says."""
        return Words(**tomllib.loads(self.example.read_text())["profile"]["words"])

    @property
    def office_url(self) -> str:
        return f"https://{self.office_name}"

    @property
    def portal_url(self) -> str:
        return f"https://{self.portal_name}/"

    @property
    def public_url(self) -> str:
        return f"https://{self.public_name}"

    @property
    def names(self) -> dict[str, str]:
        """Whom certificates are made for, by the stem of their files."""
        sites = {"portal": self.portal_name, "office": self.office_name, "public": self.public_name}
        return sites | ({"radius": self.radius_name} if self.radius_name else {})


KVSA = House(
    slug="kvsa",
    prefix="",
    lan=topology.KV,
    lan_address=topology.KV_ADDRESS,
    office_name=topology.OFFICE_NAME,
    portal=topology.PORTAL,
    portal_address=topology.PORTAL_ADDRESS,
    portal_name=topology.PORTAL_NAME,
    public=topology.PUBLIC,
    public_address=topology.PUBLIC_ADDRESS,
    public_name=topology.PUBLIC_NAME,
    radius_name=topology.RADIUS_NAME,
)
KVS = House(
    slug="kvs",
    prefix="kvs-",
    lan=topology.KVS,
    lan_address=topology.KVS_ADDRESS,
    office_name=topology.KVS_OFFICE_NAME,
    portal=topology.KVS_PORTAL,
    portal_address=topology.KVS_PORTAL_ADDRESS,
    portal_name=topology.KVS_PORTAL_NAME,
    public=topology.KVS_PUBLIC,
    public_address=topology.KVS_PUBLIC_ADDRESS,
    public_name=topology.KVS_PUBLIC_NAME,
)
