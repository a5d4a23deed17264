"""Make it happen: a practice hears by mail that there are documents in the portal, and nothing of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from flexnet.access.rules import day_of
from flexnet.documents import queries
from flexnet.documents.models import Document
from flexnet.mail import actions as mails
from flexnet.mail import addresses
from flexnet.mail import queries as outbox
from flexnet.mail.kinds import Kind
from flexnet.members.models import Site

_QUIET: Final = timedelta(days=7)  # what nobody ever fetches must not keep them from hearing of the next


def tell(rows: Sequence[Document], *, now: datetime) -> None:
    """Inside the transaction that stores them: each practice once, however many are its own.

    Not while others of the last days wait to be fetched, nor twice on a day; of what nobody there may read
    nothing is told.
    """
    if not outbox.tells_of("documents"):
        return
    theirs = {row.site.practice_id for row in rows if queries.kind(row.kind).readers}
    for practice, email in _emails(theirs - _told(theirs, rows, now)):
        if to := addresses.parsed(email):
            occasion, about = f"documents:{practice}:{day_of(now)}", f"practice:{practice}"
            mails.queue(Kind.DOCUMENTS_WAITING, to=to, about=about, occasion=occasion, said={}, now=now)


def _told(practices: Iterable[int], rows: Sequence[Document], now: datetime) -> set[int]:
    """Practices for which something waits since a few days."""
    waiting = Document.objects.filter(
        site__practice__in=practices, fetched_at=None, withdrawn_at=None, put_at__gt=now - _QUIET
    ).exclude(pk__in=[row.pk for row in rows])
    return set(waiting.order_by().values_list("site__practice", flat=True).distinct())


def _emails(practices: Iterable[int]) -> Iterable[tuple[int, str]]:
    """Of the main site, or the first one; as of messages."""
    sites = Site.objects.filter(practice__in=practices).order_by("is_main", "-bsnr")
    return dict(sites.values_list("practice", "email")).items()
