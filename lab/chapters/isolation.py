"""Chapter 5: while connected, the PC reaches what it may and nothing else; with one card, then with two."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from lab import captures, network, topology
from lab.captures import Capture
from lab.chapters import before, connecting
from lab.pc import Pc
from lab.stage import Stage, chapter
from lab.story import Unexpected, expect

CHAPTER = chapter("While connected")
_NOT_GRANTED = (f"http {topology.SERVICE_ADDRESS}", f"ping {topology.SERVICE_ADDRESS}")
_NOT_YET = (f"tcp {topology.SERVICE_ADDRESS} 443",)
_BEHIND = (f"tcp {topology.KV_ADDRESS} 2083", f"ping {topology.GATEWAY_SNK}", "ping 10.66.0.1")
_FOREIGN_NAMES = tuple(one for one in before.OUTSIDE if one.startswith("dns"))
_SECOND_LAN = (f"ping {topology.SECOND_NEIGHBOUR}",)


@CHAPTER.step("the portal answers by its name and certificate, and the SNK's name server")
def _(stage: Stage) -> None:
    name = topology.PORTAL_NAME
    answers = stage.pc.reached(f"https {name}", f"dns {topology.SNK_DNS} {name}")
    expect("the name", answers[f"dns {topology.SNK_DNS} {name}"], topology.PORTAL_ADDRESS)
    expect("the portal's page", answers[f"https {name}"] is not None, True)


@CHAPTER.step(
    "LAN neighbour, Internet, IPv6 and router are unreachable; outside nothing is seen of the attempts"
)
def _(stage: Stage) -> str:
    return _sealed(stage, before.OUTSIDE)


@CHAPTER.step("services that were not granted, other tunnel users and what lies behind are unreachable")
def _(stage: Stage) -> None:
    other = connecting.session_of(stage, stage.brandt)["IPv4"]
    neighbours = (f"ping {other}", f"tcp {other} 22")
    _unreachable(stage.pc, (*_NOT_GRANTED, *_NOT_YET, *_BEHIND, *neighbours))


@CHAPTER.step("foreign name servers are not asked: the SNK's answers in their place")
def _(stage: Stage) -> None:
    answers = stage.pc.reached(*_FOREIGN_NAMES)
    expect("what they say of a name of the Internet", set(answers.values()), {"no such name"})


@CHAPTER.step("a PC with two network cards connects")
def _(stage: Stage) -> None:
    expect("disconnected", stage.pc.disconnect().status, 0)
    network.plug_in(*topology.SECOND_CARD)
    before.open_and_shut(topology.PC, opened=_SECOND_LAN, shut=())
    connecting.connect(stage.pc, stage.ahrens)


@CHAPTER.step("with two cards too, both sides are unreachable and see nothing")
def _(stage: Stage) -> str:
    return _sealed(stage, before.OUTSIDE + _SECOND_LAN, second=True)


@CHAPTER.step("a card that is plugged in while connected is held as well")
def _(stage: Stage) -> None:
    network.unplug(topology.SECOND_CARD[0])
    network.plug_in(*topology.SECOND_CARD)
    _unreachable(stage.pc, _SECOND_LAN)
    network.unplug(topology.SECOND_CARD[0])


def holds(stage: Stage) -> None:
    """Expect that the PC reaches the portal and nothing that it must not."""
    portal = f"tcp {topology.PORTAL_ADDRESS} 443"
    outside = tuple(one for one in before.OUTSIDE if one not in _FOREIGN_NAMES)
    before.open_and_shut(topology.PC, opened=(portal,), shut=(*outside, *_NOT_GRANTED))


def _sealed(stage: Stage, targets: tuple[str, ...], *, second: bool = False) -> str:
    """Try everything, and look at the wires outside: nothing may answer, and nothing may leave."""
    cards = {"lan0": (topology.NAT, "pc")} | ({"lan1": (topology.LAN, "lan1")} if second else {})
    with _watched(stage, [*cards.values(), (topology.NAT, "wan0")]) as wires:
        _unreachable(stage.pc, tuple(one for one in targets if not one.startswith("dns")))
        stage.pc.reached(*_FOREIGN_NAMES, f"https {topology.PORTAL_NAME}")
        before.open_and_shut(topology.LAN, opened=(), shut=before.FROM_OUTSIDE)
    for card, wire in zip(cards, wires[:-1], strict=True):
        expect(f"packets of {card} that must not be", wire.strangers(network.card(topology.PC, card)), [])
    at_home = f"ether src {network.card(topology.NAT, 'wan0')} and not arp and not icmp6"
    expect("packets on the Internet", wires[-1].packets(f"{at_home} and not {captures.GATEWAY}"), [])
    seen = sum(len(wire.packets()) for wire in wires)
    return f"{seen} packets on {len(wires)} wires, all of them the tunnel's or the neighbours'"


def _unreachable(pc: Pc, targets: tuple[str, ...]) -> None:
    answered = [one for one, answer in pc.reached(*targets).items() if answer is not None]
    if answered:
        raise Unexpected("what answers", expected="nothing", seen=answered)


@contextmanager
def _watched(stage: Stage, wires: list[tuple[str, str]]) -> Iterator[list[Capture]]:
    with ExitStack() as stack:
        yield [stack.enter_context(captures.capturing(stage.system.processes, *one)) for one in wires]
