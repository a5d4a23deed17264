"""Make it happen: somebody takes a task of the desk, or gives it back."""

from collections.abc import Iterable
from datetime import datetime

from flexnet import transactions
from flexnet.accounts.models import Assignment, Staff
from flexnet.audit import actions as audit


def take(*, task: str, staff: Staff, now: datetime) -> Assignment:
    """The task is theirs, unless somebody was quicker: the answer says whose it is."""
    with transactions.writing():
        row, is_new = Assignment.objects.get_or_create(task=task, defaults={"staff": staff, "since": now})
        if is_new:
            audit.record("task.taken", by=f"office:{staff}", subject=f"task:{task}")
    return row


def give_back(*, task: str, staff: Staff) -> None:
    """The task is open again; one that somebody else has is not touched."""
    with transactions.writing():
        if Assignment.objects.filter(task=task, staff=staff).delete()[0]:
            audit.record("task.given_back", by=f"office:{staff}", subject=f"task:{task}")


def of(tasks: Iterable[str]) -> dict[str, Assignment]:
    """Who has which of these tasks. One query."""
    rows = Assignment.objects.filter(task__in=list(tasks)).select_related("staff__account")
    return {row.task: row for row in rows}
