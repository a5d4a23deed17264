"""Encrypted files, and a program that decrypts them."""

import sys
from datetime import datetime
from pathlib import Path

import pytest

from flexnet.access.models import Access
from flexnet.billing import actions
from flexnet.billing.models import Delivery, Receipt
from flexnet.billing.standing import Extent
from flexnet.configuration import Decryption
from lab import xkm_command
from tests import configured, make
from tests.billing import files

PROGRAM = (sys.executable, str(Path(xkm_command.__file__)))
NAME = f"{files.NAME}.XKM"


def decrypt_by(patch: pytest.MonkeyPatch, *command: str, seconds: int = 60) -> None:
    """From now on by this command, or by the program that keeps the contract."""
    by = Decryption(command=command or PROGRAM, seconds=seconds)
    configured.change(patch, billing={"decryption": by})


def sealed(plain: bytes, *, bsnr: str = files.ALICE, **how: str) -> bytes:
    return xkm_command.container(plain, bsnr=bsnr, created_at=datetime(2026, 4, 10, 9, 30), **how)  # noqa: DTZ001 - the header names no zone


def handed_in(access: Access, plain: bytes | None = None, **how: str) -> Delivery:
    """A container that was submitted."""
    content = sealed(files.plain() if plain is None else plain, **how)
    row = files.receive(access, content, name=NAME)
    assert isinstance(row, Delivery), row
    found = actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW, extent=Extent.PART)
    assert isinstance(found, Receipt), found
    return row
