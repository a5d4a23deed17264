"""Writes the configuration of every part as an administrator would, with the lab's addresses in it."""

import json
import shutil
from pathlib import Path

from lab import topology
from lab.inbox import Inbox
from lab.pki import Authority
from lab.print_shop import PrintShop

_EXAMPLE = Path(__file__).resolve().parent.parent / "deploy" / "kvsa.toml"
GATEWAY = "gw1"
NARROW = ("portal", "public")  # who stands outside the KV's LAN has a file of its own
_CERTIFIED = {
    "radius": topology.RADIUS_NAME,
    "portal": topology.PORTAL_NAME,
    "office": topology.OFFICE_NAME,
    "public": topology.PUBLIC_NAME,
}


def server(path: Path, authority: Authority, database_url: str, shop: PrintShop, inbox: Inbox) -> None:
    """Write the server's file: the KV's example, with database, state and certificates of this run."""
    folder = path.parent
    secrets = folder / "secrets"
    secrets.mkdir(parents=True, mode=0o700)
    for stem, name in _CERTIFIED.items():
        made = authority.certify(name)
        shutil.copy(made.certificate, secrets / f"{stem}.pem")
        shutil.copy(made.key, secrets / f"{stem}.key")
    shutil.copy(authority.certificate, secrets / "ca.pem")
    text = _EXAMPLE.read_text()
    text = _replaced(text, "postgresql:///flexnet?host=/run/postgresql", database_url)
    text = _replaced(text, "/var/lib/flexnet-anchors", str(folder / "anchors"))
    text = _replaced(text, "/var/lib/flexnet", str(folder / "state"))
    text = _replaced(text, '= "texts/', f'= "{_EXAMPLE.parent}/texts/')
    text = _replaced(text, "password_delay_hours = 72", "password_delay_hours = 0")
    text = _replaced(text, "[radius]\n", f'[radius]\nnudge = "{topology.KV_ADDRESS}:18130"\n')
    text = _replaced(text, "10.40.0.10:443", f"{topology.PUBLIC_ADDRESS}:443")
    text = _replaced(text, "10.40.0.11:443", f"{topology.PUBLIC_ADDRESS}:{topology.DOWNLOADS_PORT}")
    text = _replaced(
        text, "https://software.kvsa.example/", f"https://{topology.PUBLIC_NAME}:{topology.DOWNLOADS_PORT}/"
    )
    text = text.replace("secrets/downloads.", "secrets/public.")
    path.write_text(text + shop.queues() + inbox.configure(path, authority))


def narrow(whole: Path, process: str) -> Path:
    """Write the file of a process that holds neither the whole key ring nor what signs the trail."""
    text = _replaced(whole.read_text(), '"secrets/key-ring.json"', f'"secrets/{process}-ring.json"')
    path = whole.with_name(f"{process}.toml")
    path.write_text(_replaced(text, '"secrets/audit.pem"', '"secrets/elsewhere.pem"'))
    return path


def ring(narrowed: Path) -> Path:
    """Where such a process finds its key ring."""
    return narrowed.parent / "secrets" / f"{narrowed.stem}-ring.json"


def gateway(folder: Path, authority: Authority) -> Path:
    """Write gateway.toml, with the gateway's public certificate and the one that it shows the server."""
    public, own = authority.certify(topology.GATEWAY_NAME), authority.certify(f"{GATEWAY}.kvsa.test")
    tables: dict[str, dict[str, object]] = {
        "gateway": {"name": GATEWAY},
        "public": {
            "device": "pub0",
            "address": topology.GATEWAY_ADDRESS,
            "certificate": str(public.certificate),
            "key": str(public.key),
        },
        "snk": {"device": "snk0", "address": topology.GATEWAY_SNK},
        "tunnel": {
            "pool": topology.TUNNEL_POOL,
            "dns": [topology.SNK_DNS],
            "domain": "kv-safenet.de",
            "group": "Flexnet-Yubikey",
            "portal": f"https://{topology.PORTAL_NAME}/",
        },
        "server": {
            "address": f"{topology.KV_ADDRESS}:2083",
            "name": topology.RADIUS_NAME,
            "certificate": str(own.certificate),
            "key": str(own.key),
            "ca": str(authority.certificate),
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "gateway.toml"
    path.write_text(_toml(tables))
    return path


def client(folder: Path, authority: Authority, browser: Path) -> Path:
    """Write the client's settings as the KV gives them to its members; `browser` opens an address."""
    values: dict[str, object] = {
        "gateway": topology.GATEWAY_NAME,
        "group": "Flexnet-Yubikey",
        "ca_file": str(authority.certificate),
        "portal_url": f"https://{topology.PORTAL_NAME}/",
        "browser": [str(browser)],
        "hotline": "0391 627 7000",
    }
    path = folder / "flexnet-client.toml"
    path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()))
    return path


def _toml(tables: dict[str, dict[str, object]]) -> str:
    lines = []
    for table, values in tables.items():
        lines += [f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items()), ""]
    return "\n".join(lines)


def _replaced(text: str, old: str, new: str) -> str:
    if old not in text:
        raise ValueError(f"{_EXAMPLE.name} no longer says {old!r}; the lab builds on it")
    return text.replace(old, new)
