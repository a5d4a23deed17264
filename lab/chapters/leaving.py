"""Chapter 10: however a connection ends, the PC is open again soon; and it survives a move."""

from lab import network, processes, stream, topology, watch
from lab.chapters import before, connecting, isolation
from lab.stage import Stage, chapter
from lab.story import Unexpected, expect

CHAPTER = chapter("Leaving, dying and moving")
_LOCKED_OUT_AT_MOST = 10.0  # s
_CLIENT, _OPENCONNECT = "flexnet-client", "openconnect"
_BACK_WITHIN = 20.0  # s
_ROUNDS = 5.0  # s; more than one comparison at the gateway


@CHAPTER.step("flexnet-client disconnect: LAN and Internet are back, the portal is not there")
def _(stage: Stage) -> str:
    said = stage.pc.disconnect()
    expect(f"disconnect ends well: {said.text}", said.status, 0)
    before.open_and_shut(topology.PC, opened=before.OUTSIDE, shut=before.INSIDE)
    return f"{said.took_ms} ms"


@CHAPTER.step("kill -9 of openconnect: never both open, open again soon")
def _(stage: Stage) -> str:
    return _killed(stage, _OPENCONNECT)


@CHAPTER.step("kill -9 of the client: never both open, open again soon")
def _(stage: Stage) -> str:
    return _killed(stage, _CLIENT)


@CHAPTER.step("kill -9 of both and of everything that watches them: never both open, open again soon")
def _(stage: Stage) -> str:
    return _killed(stage, _OPENCONNECT, _CLIENT)


@CHAPTER.step("the PC gets another address in mid-session: tunnel, filter and isolation hold")
def _(stage: Stage) -> str:
    connecting.connect(stage.pc, stage.ahrens)
    return _moved(stage, topology.PC, "lan0", old=f"{topology.PC_ADDRESS}/24", new="192.168.178.11/24")


@CHAPTER.step("the practice's router gets another address: tunnel, filter and isolation hold")
def _(stage: Stage) -> str:
    old, new = f"{topology.ROUTER_OUTSIDE}/24", f"{topology.ROUTER_OUTSIDE_LATER}/24"
    return _moved(stage, topology.NAT, "wan0", old=old, new=new)


def _killed(stage: Stage, *names: str) -> str:
    """Kill, watch, and expect the LAN back within the time that a person may be locked out."""
    if stage.pc.status()["state"] == "open":
        connecting.connect(stage.pc, stage.ahrens)
    with watch.watching(stage.system.processes, topology.PC) as seen:
        killed = processes.kill(topology.PC, *names)
        expect("something was killed", bool(killed), True)
        back = processes.eventually(seen.lan_is_open, within=_LOCKED_OUT_AT_MOST + 2)
    expect("LAN and closed network open at once", seen.ever_both(), False)
    shut_out = seen.longest_shut_out()
    if back is None or shut_out > _LOCKED_OUT_AT_MOST:
        raise Unexpected("locked out", expected=f"at most {_LOCKED_OUT_AT_MOST} s", seen=f"{shut_out:.1f} s")
    before.open_and_shut(topology.PC, opened=before.OUTSIDE, shut=before.INSIDE)
    return f"open after {back:.1f} s"


def _moved(stage: Stage, namespace: str, device: str, *, old: str, new: str) -> str:
    """Change an address under a running session; it must come back by itself, as the same session."""
    session = connecting.session_of(stage, stage.ahrens)
    with (
        stream.streaming(stage.system.processes, topology.PC) as asked,
        watch.watching(stage.system.processes, topology.PC) as seen,
    ):
        network.change_address(namespace, device, old=old, new=new)
        gone = processes.eventually(lambda: not asked.flows(), within=2)
        back = processes.eventually(asked.flows, within=_BACK_WITHIN)
        expect(f"answers again within {_BACK_WITHIN} s", back is not None, True)
        lost = processes.eventually(lambda: not asked.flows(), within=_ROUNDS)
        expect("answers for as long as gateway and server compare their sessions", lost, None)
    expect("LAN or Internet open meanwhile", any(look.lan for look in seen.looks()), False)
    after = connecting.session_of(stage, stage.ahrens)
    same = ("Full session", "IPv4")
    expect("the session", [after[key] for key in same], [session[key] for key in same])
    isolation.holds(stage)
    return f"answers again after {back:.1f} s" if gone is not None else "not one answer was late"
