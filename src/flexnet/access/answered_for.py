"""Show me: whose sign-ins somebody may see and end: their own, and those they answer for (§ 1(2))."""

from datetime import datetime

from django.db.models import Q

from flexnet.access import employees, queries, rules, signers
from flexnet.access.models import Access


def by(member: Access, now: datetime) -> list[Access]:
    """The member's own one first; of an owner those of the practice and of its staff too.

    Not those of other owners, and not those that other owners answer for.
    """
    if not signers.speaks_for_practice(member, now):
        return [member]
    today = rules.day_of(now)
    practices = signers.practices_of(member, today)
    staff = employees.under(member, today).values("pk")
    rows = queries.whole().filter(Q(site__practice__in=practices) | Q(pk__in=staff)).exclude(pk=member.pk)
    return [member, *rows.order_by("kind", "user_name", "pk")]
