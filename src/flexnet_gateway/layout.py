"""Where the files of one gateway lie inside its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LONGEST_SOCKET = 107  # bytes of sun_path


@dataclass(frozen=True)
class Layout:
    """The folder that `configure` filled."""

    folder: Path

    @property
    def configuration(self) -> Path:
        return self.folder / "gateway.toml"

    @property
    def secret(self) -> Path:
        """What ocserv and the agent share on loopback."""
        return self.folder / "secret"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def hook(self) -> Path:
        return self.run / "hook.socket"

    @property
    def control(self) -> Path:
        return self.run / "occtl.socket"

    @property
    def state(self) -> Path:
        return self.folder / "state.json"

    @property
    def spool(self) -> Path:
        return self.folder / "accounting.db"
