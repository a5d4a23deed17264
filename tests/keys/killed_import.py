"""A program of the tests: brings keys in as the worker does, and is killed at the step that it is told."""

import sys
from datetime import UTC, datetime

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


def take(module: str, name: str, when: str, call: int) -> None:
    """As the worker does, until the power goes there; call 0: it does not."""
    from flexnet.keys import uploads
    from tests.post import clerk

    clerk.cut_the_power(module, name, when, call)
    uploads.take_waiting(datetime.now(UTC))


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "upload":
        upload(int(sys.argv[2]))
    else:
        module, name, when, call = sys.argv[2:6]
        take(module, name, when, int(call))
