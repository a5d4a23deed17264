"""Files as a program of the KV drops them into a folder."""

from datetime import datetime
from pathlib import Path

from flexnet.documents import actions, queries
from flexnet.documents.actions import New
from flexnet.documents.models import Document
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Site
from tests import make

LAST = Quarter(2026, 1)


def pdf(text: str = "Honorar") -> bytes:
    return f"%PDF-1.7\n1 0 obj\n{text}\nendobj\n%%EOF\n".encode()


def drop(folder: Path, name: str, content: bytes | None = None) -> Path:
    path = folder / name
    path.write_bytes(pdf() if content is None else content)
    return path


def put(
    site: Site,
    kind: str = "honorarbescheid",
    *,
    quarter: Quarter = LAST,
    text: str = "",
    now: datetime = make.NOW,
) -> Document:
    """By a clerk."""
    content = pdf(text or f"{site} {quarter} {kind}")
    new = New(site, quarter, queries.kind(kind), f"{site}_{kind}.pdf", content)
    return actions.put(new=new, by=make.BY, now=now)
