"""A billing file on its way to the KV: in pieces, taken up where the line broke; the receipt on disk."""

import base64
import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

from flexnet_client.failures import Exit, Failure
from flexnet_client.portal import Answer, LineBroken, Portal

PIECE: Final = 4 * 1024 * 1024
_TUS: Final = {"Tus_Resumable": "1.0.0"}
_WAITS: Final = (1, 2, 5, 10, 20, 30)  # seconds between tries while nothing moves
T = TypeVar("T")


@dataclass(frozen=True)
class BillingFile:
    """A file, and the quarter that it is for (`2026q1`)."""

    path: Path
    quarter: str
    size: int
    sha256: str

    @classmethod
    def read(cls, path: Path, quarter: str) -> "BillingFile":
        """Raises Failure."""
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            return cls(path, quarter, path.stat().st_size, digest)
        except OSError as error:
            text = f"Die Datei {path} lässt sich nicht lesen: {error.strerror}."
            raise Failure(text, Exit.INPUT) from None

    @property
    def number(self) -> str:
        """Its Idempotency-Key: the same file is the same delivery, whenever and from where it is sent."""
        return hashlib.sha256(f"{self.path.name}\n{self.quarter}\n{self.sha256}".encode()).hexdigest()


@dataclass(frozen=True)
class Line:
    """A line to the portal that may break: what is asked twice happens once there."""

    portal: Portal
    wait: Callable[[float], object] = time.sleep

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Raises Failure once nobody answered for about a minute."""
        return self.patiently(lambda: self.portal.ask(method, path, body, **headers))

    def patiently(self, act: Callable[[], T]) -> T:
        """Raises Failure."""
        for seconds in _WAITS:
            try:
                return act()
            except LineBroken:
                self.wait(seconds)
        try:
            return act()
        except LineBroken as error:
            raise Failure(
                f"Das Portal antwortet nicht ({error}). Prüfen Sie die Verbindung und rufen Sie den Befehl "
                "noch einmal auf: Er macht dort weiter, wo er war, und reicht nichts doppelt ein.",
                Exit.GATEWAY,
            ) from None


def check(line: Line, file: BillingFile) -> dict[str, Any]:
    """What is wrong with a plain file; nothing of it is kept there. Raises Failure."""
    path = f"pruefungen?dateiname={quote(file.path.name)}"
    kind = {"Content_Type": "application/octet-stream"}
    return _good(line.ask("POST", path, file.path.read_bytes(), **kind)).told


def send(line: Line, file: BillingFile, progress: Callable[[int], None]) -> dict[str, Any]:
    """The delivery that it became; `progress` hears how many bytes are safely there. Raises Failure."""
    words = {"filename": file.path.name, "quarter": file.quarter}
    told = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in words.items())
    announced = {"Idempotency_Key": file.number, "Upload_Length": str(file.size), "Upload_Metadata": told}
    begun = _good(line.ask("POST", "uebertragungen", None, **_TUS, **announced))
    url, offset = begun.headers["Location"], int(begun.headers["Upload-Offset"])
    while offset < file.size:
        progress(offset)
        offset = line.patiently(lambda at=offset: _piece(line.portal, file, url, at))  # type: ignore[misc]  # bound now
    progress(offset)
    return _good(line.ask("POST", f"{url}/pruefung")).told


def hand_in(line: Line, delivery: dict[str, Any], extent: str) -> Answer:
    """The portal's answer; a person may have to do it. Raises Failure if nobody answers."""
    body = json.dumps({"umfang": extent}).encode()
    path = f"lieferungen/{delivery['id']}/einreichung"
    return line.ask("POST", path, body, Content_Type="application/json")


def deliveries(line: Line, quarter: str = "") -> list[dict[str, Any]]:
    """What was sent, the newest first. Raises Failure."""
    found = _good(line.ask("GET", f"lieferungen{f'?quartal={quarter}' if quarter else ''}")).told
    return list(found.get("lieferungen", []))


def keep_receipt(line: Line, delivery: dict[str, Any], folder: Path) -> list[Path]:
    """PDF, JSON and its signature on disk, whole or not at all. Raises Failure."""
    number = str(delivery["eingangsbestaetigung"]["nummer"])
    if not number.replace("-", "").isalnum():
        raise Failure("Die Nummer der Eingangsbestätigung ist keine.", Exit.FAILED)
    kept = []
    for ending in ("pdf", "json", "json.p7s"):
        path = f"lieferungen/{delivery['id']}/eingangsbestaetigung.{ending.removeprefix('json.')}"
        kept.append(_written(folder / f"Eingangsbestaetigung_{number}.{ending}", _sealed(line, path).content))
    return kept


def _sealed(line: Line, path: str) -> Answer:
    """The seal comes within seconds of handing in; for a minute it is asked again. Raises Failure."""
    for _turn in range(30):
        answer = line.ask("GET", path)
        if answer.told.get("code") != "noch-nicht-gesiegelt":
            break
        line.wait(2)
    return _good(answer)


def _piece(portal: Portal, file: BillingFile, url: str, offset: int) -> int:
    """Where the upload stands then; on doubt it is asked."""
    with file.path.open("rb") as content:
        content.seek(offset)
        piece = content.read(PIECE)
    kind = {"Content_Type": "application/offset+octet-stream"}
    try:
        answer = portal.ask("PATCH", url, piece, **_TUS, **kind, Upload_Offset=str(offset))
    except LineBroken:
        return _stands(portal, url, offset)
    return _stands(portal, url, offset) if answer.status == 409 else _offset(_good(answer))


def _stands(portal: Portal, url: str, before: int) -> int:
    """A line that stays where it was is as good as broken."""
    offset = _offset(_good(portal.ask("HEAD", url)))
    if offset == before:
        raise LineBroken("kein Fortschritt")
    return offset


def _offset(answer: Answer) -> int:
    return int(answer.headers["Upload-Offset"])


def _good(answer: Answer) -> Answer:
    if answer.status >= 400:
        raise answer.failure
    return answer


def _written(path: Path, content: bytes) -> Path:
    half = path.with_name(f".{path.name}.neu")
    try:
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        text = f"Die Eingangsbestätigung lässt sich nicht speichern ({path}): {error.strerror}."
        raise Failure(f"{text} Eingereicht ist die Datei.", Exit.FAILED) from None
    return path
