"""The book on disk, so that a killed agent finds its sessions again."""

from __future__ import annotations

import dataclasses
import json
import logging
from pathlib import Path
from typing import Any

from flexnet_gateway import files
from flexnet_gateway.sessions import Book, Session, SignIn, Worker

log = logging.getLogger(__name__)


def save(path: Path, book: Book) -> None:
    """Replace the file in one step; raises OSError.

    Without fsync: no session outlives a crash of the machine, so an older book, or none, is then as true.
    """
    tree = dataclasses.asdict(book)
    for one in [*tree["sign_ins"], *tree["sessions"].values()]:
        one["state"] = one["state"].hex()
    files.write(path, json.dumps(tree), is_durable=False)


def load(path: Path) -> Book:
    """The last book; an empty one where there is none or it cannot be read, so that all sessions end."""
    try:
        tree = json.loads(path.read_text())
        return Book(
            ocserv=tree["ocserv"],
            sign_ins=tuple(SignIn(**_with_state(one)) for one in tree["sign_ins"]),
            sessions={key: _session(one) for key, one in tree["sessions"].items()},
            ended=tree["ended"],
        )
    except FileNotFoundError:
        return Book()
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.error("%s cannot be read, all running sessions end: %s", path, error)
        return Book()


def _session(tree: dict[str, Any]) -> Session:
    workers = tuple(Worker(**one) for one in tree.pop("workers"))
    latest = Worker(**tree["latest"]) if tree["latest"] else None
    return Session(
        **_with_state(tree) | {"workers": workers, "latest": latest, "rules": tuple(tree["rules"])}
    )


def _with_state(tree: dict[str, Any]) -> dict[str, Any]:
    return tree | {"state": bytes.fromhex(tree["state"])}
