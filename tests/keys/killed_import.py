"""A program of the tests: brings keys in as the worker does, and is killed before the key that it is told."""

import os
import signal
import sys
from datetime import UTC, datetime
from typing import Any

import django


def upload(count: int) -> None:
    """A file of so many keys waits, and is ordered."""
    from flexnet.keys import uploads
    from flexnet.keys.importing import Format
    from flexnet.lib import pskc

    lines = [f"{30_000_000 + one},{one:040d},hotp,6,16" for one in range(1, count + 1)]
    now = datetime.now(UTC)
    row = uploads.upload(
        content="\n".join(lines).encode(),
        file_name="keys.csv",
        form=Format.OATH,
        digits=6,
        secrets=pskc.NONE,
        reason="",
        by="test",
        now=now,
    )
    uploads.order(row, only_good=False, by="test", now=now)


def take(dies_before: int) -> None:
    from flexnet.keys import actions, uploads

    real, seen = actions.add, 0

    def add(**given: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == dies_before:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(**given)

    actions.add = add
    uploads.take_waiting(datetime.now(UTC))


if __name__ == "__main__":
    django.setup()
    {"upload": upload, "take": take}[sys.argv[1]](int(sys.argv[2]))
