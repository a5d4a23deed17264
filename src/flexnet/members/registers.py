"""Show me: the lists of all practices and of all third parties."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from flexnet.members.models import Ownership, Practice, Site, ThirdParty


def practices(*, kind: str = "", begins: str = "", name: str = "") -> QuerySet[Practice]:
    """Those of a kind, with a site whose BSNR begins so, whose own name begins so."""
    rows = Practice.objects.filter(kind=kind) if kind else Practice.objects.all()
    if name:
        rows = rows.filter(name__startswith=name)
    if begins:
        rows = rows.filter(pk__in=Site.objects.filter(bsnr__startswith=begins).values("practice"))
    return rows


def third_parties(*, name: str = "") -> QuerySet[ThirdParty]:
    """Those whose own name begins so."""
    return ThirdParty.objects.filter(name__startswith=name) if name else ThirdParty.objects.all()


def sites(practice_ids: Iterable[int]) -> dict[int, list[Site]]:
    """The sites of each of these practices, the main one first. One query."""
    found: dict[int, list[Site]] = {}
    rows = Site.objects.filter(practice__in=list(practice_ids)).order_by("-is_main", "bsnr")
    for row in rows:
        found.setdefault(row.practice_id, []).append(row)
    return found


def owners(practice_ids: Iterable[int], on: date) -> dict[int, list[str]]:
    """The names of whoever owns these practices on that day. One query."""
    found: dict[int, list[str]] = {}
    lasting = Q(until_on=None) | Q(until_on__gte=on)
    rows = Ownership.objects.filter(lasting, practice__in=list(practice_ids), from_on__lte=on)
    for practice, name in rows.order_by("pk").values_list("practice_id", "person__name"):
        found.setdefault(practice, []).append(name)
    return found
