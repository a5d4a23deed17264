"""Commands for sealed receipts: is one genuine? Without a network, and without the database."""

import json as json_
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexnet.cli.options import Json
from flexnet.cli.output import end_with, say, told

if TYPE_CHECKING:
    from flexnet.lib.electronic_seals import Authorities, Found

receipt = typer.Typer()


@receipt.callback()
def receipts() -> None:
    """Sealed receipts and confirmations of collective declarations."""


@receipt.command("verify")
@told
def verify(
    file: Annotated[Path, typer.Argument(help="The PDF, or the JSON with its signature beside it.")],
    signature: Annotated[
        Path | None, typer.Option(help="Of a JSON; without it the file of that name with .p7s behind.")
    ] = None,
    trusted: Annotated[
        list[Path] | None, typer.Option(help="Certificates that count, PEM; else those of the configuration.")
    ] = None,
    json: Json = False,
) -> None:
    """Whether a file is as the KV sealed it; exit status 0 only if it is."""
    # Imported here: what reads PDF takes half a second, which no other command should wait for.
    from flexnet.billing import electronic_seal
    from flexnet.lib import electronic_seals

    try:
        count = electronic_seals.authorities(trusted) if trusted else electronic_seal.trusted()
    except electronic_seals.BadSealingKey as error:
        sys.exit(str(error))
    found = _look(file, signature, count)
    at = found.at.astimezone(UTC).isoformat() if found.at else ""
    say(f"{file}: {_SAID[found.verdict]}" + (f" Sealed by {found.by}, {at}." if found.by else ""))
    end_with({"verdict": found.verdict, "by": found.by, "at": at}, as_json=json)
    if found.verdict is not electronic_seals.Verdict.GENUINE:
        sys.exit(1)


_SAID: Final = {
    "genuine": "genuine.",
    "altered": "ALTERED since it was sealed. Do not rely on it; fetch it anew from the portal.",
    "foreign": "unaltered, but no certificate that counts vouches for it. Name the KV's with --trusted.",
    "unsealed": "bears no seal. Printing or saving anew loses it; fetch the file anew from the portal.",
    "unreadable": "is no sealed PDF, nor JSON with its signature (FILE.p7s). Fetch both from the portal.",
}


def _look(file: Path, signature: Path | None, trusted: "Authorities") -> "Found":
    from flexnet.lib import electronic_seals

    content, beside = file.read_bytes(), signature or file.with_name(f"{file.name}.p7s")
    if content.startswith(b"%PDF-"):
        return electronic_seals.verify_pdf(content, trusted)
    if not beside.exists():
        return electronic_seals.Found(electronic_seals.Verdict.UNREADABLE)
    return electronic_seals.verify_detached(content, beside.read_bytes(), trusted, at=_stated(content))


def _stated(content: bytes) -> datetime:
    """When it says it was; what says nothing is held against today's certificates."""
    try:
        said = json_.loads(content)
        return datetime.fromisoformat(said.get("received_at") or said["given_at"])
    except (ValueError, KeyError, AttributeError, TypeError):
        return datetime.now(UTC)
