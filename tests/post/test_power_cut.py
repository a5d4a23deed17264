"""The process is killed at every step of a batch: nothing is lost or printed twice, and the sheets add up."""

import json
import re
import signal
import subprocess
import sys

import pytest
from django.db import connection

from flexnet.access import sign_in
from flexnet.access.rules import Refusal
from flexnet.post import queries
from flexnet.post.errors import NoSuchBatch
from flexnet.post.models import Batch, Item
from flexnet.post.rules import Kind
from tests import make
from tests.post import clerk
from tests.post.conftest import Desk, PrintShop, at_home, stack
from tests.post.test_batches import DELAY, PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

# Where the power goes: inside which function, before or after it does its work, at its which call.
Step = tuple[str, str, str, int]
STEPS: list[Step] = [
    ("flexnet.post.batches", "_make", "after", 1),
    ("flexnet.post.batches", "choose", "after", 1),
    ("flexnet.post.printing", "_begin", "before", 1),
    ("flexnet.post.printing", "_begin", "after", 1),
    ("flexnet.accounts.actions", "with_new_secrets", "after", 2),
    ("flexnet.post.printing", "_store", "before", 1),
    ("flexnet.post.printing", "_store", "after", 1),
    ("flexnet.post.printing", "_store", "before", 2),
    ("flexnet.post.letters", "drawn", "before", 1),
    ("flexnet.post.letters", "drawn", "after", 1),
    ("os", "link", "before", 1),
    ("os", "link", "after", 1),
    ("flexnet.post.printers", "send", "after", 1),
    ("flexnet.post.printing", "_note", "before", 1),
    ("flexnet.post.printing", "_note", "after", 1),
    ("flexnet.post.settling", "_came_out", "after", 1),
    ("flexnet.post.settling", "_account_for_sheets", "after", 1),
    ("flexnet.post.settling", "make_void", "after", 1),
    ("flexnet.post.settling", "settle", "after", 1),
    ("flexnet.post.dispatch", "_post", "after", 1),
]
CHOOSES = ("_make", "choose")  # the batch is made in the process that is killed
SPOILS = ("make_void", "settle")  # one of its letters is no good


def killed(batch: Batch | None, desk: Desk, shop: PrintShop, step: Step) -> bool:
    """The batch is sent in a process that is killed there; answers whether it came so far.

    A process of its own and no fork: the threads that draw letters would not be there after a fork.
    """
    told = {
        "database": str(connection.settings_dict["NAME"]),
        "folder": str(shop.folder),
        "recipient": str(shop.identity.to_public()),
        "batch": batch and batch.pk,
        "spoils": step[1] in SPOILS,
        "now": desk.now.isoformat(),
        "step": step,
    }
    command = [sys.executable, "-m", "tests.post.clerk", json.dumps(told)]
    return subprocess.run(command, check=False, timeout=60).returncode == -signal.SIGKILL


def look(desk: Desk, batch: Batch, shop: PrintShop, *, spoils: bool) -> None:
    """Somebody comes back to a batch that broke off, looks what lies in the tray, and goes on."""
    batch.refresh_from_db()
    came_out = (shop.folder / f"batch-{batch.pk:06d}.pdf.age").exists()
    if batch.begun_at is None or batch.settled_at or came_out:
        clerk.send(desk, batch, spoils=spoils)
        return
    numbers = [item.number for item in queries.items_of(batch)]
    desk.settle(batch, missing=numbers, next_sheet=batch.first_sheet)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[2]} {step[1]} {step[3]}")
def test_nothing_is_lost_or_printed_twice(step: Step, shop: PrintShop, desk: Desk) -> None:
    who = make.member()
    at_home(who)
    stack()
    desk.send(Kind.WELCOME, Kind.KEY)
    desk.now += DELAY
    spoils = step[1] in SPOILS
    batch = None if step[1] in CHOOSES else desk.chosen(Kind.PASSWORD, queue="secure")
    assert killed(batch, desk, shop, step)

    for found in queries.open_batches().filter(queue="secure"):
        look(desk, found, shop, spoils=spoils)
        with pytest.raises(NoSuchBatch):
            desk.run(found)
    if desk.due(Kind.PASSWORD):
        clerk.send(desk, desk.chosen(Kind.PASSWORD, queue="secure"))

    assert desk.due(Kind.PASSWORD) == {}
    good = Item.objects.filter(kind=Kind.PASSWORD, void_at=None)
    assert {str(item.access): item.posted_at for item in good} == dict.fromkeys(
        ("alice-praxis", "alice"), desk.now
    )
    assert good.count() == 2
    balance, on_paper = queries.balance("secure"), passwords(shop)
    assert (balance.on_letters, balance.spoiled, balance.left) == (2, spoils, 98 - spoils)
    assert len(on_paper) == len(set(on_paper)) == 2 + spoils
    assert opens("alice", on_paper, desk)
    assert opens("alice-praxis", on_paper, desk)


def passwords(shop: PrintShop) -> list[str]:
    """All that ever came out on paper."""
    return [found for sheet in shop.sheets() for found in re.findall(PASSWORD, sheet)]


def opens(user_name: str, on_paper: list[str], desk: Desk) -> bool:
    """Exactly one of these passwords."""
    found = [
        sign_in.to_portal(user_name=user_name, password=one, source=make.SOURCE, now=desk.now)
        for one in on_paper
    ]
    return sum(not isinstance(one, Refusal) for one in found) == 1
