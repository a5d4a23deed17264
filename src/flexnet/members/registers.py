"""Show me: the lists of all practices and of all third parties."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from flexnet import prefixes
from flexnet.members.models import Ownership, Practice, Site, ThirdParty


def practices(
    *, kind: str = "", begins: str = "", name: str = "", are_many: bool = False
) -> QuerySet[Practice]:
    """Those of a kind, with a site whose BSNR begins so, whose own name begins so.

    Few are found by their sites. Of `are_many` each is asked on the way.
    """
    rows = Practice.objects.filter(kind=kind) if kind else Practice.objects.all()
    if name:
        rows = rows.filter(name__startswith=name)
    sites = Site.objects.filter(prefixes.begins("bsnr", begins))
    if begins and are_many:
        return rows.filter(Exists(sites.filter(practice=OuterRef("pk"))))
    return rows.filter(pk__in=sites.values("practice")) if begins else rows


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
