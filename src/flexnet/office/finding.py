"""From what an address names to the thing itself; what is not there is not there."""

from typing import Any, TypeVar

from django.http import Http404

from flexnet.access import overview, queries
from flexnet.access.models import Access
from flexnet.access.overview import Known
from flexnet.members import overview as members
from flexnet.members import queries as people
from flexnet.members.errors import NotEntered
from flexnet.members.models import Person, Practice, Site, ThirdParty
from flexnet.office import happening_words

T = TypeVar("T")


def practice(number: int) -> Practice:
    """With its sites and addresses. Raises Http404."""
    try:
        return members.practice(number)
    except NotEntered:
        raise Http404 from None


def site(bsnr: str) -> Site:
    """Raises Http404."""
    try:
        return people.site(bsnr)
    except NotEntered:
        raise Http404 from None


def person(lanr: str) -> Person:
    """Raises Http404."""
    try:
        return people.person(lanr)
    except NotEntered:
        raise Http404 from None


def third_party(number: int) -> ThirdParty:
    """Raises Http404."""
    try:
        return people.third_party(number)
    except NotEntered:
        raise Http404 from None


def access(user_name: str) -> Known:
    """With all that stands about it. Raises Http404."""
    row = there(queries.whole().filter(account__user_name=user_name).first())
    return overview.known_of(row)


def there(row: T | None) -> T:
    """Raises Http404."""
    if row is None:
        raise Http404
    return row


def heading(known: Known) -> dict[str, Any]:
    """What every page about an access says first: which one, for whom, at which practices."""
    row = known.access
    return {
        "known": known,
        "access": row,
        "kind": happening_words.ACCESSES[row.kind],
        "holder": holder(row),
        "practices": practices_of(row),
    }


def holder(row: Access) -> str:
    """For whom it is."""
    if row.site:
        return f"BSNR {row.site.bsnr}"
    return row.person.name if row.person else row.holder


def practices_of(row: Access) -> list[Practice]:
    """Where it is used: the site's practice, or those of the person."""
    member = row.origin or row
    if member.site:
        return [member.site.practice]
    return list(members.practices_of([member.person_id])) if member.person_id else []
