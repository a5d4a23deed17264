"""The demo: a lab, a system in it, the story told, and everything taken down."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab import chapters, forward, ground, story, topology
from lab.album import Album
from lab.stage import Stage
from lab.system import System

FIGURES = ("tunnel_up_ms", "lock_to_dead_ms", "receipt")


@dataclass(frozen=True)
class Result:
    """How it went, and what was measured."""

    outcome: story.Outcome
    measured: dict[str, int | str]

    def figures(self) -> dict[str, int | str | None]:
        """What `--json` prints; a figure that the story did not reach is null."""
        steps = {"steps_passed": self.outcome.passed, "steps_total": self.outcome.total}
        return steps | {name: self.measured.get(name) for name in FIGURES}


def run(
    *,
    database: str,
    keep: bool = False,
    screenshots: Path | None = None,
    manual: Path | None = None,
    told: Sequence[story.Chapter[Stage]] = chapters.ALL,
    say: story.Tell = print,
) -> Result:
    """Tell the story on a lab of its own; raises ground.Occupied and ground.NotClean."""
    with ground.prepared() as folder:
        say(f"The lab is built: {len(topology.NAMESPACES)} network namespaces, named fn-…")
        stage = Stage(System(folder, database), screenshots, Album(manual))
        processes = stage.system.processes
        try:
            outcome = story.tell(told, stage, logs=processes.logs, check=processes.check, say=say)
            if screenshots:
                _keep_post(stage, screenshots)
            if keep:
                ground.keep()
                say(_how_to_look_around(stage))
        finally:
            if not ground.kept():
                processes.end_all()
    if not keep:
        say("\nEverything is taken down.")
    return Result(outcome, stage.figures)


def _keep_post(stage: Stage, folder: Path) -> None:
    """What was mailed and printed, beside what the browsers saw."""
    stage.system.inbox.keep(folder)
    for at in (stage, stage.saxony):
        at.system.print_shop.keep(folder, at.system.house.prefix)


def _how_to_look_around(stage: Stage) -> str:
    other, member = stage.saxony.system, stage.saxony.frank
    system, practice, inside = stage.system, stage.ahrens, f"ip netns exec {topology.PC}"
    port, desk = _doors(system)
    other_port, other_desk = _doors(other)
    client = f"{inside} env FLEXNET_CLIENT_RUN_DIR={stage.pc.run} .venv/bin/flexnet-client"
    known = f"{practice.user_name}, {practice.current}" if practice.initial else "nobody yet"
    return f"""
The lab is left standing. To look around:
  the portal, in your browser    https://127.0.0.1:{port}/ (its certificate is made for another name)
  who may sign in                {known}
  the office                     https://127.0.0.1:{desk}/
  who works there                {stage.clerk.user_name}, {stage.clerk.password or "nobody yet"}
  the code of her app            .venv/bin/python -m lab.clerk {stage.clerk.app}
  a shell on the practice's PC   {inside} bash
  its client                     {client} status
  connect                        {client} connect --config {stage.pc.settings} --user {practice.user_name}
  press the practice's key       .venv/bin/python -m lab.plugged {system.folder}/yubikey-*1.json
  a command of the KV            ip netns exec {topology.KV} \\
                                 env FLEXNET_CONFIG={system.configuration} .venv/bin/flexnet
  the other KV, KV Sachsen       its portal https://127.0.0.1:{other_port}/, its office https://127.0.0.1:{other_desk}/
  who may sign in there          {member.user_name}, {member.initial.get(member.user_name, "nobody yet")}
  the logs                       {system.processes.logs}
  take everything down           scripts/demo --clean"""


def _doors(system: System) -> tuple[int, int]:
    """Ports of this machine's loopback that lead to a KV's portal and to its office."""
    house = system.house
    return (
        forward.loopback_port(system.processes, house.portal, house.portal_address, 443),
        forward.loopback_port(system.processes, house.lan, house.lan_address, 443),
    )
