"""Make it happen: letters in the KV's own words, to many at once; they come out with the others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flexnet import transactions
from flexnet.access.models import Access
from flexnet.audit import actions as audit
from flexnet.audit.actions import Act
from flexnet.post import queries
from flexnet.post.models import Writing

LONGEST_SUBJECT: Final = 120
LONGEST_TEXT: Final = 1200  # with its paragraphs it fits on one sheet


def ask(*, accesses: Sequence[Access], subject: str, text: str, occasion: str, by: str, now: datetime) -> int:
    """Whoever of these was not written to on this occasion gets a letter; answers how many that are."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        have = set(queries.writings_of(occasion).values_list("access", flat=True))
        new = [one for one in accesses if one.pk not in have]
        Writing.objects.bulk_create(
            Writing(access=one, occasion=occasion, subject=subject, text=text, asked_at=now, asked_by=by)
            for one in new
        )
        said = {"occasion": occasion}
        audit.record_all([Act("letter.asked", f"access:{one}", said) for one in new], by=by)
    return len(new)


def cancel(*, occasion: str, by: str, now: datetime) -> int:
    """What has not come out yet does not go any more; answers how many that were."""
    with transactions.writing():
        rows = list(queries.writings_of(occasion).filter(items=None).select_related("access__account"))
        Writing.objects.filter(pk__in=[row.pk for row in rows]).update(cancelled_at=now)
        said = {"occasion": occasion}
        audit.record_all([Act("letter.called_off", f"access:{row.access}", said) for row in rows], by=by)
    return len(rows)
