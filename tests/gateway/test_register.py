"""Gateways are made known: by certificate, or by address and secret."""

from typing import Any

import pytest

from flexnet.gateway import actions, queries
from flexnet.gateway.errors import BadGateway, GatewayExists
from tests import make

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {
    "name": "gw1",
    "certificate_name": "gw1.flexnet.example",
    "address": "192.0.2.1",
    "secret": b"sixteen bytes or more",
}


def register(**changes: Any) -> Any:
    return actions.register(**(GOOD | changes), by=make.BY)


def test_a_gateway_is_found_by_its_certificate_and_by_its_address() -> None:
    row = register()
    assert queries.gateway_by_certificate("gw1.flexnet.example") == row
    assert queries.gateway_by_address("192.0.2.1") == row
    assert queries.gateway_by_certificate("gw2.flexnet.example") is None
    assert queries.gateway_by_address("192.0.2.2") is None


def test_its_secret_is_sealed() -> None:
    row = register()
    assert GOOD["secret"] not in bytes(row.sealed_secret)
    assert actions.secret_of(row) == GOOD["secret"]


def test_without_plain_radius_it_has_none() -> None:
    assert actions.secret_of(register(address=None, secret=None)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "gw 1"},
        {"name": "GW1"},
        {"name": ""},
        {"name": "g" * 51},
        {"certificate_name": "*.flexnet.example"},
        {"certificate_name": "gw1_flexnet"},
        {"certificate_name": ""},
        {"address": "gw1.flexnet.example"},
        {"address": None},
        {"secret": None},
        {"secret": b"too short"},
    ],
)
def test_what_cannot_be_used_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadGateway):
        register(**wrong)
    register()


@pytest.mark.parametrize(
    "other",
    [
        {"certificate_name": "other.example", "address": "192.0.2.2"},
        {"name": "gw2", "address": "192.0.2.2"},
        {"name": "gw2", "certificate_name": "other.example"},
    ],
    ids=["name", "certificate", "address"],
)
def test_name_certificate_and_address_belong_to_one(other: dict[str, Any]) -> None:
    register()
    with pytest.raises(GatewayExists):
        register(**other)
    register(name="gw2", certificate_name="other.example", address="192.0.2.2")
