"""The lab's plan is consistent, before anything is built from it."""

import ipaddress
from collections import Counter

from lab.topology import LAB, NAMESPACES, SECOND_CARD

_PORTS = [port for cable in (*LAB.cables, SECOND_CARD) for port in cable]


def test_everything_stands_in_a_namespace_of_the_lab() -> None:
    used = {port.namespace for port in _PORTS} | {bridge.namespace for bridge in LAB.bridges}
    assert used == set(NAMESPACES)
    assert all(name.startswith("fn-") for name in NAMESPACES)


def test_no_card_exists_twice_in_a_namespace() -> None:
    cards = Counter((port.namespace, port.device) for port in _PORTS)
    cards.update((bridge.namespace, bridge.device) for bridge in LAB.bridges)
    assert max(cards.values()) == 1


def test_every_port_of_a_bridge_finds_its_bridge_beside_it() -> None:
    bridges = {(bridge.namespace, bridge.device) for bridge in LAB.bridges}
    assert {(port.namespace, port.bridge) for port in _PORTS if port.bridge} == bridges


def test_no_address_is_given_twice() -> None:
    given = Counter(address for port in _PORTS for address in port.addresses)
    given.update(address for bridge in LAB.bridges for address in bridge.addresses)
    assert max(given.values()) == 1


def test_every_route_leads_over_a_neighbour() -> None:
    for route in LAB.routes:
        own = [one for port in _PORTS if port.namespace == route.namespace for one in port.addresses]
        own += [
            one for bridge in LAB.bridges if bridge.namespace == route.namespace for one in bridge.addresses
        ]
        assert any(ipaddress.ip_address(route.via) in ipaddress.ip_interface(one).network for one in own)
