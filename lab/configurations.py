"""Writes the configuration of every part as an administrator would, with the lab's addresses in it."""

import json
import shutil
import sys
from pathlib import Path

from lab import topology, xkm_command
from lab.houses import KVSA, House
from lab.pki import Authority

GATEWAY = "gw1"
NARROW = ("portal", "public")  # who stands outside the KV's LAN has a file of its own
_DOWNLOADS = f"{topology.PUBLIC_NAME}:{topology.DOWNLOADS_PORT}"
# The other machines of the SNK stand for a way in that is no member's.
_WAYS = f"""
[ways]
others = ["127.0.0.0/8", "::1/128", "10.20.0.0/16", "{topology.TUNNEL_POOL}"]
"""
# What the lab says otherwise than the KV itself: addresses that the Internet reaches, no days to wait.
_OTHERWISE = {
    "kvsa": {
        "password_delay_hours = 72": "password_delay_hours = 0",
        "[radius]\n": f'[radius]\nnudge = "{topology.KV_ADDRESS}:18130"\n',
        "10.40.0.10:443": f"{topology.PUBLIC_ADDRESS}:443",
        "10.40.0.11:443": f"{topology.PUBLIC_ADDRESS}:{topology.DOWNLOADS_PORT}",
        "https://software.kvsa.example/": f"https://{_DOWNLOADS}/",
        "secrets/downloads.": "secrets/public.",
    },
    "kvs": {"10.41.0.10:443": f"{topology.KVS_PUBLIC_ADDRESS}:443"},
}


def server(path: Path, house: House, authority: Authority, database_url: str) -> None:
    """Write the server's file: the KV's own, with this run's database, folders, keys and addresses."""
    folder, example = path.parent, house.example
    secrets = folder / "secrets"
    secrets.mkdir(parents=True, mode=0o700)
    for stem, name in house.names.items():
        made = authority.certify(name)
        shutil.copy(made.certificate, secrets / f"{stem}.pem")
        shutil.copy(made.key, secrets / f"{stem}.key")
    shutil.copy(authority.certificate, secrets / "ca.pem")
    otherwise = {
        "postgresql:///flexnet?host=/run/postgresql": database_url,
        "/var/lib/flexnet-anchors": str(folder / "anchors"),
        "/var/lib/flexnet": str(folder / "state"),
        '= "texts/': f'= "{example.parent}/texts/',
        '= "looks/': f'= "{example.parent}/looks/',
        **_OTHERWISE[house.slug],
    }
    text = example.read_text()
    for old, new in otherwise.items():
        text = _replaced(text, old, new)
    path.write_text(text + (_WAYS if house is KVSA else ""))


def add(path: Path, tables: str) -> None:
    """Whole tables that an administrator adds to a file: where letters are printed, how mails leave."""
    with path.open("a") as file:
        file.write(tables)


def billing(replies: Path) -> str:
    """How the KV opens containers, and where its replies lie once they are whole."""
    tables: dict[str, dict[str, object]] = {
        "billing.decryption": {"command": [sys.executable, xkm_command.__file__], "seconds": 60},
        "billing.replies": {"folder": str(replies), "settle_seconds": 0},
    }
    return _toml(tables)


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
        raise ValueError(f"the KV's file no longer says {old!r}; the lab builds on it")
    return text.replace(old, new)
