"""What a new installation needs before its first start: secrets and folders, nothing overwritten."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from flexnet.audit import keys as audit_keys
from flexnet.configuration import Configuration
from flexnet.lib import private_files, sealed, sealing_certificates


def make_secrets(configuration: Configuration) -> list[Path]:
    """Make whatever secret file or folder is missing; answer the files made."""
    makers = {
        configuration.secret_key_file: _random_text,
        configuration.key_ring: sealed.KeyRing.create,
        configuration.audit.signing_key: audit_keys.create,
    }
    for folder in (configuration.state_dir, configuration.billing.store, configuration.audit.anchor_dir):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = [path for path in makers if not path.exists()]
    for path in made:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        makers[path](path)
    return made + _seal(configuration)


def _seal(configuration: Configuration) -> list[Path]:
    """A seal to begin with, where there is neither key nor certificate; the KV's own comes in its place."""
    key, certificate = configuration.seal.key, configuration.seal.certificate
    if key.exists() or certificate.exists():
        return []
    for path in (key, certificate):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealing_certificates.create(
        key=key, certificate=certificate, name=configuration.profile.name, now=datetime.now(UTC)
    )
    return [key, certificate]


def _random_text(path: Path) -> None:
    private_files.create(path, secrets.token_urlsafe(48).encode())
