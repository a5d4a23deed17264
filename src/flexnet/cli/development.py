"""A whole installation in one folder, for `flexnet serve`: SQLite, loopback, no root."""

from pathlib import Path

from flexnet import configuration, installation

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

[billing]
store = "deliveries"

[audit]
anchor_dir = "anchors"
signing_key = "secrets/audit.pem"
"""


def prepare(folder: Path) -> Path:
    """Make what is missing of the installation in `folder`; answer its configuration file."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "flexnet.toml"
    if not path.exists():
        path.write_text(TEMPLATE, encoding="utf-8")
    installation.make_secrets(configuration.load(path))
    return path.resolve()
