"""The outside: printers of CUPS, and folders of files that only a print shop can open (age)."""

import os
import subprocess

import pyrage

from flexnet import configuration
from flexnet.configuration import PrintQueue
from flexnet.post.errors import NoSuchQueue, PrinterGone

_TAKES = 120  # s; who has not taken a batch by then is gone


def queues() -> tuple[PrintQueue, ...]:
    """All that are configured."""
    return configuration.current().post.queues


def queue(name: str) -> PrintQueue:
    """Raises NoSuchQueue."""
    found = next((one for one in queues() if one.name == name), None)
    if found is None:
        raise NoSuchQueue(f"There is no print queue {name}: name it in the configuration, [[post.queues]].")
    return found


def send(to: PrintQueue, *, name: str, document: bytes) -> None:
    """Hand a document over, whole or not at all as far as we can tell; raises PrinterGone.

    After PrinterGone it may have been printed, in part or as a whole: somebody has to look.
    """
    try:
        if to.folder:
            _spool(to, name, document)
        else:
            _print(to, name, document)
    except (OSError, subprocess.SubprocessError) as error:
        # The text of what went wrong never holds the document: it went over stdin.
        raise PrinterGone(f"{to.title} did not take it: {type(error).__name__}") from None


def _spool(to: PrintQueue, name: str, document: bytes) -> None:
    """Encrypted before it touches a disk; under its name only when it is whole; never over another."""
    assert to.folder is not None  # noqa: S101 - its callers looked
    readers = [pyrage.x25519.Recipient.from_str(one) for one in to.recipients]
    content = pyrage.encrypt(document, readers)
    beside, whole = to.folder / f".{name}.part", to.folder / f"{name}.pdf.age"
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with open(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    try:
        os.link(beside, whole)
    finally:
        beside.unlink()
    folder = os.open(to.folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _print(to: PrintQueue, name: str, document: bytes) -> None:
    command = ["lp", "-d", to.printer, "-t", name, "-o", "sides=one-sided", "-"]
    subprocess.run(command, input=document, capture_output=True, check=True, timeout=_TAKES)  # noqa: S603 - no shell, and the name of the printer is checked
