"""Files that are either wholly the old or wholly the new."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write(path: Path, content: str, mode: int = 0o600, *, is_durable: bool = True) -> None:
    """Put content in path's place in one step, with this mode from the first byte on; raises OSError."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
