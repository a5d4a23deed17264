"""A clerk in a process of her own, who sends a batch until the power goes."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest
from django.conf import settings

if TYPE_CHECKING:
    from flexnet.post.models import Batch
    from tests.post.conftest import Desk


def send(desk: Desk, batch: Batch, *, spoils: bool = False) -> None:
    """All that a clerk does with a batch, from wherever it stands; its first letter may be no good."""
    from flexnet.post import queries

    batch.refresh_from_db()
    if batch.begun_at is None:
        desk.run(batch)
        batch.refresh_from_db()
    if batch.settled_at is None:
        assert batch.first_sheet is not None
        under_way = [item for item in queries.items_of(batch) if item.void_at is None]
        bad = [under_way[0].number] if spoils else []
        desk.settle(batch, spoiled=bad, next_sheet=batch.first_sheet + len(under_way))
    desk.post(batch)


def cut_the_power(module: str, name: str, when: str, call: int) -> None:
    """Inside that function, before or after it does its work, at its which call."""
    place, calls = importlib.import_module(module), list[None]()
    genuine = getattr(place, name)

    def cut(*args: Any, **values: Any) -> Any:
        calls.append(None)
        if len(calls) == call and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = genuine(*args, **values)
        if len(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(place, name, cut)


def main(told: dict[str, Any]) -> None:
    settings.DATABASES["default"]["NAME"] = told["database"]
    django.setup()
    from flexnet.post import printing, queries
    from flexnet.post.rules import Kind
    from tests.post.conftest import Desk, use_queues

    vars(printing)["_PORTION"] = 1  # so that a batch of two takes two transactions
    use_queues(Path(told["folder"]), told["recipient"], pytest.MonkeyPatch())
    cut_the_power(*told["step"])
    desk = Desk(datetime.fromisoformat(told["now"]))
    batch = queries.batch(told["batch"]) if told["batch"] else desk.chosen(Kind.PASSWORD, queue="secure")
    send(desk, batch, spoils=told["spoils"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    main(json.loads(sys.argv[1]))
