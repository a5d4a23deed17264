"""Make it happen: a form takes effect once, however often it is sent."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from flexnet import transactions
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.accounts.models import Staff, Submission

_KEPT: Final = timedelta(days=2)  # longer than any browser stays signed in


def spend(number: uuid.UUID, *, now: datetime, staff: Staff | None = None) -> None:
    """Inside the transaction that does what the form asks for. Raises AlreadySubmitted."""
    with transactions.writing(), transactions.refused_as(AlreadySubmitted()):
        Submission.objects.create(number=number, staff=staff, at=now)


def is_spent(number: uuid.UUID) -> bool:
    """Whether the page with this number has taken effect."""
    return Submission.objects.filter(pk=number).exists()


def clear_old(now: datetime) -> int:
    """Numbers of pages that nobody can send any more; answers how many went."""
    with transactions.writing():
        return Submission.objects.filter(at__lt=now - _KEPT).delete()[0]
