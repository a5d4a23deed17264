"""The process's key ring: read from its file, and anew whenever the file was exchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flexnet import configuration
from flexnet.lib import sealed
from flexnet.lib.sealed import Purpose

# What the processes open that stand outside the KV's own LAN: no key's seed, no app's secret, no scan.
_PERSONS: Final = Purpose("audit_personkey", "person_key")
_WORDS: Final = Purpose("accounts_account", "revocation_word")
_PASSWORDS: Final = Purpose("accounts_account", "password")
_KEPT_FORMS: Final = Purpose("accounts_websession", "kept_form")
_SUBJECTS: Final = Purpose("correspondence_thread", "subject")
_MESSAGES: Final = Purpose("correspondence_message", "text")
_ATTACHMENTS: Final = Purpose("correspondence_attachment", "content")
_DOCUMENTS: Final = Purpose("documents_document", "content")
_DELIVERIES: Final = Purpose("billing_delivery", "content_key")
_REPLIES: Final = Purpose("billing_reply", "content")
_PASSWORD_SHEETS: Final = Purpose("access_passwordsheet", "content")
_UPLOADS: Final = Purpose("billing_upload", "content_key")
# The key desk's PC stands inside, and programs keys: it opens what keys hold, and nothing of people.
_RESYNCS: Final = Purpose("access_resyncrequest", "codes")
_SEEDS: Final = Purpose("keys_key", "seed")
_ACCESS_CODES: Final = Purpose("keys_programming", "access_code")
NARROW: Final = {
    "public": (_PERSONS, _WORDS),
    "portal": (
        *(_PERSONS, _WORDS, _PASSWORDS, _KEPT_FORMS, _RESYNCS),
        *(_SUBJECTS, _MESSAGES, _ATTACHMENTS, _DOCUMENTS),
        *(_DELIVERIES, _UPLOADS, _REPLIES, _PASSWORD_SHEETS),
    ),
    "station": (_SEEDS, _ACCESS_CODES),
}

_read: dict[Path, tuple[_Stamp, sealed.KeyRing]] = {}
_Stamp = tuple[int, int]


def current() -> sealed.KeyRing:
    """The ring as it stands in the file, so that a rotation needs no restart. Raises sealed.BadKeyRing.

    A file that is away for a moment does not stop a process that has read it before.
    """
    path = configuration.current().key_ring
    known = _read.get(path)
    stamp = _stamp(path)
    if known and stamp in (known[0], None):
        return known[1]
    ring = sealed.KeyRing.load(path)
    if stamp:
        _read[path] = (stamp, ring)
    return ring


def _stamp(path: Path) -> _Stamp | None:
    """What changes when the file is exchanged; a rotation always makes a new one (private_files.replace)."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
