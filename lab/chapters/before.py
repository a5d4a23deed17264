"""Chapter 3: what the PC reaches before it connects."""

from lab import captures, network, reach, topology
from lab.stage import Stage, chapter
from lab.story import expect

CHAPTER = chapter("Before connecting")
OUTSIDE = (
    f"ping {topology.NEIGHBOUR}",
    f"http {topology.NEIGHBOUR}",
    f"http {topology.NEIGHBOUR6}",
    f"http {topology.INTERNET_HOST}",
    f"http {topology.INTERNET_HOST6}",
    f"ping {topology.ROUTER}",
    f"dns {topology.ROUTER} www.example",
    f"dns {topology.INTERNET_HOST} www.example",
    f"tcp {topology.PUBLIC_ADDRESS} 443",
)
FROM_OUTSIDE = (f"ping {topology.PC_ADDRESS}", f"ping {topology.PC_ADDRESS6}")
INSIDE = (
    f"tcp {topology.PORTAL_ADDRESS} 443",
    f"tcp {topology.KV_ADDRESS} 443",
    f"dns {topology.SNK_DNS} {topology.PORTAL_NAME}",
)


def open_and_shut(namespace: str, *, opened: tuple[str, ...], shut: tuple[str, ...]) -> None:
    """Go on when exactly these targets answer and those do not; raises Unexpected."""
    answers = reach.reached(namespace, [*opened, *shut])
    expect("what answers", [one for one in answers if answers[one] is not None], list(opened))


@CHAPTER.step(
    "the PC reaches its LAN neighbour and the Internet, over IPv4 and IPv6, not the portal nor the office"
)
def _(stage: Stage) -> None:
    open_and_shut(topology.PC, opened=OUTSIDE, shut=INSIDE)
    open_and_shut(topology.LAN, opened=FROM_OUTSIDE, shut=())


@CHAPTER.step("a look at its wire shows all of it, so that silence there will mean something")
def _(stage: Stage) -> str:
    with captures.capturing(stage.system.processes, topology.NAT, "pc") as wire:
        stage.pc.reached(*OUTSIDE)
    seen = wire.strangers(network.card(topology.PC, "lan0"))
    expect("packets for others than the gateway", bool(seen), True)
    return f"{len(seen)} packets"
