"""Show me: which keys wait in the stock, and who has which."""

from django.db.models import Exists, OuterRef, QuerySet

from flexnet.access.models import KeyAssignment, Lock
from flexnet.keys.models import Key


def free_keys() -> QuerySet[Key]:
    """Keys that belong to no access and are not locked, by their serial number."""
    held = KeyAssignment.objects.filter(key=OuterRef("pk"), until_at=None)
    locked = Lock.objects.filter(key=OuterRef("pk"), lifted_at=None)
    return Key.objects.filter(~Exists(held), ~Exists(locked)).order_by("serial")
