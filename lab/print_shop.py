"""The print shop behind the KV's queues: opens what is meant for it, and prints it on numbered paper."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pyrage
from pypdf import PdfReader

PLAIN, SECURE = "postraum", "sicherheitspapier"


@dataclass
class PrintShop:
    """`on_top` is the number on the uppermost sheet of security paper."""

    folder: Path
    on_top: int = 1001
    _identity: pyrage.x25519.Identity = field(default_factory=pyrage.x25519.Identity.generate, repr=False)

    def queues(self) -> str:
        """The part of the server's configuration that names it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = list[str]()
        for name, is_secure in ((PLAIN, "false"), (SECURE, "true")):
            lines += ["[[post.queues]]", f'name = "{name}"', f'title = "{name.title()}"']
            lines += [f"security_paper = {is_secure}", f'folder = "{self.folder}"']
            lines += [f'recipients = ["{self._identity.to_public()}"]']
        return "\n".join(lines) + "\n"

    def sheets(self) -> list[list[str]]:
        """The lines of every sheet that ever came out."""
        pages = [
            page for document in self._documents().values() for page in PdfReader(BytesIO(document)).pages
        ]
        return [[line.strip() for line in page.extract_text().splitlines()] for page in pages]

    def keep(self, folder: Path, prefix: str = "") -> None:
        """Lay what was printed where the screenshots lie; its passwords open a system that will be gone."""
        for name, document in self._documents().items():
            (folder / f"{prefix}letters-{name}").write_bytes(document)

    def _documents(self) -> dict[str, bytes]:
        files = sorted(self.folder.glob("*.pdf.age"))
        return {file.stem: pyrage.decrypt(file.read_bytes(), [self._identity]) for file in files}
