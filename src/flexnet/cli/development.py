"""A whole installation in one folder, for `flexnet serve`: SQLite, loopback, no root."""

from pathlib import Path

import pyrage

from flexnet import configuration, installation
from flexnet.lib import private_files

TEMPLATE = """\
# Made by `flexnet serve`. Everything on loopback, over SQLite; not for real use.
database_url = "sqlite:///flexnet.sqlite3"
secret_key_file = "secrets/django"
key_ring = "secrets/key-ring.json"
state_dir = "."

[profile]
slug = "kvsa"
name = "Kassenärztliche Vereinigung Sachsen-Anhalt"
short_name = "KVSA"
portal_name = "KVSAonline"
hotline = "0391 627 7000"
fax = "0391 627 87 7000"
email = "it-service@kvsa.de"
gateway_host = "flexnet.kvsa.de"
terms_title = "Nutzungsbedingungen KV-FlexNet"
address = ["IT-Service", "Postfach 1664", "39006 Magdeburg"]
site_prefixes = ["85", "86", "87", "88"]

[[profile.requirements]]
name = "Internetanschluss"
minimum = "eines beliebigen Anbieters"

[[profile.requirements]]
name = "Linux"
minimum = "ab Kernelversion 3.2, nur 64 Bit"
note = "mit den aktuellen Sicherheitsupdates"

[texts]
imprint = "texts/impressum.txt"
privacy = "texts/datenschutz.txt"
accessibility = "texts/barrierefreiheit.txt"

[billing]
store = "deliveries"

[seal]
certificate = "secrets/seal.pem"
key = "secrets/seal.key"

[audit]
anchor_dir = "anchors"
signing_key = "secrets/audit.pem"
"""
_QUEUES = """
[post]
password_delay_hours = 0

[[post.queues]]
name = "briefe"
title = "Gewöhnliches Papier"
folder = "print-shop"
recipients = ["{recipient}"]

[[post.queues]]
name = "sicherheitspapier"
title = "Sicherheitspapier"
security_paper = true
folder = "print-shop"
recipients = ["{recipient}"]
"""
_TEXTS = ("impressum", "datenschutz", "barrierefreiheit")
_TEXT = """\
# Beispieltext

Hier steht der Text der KV. Beispiele liegen in deploy/texts.
"""


def prepare(folder: Path) -> Path:
    """Make what is missing of the installation in `folder`; answer its configuration file."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "flexnet.toml"
    if not path.exists():
        path.write_text(TEMPLATE + _print_shop(folder), encoding="utf-8")
        _write_texts(folder / "texts")
    installation.make_secrets(configuration.load(path))
    return path.resolve()


def _print_shop(folder: Path) -> str:
    """A folder for letters, and the key to it beside it; answers what the configuration says of it."""
    identity = pyrage.x25519.Identity.generate()
    folder.joinpath("print-shop").mkdir(mode=0o700, exist_ok=True)
    folder.joinpath("print-shop.key").unlink(missing_ok=True)
    private_files.create(folder / "print-shop.key", f"{identity}\n".encode())
    return _QUEUES.format(recipient=identity.to_public())


def _write_texts(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in _TEXTS:
        folder.joinpath(f"{name}.txt").write_text(_TEXT, encoding="utf-8")
