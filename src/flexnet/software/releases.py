"""Make it happen: releases are published and withdrawn."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from flexnet import configuration, transactions
from flexnet.audit import actions as audit
from flexnet.configuration import Scheme
from flexnet.software import store
from flexnet.software.errors import BadRelease, NoSuchRelease
from flexnet.software.models import Part, Release
from flexnet.software.store import Stored

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+~-]{0,119}")
_MINIMUM: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,2}")


def publish(*, files: Sequence[Path], minimum: str, by: str, now: datetime) -> Release:
    """The first file's name says what it is, of which version; several become one ZIP, now and once.

    `minimum` is the oldest system that it runs on: `7` of Windows, `10.8` of macOS, `3.2` of Linux. What is
    published already is answered. Raises BadRelease, StoreFull.
    """
    scheme, version = _known(files)
    if not _MINIMUM.fullmatch(minimum):
        raise BadRelease(f"{minimum!r} is no version of {scheme.system}; write it as 10 or 10.8.")
    file_name, stored, parts = _kept(files, scheme, version)
    with transactions.writing():
        earlier = Release.objects.filter(line=scheme.line, version=version, withdrawn_at=None).first()
        if earlier:
            return _same(earlier, stored)
        row = Release.objects.create(
            line=scheme.line,
            title=scheme.title,
            system=scheme.system,
            version=version,
            minimum=minimum,
            file_name=file_name,
            sha256=stored.sha256,
            size=stored.size,
            published_at=now,
            published_by=by,
        )
        names = [path.name for path in files] if parts else []
        for name, part in zip(names, parts, strict=True):
            Part.objects.create(release=row, name=name, sha256=part.sha256, size=part.size)
        data = {"file": file_name, "sha256": stored.sha256, "size": stored.size, "minimum": minimum}
        audit.record("software.published", by=by, subject=f"release:{row.pk}", data=data | {"parts": names})
    return row


def withdraw(*, number: int, by: str, reason: str, now: datetime) -> Release:
    """It is given out no more; a download that runs goes on to its end. Raises NoSuchRelease, BadRelease."""
    if not reason.strip():
        raise BadRelease("A release is withdrawn for a reason: give it.")
    with transactions.writing():
        transactions.hold(Release, [number])
        row = Release.objects.filter(pk=number, withdrawn_at=None).first()
        if row is None:
            raise NoSuchRelease(f"There is no release {number}, or it is withdrawn already.")
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, by, reason.strip()
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        data = {"file": row.file_name, "reason": row.withdrawn_why}
        audit.record("software.withdrawn", by=by, subject=f"release:{row.pk}", data=data)
    return row


def _known(files: Sequence[Path]) -> tuple[Scheme, str]:
    """By the first name; the others need only be names."""
    if not files:
        raise BadRelease("Name at least one file.")
    names = [path.name for path in files]
    for name in names:
        if not _NAME.fullmatch(name):
            raise BadRelease(f"{name!r} is no name for a file that others fetch: letters, digits, . _ + - ~")
    if len({name.lower() for name in names}) != len(names):
        raise BadRelease("Two of the files have the same name.")
    schemes = configuration.current().software.schemes
    for scheme in schemes:
        if version := scheme.version_in(names[0]):
            return scheme, version
    known = "; ".join(f"{scheme.title}: {scheme.pattern}" for scheme in schemes)
    raise BadRelease(f"{names[0]!r} is named like no software that we know ({known}).")


def _kept(files: Sequence[Path], scheme: Scheme, version: str) -> tuple[str, Stored, list[Stored]]:
    if len(files) == 1:
        return files[0].name, store.keep(files[0]), []
    packed, parts = store.keep_zip(files)
    return f"{scheme.line}-{version}.zip", packed, parts


def _same(earlier: Release, stored: Stored) -> Release:
    if earlier.sha256 != stored.sha256:
        raise BadRelease(
            f"{earlier.file_name} of version {earlier.version} is published with other bytes "
            f"(release {earlier.pk}). Withdraw that one first."
        )
    return earlier
