"""The drop: where the billing department fetches deliveries, behind Django's storage interface."""

import os
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage

from flexnet import configuration
from flexnet.billing.errors import NoDrop


class DropFolder(FileSystemStorage):
    """A folder in which every file appears whole, and is there after a power cut; none changes its name."""

    def __init__(self, folder: Path) -> None:
        super().__init__(location=folder, file_permissions_mode=0o640, directory_permissions_mode=0o750)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """What a killed process left behind is written anew."""
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        path = Path(self.path(name))
        if not path.parent.exists():
            path.parent.mkdir(mode=0o750)
            _sync(path.parent.parent)
        beside = path.with_name(f".{path.name}.part")
        with open(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640), "wb"
        ) as file:
            for chunk in content.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync(path.parent)
        return name


def store() -> Storage:
    """The configured one. Raises NoDrop."""
    folder = configuration.current().billing.drop
    if folder is None:
        raise NoDrop("No drop is configured. Name a folder: [billing] drop.")
    return DropFolder(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
