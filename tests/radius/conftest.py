"""One certification authority for all tests of the door, and a domain for each.

What needs Django's models is imported inside: pytest may read this file before Django is set up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.radius.certificates import Authority, Pair

if TYPE_CHECKING:
    from flexnet.radius.server import Bound
    from tests.radius.small_domain import SmallDomain


@dataclass(frozen=True)
class Certificates:
    """Who has which certificate."""

    authority: Authority
    server: Pair
    gw1: Pair
    gw2: Pair


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    authority = Authority(tmp_path_factory.mktemp("pki"), "kv")
    return Certificates(
        authority,
        authority.issue("radius", "radius.example"),
        authority.issue("gw1", "gw1.example"),
        authority.issue("gw2", "gw2.example"),
    )


@pytest.fixture
def radsec_settings(certificates: Certificates) -> dict[str, Any]:
    return {
        "radsec_listen": "127.0.0.1:0",
        "certificate": certificates.server.certificate,
        "key": certificates.server.key,
        "ca": certificates.authority.pair.certificate,
    }


@pytest.fixture
def domain() -> SmallDomain:
    from tests.radius.small_domain import SmallDomain

    return SmallDomain()


@pytest.fixture
def bound(domain: SmallDomain, radsec_settings: dict[str, Any]) -> Iterator[Bound]:
    from tests.radius.speaking import serving

    with serving(domain, **radsec_settings) as bound:
        yield bound
