"""Make it happen: whoever is signed in locks a key of their own that is lost, at once (§ 7(1), § 7(2))."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from flexnet import transactions
from flexnet.access import locking, rules, signers
from flexnet.access.models import Access, KeyAssignment, Lock, Report


def held(member: Access, now: datetime) -> QuerySet[KeyAssignment]:
    """Keys of this very access, and of the practices that are its person's; with `is_locked`."""
    practices = signers.practices_of(member, rules.day_of(now))
    theirs = Access.objects.filter(site__practice__in=practices).values("pk")
    accesses = Access.objects.filter(pk=member.pk).values("pk").union(theirs)
    locks = Lock.objects.filter(key=OuterRef("key"), lifted_at=None)
    rows = KeyAssignment.objects.filter(access__in=accesses, until_at=None).annotate(is_locked=Exists(locks))
    return rows.select_related("key", "access__account", "access__site", "access__person").order_by("pk")


def unlocked(member: Access, serial: str, now: datetime) -> KeyAssignment | None:
    """One of them by its number, unless it is locked."""
    locks = Lock.objects.filter(key=OuterRef("key"), lifted_at=None)
    return held(member, now).filter(~Exists(locks), key__serial=serial).first()


def lock_lost(*, member: Access, serial: str, now: datetime) -> Lock | None:
    """What came in by the key ends; a clerk asks afterwards, for nobody here lifts it again.

    A key that is locked stays so. None: it is nobody's, or not this member's.
    """
    with transactions.writing():
        transactions.take_turn_at_facts()
        row = held(member, now).filter(key__serial=serial).first()
        if row is None:
            return None
        there = Lock.objects.filter(key=row.key, lifted_at=None).order_by("pk").first()
        if there:
            return there
        return locking.report(
            locking.of(row.key, cause=Lock.Cause.LOSS, now=now),
            reported_by=str(member),
            way=Report.Way.PORTAL,
            by=f"portal:{member}",
            reason="",
        )
