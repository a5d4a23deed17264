"""Show me: which practices an access belongs to, and since when what is theirs is its to see."""

from dataclasses import dataclass
from datetime import date

from flexnet.access.models import Access
from flexnet.members import continuity
from flexnet.members import queries as members
from flexnet.members.models import Practice


@dataclass(frozen=True)
class Belonging:
    """What came before `since` was somebody else's, who had the practice then; None: there is no such day."""

    practice: Practice
    since: date | None


def of(access: Access, on: date) -> tuple[Belonging, ...]:
    """The practice of its site, or those that its person owns, directs or works in on a day.

    An employee's are the member's; a third party has none.
    """
    member = access.origin or access
    if member.site:
        practices = [member.site.practice]
    elif member.person_id:
        sites = members.sites_of_person(member.person_id, on).select_related("practice")
        practices = list(dict.fromkeys(site.practice for site in sites.order_by("bsnr")))
    else:
        practices = []
    since = continuity.held_since(practices, on)
    return tuple(Belonging(one, since[one.pk]) for one in practices)
