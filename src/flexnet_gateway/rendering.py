"""Makes the files that ocserv, radcli, nftables and the kernel read out of one gateway.toml."""

from __future__ import annotations

import importlib.resources
import secrets
import string
import sys
from pathlib import Path

from flexnet_gateway import files, hook, layout, ruleset
from flexnet_gateway.configuration import BadConfiguration, Configuration, load

PACKAGE = importlib.resources.files(__package__)


def configure(source: Path, folder: Path) -> list[Path]:
    """Render everything into folder and return what was written; raises BadConfiguration and OSError."""
    configuration = load(source)
    place = layout.Layout(folder.resolve())
    if len(bytes(place.hook)) + len("ocserv.socket.00000000") > layout.LONGEST_SOCKET:
        raise BadConfiguration(f"--into {folder}: too long for a Unix socket: choose a shorter path")
    place.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    place.run.mkdir(mode=0o711, exist_ok=True)
    secret = _kept_secret(place)
    written = []
    for name, (content, mode) in _contents(configuration, place, secret).items():
        files.write(place.folder / name, content, mode)
        written.append(place.folder / name)
    files.write(place.configuration, source.read_text(), 0o600)
    return [*written, place.configuration]


def _contents(configuration: Configuration, place: layout.Layout, secret: str) -> dict[str, tuple[str, int]]:
    return {
        "ocserv.conf": (_filled("ocserv.conf.txt", configuration, place), 0o644),
        "radius.conf": (_filled("radius.conf.txt", configuration, place), 0o644),
        "servers": (f"127.0.0.1/127.0.0.1 {secret}\n", 0o600),
        "sysctl.conf": (_filled("sysctl.conf.txt", configuration, place), 0o644),
        "ruleset.nft": (ruleset.base(configuration), 0o644),
        "hook": (hook_program(place), 0o755),
    }


def _filled(template: str, configuration: Configuration, place: layout.Layout) -> str:
    text = (PACKAGE / template).read_text()
    public, tunnel = configuration.public, configuration.tunnel
    return string.Template(text).substitute(
        folder=place.folder,
        run=place.run,
        name=configuration.name,
        radius_port=configuration.radius_port,
        radius_timeout=int(configuration.timeouts.answer) + 1,
        public_device=public.device,
        public_address=public.address,
        public_port=public.port,
        certificate=public.certificate,
        key=public.key,
        snk_device=configuration.snk.device,
        pool=tunnel.pool,
        dns="\ndns = ".join(tunnel.dns),
        domain=tunnel.domain,
        group=tunnel.group,
        portal=tunnel.portal,
        cookie=configuration.timeouts.cookie,
        dead_peer=configuration.timeouts.dead_peer,
    )


def hook_program(place: layout.Layout) -> str:
    """The hook as a program of its own: isolated, without site packages, so that it starts fast."""
    text = (PACKAGE / "hook.py").read_text()
    interpreter = Path(sys.executable).resolve()
    return f"#!{interpreter} -IS\n" + text.replace(f'"{hook.AGENT}"', f'"{place.hook}"')


def _kept_secret(place: layout.Layout) -> str:
    if not place.secret.exists():
        files.write(place.secret, secrets.token_hex(24), 0o600)
    return place.secret.read_text()
