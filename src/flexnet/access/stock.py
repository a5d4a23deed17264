"""Show me: which keys wait in the stock, who has which, and what is due because of keys."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from flexnet import configuration
from flexnet.access.errors import NoSuchCharge
from flexnet.access.models import Access, Charge, KeyAssignment, Lock
from flexnet.keys import queries as keys
from flexnet.keys.models import Key, Movement, Place

_LOSSES = Q(scope=Lock.Scope.KEY, cause=Lock.Cause.LOSS, lifted_at=None)


def free_keys() -> QuerySet[Key]:
    """Keys that are in stock and not locked, by their serial number."""
    locked = Lock.objects.filter(key=OuterRef("pk"), lifted_at=None)
    in_stock = keys.at(Place.IN_STOCK).values("key")
    return Key.objects.filter(~Exists(locked), pk__in=in_stock).order_by("serial")


def is_extra(access: Access) -> bool:
    """Whether a key for it would be one more than the site's free one (§ 2(1)); a third party's is its own.

    One in place of a lost or defective key is none more: that one does not count.
    """
    if access.kind != Access.Kind.PRACTICE:
        return access.kind == Access.Kind.PERSONAL
    held = KeyAssignment.objects.filter(access__site=access.site_id, until_at=None)
    return held.exclude(access=access).exists()


def holder_when_lost(lock: Lock) -> Access | None:
    """Who had a key when it was locked because it is lost; None: nobody, or it is no such lock."""
    if lock.scope != Lock.Scope.KEY or lock.cause != Lock.Cause.LOSS:
        return None
    rows = KeyAssignment.objects.filter(key=lock.key, from_at__lte=lock.imposed_at)
    row = rows.exclude(until_at__lt=lock.imposed_at).select_related("access").order_by("-pk").first()
    return row.access if row else None


def losses_to_decide() -> QuerySet[Lock]:
    """Lost keys that somebody had and about which no clerk decided whether that is charged, oldest first."""
    had = KeyAssignment.objects.filter(
        Q(until_at=None) | Q(until_at__gte=OuterRef("imposed_at")),
        key=OuterRef("key"),
        from_at__lte=OuterRef("imposed_at"),
    )
    rows = Lock.objects.filter(_LOSSES, Exists(had), charge=None)
    return rows.select_related("key").order_by("imposed_at", "pk")


def charges(*, since: datetime | None = None) -> QuerySet[Charge]:
    """What is to be paid: decided from an instant on, and neither waived nor withdrawn; oldest first."""
    rows = Charge.objects.filter(withdrawn_at=None, cents__gt=0)
    if since:
        rows = rows.filter(decided_at__gte=since)
    bonds = ("lock__key", "access__site__practice", "access__person", "access__third_party")
    return rows.select_related(*bonds).order_by("decided_at", "pk")


def charges_of(key: Key) -> QuerySet[Charge]:
    """What was decided about its losses, the newest first."""
    return Charge.objects.filter(lock__key=key).select_related("access", "lock").order_by("-pk")


def charge(number: int) -> Charge:
    """Raises NoSuchCharge."""
    row = Charge.objects.select_related("lock__key", "access").filter(pk=number).first()
    if row is None:
        raise NoSuchCharge(f"There is no charge {number}.")
    return row


def to_replace() -> QuerySet[KeyAssignment]:
    """Accesses that wait for another key, for theirs is lost or defective; the longest first."""
    gone = Movement.objects.filter(until_at=None, place__in=[Place.LOST, Place.DEFECTIVE])
    rows = KeyAssignment.objects.filter(key__in=gone.values("key"), until_at=None)
    return rows.select_related("key", "access").order_by("pk")


def to_remind(now: datetime) -> QuerySet[Movement]:
    """Keys to come back whose time is over, and of which whoever has them is reminded; the longest first."""
    return _overdue(now, reminded__lt=configuration.current().keys.return_reminders)


def to_declare_lost(now: datetime) -> QuerySet[Movement]:
    """Keys that did not come back after every reminder: a clerk may declare them lost (§ 6(3))."""
    return _overdue(now, reminded__gte=configuration.current().keys.return_reminders)


def _overdue(now: datetime, **reminded: int) -> QuerySet[Movement]:
    before = now - timedelta(days=configuration.current().keys.return_days)
    rows = keys.at(Place.TO_BE_RETURNED).annotate(
        reminded=Count("reminders"), asked_at=Coalesce(Max("reminders__sent_at"), "at")
    )
    return rows.filter(asked_at__lte=before, **reminded).select_related("key").order_by("at", "pk")
