"""Inside a transaction: the same is noted of several items at little more than the cost of one."""

from collections.abc import Sequence

from flexnet.audit import actions as audit
from flexnet.audit.actions import Act
from flexnet.keys.models import Key
from flexnet.post import queries
from flexnet.post.models import Item


def note(rows: Sequence[Item], event: str, *, by: str, **facts: object) -> None:
    """These facts hold of each of them, and each has its entry."""
    if not rows:
        return
    Item.objects.filter(pk__in=[row.pk for row in rows]).update(**facts)
    for row in rows:
        vars(row).update(facts)
    audit.record_all([Act(event, queries.subject_of(row), queries.named(row)) for row in rows], by=by)


def parcels(rows: Sequence[Item]) -> dict[Key, str]:
    """The keys that are in them, and the number of the parcel that each goes with."""
    return {row.key: str(row) for row in rows if row.key and row.kind == Item.Kind.KEY}
