"""Show me: practices and people by their numbers, and what goes on with them."""

from flexnet.members.errors import NotEntered
from flexnet.members.models import Activity, Ownership, Person, Site


def site(bsnr: str) -> Site:
    """Raises NotEntered."""
    row = Site.objects.select_related("practice").filter(bsnr=bsnr).first()
    if row is None:
        raise NotEntered(f"There is no site with the BSNR {bsnr}. Enter it first: flexnet practice add")
    return row


def person(lanr: str) -> Person:
    """Raises NotEntered."""
    row = Person.objects.filter(lanr=lanr).first()
    if row is None:
        raise NotEntered(f"There is no person with the LANR {lanr}. Enter it first: flexnet person add")
    return row


def ownership(*, bsnr: str, lanr: str) -> Ownership:
    """The one that goes on; raises NotEntered."""
    rows = Ownership.objects.select_related("person")
    row = rows.filter(practice__sites__bsnr=bsnr, person__lanr=lanr, until_on=None).first()
    if row is None:
        raise NotEntered(f"{lanr} does not own the practice of {bsnr}.")
    return row


def activity(lanr: str) -> Activity:
    """The one that goes on; raises NotEntered."""
    row = Activity.objects.select_related("person").filter(person__lanr=lanr, until_on=None).first()
    if row is None:
        raise NotEntered(f"{lanr} has no activity that goes on.")
    return row
