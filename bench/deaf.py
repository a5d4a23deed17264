"""The radius process as if every Disconnect-Request were lost on its way: `python -m bench.deaf`."""

import logging
import os
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from flexnet.gateway.queries import Due


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flexnet.settings")
    django.setup()
    from flexnet.gateway import queries
    from flexnet.radius import main as radius
    from flexnet.radius.wiring import Wiring

    def without_disconnects(gateway_ids: Iterable[int], now: datetime) -> "list[Due]":
        return [due for due in queries.changes_due(gateway_ids, now) if due.kind != "disconnect"]

    Wiring.changes_due = staticmethod(without_disconnects)  # type: ignore[misc]  # final in the product
    radius.run()


if __name__ == "__main__":
    main()
